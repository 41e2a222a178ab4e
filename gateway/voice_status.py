"""What plays, as the status of the bot's voice channel, where the guild wants that."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from gateway.domain.cards import panel as cards

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.player import Player

_PAUSE = 1.25  # seconds between two changes of a status: Discord takes five in five seconds


class Channels(Protocol):
    """Voice channels."""

    async def set_status(self, guild_id: int, channel_id: int, status: str) -> None:
        """Set the status of a channel where the bot may; empty: none. Refused(UNAVAILABLE) while Discord is away."""


@dataclass
class _Turn:
    """A guild's changes, one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0  # the highest version that was to be shown
    channel_id: int = 0  # where a status stands, which `status` is
    status: str = ""
    free_at: float = 0.0


class VoiceStatuses:
    """The statuses of all guilds. `now` gives seconds that never go back, `sleep` waits some."""

    def __init__(
        self,
        channels: Channels,
        settings: Callable[[int], GuildSettings],
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._channels, self._settings = channels, settings
        self._now, self._sleep = now, sleep
        self._turns: defaultdict[int, _Turn] = defaultdict(_Turn)

    async def show(self, guild_id: int, player: Player) -> None:
        """Show what plays; of many changes at once the newest."""
        turn = self._turns[guild_id]
        turn.newest = max(turn.newest, player.version)
        channel_id = player.voice_channel_id if self._settings(guild_id).voice_status else 0
        status = cards.status(player) if channel_id else ""
        async with turn.lock:
            if (channel_id, status) == (turn.channel_id, turn.status):
                return
            await self._sleep(max(0.0, turn.free_at - self._now()))
            if player.version < turn.newest:
                return
            turn.free_at = self._now() + _PAUSE
            if turn.channel_id not in (0, channel_id):
                await self._channels.set_status(guild_id, turn.channel_id, "")
            if channel_id:
                await self._channels.set_status(guild_id, channel_id, status)
            turn.channel_id, turn.status = channel_id, status
