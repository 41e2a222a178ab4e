"""What a guild has done by the clock, and what it listens to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.errors import Refused


@dataclass(frozen=True)
class Schedule:
    """Something that is posted once a day. `kind` is the contract's, as `DAILY_MESSAGE`; times are Unix times.

    `next_time` is None while it pauses; `refusal` says why, unless people let it pause.
    """

    id: str
    kind: str
    channel_id: int
    text: str
    time_of_day: str
    time_zone: str
    next_time: float | None
    refusal: Refused | None = None


@dataclass(frozen=True)
class NewSchedule:
    """What is to be posted where and when; as `Schedule`."""

    kind: str
    channel_id: int
    text: str
    time_of_day: str
    time_zone: str


@dataclass(frozen=True)
class Amount:
    """How often something was played, and for how many seconds in all."""

    plays: int
    seconds: float


@dataclass(frozen=True)
class TopTrack:
    """A track of those that were played most."""

    title: str
    author: str
    uri: str
    amount: Amount


@dataclass(frozen=True)
class Stats:
    """What was played in a period."""

    total: Amount
    track_count: int
    tracks: Sequence[TopTrack]
    artists: Sequence[tuple[str, Amount]]
    listeners: Sequence[tuple[int, Amount]]
