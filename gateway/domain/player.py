"""A guild's player as gateway shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

E = TypeVar("E")


class Status(Enum):
    """What a player does."""

    IDLE = "idle"
    CONNECTING = "connecting"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True)
class Track:
    """Something that can be played. `length` is in seconds; None for a stream."""

    title: str
    author: str = ""
    length: float | None = None
    uri: str = ""
    artwork_uri: str = ""


@dataclass(frozen=True)
class Item:
    """A track that somebody asked for."""

    id: int
    track: Track
    requester_id: int


@dataclass(frozen=True)
class Player:
    """The state of a guild's player. `position` is in seconds, true at `position_time` (Unix seconds).

    `version` rises with each change.
    """

    status: Status
    voice_channel_id: int = 0
    current: Item | None = None
    position: float = 0.0
    position_time: float = 0.0
    speed: float = 1.0
    queue_length: int = 0
    queue_duration: float = 0.0
    version: int = 0


@dataclass(frozen=True)
class Added:
    """What a request to play added. `place` 0 plays now, 1 is next."""

    player: Player
    item: Item
    count: int
    place: int


@dataclass(frozen=True)
class Skipped:
    """What a request to skip came to. `track` None: it was a vote, and so many are still missing."""

    player: Player
    track: Track | None
    votes_missing: int = 0


@dataclass(frozen=True)
class Played:
    """A track that ended. `ended_at` is Unix seconds, `reason` the contract's, as `SKIPPED`."""

    item: Item
    ended_at: float
    reason: str


@dataclass(frozen=True)
class Page(Generic[E]):
    """A page of a list. `more` is the token of the next one; empty: there is none."""

    entries: Sequence[E]
    more: str = ""
