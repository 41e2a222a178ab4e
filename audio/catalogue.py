"""What can be played: searched, and handed in by clients as handles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from audio.domain import likeness
from audio.domain.sources import is_exact
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.domain.handles import Handles
    from audio.domain.lyrics import Lyrics
    from audio.domain.track import Track, TrackList
    from audio.nodes import AudioNodes


MOST_AT_ONCE = 10_000
"""Tracks that one call can add."""

_SEARCHED = 50
"""Tracks among which the likeliest are chosen."""


class Playlists(Protocol):
    """What people keep."""

    async def tracks(self, guild_id: int, playlist_id: str) -> list[Track]:
        """Return the tracks of a playlist that the caller may play in a guild. Raises PLAYLIST_NOT_FOUND."""
        ...


class Catalogue:
    """Finds tracks at the nodes; trusts no handle but its own."""

    def __init__(self, nodes: AudioNodes, handles: Handles, playlists: Playlists) -> None:
        self._nodes, self._handles, self._playlists = nodes, handles, playlists

    async def search(self, query: str, source: str, limit: int) -> list[Track]:
        """Return the best matches; `source` empty: of all sources that are on."""
        return await self._nodes.load(query, limit, source)

    async def lists(self, query: str, source: str, limit: int) -> list[TrackList]:
        """Return albums, artists and playlists that match words; what names tracks by itself matches none."""
        return [] if is_exact(query) else await self._nodes.lists(query, limit, source)

    async def candidates(self, track: Track, limit: int) -> list[Track]:
        """Return what may be meant where a track is the wrong song, the likeliest first."""
        for words in dict.fromkeys((f"{track.title} {track.author}".strip(), track.title)):
            if words and (found := likeness.others(track, await self._nodes.load(words, _SEARCHED))):
                return found[:limit]
        return []

    async def lyrics(self, track: Track) -> Lyrics:
        """Return what is sung in a track. Raises LYRICS_NOT_FOUND, and what the nodes raise."""
        found = await self._nodes.lyrics(track)
        if found is None or not found.lines:
            raise Refused(Reason.LYRICS_NOT_FOUND)
        return found

    async def wanted(self, query: str, source: str, handles: Sequence[str]) -> list[Track]:
        """Return what to play: the best match of words, all that is at an address, or the tracks of handles.

        `source` is where words are searched for; empty: in all that are on.
        Raises NOTHING_TO_PLAY, NO_MATCH, HANDLE_INVALID, TOO_MANY_TRACKS, and what loading raises.
        """
        if bool(query.strip()) == bool(handles):
            raise Refused(Reason.NOTHING_TO_PLAY)
        if handles:
            return self.verified(handles)
        query = query.strip()
        most = MOST_AT_ONCE if is_exact(query) else 1
        found = await self._nodes.load(query, most + 1, source)
        if not found:
            raise Refused(Reason.NO_MATCH)
        if most > 1 and len(found) > most:
            raise Refused(Reason.TOO_MANY_TRACKS, limit=str(most))
        return found[:most]

    async def kept(self, guild_id: int, playlist_id: str) -> list[Track]:
        """Return what to play of a playlist: all of it. Raises PLAYLIST_NOT_FOUND, PLAYLIST_EMPTY."""
        found = await self._playlists.tracks(guild_id, playlist_id)
        if not found:
            raise Refused(Reason.PLAYLIST_EMPTY)
        return found

    def verified(self, handles: Sequence[str]) -> list[Track]:
        """Return the tracks of handles. Raises HANDLE_INVALID."""
        return [self._handles.verify(handle) for handle in handles]
