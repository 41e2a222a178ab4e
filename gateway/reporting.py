"""Keeps audio's picture of voice true: one report under way per guild, repeated until it arrives, always the newest."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from gateway.domain.voice import Snapshot

_log = logging.getLogger(__name__)
_AT_ONCE = 16  # reports under way in all guilds together
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0  # seconds


class VoiceEvents(Protocol):
    """Where snapshots go."""

    async def report(self, snapshot: Snapshot) -> None:
        """Deliver one. Raises Refused."""


class Reports:
    """Delivers voice snapshots of the guilds that this process `holds`.

    `spawn` runs a task beside everything else, `sleep` waits some seconds.
    """

    def __init__(
        self,
        snapshot: Callable[[int], Snapshot],
        audio: VoiceEvents,
        spawn: Callable[[Coroutine[object, object, None], str], object],
        sleep: Callable[[float], Awaitable[None]],
        *,
        holds: Callable[[int], bool],
    ) -> None:
        self._snapshot = snapshot
        self._holds = holds
        self._audio = audio
        self._spawn = spawn
        self._sleep = sleep
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._due: dict[int, bool] = {}  # guilds being reported, and whether they changed since

    def changed(self, guild_id: int) -> None:
        """Report a guild's voice, soon."""
        is_idle = guild_id not in self._due
        self._due[guild_id] = True
        if is_idle:
            self._spawn(self._report(guild_id), f"voice report {guild_id}")

    async def _report(self, guild_id: int) -> None:
        pause = _FIRST_PAUSE
        try:
            while self._due[guild_id] and self._holds(guild_id):
                self._due[guild_id] = False
                try:
                    async with self._gate:
                        await self._audio.report(self._snapshot(guild_id))
                    pause = _FIRST_PAUSE
                except Refused as refusal:
                    if refusal.reason is Reason.GUILD_NOT_FOUND:
                        return  # the bot has left it
                    _log.warning("voice report not delivered: %s", refusal, extra={"guild_id": guild_id})
                    self._due[guild_id] = True
                    await self._sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            del self._due[guild_id]
