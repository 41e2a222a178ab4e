"""Whether Discord tells the bot what people write, and the channels where that is played."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import discord
from discord.gateway import ReconnectWebSocket

from gateway.adapters.bot import tells_content
from gateway.adapters.socket import Socket
from gateway.requesting import Room
from gateway.tidying import Noise
from kit.errors import Reason, Refused
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.adapters.bot import Bot
    from gateway.requesting import Lack
    from kit.postgres import Pool

_log = logging.getLogger(__name__)
_WITHIN = 60.0  # seconds for whatever Discord is asked: its pace, and the day's count, may let a session wait
_DROPPED = 4000  # a close code that does not end a session
_AWAY = (discord.DiscordException, ReconnectWebSocket, OSError, TimeoutError)


class DiscordEars:
    """`gateway.requesting.Ears`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def is_granted(self) -> bool:
        """Tell whether Discord would tell it, as its portal says at the moment."""
        try:
            async with asyncio.timeout(_WITHIN):
                return tells_content((await self._bot.application_info()).flags)
        except _AWAY as error:
            raise Refused(Reason.UNAVAILABLE, part="discord") from error

    async def listen(self, *, wanted: bool) -> bool:
        """Ask for it in every session that begins, and begin those anew that began without."""
        deaf = [shard_id for shard_id in self._bot.shards if not self._bot.hears(shard_id)]
        granted = wanted and (not deaf or await self.is_granted())
        self._bot.listen(granted=granted)
        for shard_id in deaf if granted else ():
            await self._begin_anew(shard_id)
        return granted

    async def _begin_anew(self, shard_id: int) -> None:
        """Begin another session while the old one goes on, and change over once it stands, so that nothing is missed.

        The old one is dropped without a goodbye: Discord keeps the bot's place in voice until the new one takes over.
        """
        shard = self._bot.shards[shard_id]._parent  # noqa: SLF001  (the library lets nobody choose intents later)
        try:
            async with asyncio.timeout(_WITHIN), AsyncExitStack() as failed:
                begun = await Socket.from_client(self._bot, shard_id=shard_id)
                failed.push_async_callback(begun.close, code=_DROPPED)
                ready = self._bot.wait_for("shard_ready", check=shard_id.__eq__)
                while begun.session_id is None:
                    await begun.poll_event()
                failed.pop_all()
                old, shard.ws = shard.ws, begun
                shard._cancel_task()  # noqa: SLF001  (as above)
                shard.launch()
                await old.close(code=_DROPPED)
                await ready
        except _AWAY as error:
            raise Refused(Reason.UNAVAILABLE, part="discord") from error
        _log.info("a session was begun anew, to be told what people write", extra={"shard": shard_id})


class PostgresRooms:
    """`gateway.requesting.Rooms`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def known(self) -> Mapping[int, Room]:
        """Return the channels of all guilds."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch("SELECT guild_id, channel_id, told FROM request_channel")
        return {row["guild_id"]: Room(row["channel_id"], frozenset(row["told"])) for row in rows}

    async def keep(self, guild_id: int, channel_id: int) -> None:
        """Keep a guild's channel, of which nothing was told yet."""
        async with connection(self._pool) as tx:
            await tx.execute(
                "INSERT INTO request_channel (guild_id, channel_id) VALUES ($1, $2)"
                " ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id, told = excluded.told",
                guild_id,
                channel_id,
            )

    async def forget(self, guild_id: int) -> None:
        """Forget a guild's channel."""
        async with connection(self._pool) as tx:
            await tx.execute("DELETE FROM request_channel WHERE guild_id = $1", guild_id)

    async def tell(self, guild_id: int, channel_id: int, lack: Lack) -> bool:
        """Note that a guild's channel is told what is missing; return whether it was not, if it still is that."""
        async with connection(self._pool) as tx:
            is_new = await tx.fetchval(
                "UPDATE request_channel SET told = array_append(told, $3)"
                " WHERE guild_id = $1 AND channel_id = $2 AND $3 <> ALL (told) RETURNING true",
                guild_id,
                channel_id,
                lack,
            )
        return bool(is_new)

    async def untell(self, guild_id: int, lack: Lack) -> None:
        """Note that it is there."""
        async with connection(self._pool) as tx:
            await tx.execute(
                "UPDATE request_channel SET told = array_remove(told, $2) WHERE guild_id = $1", guild_id, lack
            )


class PostgresNoises:
    """`gateway.tidying.Noises`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, noise: Noise, seconds: float) -> None:
        """Remember what is to be taken away in so many seconds."""
        async with connection(self._pool) as tx:
            await tx.execute(
                "INSERT INTO noise (id, guild_id, channel_id, said_ids, written, due_at)"
                " VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))"
                " ON CONFLICT (id) DO UPDATE SET said_ids = excluded.said_ids",
                noise.id,
                noise.guild_id,
                noise.channel_id,
                noise.said_ids,
                noise.written,
                seconds,
            )

    async def left(self) -> Sequence[tuple[Noise, float]]:
        """List all that is remembered, and in how many seconds it is due."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch("SELECT *, greatest(due_at - now(), '0 s') AS wait FROM noise ORDER BY due_at")
        return [
            (
                Noise(row["id"], row["guild_id"], row["channel_id"], tuple(row["said_ids"]), row["written"]),
                row["wait"].total_seconds(),
            )
            for row in rows
        ]

    async def forget(self, noise: Noise) -> None:
        """Forget what was taken away."""
        async with connection(self._pool) as tx:
            await tx.execute("DELETE FROM noise WHERE id = $1", noise.id)
