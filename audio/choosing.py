"""What guilds chose, kept with their players: they play by it while api is away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audio.domain.player import ChangeKind, led

if TYPE_CHECKING:
    from audio.changes import Store
    from audio.domain.settings import GuildSettings


class Choosing:
    """Takes settings in any order; the newest count."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def apply(self, guild_id: int, settings: GuildSettings) -> None:
        """Let a player go by settings from now on."""
        if (await self._store.player(guild_id)).settings.version >= settings.version:
            return
        async with self._store.change(guild_id) as change:
            if change.player.settings.version < settings.version:
                player = led(replace(change.player, settings=settings))
                await change.save(player, ChangeKind.SETTINGS, wake=True)
