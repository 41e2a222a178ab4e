"""ShardService: the bot's connections to Discord, for operators."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gateway import wire
from segue.gateway.v1 import shard_service_pb2 as messages
from segue.gateway.v1 import shard_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import grpc
    from google.protobuf.message import Message

    from gateway.domain.shard import Shard

    Context = grpc.aio.ServicerContext[Any, Any]


class Shards(Protocol):
    """The connections of this instance."""

    def known(self) -> Sequence[Shard]:
        """List them by number."""


class Others(Protocol):
    """The other instances, which see other guilds. Both raise Refused(UNAVAILABLE)."""

    async def asked_for(self) -> Mapping[int, str]:
        """Name the instance that holds each shard; empty: nobody does."""

    async def answers(self, request: Message) -> Sequence[Any]:
        """Have each answer the call being served too."""


class ShardService(shard_service_pb2_grpc.ShardServiceServicer):
    """Serves shards."""

    def __init__(self, shards: Shards, others: Others) -> None:
        self._shards, self._others = shards, others

    async def ListShards(self, request: messages.ListShardsRequest, _context: Context) -> messages.ListShardsResponse:
        """List the shards of all instances, and those that nobody holds."""
        holders = await self._others.asked_for()
        shards = {number: _not_connected(number, holder) for number, holder in holders.items()}
        shards |= {shard.id: wire.shard(shard) for shard in self._shards.known()}
        for answer in await self._others.answers(request):
            shards |= {shard.shard_id: shard for shard in answer.shards}
        return messages.ListShardsResponse(shards=[shards[number] for number in sorted(shards)])


def _not_connected(number: int, holder: str) -> messages.Shard:
    status = messages.SHARD_STATUS_CONNECTING if holder else messages.SHARD_STATUS_UNHELD
    return messages.Shard(shard_id=number, status=status, instance=holder)
