"""What is sung."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of lyrics. `at_ms` is from the track's start; None where the lyrics have no times."""

    text: str
    at_ms: int | None = None
    length_ms: int | None = None


@dataclass(frozen=True)
class Lyrics:
    """The lyrics of a track, from a provider that a source asked."""

    source: str
    provider: str
    lines: tuple[Line, ...]
