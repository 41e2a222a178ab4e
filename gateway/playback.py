"""What gateway needs of audio, and the few things it puts together from that itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from gateway.domain.player import Status
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.player import Added, Item, Player, Track

_LISTED = 10  # items of the queue that are shown
_SUGGESTED = 10
_ADDRESSES = ("http:", "https:")
_DONE_ALREADY = (Reason.ALREADY_PAUSED, Reason.NOT_PAUSED, Reason.REQUEST_ID_REUSED)


class Players(Protocol):
    """Commands to a guild's player. Each raises Refused; a repeated `request_id` has no second effect."""

    async def get(self, guild_id: int) -> Player:
        """Look at it."""

    async def join(self, guild_id: int, *, request_id: str) -> Player:
        """Bring the bot into the person's voice channel."""

    async def leave(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and send the bot away."""

    async def play(self, guild_id: int, query: str, *, request_id: str) -> Added:
        """Play or queue what the query finds."""

    async def pause(self, guild_id: int, *, request_id: str) -> Player:
        """Pause the current track."""

    async def resume(self, guild_id: int, *, request_id: str) -> Player:
        """Go on with it."""

    async def stop(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and clear the queue."""

    async def skip(self, guild_id: int, *, item_id: int = 0, request_id: str) -> tuple[Track, Player]:
        """Go on to the next track; only if `item_id` plays, unless it is zero."""

    async def seek(self, guild_id: int, seconds: float, *, request_id: str) -> Player:
        """Move within the current track."""


class Queues(Protocol):
    """A guild's queue."""

    async def first(self, guild_id: int, limit: int) -> Sequence[Item]:
        """List the first items that wait."""


class Catalog(Protocol):
    """What can be played."""

    async def search(self, query: str, limit: int) -> Sequence[Track]:
        """Find tracks by words, the best first."""


class Playback:
    """What people see of a guild's player."""

    def __init__(self, players: Players, queues: Queues, catalog: Catalog) -> None:
        self.players = players
        self._queues = queues
        self._catalog = catalog

    async def now(self, guild_id: int) -> Player:
        """Give the player while something plays or waits."""
        player = await self.players.get(guild_id)
        if player.current is None:
            raise Refused(Reason.NOTHING_PLAYING)
        return player

    async def upcoming(self, guild_id: int) -> tuple[Player, Sequence[Item]]:
        """Give the player and the first items of its queue."""
        player, items = await asyncio.gather(self.players.get(guild_id), self._queues.first(guild_id, _LISTED))
        return player, items

    async def toggled(self, guild_id: int, *, request_id: str) -> Player:
        """Pause what plays, or go on with what is paused.

        One request id can do only one of the two, so doing this again after a crash does not take the first one back.
        """
        player = await self.players.get(guild_id)
        change = self.players.resume if player.status is Status.PAUSED else self.players.pause
        try:
            return await change(guild_id, request_id=request_id)
        except Refused as refusal:
            if refusal.reason not in _DONE_ALREADY:
                raise
            return await self.players.get(guild_id)

    async def suggest(self, words: str) -> Sequence[Track]:
        """Find what somebody may mean while they type; an address is not looked up before it is sent."""
        if not words or words.lower().startswith(_ADDRESSES):
            return ()
        return await self._catalog.search(words, _SUGGESTED)
