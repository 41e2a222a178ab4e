"""What counts as played, and what is told of it."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FAILED = "FAILED"


class Period(enum.Enum):
    """How far statistics reach back; the names are the contract's."""

    DAY = timedelta(days=1)
    WEEK = timedelta(days=7)
    MONTH = timedelta(days=30)
    ALL = None


@dataclass(frozen=True, slots=True)
class Song:
    """A track, as far as people know it."""

    title: str
    author: str
    uri: str

    @property
    def key(self) -> bytes:
        """What tells it apart: its address, else what it is called."""
        return hashlib.sha256((self.uri or f"{self.author}\0{self.title}").encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Ended:
    """A track that has ended. `user_id` asked for it; zero: nobody. `reason` is the contract's, as `SKIPPED`.

    `length_ms` is None for a stream. `picked`: the player chose it by itself. `listener_ids` have heard its end.
    """

    guild_id: int
    user_id: int
    song: Song
    ended_at: datetime
    reason: str
    heard_ms: int
    album: str
    length_ms: int | None
    picked: bool
    listener_ids: Sequence[int]

    @property
    def counts(self) -> bool:
        """Tell whether it was played, rather than tried."""
        return self.reason != FAILED and self.heard_ms > 0


@dataclass(frozen=True, slots=True)
class Amount:
    """How often, and how long in all."""

    plays: int
    heard_ms: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What was played in a period: in all, and the most played songs, artists and people, the first of each first."""

    total: Amount
    songs: int
    top_songs: Sequence[tuple[Song, Amount]]
    top_artists: Sequence[tuple[str, Amount]]
    top_people: Sequence[tuple[int, Amount]]
