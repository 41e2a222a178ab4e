"""What gateway needs of audio, and the few things it puts together from that itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from gateway.domain import choice
from gateway.domain.player import LISTED, Page, Status, pages_of
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.player import Added, Change, Edit, Item, Lyrics, Played, Player, Rule, Skipped, Track

_SUGGESTED = 10
_SEARCHED = 200  # entries among which some are found for somebody who types; the longest page audio gives
_SHORTEST = 2  # characters that are searched for: one alone finds anything
_SUGGESTION_TIME = 2.0  # seconds; Discord takes choices for 3
_ADDRESSES = ("http:", "https:")
_DONE_ALREADY = (Reason.ALREADY_PAUSED, Reason.NOT_PAUSED, Reason.REQUEST_ID_REUSED)


class Players(Protocol):
    """Commands to a guild's player. Each raises Refused; a repeated `request_id` has no second effect.

    Where the guild votes on it, the player that is given back says how many votes are missing.
    """

    async def get(self, guild_id: int) -> Player:
        """Look at it."""

    async def join(self, guild_id: int, *, request_id: str) -> Player:
        """Bring the bot into the person's voice channel."""

    async def leave(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and send the bot away."""

    async def play(self, guild_id: int, query: str, placement: str, *, source: str = "", request_id: str) -> Added:
        """Play or queue what the query finds; words in all sources, unless one is named.

        `placement` is the contract's, as `NEXT`.
        """

    async def play_tracks(self, guild_id: int, handles: Sequence[str], placement: str, *, request_id: str) -> Added:
        """Play or queue these tracks."""

    async def play_playlist(self, guild_id: int, playlist_id: str, placement: str, *, request_id: str) -> Added:
        """Play or queue all of a playlist."""

    async def transfer_dj(self, guild_id: int, user_id: int, *, request_id: str) -> Player:
        """Let somebody else who listens be the DJ of the session."""

    async def pause(self, guild_id: int, *, request_id: str) -> Player:
        """Pause the current track."""

    async def resume(self, guild_id: int, *, request_id: str) -> Player:
        """Go on with it."""

    async def stop(self, guild_id: int, *, request_id: str) -> Player:
        """Stop and clear the queue."""

    async def skip(self, guild_id: int, *, item_id: int = 0, request_id: str) -> Skipped:
        """Go on to the next track, or vote for it; only if `item_id` plays, unless it is zero."""

    async def previous(self, guild_id: int, *, item_id: int = 0, request_id: str) -> Player:
        """Go back to the track before; only if `item_id` plays, unless it is zero."""

    async def seek(self, guild_id: int, seconds: float, *, relative: bool, request_id: str) -> Player:
        """Move within the current track; `relative`: from where it is."""

    async def replay(self, guild_id: int, *, request_id: str) -> Player:
        """Begin the current track anew."""

    async def change(self, guild_id: int, wanted: Change, *, request_id: str) -> Player:
        """Change how it plays."""

    async def save_filters(self, guild_id: int, name: str, *, request_id: str) -> None:
        """Save the filters under a name."""

    async def delete_filters(self, guild_id: int, name: str, *, request_id: str) -> None:
        """Delete saved filters."""


class Queues(Protocol):
    """A guild's queue and history. Each method raises Refused; a repeated `request_id` has no second effect."""

    async def page(
        self, guild_id: int, token: str, limit: int, *, skip: int = 0, within: float | None = None
    ) -> Page[Item]:
        """List items that wait, from the page that a token names; empty: from the first, or without so many.

        `within` so many seconds.
        """

    async def history(
        self, guild_id: int, token: str, limit: int, *, skip: int = 0, own: bool = False, within: float | None = None
    ) -> Page[Played]:
        """List what was played, for all or for the person alone, the newest first; the pages are named as in `page`."""

    async def remove(self, guild_id: int, item_id: int, *, request_id: str) -> Track:
        """Remove an item."""

    async def remove_all(self, guild_id: int, rule: Rule, *, request_id: str) -> int:
        """Remove the items that a rule means; return how many."""

    async def move(self, guild_id: int, item_id: int, before_id: int, *, request_id: str) -> None:
        """Put an item before another; zero: at the end."""

    async def sort(self, guild_id: int, order: str, *, request_id: str) -> None:
        """Put the items in an order, the contract's, as `TITLE`."""

    async def reverse(self, guild_id: int, *, request_id: str) -> None:
        """Turn the order of the items around."""

    async def shuffle(self, guild_id: int, *, keep: bool, request_id: str) -> Player:
        """Mix the items, or vote for it; `keep`: those of each person stay in their order."""

    async def clear(self, guild_id: int, *, request_id: str) -> tuple[Player, int]:
        """Remove all items, or vote for it; return how many were removed."""

    async def jump(self, guild_id: int, item_id: int, *, request_id: str) -> Player:
        """Play an item at once, and skip those before it."""

    async def replace(self, guild_id: int, item_id: int, handle: str, *, request_id: str) -> Track:
        """Put another track in the place of an item, of the current one too; return that track."""

    async def undo(self, guild_id: int, *, request_id: str) -> Edit:
        """Take the last edit back; return it."""

    async def redo(self, guild_id: int, *, request_id: str) -> Edit:
        """Do again what was taken back last; return it."""


class Catalog(Protocol):
    """What can be played."""

    async def search(self, query: str, limit: int, *, source: str = "", within: float | None = None) -> Sequence[Track]:
        """Find tracks by words, the best first, within so many seconds; in all sources, unless one is named."""

    async def candidates(self, guild_id: int, item_id: int) -> Sequence[Track]:
        """Find what may be meant where an item, or the current one, is the wrong song, the likeliest first."""

    async def lyrics(self, guild_id: int) -> Lyrics:
        """Find the lyrics of the current track. Raises Refused."""


class Playback:
    """What people see of a guild's player."""

    def __init__(self, players: Players, queues: Queues, catalog: Catalog) -> None:
        self.players = players
        self.queues = queues
        self.catalog = catalog

    async def now(self, guild_id: int) -> Player:
        """Give the player while something plays or waits."""
        player = await self.players.get(guild_id)
        if player.current is None:
            raise Refused(Reason.NOTHING_PLAYING)
        return player

    async def upcoming(self, guild_id: int, token: str) -> tuple[Player, Page[Item]]:
        """Give the player and a page of its queue."""
        player, page = await asyncio.gather(self.players.get(guild_id), self.queues.page(guild_id, token, LISTED))
        return player, page

    async def numbered(self, guild_id: int, number: int) -> tuple[Player, Page[Item]]:
        """Give the player and a page of its queue by its number. Raises PAGE_NOT_FOUND."""
        player = await self.players.get(guild_id)
        skip = _before(number, player.queue_length)
        return player, await self.queues.page(guild_id, "", LISTED, skip=skip)

    async def played(self, guild_id: int, token: str, *, own: bool) -> Page[Played]:
        """Give a page of what was played, for all or for the person alone."""
        return await self.queues.history(guild_id, token, LISTED, own=own)

    async def numbered_played(self, guild_id: int, number: int, *, own: bool) -> Page[Played]:
        """Give a page of that by its number. Raises PAGE_NOT_FOUND."""
        newest = await self.queues.history(guild_id, "", 1, own=own)
        return await self.queues.history(guild_id, "", LISTED, skip=_before(number, newest.total), own=own)

    async def waiting(self, guild_id: int, words: str, user_id: int) -> list[tuple[int, Item]]:
        """Find items by their place, then by words of title or author, the person's own first; each with its place."""
        typed = choice.place(words)
        page, placed = await asyncio.gather(
            self.queues.page(guild_id, "", _SEARCHED, within=_SUGGESTION_TIME),
            self.at_place(guild_id, typed, within=_SUGGESTION_TIME),
        )
        wanted = words.casefold().split()
        found = [
            (place, item)
            for place, item in enumerate(page.entries, 1)
            if all(word in f"{item.track.title} {item.track.author}".casefold() for word in wanted)
        ]
        own_first = sorted(found, key=lambda placed: placed[1].requester_id != user_id)
        return list(dict.fromkeys([(typed, placed), *own_first] if placed else own_first))

    async def at_place(self, guild_id: int, place: int, *, within: float | None = None) -> Item | None:
        """Find the item at a place of the queue, the first is 1; None: nothing waits there."""
        if not place:
            return None
        page = await self.queues.page(guild_id, "", 1, skip=place - 1, within=within)
        return next(iter(page.entries), None)

    async def saved_filters(self, guild_id: int, words: str) -> list[str]:
        """Find names of saved filters that have the words in them."""
        player = await self.players.get(guild_id)
        return [name for name in player.saved_filters if words.casefold() in name.casefold()]

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

    async def put_instead(self, guild_id: int, item_id: int, uri: str, *, request_id: str) -> Track:
        """Put the track of an address, or the file of a path, in the place of an item; return it.

        It needs nothing of the item, so that after a crash it can be done again though the item is gone.
        """
        track = await self._at(uri)
        if track is None:
            raise Refused(Reason.NO_MATCH)
        return await self.queues.replace(guild_id, item_id, track.handle, request_id=request_id)

    async def play_chosen(self, guild_id: int, uris: Sequence[str], placement: str, *, request_id: str) -> Added:
        """Play or queue the tracks of these addresses and paths; those that are there no more are left out."""
        found = await asyncio.gather(*map(self._at, uris))
        handles = [track.handle for track in found if track]
        if not handles:
            raise Refused(Reason.NO_MATCH)
        return await self.players.play_tracks(guild_id, handles, placement, request_id=request_id)

    async def _at(self, uri: str) -> Track | None:
        """Find the track of an address, or the file of a path."""
        is_address = uri.lower().startswith(_ADDRESSES)
        found = await self.catalog.search(uri, _SUGGESTED)
        return next((track for track in found if is_address or track.uri == uri), None)

    async def suggest(self, guild_id: int, words: str, source: str) -> Sequence[Track]:
        """Find what somebody may mean while they type, and before that what they heard last and `source` can find.

        An address is not looked up before it is sent.
        """
        if not words:
            page = await self.queues.history(guild_id, "", _SEARCHED, own=True, within=_SUGGESTION_TIME)
            heard = dict.fromkeys(one.item.track for one in page.entries)
            return [track for track in heard if _is_found_in(source, track)][:_SUGGESTED]
        if len(words) < _SHORTEST or words.lower().startswith(_ADDRESSES):
            return ()
        return await self.catalog.search(words, _SUGGESTED, source=source, within=_SUGGESTION_TIME)


def _before(number: int, count: int) -> int:
    """Count the entries of a list of so many that stand before a page. Raises PAGE_NOT_FOUND."""
    pages = pages_of(count)
    if not 1 <= number <= pages:
        raise Refused(Reason.PAGE_NOT_FOUND, pages=str(pages))
    return (number - 1) * LISTED


def _is_found_in(source: str, track: Track) -> bool:
    """Tell whether a search in a source finds a track: by its address it is found everywhere."""
    return source in {"", track.source} or track.uri.lower().startswith(_ADDRESSES)
