"""Waiting for what a command wanted to come true, wherever the guild's conductor is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.changes import Store
    from audio.clock import Clock
    from audio.domain.player import Player

_PATIENCE = 1.0
_POLL = 0.05  # seconds between looks at the header row of a guild that another instance conducts


class Outcomes:
    """Told by this instance's conductors; for other instances' guilds it looks at the header row."""

    def __init__(self, store: Store, clock: Clock, is_ours: Callable[[int], bool]) -> None:
        self._store, self._clock, self._is_ours = store, clock, is_ours
        self._waiting: defaultdict[int, set[asyncio.Future[Player]]] = defaultdict(set)

    def seen(self, player: Player) -> None:
        """Tell all who wait for the guild."""
        for future in self._waiting.pop(player.guild_id, ()):
            if not future.done():
                future.set_result(player)

    async def wait(self, guild_id: int, version: int, *, known: Player | None = None) -> Player | None:
        """Return the player once the wish of `version` was fulfilled or given up, or None after one second.

        `known`: the player as it was read a moment ago.
        """
        player = known
        try:
            async with self._clock.timeout(_PATIENCE):
                while player is None or player.seen_version < min(version, player.wanted_version):
                    player = await self._next(guild_id)
        except TimeoutError:
            return None
        return player

    async def _next(self, guild_id: int) -> Player:
        future: asyncio.Future[Player] = asyncio.get_running_loop().create_future()
        self._waiting[guild_id].add(future)
        try:
            async with self._clock.timeout(None if self._is_ours(guild_id) else _POLL):
                return await future
        except TimeoutError:
            return await self._store.player(guild_id)
        finally:
            self._waiting[guild_id].discard(future)
            if not self._waiting[guild_id]:
                del self._waiting[guild_id]
