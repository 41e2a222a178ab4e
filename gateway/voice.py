"""The bot's voice in each guild: asks Discord to connect, and puts together what Discord tells about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gateway.domain.voice import Link, Listener, Server, Snapshot
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

_MICROSECONDS = 1_000_000
_TOLD_WITHIN = 5.0  # seconds in which Discord tells that what was asked of it is done


@dataclass(frozen=True)
class Seat:
    """Where the bot is and who is with it. Zero and empty: nowhere."""

    channel_id: int = 0
    session_id: str = ""
    listeners: tuple[Listener, ...] = ()


class Guilds(Protocol):
    """What Discord told about guilds."""

    def seat(self, guild_id: int) -> Seat:
        """Tell where the bot is. Refused(GUILD_NOT_FOUND)."""

    def may_speak(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can connect and speak there. Refused(GUILD_NOT_FOUND, VOICE_CHANNEL_NOT_FOUND)."""

    async def move(self, guild_id: int, channel_id: int) -> None:
        """Ask Discord to put the bot into a channel; zero: out of it. Refused(GUILD_NOT_FOUND, UNAVAILABLE)."""


class Voice:
    """Voice signalling of all guilds of this process. `now` gives Unix seconds."""

    def __init__(self, guilds: Guilds, now: Callable[[], float]) -> None:
        self._guilds = guilds
        self._now = now
        self._links: defaultdict[int, Link] = defaultdict(Link)
        # Where the bot will be in a moment, and until when that is believed: who is told of every step on the way there
        # takes a channel that is being left for reached, and the bot for sent away.
        self._soon: dict[int, tuple[Seat, float]] = {}
        self._sequence = 0

    async def connect(self, guild_id: int, channel_id: int, *, renew: bool) -> None:
        """Bring the bot into a channel. It is there already: nothing happens, unless a new voice server is wanted."""
        self.check(guild_id, channel_id)
        seat = self._seat(guild_id)
        if seat.channel_id == channel_id and self._links[guild_id].server and not renew:
            return
        if renew and seat.channel_id:
            if seat.channel_id == channel_id:
                self._soon[guild_id] = seat, self._now() + _TOLD_WITHIN
            await self._guilds.move(guild_id, 0)
        await self._guilds.move(guild_id, channel_id)

    def check(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused unless the bot could connect and speak there now."""
        if not self._guilds.may_speak(guild_id, channel_id):
            raise Refused(Reason.VOICE_CHANNEL_FORBIDDEN)

    async def disconnect(self, guild_id: int) -> None:
        """Take the bot out of its channel, if it is in one."""
        if self._guilds.seat(guild_id).channel_id:
            self._soon[guild_id] = Seat(), self._now() + _TOLD_WITHIN
            await self._guilds.move(guild_id, 0)

    def moved(self, guild_id: int) -> None:
        """Take note that the bot's own voice state changed."""
        seat = self._guilds.seat(guild_id)
        if seat.channel_id == self._seat(guild_id).channel_id:
            self._soon.pop(guild_id, None)
        self._links[guild_id].seen(seat.channel_id, seat.session_id, self._now())

    def named(self, guild_id: int, server: Server | None) -> None:
        """Take note of a voice server; None: the one before is gone."""
        self._links[guild_id].named(server, self._now())

    def forget(self, guild_id: int) -> None:
        """Take note that the bot is no longer in a guild."""
        self._links.pop(guild_id, None)

    def snapshot(self, guild_id: int) -> Snapshot:
        """Say all that is known now. Refused(GUILD_NOT_FOUND)."""
        seat = self._seat(guild_id)
        taken_at = self._now()
        # The clock makes it rise over restarts, the counter within a microsecond or when the clock is set back.
        self._sequence = max(self._sequence + 1, int(taken_at * _MICROSECONDS))
        is_there = seat.channel_id and self._guilds.seat(guild_id).channel_id
        server = self._links[guild_id].server if is_there else None
        return Snapshot(guild_id, self._sequence, taken_at, seat.channel_id, seat.session_id, server, seat.listeners)

    def _seat(self, guild_id: int) -> Seat:
        seat, until = self._soon.get(guild_id, (Seat(), 0.0))
        return seat if self._now() < until else self._guilds.seat(guild_id)
