"""A guild's player as gateway shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

E = TypeVar("E")
LISTED = 10
"""Entries of a page that is shown."""
PRESETS = (
    *("bass_boost", "treble_boost", "nightcore", "vaporwave", "eight_d"),
    *("karaoke", "soft", "tremolo", "vibrato"),
)
"""The contract's presets of filters, in small letters."""


def pages_of(count: int) -> int:
    """Tell of how many pages a list of so many entries is; an empty one has one."""
    return max(1, math.ceil(count / LISTED))


class Status(Enum):
    """What a player does."""

    IDLE = "idle"
    CONNECTING = "connecting"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True)
class Track:
    """Something that can be played. `length` is in seconds; None for a stream. `handle` names it in every call.

    `source` is what audio calls where it is from.
    """

    title: str
    author: str = ""
    length: float | None = None
    uri: str = ""
    artwork_uri: str = ""
    album: str = ""
    handle: str = ""
    source: str = ""


@dataclass(frozen=True)
class Pick:
    """Why the player picked a track by itself: a reason of the contract, as `HISTORY`, and the title that led to it.

    `playlist_gone`: it is the first one without the playlist that the guild chose.
    """

    reason: str
    because: str
    playlist_gone: bool = False


@dataclass(frozen=True)
class Item:
    """A track that somebody asked for, or that the player picked."""

    id: int
    track: Track
    requester_id: int
    pick: Pick | None = None


@dataclass(frozen=True)
class Player:
    """The state of a guild's player. `position` is in seconds, true at `position_time` (Unix seconds).

    `version` rises with each change. `loop_mode` is the contract's, as `TRACK`; then `loop_count` says how many times
    more, zero: without end. `filters` names what is done to the sound. Of the `listeners`, `votes` want to skip. One
    can go back to so many tracks as are `returnable`. `dj_id` is the DJ of the session, zero: nobody. After a command
    that was counted as a vote, so many `votes_missing`.
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
    volume: int = 100
    loop_mode: str = "OFF"
    loop_count: int = 0
    filters: Sequence[str] = ()
    saved_filters: Sequence[str] = ()
    votes: int = 0
    votes_missing: int = 0
    listeners: int = 0
    autoplay: bool = False
    returnable: int = 0
    dj_id: int = 0

    def position_at(self, now: float) -> float:
        """Tell where in the track it is at a time, unless something happens until then."""
        is_playing = self.status is Status.PLAYING
        return self.position + (now - self.position_time) * self.speed if is_playing else self.position


@dataclass(frozen=True)
class Change:
    """How a player is to play from now on; what is None stays. `preset` empty: no filters.

    `speed` and `pitch` are in percent, `tones` (bass, middle, treble) in decibels, each in place of all filters.
    """

    loop_mode: str | None = None
    loop_count: int | None = None
    volume: int | None = None
    preset: str | None = None
    speed: int | None = None
    pitch: int = 100
    tones: tuple[int, int, int] | None = None
    saved_filters: str | None = None
    autoplay: bool | None = None


@dataclass(frozen=True)
class Rule:
    """Which items of the queue are meant: those to which all that is given applies.

    With `last_id`, all from `item_id`, or from the first of the queue, to that one. `words` are in title or author.
    """

    item_id: int = 0
    requester_id: int = 0
    duplicates: bool = False
    absent: bool = False
    last_id: int = 0
    words: str = ""


@dataclass(frozen=True)
class Edit:
    """An edit of a queue. `kind` is the contract's, as `MOVED`; `user_id` 0: nobody known."""

    kind: str
    user_id: int
    count: int


@dataclass(frozen=True)
class Lyrics:
    """The lyrics of an item, and who wrote them down. `starts` tells where in the track, in seconds, each line begins.

    Where nobody knows, it is empty.
    """

    item_id: int
    provider: str
    lines: Sequence[str]
    starts: Sequence[float] = ()


@dataclass(frozen=True)
class Sung:
    """Lyrics, and the line that is sung; zero: none yet; None: they have no times, or are not sung now.

    In so many seconds it is another line, unless something happens until then; None: not by itself.
    """

    lyrics: Lyrics
    line: int | None
    changes_in: float | None = None


@dataclass(frozen=True)
class Added:
    """What a request to play added. `place` 0 plays now, 1 is next. `starts_in` is in seconds.

    So many tracks were `left_out` because the guild does not want them.
    """

    player: Player
    item: Item
    count: int
    place: int
    starts_in: float = 0.0
    left_out: int = 0


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
    """A page of a list. `more` is the token of the next one; empty: there is none.

    `total` is how many entries the whole list has, where that is told with a page.
    """

    entries: Sequence[E]
    more: str = ""
    total: int = 0
