"""What can be played."""

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
