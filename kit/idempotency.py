"""The same request has one effect and one answer, however often it arrives."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from typing import TYPE_CHECKING, TypeVar, cast

from google.protobuf import any_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from kit import actor, call
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kit.postgres import Connection

R = TypeVar("R", bound=Message)

# A row past its 24 hours is as good as none, whether upkeep has been there or not.
CLAIM = """
INSERT INTO request AS known (user_id, guild_id, request_id, hash) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, guild_id, request_id) DO UPDATE SET hash = excluded.hash, answer = NULL, created_at = now()
WHERE known.created_at < now() - interval '24 hours'
RETURNING true
"""
RECALL = """
SELECT hash, answer FROM request
WHERE user_id = $1 AND guild_id = $2 AND request_id = $3 AND created_at >= now() - interval '24 hours'
"""
REMEMBER = "UPDATE request SET answer = $4 WHERE user_id = $1 AND guild_id = $2 AND request_id = $3"


@dataclasses.dataclass(frozen=True, slots=True)
class RequestKey:
    """Whose request it is."""

    user_id: int
    guild_id: int
    request_id: str


def request_key(request: Message) -> RequestKey:
    """Return the key of a request being served: its `request_id`, else the proxy's id of the call, else a new one."""
    served = call.current()
    proxy_id = served.request_id if served else ""
    request_id = getattr(request, "request_id", "") or proxy_id or str(uuid.uuid4())
    return RequestKey(actor.current().user_id, getattr(request, "guild_id", 0), request_id.lower())


async def once(
    tx: Connection,
    key: RequestKey,
    request: Message,
    effect: Callable[[], Awaitable[R]],
) -> tuple[R, bool]:
    """Run `effect` in the caller's transaction unless the key had its effect already; return (answer, replayed).

    Of concurrent calls with one key the second waits for the first's transaction. The answer is kept for 24 hours.
    Raises Refused(REQUEST_ID_REUSED) if the key came with another request.
    """
    where = (key.user_id, key.guild_id, key.request_id)
    if await tx.fetchval(CLAIM, *where, _digest(request)) is None:
        known = await recall(tx, key, request)
        assert known is not None, "a request that conflicted is there, and locked by the conflict"
        return cast("R", known), True
    answer = await effect()
    await tx.execute(REMEMBER, *where, pack(answer))
    return answer, False


async def recall(tx: Connection, key: RequestKey, request: Message) -> Message | None:
    """Return the answer of a key that had its effect already, for who looks before what cannot be taken back.

    Raises Refused(REQUEST_ID_REUSED) if the key came with another request.
    """
    row = await tx.fetchrow(RECALL, key.user_id, key.guild_id, key.request_id)
    if row is None:
        return None
    if row["hash"] != _digest(request):
        raise Refused(Reason.REQUEST_ID_REUSED)
    return unpack(row["answer"])


def pack(message: Message) -> bytes:
    """Return a message and its type as bytes."""
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed.SerializeToString()


def unpack(stored: bytes) -> Message:
    """Return the message that `pack` stored."""
    packed = any_pb2.Any.FromString(stored)
    descriptor = descriptor_pool.Default().FindMessageTypeByName(packed.TypeName())
    return message_factory.GetMessageClass(descriptor).FromString(packed.value)


def _digest(request: Message) -> bytes:
    """Return what tells requests apart, their id left out."""
    plain = type(request)()
    plain.CopyFrom(request)
    if "request_id" in plain.DESCRIPTOR.fields_by_name:
        plain.ClearField("request_id")
    return hashlib.sha256(
        plain.DESCRIPTOR.full_name.encode() + b"\0" + plain.SerializeToString(deterministic=True),
    ).digest()
