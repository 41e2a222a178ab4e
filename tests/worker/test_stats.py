"""What was played is counted once, and told by period, for a guild and for oneself."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.any_pb2 import Any as Packed

from kit.durations import from_seconds
from kit.errors import Reason, Refused
from segue.api.v1 import preferences_pb2, settings_service_pb2
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.common.v1 import actor_pb2, event_service_pb2
from segue.gateway.v1 import guild_service_pb2
from segue.worker.v1 import stats_service_pb2, stats_service_pb2_grpc
from tests.contract.methods import GUILD, OTHER_GUILD
from tests.kit.people import PERSON, standing
from tests.kit.serving import from_peer
from tests.kit.world import ALICE, STRANGER, token
from tests.worker.audio import BOB, Audio
from tests.worker.test_jobs import WITHIN, serving
from worker.adapters.personal import personal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kit.postgres import Pool

FINISHED, FAILED = queue_service_pb2.HISTORY_REASON_FINISHED, queue_service_pb2.HISTORY_REASON_FAILED
METADATA = from_peer("edge", token())
SOMEBODY = (1 << 63) - 1  # an id as large as they come
Told = event_service_pb2.ReadEventsResponse

DISCREET = 4711


def ended(
    title: str,
    *,
    author: str = "",
    user_id: int = ALICE,
    seconds: float = 60,
    ago: timedelta = timedelta(),
    reason: queue_service_pb2.HistoryReason.ValueType = FINISHED,
    guild_id: int = GUILD,
) -> event_service_pb2.Event:
    track = player_pb2.Track(title=title, author=author, uri=f"https://example.com/{title}")
    item = player_pb2.QueueItem(track=track, requester_id=user_id)
    entry = queue_service_pb2.HistoryEntry(item=item, reason=reason)
    entry.ended_at.FromDatetime(datetime.now(UTC) - ago)
    payload = Packed()
    payload.Pack(queue_service_pb2.TrackEnded(entry=entry, heard=from_seconds(seconds)))
    return event_service_pb2.Event(guild_id=guild_id, kind="history.entry", payload=payload)


class Outbox:
    """The outbox of audio: events by their ids, from one on, each in a batch of its own."""

    def __init__(self, *events: event_service_pb2.Event) -> None:
        self.events = list(events)
        self.cursors: list[int] = []
        self.breaks = 0

    async def read(self, request: Any) -> AsyncIterator[Told]:
        """Stream what is behind a cursor."""
        self.cursors.append(request.cursor)
        for cursor, event in enumerate(self.events[request.cursor :], request.cursor + 1):
            yield Told(cursor=cursor, batch=event_service_pb2.EventBatch(events=[event]))
            if self.breaks:
                self.breaks -= 1
                return
        await asyncio.Event().wait()


async def preferences(request: Any) -> settings_service_pb2.BatchGetPreferencesResponse:
    """Tell what people chose: all keep a history, but a discreet one."""
    kept = {one: preferences_pb2.Preferences(keep_history=one != DISCREET) for one in request.user_ids}
    return settings_service_pb2.BatchGetPreferencesResponse(preferences=kept)


async def member(request: Any) -> guild_service_pb2.GetMemberResponse:
    """Tell about a member: all are, but a stranger."""
    if request.user_id == STRANGER:
        raise Refused(Reason.GUILD_NOT_FOUND)
    found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id)
    return guild_service_pb2.GetMemberResponse(member=found)


@asynccontextmanager
async def counted(database_url: str, folder: Path, pool: Pool, outbox: Outbox) -> AsyncIterator[Any]:
    """Run worker until it has counted all; gives a function that asks for statistics."""
    mesh = Audio().mesh()
    mesh.answers |= {"ReadEvents": outbox.read, "GetMember": member, "BatchGetPreferences": preferences}
    async with serving(database_url, folder, mesh, stats_service_pb2_grpc.StatsServiceStub) as stub:
        async with asyncio.timeout(WITHIN):
            while await pool.fetchval("SELECT max(position) FROM event_cursor") != len(outbox.events):  # noqa: ASYNC110  (Postgres tells nobody)
                await asyncio.sleep(0.02)

        async def ask(period: str = "ALL", metadata: Any = METADATA, **more: Any) -> Any:
            request = stats_service_pb2.GetStatsRequest(
                **{"guild_id": GUILD, "period": f"STATS_PERIOD_{period}", **more}
            )
            return (await stub.GetStats(request, metadata=metadata)).stats

        yield ask


def most(entries: Any) -> list[tuple[str | int, int, int]]:
    """Return what a list says: whose, how often, and for how many seconds."""
    return [
        (getattr(entry, "title", "") or getattr(entry, "author", "") or entry.user_id, entry.plays, entry.heard.seconds)
        for entry in entries
    ]


async def test_the_most_played_is_told_first(database_url: str, tmp_path: Path, pool: Pool) -> None:
    outbox = Outbox(
        ended("once", author="Ann", seconds=500),
        ended("twice", author="Ben"),
        ended("twice", author="Ben", user_id=BOB),
        ended("picked", author="Ann", user_id=0, seconds=10),
        ended("elsewhere", guild_id=OTHER_GUILD),
    )
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        stats = await ask()

    assert (stats.plays, stats.heard.seconds, stats.track_count) == (4, 630, 3)
    assert most(stats.tracks) == [("twice", 2, 120), ("once", 1, 500), ("picked", 1, 10)]
    assert most(stats.artists) == [("Ann", 2, 510), ("Ben", 2, 120)]
    assert most(stats.listeners) == [(ALICE, 2, 560), (BOB, 1, 60)]


async def test_ones_own_are_what_one_asked_for(database_url: str, tmp_path: Path, pool: Pool) -> None:
    outbox = Outbox(ended("mine", user_id=SOMEBODY), ended("theirs", user_id=BOB), ended("picked", user_id=0))
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        stats = await ask(own=True, metadata=from_peer("edge", token(user_id=SOMEBODY)))

    assert (stats.plays, most(stats.tracks), list(stats.listeners)) == (1, [("mine", 1, 60)], [])


async def test_a_period_holds_what_ended_in_it(database_url: str, tmp_path: Path, pool: Pool) -> None:
    ages = {"now": 0, "yesterday": 23, "this week": 6 * 24, "this month": 29 * 24, "long ago": 400 * 24}
    outbox = Outbox(*(ended(title, ago=timedelta(hours=hours)) for title, hours in ages.items()))
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        found = [(await ask(period)).plays for period in ("DAY", "WEEK", "MONTH", "ALL", "UNSPECIFIED")]

    assert found == [2, 3, 4, 5, 5]


async def test_what_failed_or_was_never_heard_does_not_count(database_url: str, tmp_path: Path, pool: Pool) -> None:
    outbox = Outbox(
        ended("failed", reason=FAILED), ended("unheard", seconds=0), event_service_pb2.Event(kind="player.queue")
    )
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        stats = await ask()

    assert (stats.plays, stats.track_count, list(stats.tracks)) == (0, 0, [])


async def test_what_is_played_for_who_keeps_no_history_is_counted_for_nobody(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    async with counted(database_url, tmp_path, pool, Outbox(ended("song", user_id=DISCREET))) as ask:
        stats = await ask()

    assert (stats.plays, list(stats.listeners)) == (1, [])
    assert await standing(pool, "worker", DISCREET) == []


async def test_who_is_forgotten_leaves_what_was_played_to_nobody(database_url: str, tmp_path: Path, pool: Pool) -> None:
    outbox = Outbox(ended("song"), ended("song", user_id=PERSON), ended("other", user_id=PERSON))
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        records = await personal(pool).export(PERSON, ("", ""), 10)
        await personal(pool).erase(PERSON)
        stats = await ask()

    assert sorted(record.data["title"] for record in records) == ["other", "song"]
    assert [listener.user_id for listener in stats.listeners] == [ALICE]
    assert (stats.plays, await standing(pool, "worker")) == (3, [])


async def test_each_track_is_counted_once_however_often_reading_is_begun(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    outbox = Outbox(*(ended("song") for _ in range(6)))
    outbox.breaks = 2
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        stats = await ask()
    outbox.events.append(ended("song"))
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        again = await ask()

    assert (stats.plays, again.plays, outbox.cursors) == (6, 7, [0, 1, 2, 6])


async def test_only_members_are_told_and_only_ten_of_each(database_url: str, tmp_path: Path, pool: Pool) -> None:
    outbox = Outbox(*(ended(str(number), author=str(number), user_id=number) for number in range(1, 13)))
    async with counted(database_url, tmp_path, pool, outbox) as ask:
        stats = await ask()
        with pytest.raises(Refused) as caught:
            await ask(metadata=from_peer("edge", token(user_id=STRANGER)))

    assert (len(stats.tracks), len(stats.artists), len(stats.listeners)) == (10, 10, 10)
    assert caught.value.reason is Reason.GUILD_NOT_FOUND
