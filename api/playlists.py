"""Playlists: made, filled, shared and read. Each change of one is a transaction that holds its row."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from api.domain import exports
from api.domain.playlist import (
    FAVORITES_NAME,
    MOST_PLAYLISTS,
    MOST_SHARES,
    Kind,
    Share,
    require_changeable,
    require_readable,
    require_room,
    require_unsharable,
)
from kit.errors import Reason, Refused
from kit.levels import Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from api.domain.exports import Wanted
    from api.domain.playlist import Caller, Item, Playlist, Track

_HANDLES = 1_000  # that are read in one call
_SEARCHES = 500  # of one import
_AT_ONCE = 8  # tracks that are searched for
_OF_AN_ADDRESS = 50  # tracks


class Change(Protocol):
    """An open transaction on playlists. All of it is undone by any exception."""

    async def lock(self, playlist_id: str) -> Playlist:
        """Return a playlist that nobody else changes meanwhile. Raises PLAYLIST_NOT_FOUND."""

    async def favorites(self, user_id: int) -> Playlist | None:
        """Return a person's favourites, locked."""

    async def count(self, user_id: int, guild_id: int) -> int:
        """Count a guild's playlists, or a person's; until the end nobody else makes another."""

    async def create(self, kind: Kind, user_id: int, guild_id: int, name: str) -> Playlist:
        """Make a playlist. Raises PLAYLIST_EXISTS."""

    async def rename(self, playlist: Playlist, name: str) -> Playlist:
        """Give it a name; return what it is then. Raises PLAYLIST_EXISTS."""

    async def delete(self, playlist: Playlist) -> None:
        """Delete it and its items."""

    async def append(self, playlist: Playlist, tracks: Sequence[Track]) -> tuple[Playlist, int]:
        """Put tracks at its end; return what it is then, and the id of the first item."""

    async def holds(self, playlist: Playlist, track: Track) -> bool:
        """Tell whether a track is in it."""

    async def remove(self, playlist: Playlist, item_ids: Sequence[int]) -> tuple[Playlist, int]:
        """Remove those of the items that are in it; return what it is then, and how many that were."""

    async def move(self, playlist: Playlist, item_id: int, before_item_id: int) -> Playlist:
        """Put an item before another; zero: at the end. Raises PLAYLIST_ITEM_NOT_FOUND."""

    async def share(self, playlist: Playlist, share: Share) -> Playlist:
        """Share it."""

    async def unshare(self, playlist: Playlist, share: Share) -> Playlist:
        """Take that back."""


class Store(Protocol):
    """Where playlists are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(self, *, dry: bool) -> AbstractAsyncContextManager[Change]:
        """Open a change; `dry`: undo it at the end."""

    async def get(self, playlist_id: str) -> Playlist:
        """Return a playlist. Raises PLAYLIST_NOT_FOUND."""

    async def visible(self, user_id: int, guild_id: int, after: str, limit: int) -> list[Playlist]:
        """List what a guild, or else a person, has and was given, behind an id; empty: from the first."""

    async def items(self, playlist_id: str, after: int | None, limit: int) -> list[Item]:
        """List items behind a rank; None: from the first."""

    async def latest_favorites(self, user_ids: Sequence[int]) -> list[Track]:
        """List what some people added last to their favourites."""


class Catalog(Protocol):
    """What audio knows of tracks."""

    async def describe(self, handles: Sequence[str]) -> list[Track]:
        """Return the tracks of handles. Raises HANDLE_INVALID."""

    async def find(self, query: str, limit: int) -> list[Track]:
        """Find tracks by words or address, the best first. Raises NO_NODE, LOAD_FAILED, SOURCE_FAILED."""


async def create(change: Change, caller: Caller, name: str) -> Playlist:
    """Make a playlist of the guild, or of the caller."""
    if caller.guild_id and caller.level < Level.DJ:
        raise Refused(Reason.LEVEL_TOO_LOW, required=Level.DJ.name)
    if await change.count(caller.user_id, caller.guild_id) >= MOST_PLAYLISTS:
        raise Refused(Reason.TOO_MANY_PLAYLISTS, limit=str(MOST_PLAYLISTS))
    return await change.create(Kind.NORMAL, caller.user_id, caller.guild_id, name)


async def rename(change: Change, caller: Caller, playlist_id: str, name: str) -> Playlist:
    """Give a playlist another name."""
    playlist = await _changeable(change, caller, playlist_id)
    if playlist.kind is Kind.FAVORITES:
        raise Refused(Reason.FAVORITES_FIXED)
    return await change.rename(playlist, name)


async def delete(change: Change, caller: Caller, playlist_id: str) -> Playlist:
    """Delete a playlist; return what it was."""
    playlist = await _changeable(change, caller, playlist_id)
    await change.delete(playlist)
    return playlist


async def add(change: Change, caller: Caller, playlist_id: str, tracks: Sequence[Track]) -> tuple[Playlist, int]:
    """Put tracks at a playlist's end; return what it is then, and the id of the first item."""
    playlist = await _changeable(change, caller, playlist_id)
    require_room(playlist, len(tracks))
    return await change.append(playlist, tracks)


async def remove(change: Change, caller: Caller, playlist_id: str, item_ids: Sequence[int]) -> tuple[Playlist, int]:
    """Take items out of a playlist; return what it is then, and how many that were."""
    playlist, count = await change.remove(await _changeable(change, caller, playlist_id), item_ids)
    if not count:
        raise Refused(Reason.PLAYLIST_ITEM_NOT_FOUND)
    return playlist, count


async def move(change: Change, caller: Caller, playlist_id: str, item_id: int, before_item_id: int) -> Playlist:
    """Put an item before another; zero: at the end."""
    return await change.move(await _changeable(change, caller, playlist_id), item_id, before_item_id)


async def share(change: Change, caller: Caller, playlist_id: str, user_id: int) -> Playlist:
    """Share a playlist with a person; zero: with the guild through which the caller sees it."""
    playlist = await _changeable(change, caller, playlist_id)
    wanted = _share(caller, user_id)
    if wanted in playlist.shares:
        return playlist
    if len(playlist.shares) >= MOST_SHARES:
        raise Refused(Reason.TOO_MANY_SHARES, limit=str(MOST_SHARES))
    return await change.share(playlist, wanted)


async def unshare(change: Change, caller: Caller, playlist_id: str, user_id: int) -> Playlist:
    """Take back what `share` did; what was not shared is as it was."""
    playlist = await change.lock(playlist_id)
    require_readable(playlist, caller)
    unwanted = _share(caller, user_id)
    require_unsharable(playlist, caller, unwanted)
    return await change.unshare(playlist, unwanted) if unwanted in playlist.shares else playlist


async def add_favorite(change: Change, user_id: int, track: Track) -> tuple[Playlist, bool]:
    """Add a track to a person's favourites; return them, and whether it was not one of them yet."""
    playlist = await change.favorites(user_id)
    if playlist is None:
        await change.count(user_id, 0)
        playlist = await change.favorites(user_id) or await change.create(Kind.FAVORITES, user_id, 0, FAVORITES_NAME)
    if await change.holds(playlist, track):
        return playlist, False
    require_room(playlist, 1)
    playlist, _ = await change.append(playlist, [track])
    return playlist, True


async def readable(store: Store, caller: Caller, playlist_id: str) -> Playlist:
    """Return a playlist that the caller may see."""
    playlist = await store.get(playlist_id)
    require_readable(playlist, caller)
    return playlist


async def found(catalog: Catalog, text: str) -> tuple[list[Track], list[str]]:
    """Return the tracks of an export, in order, and what was not found of it.

    Raises IMPORT_UNREADABLE, TOO_MANY_TRACKS, NO_MATCH, and what keeps everything from being found.
    """
    wanted = exports.read(text)
    known = await _known(catalog, [each.handle for each in wanted if each.handle])
    if sum(each.handle not in known for each in wanted) > _SEARCHES:
        raise Refused(Reason.TOO_MANY_TRACKS, limit=str(_SEARCHES))
    looked: list[list[Track]] = []
    while part := wanted[len(looked) : len(looked) + _AT_ONCE]:
        looked += await asyncio.gather(*(_look(catalog, known, each) for each in part))
    tracks = [track for each in looked for track in each]
    if not tracks:
        raise Refused(Reason.NO_MATCH)
    return tracks, [each.query for each, tracks in zip(wanted, looked, strict=True) if not tracks]


async def _changeable(change: Change, caller: Caller, playlist_id: str) -> Playlist:
    """Return a playlist, locked, that the caller may change."""
    playlist = await change.lock(playlist_id)
    require_changeable(playlist, caller)
    return playlist


async def _known(catalog: Catalog, handles: Sequence[str]) -> dict[str, Track]:
    """Return the tracks of handles; those of another deployment say nothing here."""
    known: dict[str, Track] = {}
    for start in range(0, len(handles), _HANDLES):
        part = handles[start : start + _HANDLES]
        try:
            known |= zip(part, await catalog.describe(part), strict=True)
        except Refused as refused:
            if refused.reason not in {Reason.HANDLE_INVALID, Reason.INVALID_ARGUMENT}:
                raise
    return known


async def _look(catalog: Catalog, known: Mapping[str, Track], wanted: Wanted) -> list[Track]:
    """Look for a track, unless its handle says it; a source that does not give it has not found it."""
    if wanted.handle in known:
        return [known[wanted.handle]]
    try:
        return await catalog.find(wanted.query, _OF_AN_ADDRESS if wanted.is_address else 1)
    except Refused as refused:
        if refused.reason not in {Reason.LOAD_FAILED, Reason.SOURCE_FAILED}:
            raise
        return []


def _share(caller: Caller, user_id: int) -> Share:
    if not (user_id or caller.guild_id):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"user_id": "it or guild_id has to be given"})
    return Share(user_id, 0) if user_id else caller.guild
