"""Lyrics that follow the song."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from gateway.domain.player import Status, Sung

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.player import Lyrics, Player


class Players(Protocol):
    """The players of guilds."""

    async def get(self, guild_id: int) -> Player:
        """Look at one. Raises Refused."""


class Texts(Protocol):
    """The lyrics of what plays. Each method raises Refused."""

    async def lyrics(self, guild_id: int) -> Lyrics:
        """Find those of the current track."""

    async def lyrics_of(self, guild_id: int, item_id: int) -> Lyrics:
        """Find those of an item that plays, or played when they were asked for before."""


class Singing:
    """Finds the line that is sung. `now` gives Unix seconds: by them players tell their positions."""

    def __init__(self, players: Players, texts: Texts, now: Callable[[], float]) -> None:
        self._players, self._texts, self._now = players, texts, now

    async def begin(self, guild_id: int) -> Sung:
        """Find what is sung in the current track."""
        lyrics = await self._texts.lyrics(guild_id)
        return self._sung(lyrics, await self._players.get(guild_id))

    async def follow(self, guild_id: int, item_id: int) -> Sung:
        """Find what is sung in an item by now."""
        lyrics = await self._texts.lyrics_of(guild_id, item_id)
        return self._sung(lyrics, await self._players.get(guild_id))

    def _sung(self, lyrics: Lyrics, player: Player) -> Sung:
        if not lyrics.starts or player.current is None or player.current.id != lyrics.item_id:
            return Sung(lyrics, None)
        position = player.position_at(self._now())
        line = bisect_right(lyrics.starts, position)
        if player.status is not Status.PLAYING or line == len(lyrics.starts):
            return Sung(lyrics, line)
        return Sung(lyrics, line, (lyrics.starts[line] - position) / (player.speed or 1.0))
