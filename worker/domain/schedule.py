"""Schedules, and when they are due."""

from __future__ import annotations

import enum
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from worker.domain.stats import Amount, Song

KIND = "schedules"
"""The kind of job that looks after them."""
LATEST = timedelta(hours=1)
"""What is later than this is left out."""
MOST = 25
"""Schedules of a guild."""
LOST = frozenset({Reason.CHANNEL_NOT_WRITABLE, Reason.GUILD_NOT_FOUND})
"""What does not pass by itself: a schedule that is refused for it pauses."""


class ScheduleKind(enum.StrEnum):
    """What is posted; the names are the contract's."""

    DAILY_MESSAGE = "daily_message"
    SONG_OF_THE_DAY = "song_of_the_day"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is posted where and when."""

    kind: ScheduleKind
    channel_id: int
    text: str
    time_of_day: time
    time_zone: str

    @property
    def clock(self) -> tuple[time, str]:
        """The time of day, by which clocks."""
        return self.time_of_day, self.time_zone

    def check(self) -> None:
        """Raise Refused(INVALID_ARGUMENT, TIME_ZONE_UNKNOWN) for one that cannot be."""
        if self.kind is ScheduleKind.DAILY_MESSAGE and not self.text.strip():
            raise Refused(Reason.INVALID_ARGUMENT, fields={"text": "A daily message has a text."})
        zone_of(self.time_zone)

    def next_time(self, after: datetime) -> datetime:
        """Return when it is due next."""
        return next_due(self.time_of_day, zone_of(self.time_zone), after)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan of a guild, and how it stands. `next_at` is None while it pauses, `problem` says why if nobody did it."""

    schedule_id: str
    guild_id: int
    plan: Plan
    next_at: datetime | None
    last_at: datetime | None
    problem: str
    creator_id: int
    created_at: datetime


def zone_of(name: str) -> tzinfo:
    """Return a time zone. Raises Refused(TIME_ZONE_UNKNOWN)."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder's name, or one with dots in it
        raise Refused(Reason.TIME_ZONE_UNKNOWN, name=name) from error


def next_due(time_of_day: time, zone: tzinfo, after: datetime) -> datetime:
    """Return the first moment after another at which the clocks of a zone show a time, once for each of their days.

    A time that is left out counts by the clocks as they were before, one that comes twice the first time. Days that a
    zone left out fall together with the next one.
    """
    today = after.astimezone(zone).date()
    moments = (datetime.combine(today + timedelta(days), time_of_day, zone).astimezone(UTC) for days in range(-1, 4))
    return next(moment for moment in moments if moment > after)


def song_of(songs: Sequence[tuple[Song, Amount]], moment: datetime, zone: tzinfo) -> tuple[Song, Amount] | None:
    """Return the song of a day, another one each day until all had theirs; None: there are none."""
    return songs[moment.astimezone(zone).date().toordinal() % len(songs)] if songs else None
