"""The other instances of gateway: who holds which shard, and calls that are sent on to them, once, by their names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from google.protobuf import descriptor_pool, message_factory

from gateway.domain.shard import shard_of
from kit import call as calls
from kit.errors import Reason, Refused
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from google.protobuf.message import Message
    from grpc.aio import Channel

    from gateway.adapters.bot import Bot
    from kit.postgres import Pool

_HOLDERS = """
SELECT bucket, CASE WHEN expires_at > now() THEN owner ELSE '' END AS owner FROM connection ORDER BY bucket
"""


class Others:
    """All instances but this one, which is called `instance`; `service` leads to all of them."""

    def __init__(self, pool: Pool, bot: Bot, service: Channel, instance: str) -> None:
        self._pool, self._bot, self._service, self._instance = pool, bot, service, instance

    async def holders(self) -> Mapping[int, str]:
        """Name the instance that holds each shard; empty: nobody does. Refused(UNAVAILABLE)."""
        if len(self._bot.held) == self._bot.shard_count:
            return self._own()
        async with connection(self._pool) as tx:
            return {row["bucket"]: row["owner"] for row in await tx.fetch(_HOLDERS)}

    async def asked_for(self) -> Mapping[int, str]:
        """Do the same for the call being served: whoever names this instance asks for its own shards."""
        call = calls.current()
        return self._own() if call and call.instance else await self.holders()

    async def answer(self, request: Message) -> Message | None:
        """Have the holder of a guild answer the call being served; None: this instance is to.

        Refused(UNAVAILABLE) where nobody holds the guild, or whoever did when the call was sent here is no more there.
        """
        call = calls.current()
        assert call is not None, "somebody calls"
        field = call.policy.route_field
        guild_id = getattr(request, field) if field else 0
        is_own = not field or self._bot.holds(guild_id)
        if is_own and call.instance in {"", self._instance}:
            return None
        holder = "" if call.instance else await self._holder(guild_id)
        if holder in {"", self._instance}:
            raise Refused(Reason.UNAVAILABLE, part="discord")
        return await self._ask(holder, call, request, call.remaining())

    async def answers(self, request: Message) -> Sequence[Any]:
        """Have all others that hold shards answer the call being served too. Refused(UNAVAILABLE)."""
        call = calls.current()
        assert call is not None, "somebody calls"
        others = {*(await self.asked_for()).values()} - {"", self._instance}
        within = call.remaining()
        return await asyncio.gather(*(self._ask(other, call, request, within) for other in sorted(others)))

    def _own(self) -> dict[int, str]:
        return dict.fromkeys(sorted(self._bot.held), self._instance)

    async def _holder(self, guild_id: int) -> str:
        holders = await self.holders()
        return holders[shard_of(guild_id, len(holders))]

    async def _ask(self, instance: str, call: calls.Call, request: Message, within: float | None) -> Message:
        service, _, name = call.method.removeprefix("/").partition("/")
        method = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
        read = message_factory.GetMessageClass(method.output_type).FromString
        send = self._service.unary_unary(call.method, type(request).SerializeToString, read)
        kept = (("x-request-id", call.request_id),) if call.request_id else ()
        answer: Message = await send(request, timeout=within, metadata=((calls.INSTANCE_KEY, instance), *kept))
        return answer
