"""The whole contract served by one counting servicer, and a world of members to authorize against."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import message_factory

from kit import authorization, policy
from kit.errors import Reason, Refused
from kit.levels import Level
from segue.common.v1 import actor_pb2
from tests.contract.methods import CHANNEL, GUILD, methods, path

if TYPE_CHECKING:
    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

ALICE = 100
STRANGER = 999
# What the server brings itself.
BROUGHT = "segue.common.v1.OpsService"


class World:
    """One guild whose bot sits in a voice channel; `away`: gateway does not answer."""

    def __init__(self) -> None:
        self.members: dict[int, actor_pb2.Member] = {}
        self.away = False
        self.cached = False
        self.dj: int | None = 0
        self.asked: list[tuple[int, bool]] = []

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        """Answer as gateway would, or from a cache of everything."""
        self.asked.append((user_id, fresh))
        if self.away and (fresh or not self.cached):
            raise Refused(Reason.UNAVAILABLE, part="gateway")
        if guild_id != GUILD or user_id not in self.members:
            raise Refused(Reason.GUILD_NOT_FOUND)
        return self.members[user_id]

    async def bot_channel(self, guild_id: int) -> int:
        """Answer as the owner of the player would."""
        if guild_id != GUILD:
            raise Refused(Reason.GUILD_NOT_FOUND)
        return CHANNEL

    async def dj_role(self, _: int, /) -> int | None:
        """Answer as settings say."""
        return self.dj


class Everything:
    """Answers every method of the contract, and counts. `wants`: the level that each asks for beyond its floor."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.levels: dict[str, Level] = {}
        self.wants = Level.PUBLIC

    def add_to(self, server: grpc.aio.Server) -> None:
        """Serve all."""
        by_service: dict[str, dict[str, Any]] = {}
        for method in methods():
            if method.containing_service.full_name != BROUGHT:
                by_service.setdefault(method.containing_service.full_name, {})[method.name] = self._handler(method)
        server.add_generic_rpc_handlers(
            tuple(grpc.method_handlers_generic_handler(name, handlers) for name, handlers in by_service.items()),
        )

    def _handler(self, method: MethodDescriptor) -> Any:
        answer = message_factory.GetMessageClass(method.output_type)

        async def unary(_request: Message, _context: object) -> Message:
            self._count(method)
            return answer()

        async def stream(_request: Message, _context: object) -> Any:
            self._count(method)
            yield answer()

        serve: Any = (
            grpc.unary_stream_rpc_method_handler if method.server_streaming else grpc.unary_unary_rpc_method_handler
        )
        return serve(
            stream if method.server_streaming else unary,
            request_deserializer=message_factory.GetMessageClass(method.input_type).FromString,
            response_serializer=answer.SerializeToString,
        )

    def _count(self, method: MethodDescriptor) -> None:
        self.calls[path(method)] += 1
        self.levels[path(method)] = authorization.granted()
        if authorization.granted() < self.wants:
            authorization.doubt(self.wants)
            raise Refused(Reason.LEVEL_TOO_LOW)


async def call(
    channel: grpc.aio.Channel,
    method: MethodDescriptor,
    request: Message,
    metadata: tuple[tuple[str, str | bytes], ...],
) -> Message:
    """Call any method; of a stream the first message. Raises Refused."""
    codecs = {
        "request_serializer": type(request).SerializeToString,
        "response_deserializer": message_factory.GetMessageClass(method.output_type).FromString,
    }
    if not method.server_streaming:
        answer: Message = await channel.unary_unary(path(method), **codecs)(request, metadata=metadata)  # type: ignore[arg-type]
        return answer
    stream: Any = channel.unary_stream(path(method), **codecs)(request, metadata=metadata)  # type: ignore[arg-type]
    messages = [message async for message in stream]
    return messages[0]  # type: ignore[no-any-return]


def token(**more: Any) -> actor_pb2.Actor:
    """Return Alice at the edge, with every scope."""
    declared = (policy.of(path(method)) for method in methods())
    scopes = sorted({found.scope for found in declared if found and found.scope})
    return actor_pb2.Actor(**{"user_id": ALICE, "surface": actor_pb2.SURFACE_API, "scopes": scopes, **more})
