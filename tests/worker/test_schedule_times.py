"""A time of day comes once a day by a zone's own clocks, whatever those do."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Reason, Refused
from worker.domain.schedule import next_due, song_of, zone_of
from worker.domain.stats import Amount, Song

# Gaps and folds of an hour and of half an hour, at midnight too, and a zone that left out a day.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
zones = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)
minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
moments = st.datetimes(
    datetime(2005, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(2037, 1, 1),  # noqa: DTZ001  (as above)
    timezones=st.just(UTC),
)


def local(moment: datetime, zone: zoneinfo.ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


@given(minutes, zones, moments)
def test_it_is_due_at_that_time_or_at_the_end_of_a_gap_that_swallows_it(
    time_of_day: time, zone: zoneinfo.ZoneInfo, after: datetime
) -> None:
    due = next_due(time_of_day, zone, after)
    shown = local(due, zone)
    wanted = datetime.combine(shown.date(), time_of_day)

    assert after < due
    if shown != wanted:
        gap = due.astimezone(zone).utcoffset()
        before = (due - timedelta(hours=25)).astimezone(zone).utcoffset()
        assert gap is not None
        assert before is not None
        assert (shown - wanted) % timedelta(days=1) == (gap - before) % timedelta(days=1)


@given(minutes, zones, moments)
def test_it_comes_once_on_each_day_that_the_zone_has(
    time_of_day: time, zone: zoneinfo.ZoneInfo, after: datetime
) -> None:
    due = [after]
    for _ in range(5):
        due.append(next_due(time_of_day, zone, due[-1]))
    days = [local(moment, zone).date() for moment in due[1:]]

    assert len(set(days)) == len(days)
    assert all(timedelta(hours=22) <= late - early <= timedelta(hours=26) for early, late in pairwise(due[1:]))


@given(minutes, zones, moments, st.timedeltas(timedelta(), timedelta(days=2)))
def test_nothing_due_is_passed_over(
    time_of_day: time, zone: zoneinfo.ZoneInfo, after: datetime, later: timedelta
) -> None:
    due = next_due(time_of_day, zone, after)

    assert next_due(time_of_day, zone, min(after + later, due - timedelta(seconds=1))) == due


@pytest.mark.parametrize(
    ("zone", "day", "time_of_day", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29T01:30"),  # 03:30 of the summer
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),  # the first of two
        ("Europe/Berlin", date(2026, 7, 1), time(9), "2026-07-01T07:00"),
        ("Europe/Berlin", date(2026, 12, 1), time(9), "2026-12-01T08:00"),
        ("Pacific/Apia", date(2011, 12, 31), time(9), "2011-12-30T19:00"),  # the day after the 29th
    ],
)
def test_clocks_that_change(zone: str, day: date, time_of_day: time, expected: str) -> None:
    found = zone_of(zone)
    midnight = datetime.combine(day, time(), found).astimezone(UTC)

    assert next_due(time_of_day, found, midnight) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "/etc/passwd", "Europe/Berlin\0"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        zone_of(name)

    assert caught.value.reason is Reason.TIME_ZONE_UNKNOWN


@given(st.integers(1, 50), moments, zones)
def test_the_song_of_the_day_is_another_one_until_all_had_their_day(
    count: int, moment: datetime, zone: zoneinfo.ZoneInfo
) -> None:
    songs = [(Song(str(number), "", ""), Amount(1, 1)) for number in range(count)]
    noon = datetime.combine(moment.date(), time(12), zone)
    told = [song_of(songs, noon + timedelta(day), zone) for day in range(count)]

    assert {each[0].title for each in told if each} == {song.title for song, _ in songs}
    assert song_of([], moment, zone) is None
