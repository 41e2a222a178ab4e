"""LavaSearch over the music folder: the albums, artists and names that hold every word of a query."""

from collections.abc import Callable, Collection
from typing import Any

from audionode.library import Piece, plain
from audionode.track import Loaded, TrackInfo, playlist

TYPES = frozenset({"track", "album", "artist", "playlist", "text"})
_GROUPS: dict[str, Callable[[Piece], str]] = {
    "album": lambda piece: piece.album,
    "artist": lambda piece: piece.artist,
}
PREFIXES = tuple(f"local{kind}:" for kind in _GROUPS)  # of the identifiers of what is found
_MAX_LISTED = 20


def group(identifier: str, pieces: list[Piece]) -> Loaded:
    """The tracks of the album or artist that `search` named so."""
    prefix, _, name = identifier.partition(":")
    of = _GROUPS[prefix.removeprefix("local")]
    tracks = tuple(piece.track for piece in pieces if of(piece) == name)
    return Loaded("playlist", tracks, name) if name and tracks else Loaded("empty")


def search(query: str, types: Collection[str], tracks: list[TrackInfo], pieces: list[Piece]) -> dict[str, Any] | None:
    """The LavaSearch result of `types` (none that is known: all) with `tracks` in it; None when nothing is found."""
    wanted = TYPES.intersection(types) or TYPES
    groups = {kind: _groups(query, pieces, of) for kind, of in _GROUPS.items()}
    names = [*groups["artist"], *groups["album"], *(track.title for track in tracks if _holds(track.title, query))]
    found = {
        "tracks": [track.to_json() for track in tracks] if "track" in wanted else [],
        "albums": [_listed("album", *each) for each in groups["album"].items()] if "album" in wanted else [],
        "artists": [_listed("artist", *each) for each in groups["artist"].items()] if "artist" in wanted else [],
        "playlists": [],  # the music folder has none
        "texts": [{"text": name, "plugin": {}} for name in dict.fromkeys(names)][:_MAX_LISTED]
        if "text" in wanted
        else [],
    }
    return {**found, "plugin": {}} if any(found.values()) else None


def _groups(query: str, pieces: list[Piece], of: Callable[[Piece], str]) -> dict[str, list[TrackInfo]]:
    found: dict[str, list[TrackInfo]] = {}
    for piece in pieces:
        if _holds(of(piece), query):
            found.setdefault(of(piece), []).append(piece.track)
    return dict(list(found.items())[:_MAX_LISTED])


def _holds(name: str, query: str) -> bool:
    words = plain(query).split()
    return bool(words) and all(word in plain(name) for word in words)


def _listed(kind: str, name: str, tracks: list[TrackInfo]) -> dict[str, Any]:
    """A list without its tracks, as LavaSearch has it; what it says beside is what LavaSrc does, `url` loads it."""
    return playlist(
        name,
        [],
        type=kind,
        url=f"local{kind}:{name}",
        artworkUrl=next((track.artwork for track in tracks if track.artwork), None),
        author=tracks[0].author,
        totalTracks=len(tracks),
    )
