"""What people do with playlists: what gateway needs of api, and what it puts together from that and audio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid5

from gateway.domain import choice
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.player import Item, Page, Track
    from gateway.domain.playlist import Brought, Kept, Playlist
    from gateway.playback import Playback

_AT_ONCE = 1_000  # tracks that one call adds
_LARGEST_PAGE = 200
_LISTED = 10  # entries of a page that is shown
_LARGEST_FILE = 4_000_000  # bytes; the contract takes as many characters
_BRINGS_NOTHING = {Reason.IMPORT_UNREADABLE, Reason.NO_MATCH, Reason.TOO_MANY_TRACKS, Reason.PLAYLIST_FULL}
_TIME = 2.0  # seconds for somebody who types; Discord takes choices for 3


class PlaylistStore(Protocol):
    """Playlists as api keeps them. Each method raises Refused; a repeated `request_id` has no second effect.

    `guild_id` is the guild through which they are seen; zero: the person's own and what is shared with them.
    """

    async def visible(self, guild_id: int, *, within: float | None = None) -> Sequence[Playlist]:
        """List playlists, within so many seconds."""

    async def get(self, guild_id: int, playlist_id: str) -> Playlist:
        """Look at one."""

    async def create(self, guild_id: int, name: str, *, request_id: str) -> Playlist:
        """Make one: of the guild, or of the person."""

    async def rename(self, guild_id: int, playlist_id: str, name: str, *, request_id: str) -> Playlist:
        """Give it another name."""

    async def delete(self, guild_id: int, playlist_id: str, *, request_id: str) -> Playlist:
        """Delete it; return what it was."""

    async def items(
        self, guild_id: int, playlist_id: str, token: str, limit: int, *, within: float | None = None
    ) -> Page[Kept]:
        """List its tracks, from the page that a token names; empty: from the first. `within` so many seconds."""

    async def add(self, guild_id: int, playlist_id: str, handles: Sequence[str], *, request_id: str) -> Playlist:
        """Put tracks at its end."""

    async def remove(self, guild_id: int, playlist_id: str, item_id: int, *, request_id: str) -> Playlist:
        """Take a track out."""

    async def share(self, guild_id: int, playlist_id: str, user_id: int, *, request_id: str) -> Playlist:
        """Share it with a person; zero: with the guild."""

    async def unshare(self, guild_id: int, playlist_id: str, user_id: int, *, request_id: str) -> Playlist:
        """Take that back."""

    async def bring(self, guild_id: int, playlist_id: str, text: str, *, request_id: str) -> Brought:
        """Add the tracks that a text names."""

    async def document(self, guild_id: int, playlist_id: str) -> bytes:
        """Return all of it as a text that `bring` takes."""

    async def like(self, handle: str, *, request_id: str) -> bool:
        """Add a track to the person's favourites; return whether it is one only now."""


class Files(Protocol):
    """What people upload."""

    async def read(self, uri: str, most: int) -> bytes:
        """Return what is in a file. Raises FILE_UNREACHABLE, and FILE_TOO_LARGE of more than so many bytes."""


class Playlists:
    """What people do with playlists."""

    def __init__(self, store: PlaylistStore, playback: Playback, files: Files) -> None:
        self.store = store
        self._playback, self._files = playback, files

    async def visible(self, guild_id: int, *, within: float | None = None) -> list[Playlist]:
        """List what a person may play in a guild: their own, the guild's, and what is shared with either."""
        own, guilds = await asyncio.gather(
            self.store.visible(0, within=within), self.store.visible(guild_id, within=within)
        )
        return list({playlist.id: playlist for playlist in (*guilds, *own)}.values())

    async def suggest(self, guild_id: int, words: str) -> list[Playlist]:
        """Find playlists for somebody who types."""
        found = await self.visible(guild_id, within=_TIME)
        return [playlist for playlist in found if words.casefold() in playlist.name.casefold()]

    async def suggest_of_guild(self, guild_id: int, words: str) -> list[Playlist]:
        """Find playlists that everybody may play in a guild, for somebody who types."""
        found = await self.store.visible(guild_id, within=_TIME)
        return [playlist for playlist in found if words.casefold() in playlist.name.casefold()]

    async def find(self, guild_id: int, given: str) -> str:
        """Return the id of a playlist: the one that was chosen, or that of a name. Raises PLAYLIST_NOT_FOUND."""
        known = await self._known(guild_id, given)
        if not known:
            raise Refused(Reason.PLAYLIST_NOT_FOUND)
        return known

    async def find_or_make(self, guild_id: int, given: str, *, request_id: str) -> str:
        """Return the id of a playlist, of the person's own if none has the name."""
        return await self._known(guild_id, given) or (await self.store.create(0, given, request_id=request_id)).id

    async def bring(self, guild_id: int, given: str, text: str, *, request_id: str) -> Brought:
        """Add the tracks that a text names. Where no playlist has the name, one is made, but not for nothing."""
        known = await self._known(guild_id, given)
        if known:
            return await self.store.bring(guild_id, known, text, request_id=request_id)
        made = await self.store.create(0, given, request_id=request_id)
        try:
            return await self.store.bring(guild_id, made.id, text, request_id=request_id)
        except Refused as refusal:
            if refusal.reason in _BRINGS_NOTHING:
                await self.store.delete(guild_id, made.id, request_id=request_id)
            raise

    async def bring_file(self, guild_id: int, given: str, uri: str, *, request_id: str) -> Brought:
        """Add the tracks that an uploaded file names, as those of a text."""
        content = await self._files.read(uri, _LARGEST_FILE)
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise Refused(Reason.IMPORT_UNREADABLE) from error
        if not text:
            raise Refused(Reason.IMPORT_UNREADABLE)
        return await self.bring(guild_id, given, text, request_id=request_id)

    async def show(self, guild_id: int, playlist_id: str, token: str) -> tuple[Playlist, Page[Kept]]:
        """Give a playlist and a page of its tracks."""
        playlist, page = await asyncio.gather(
            self.store.get(guild_id, playlist_id), self.store.items(guild_id, playlist_id, token, _LISTED)
        )
        return playlist, page

    async def export(self, guild_id: int, given: str) -> tuple[Playlist, bytes]:
        """Give a playlist and its document."""
        playlist_id = await self.find(guild_id, given)
        playlist, document = await asyncio.gather(
            self.store.get(guild_id, playlist_id), self.store.document(guild_id, playlist_id)
        )
        return playlist, document

    async def tracks(self, guild_id: int, given: str, words: str) -> list[tuple[int, Kept]]:
        """Find tracks of a playlist by their place, then by words of title or author; each with its place."""
        playlist_id = await self.find(guild_id, given)
        page = await self.store.items(guild_id, playlist_id, "", _AT_ONCE, within=_TIME)
        wanted, typed = words.casefold().split(), choice.place(words)
        found = [
            (place, kept)
            for place, kept in enumerate(page.entries, 1)
            if place == typed or all(word in f"{kept.track.title} {kept.track.author}".casefold() for word in wanted)
        ]
        return sorted(found, key=lambda placed: placed[0] != typed)

    async def at_place(self, guild_id: int, given: str, place: int) -> Kept | None:
        """Find the track at a place of a playlist, the first is 1; None: there is none."""
        playlist_id, token = await self.find(guild_id, given), ""
        while True:
            page = await self.store.items(guild_id, playlist_id, token, _AT_ONCE)
            if place <= len(page.entries):
                return page.entries[place - 1]
            if not page.more:
                return None
            place, token = place - len(page.entries), page.more

    async def add(self, guild_id: int, playlist_id: str, query: str, *, request_id: str) -> tuple[Playlist, Track]:
        """Add the best match of a query; empty: what plays."""
        track = await self._match(query) if query else await self.current(guild_id)
        return await self.store.add(guild_id, playlist_id, [track.handle], request_id=request_id), track

    async def save(self, guild_id: int, given: str, *, request_id: str) -> tuple[Playlist, int, int]:
        """Keep what plays and waits; return the playlist, how many of them were added, and how many they are."""
        handles = [item.track.handle for item in await self._queue(guild_id)]
        if not handles:
            raise Refused(Reason.NOTHING_PLAYING)
        playlist_id = await self.find_or_make(guild_id, given, request_id=request_id)
        added = 0
        while part := handles[added : added + _AT_ONCE]:
            part_id = str(uuid5(UUID(request_id), str(added)))
            try:
                await self.store.add(guild_id, playlist_id, part, request_id=part_id)
            except Refused as refusal:
                if refusal.reason is Reason.PLAYLIST_FULL and added:
                    break
                if refusal.reason is not Reason.REQUEST_ID_REUSED:  # else it was done, and the queue has gone on since
                    raise
            added += len(part)
        return await self.store.get(guild_id, playlist_id), added, len(handles)

    async def current(self, guild_id: int) -> Track:
        """Return what plays. Raises NOTHING_PLAYING."""
        player = await self._playback.now(guild_id)
        assert player.current
        return player.current.track

    async def track(self, guild_id: int, item_id: int) -> Track:
        """Return the track of an item that plays, waits or was played. Raises ITEM_NOT_FOUND."""
        player = await self._playback.players.get(guild_id)
        if player.current and player.current.id == item_id:
            return player.current.track
        waiting, played = await asyncio.gather(
            self._playback.queues.page(guild_id, "", _LARGEST_PAGE),
            self._playback.queues.history(guild_id, "", _LARGEST_PAGE),
        )
        for item in (*waiting.entries, *(one.item for one in played.entries)):
            if item.id == item_id:
                return item.track
        raise Refused(Reason.ITEM_NOT_FOUND)

    async def _match(self, query: str) -> Track:
        found = await self._playback.catalog.search(query, 1)
        if not found:
            raise Refused(Reason.NO_MATCH)
        return found[0]

    async def _queue(self, guild_id: int) -> list[Item]:
        """Return what plays and all that waits."""
        player = await self._playback.players.get(guild_id)
        items = [player.current] if player.current else []
        token = ""
        while True:
            page = await self._playback.queues.page(guild_id, token, _LARGEST_PAGE)
            items += page.entries
            token = page.more
            if not token:
                return items

    async def _known(self, guild_id: int, given: str) -> str:
        """Return the id of the playlist that was chosen, or that has a name; empty: none has."""
        if _is_id(given):
            return given
        found = await self._named(guild_id, given)
        return found.id if found else ""

    async def _named(self, guild_id: int, name: str) -> Playlist | None:
        found = [each for each in await self.visible(guild_id) if each.name.casefold() == name.strip().casefold()]
        return next(iter(sorted(found, key=lambda each: not each.changeable)), None)


def _is_id(given: str) -> bool:
    try:
        return str(UUID(given)) == given
    except ValueError:
        return False
