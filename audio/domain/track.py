"""What can be played."""

import enum
from dataclasses import dataclass


@dataclass(frozen=True)
class Track:
    """A track as a source described it. `identifier` is what the source loads it by, never a node's `encoded` blob."""

    source: str
    identifier: str
    title: str
    author: str
    length_ms: int | None
    uri: str
    artwork_uri: str
    isrc: str
    seekable: bool
    stream: bool
    album: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same as another."""
        return self.source, self.identifier


class TrackListKind(enum.StrEnum):
    """What holds tracks together. The names are the contract's."""

    ALBUM = "ALBUM"
    ARTIST = "ARTIST"
    PLAYLIST = "PLAYLIST"


@dataclass(frozen=True)
class TrackList:
    """Tracks that belong together. `query` is what loads them; `track_count` zero: their source does not say."""

    kind: TrackListKind
    title: str
    author: str
    query: str
    artwork_uri: str
    track_count: int


class Why(enum.StrEnum):
    """Why a track was picked. The names are the contract's."""

    RELATED = "RELATED"
    SAME_ARTIST = "SAME_ARTIST"
    HISTORY = "HISTORY"
    FAVORITE = "FAVORITE"
    PLAYLIST = "PLAYLIST"


@dataclass(frozen=True)
class Pick:
    """The reason of a pick, and the title of the track that led to it."""

    why: Why
    because: str
    playlist_gone: bool = False  # it is the first one without the playlist that the guild chose
