"""Managers make schedules; what is due is posted once, whoever dies, and a lost channel is told once."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kit.authorization import MANAGE_GUILD
from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2, message_service_pb2
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc, schedule_service_pb2, schedule_service_pb2_grpc
from tests.contract.methods import CHANNEL, GUILD, OTHER_GUILD
from tests.kit.serving import from_peer
from tests.kit.world import ALICE, token
from tests.worker.audio import BOB, Audio
from tests.worker.test_jobs import METADATA as OPERATOR
from tests.worker.test_jobs import ended, serving
from worker.adapters.schedules import PostgresSchedules
from worker.domain.schedule import MOST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kit.postgres import Pool

METADATA = from_peer("edge", token())
DAILY, SONG = schedule_service_pb2.SCHEDULE_KIND_DAILY_MESSAGE, schedule_service_pb2.SCHEDULE_KIND_SONG_OF_THE_DAY
PLAN: dict[str, Any] = {
    "guild_id": GUILD,
    "kind": DAILY,
    "channel_id": CHANNEL,
    "text": "Good morning, {server}!",
    "time_of_day": "09:30",
    "time_zone": "Europe/Berlin",
}


class Gateway:
    """Posts messages in one channel, each request once; Alice manages the guild, Bob does not."""

    def __init__(self) -> None:
        self.posted: dict[str, Any] = {}
        self.calls = 0
        self.refusal: Refused | None = None

    async def send(self, request: Any) -> message_service_pb2.SendMessageResponse:
        """Post a message."""
        if request.channel_id != CHANNEL:
            raise Refused(Reason.CHANNEL_NOT_WRITABLE)
        if request.validate_only:
            return message_service_pb2.SendMessageResponse()
        self.calls += 1
        if self.refusal:
            raise self.refusal
        known = self.posted.setdefault(request.request_id, request)
        if known != request:
            raise Refused(Reason.REQUEST_ID_REUSED)
        return message_service_pb2.SendMessageResponse(message_id=1)

    async def member(self, request: Any) -> guild_service_pb2.GetMemberResponse:
        """Tell about a member."""
        permissions = MANAGE_GUILD if request.user_id == ALICE else 0
        member = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, permissions=permissions)
        return guild_service_pb2.GetMemberResponse(member=member)


class Client:
    """A manager, and the operator who runs the job."""

    def __init__(self, channel: Any) -> None:
        self._schedules = schedule_service_pb2_grpc.ScheduleServiceStub(channel)
        self._jobs: Any = job_service_pb2_grpc.JobServiceStub(channel)

    async def __call__(self, method: str, metadata: Any = METADATA, **fields: Any) -> Any:
        """Call a method."""
        request = getattr(schedule_service_pb2, f"{method}Request")(**{"guild_id": GUILD, **fields})
        return await getattr(self._schedules, method)(request, metadata=metadata)

    async def create(self, **fields: Any) -> Any:
        """Make a schedule."""
        return (await self("CreateSchedule", **{**PLAN, **fields})).schedule

    async def listed(self) -> list[Any]:
        """List all."""
        return list((await self("ListSchedules")).schedules)

    async def run(self) -> Any:
        """Run the job once; return it."""
        request = job_service_pb2.RunJobRequest(kind="schedules")
        job = (await self._jobs.RunJob(request, metadata=OPERATOR)).job
        return await ended(self._jobs, job.job_id)


@asynccontextmanager
async def scheduling(database_url: str, folder: Path, gateway: Gateway) -> AsyncIterator[Client]:
    """Run worker between an audio that plays nothing and a gateway."""
    mesh = Audio().mesh()
    mesh.answers |= {"SendMessage": gateway.send, "GetMember": gateway.member}
    async with serving(database_url, folder, mesh, Client) as client:
        yield client


async def be_due(pool: Pool, schedule: Any, ago: timedelta = timedelta(minutes=5)) -> datetime:
    """Let a schedule have been due a while ago."""
    due = datetime.now(UTC) - ago
    await pool.execute("UPDATE schedule SET next_at = $2 WHERE schedule_id = $1", schedule.schedule_id, due)
    return due


async def played(pool: Pool, *titles: str) -> None:
    """Let songs have been played in the guild."""
    for title in titles:
        await pool.execute(
            "INSERT INTO played (guild_id, hour, user_id, track, title, author, uri, plays, heard_ms)"
            " VALUES ($1, now(), 1, $2::text::bytea, $2, 'Ann', '', 3, 1000)",
            GUILD,
            title,
        )


async def test_a_schedule_is_made_shown_changed_and_ended(database_url: str, tmp_path: Path, pool: Pool) -> None:
    async with scheduling(database_url, tmp_path, Gateway()) as client:
        made = await client.create()
        about = {"schedule_id": made.schedule_id}
        changed = (await client("UpdateSchedule", **about, time_of_day="21:05", text="Good night.")).schedule
        shown = (await client("GetSchedule", **about)).schedule
        paused = (await client("UpdateSchedule", **about, enabled=False)).schedule
        gone = (await client("DeleteSchedule", **about)).schedule
        left = await client.listed()

    assert {name: getattr(made, name) for name in PLAN} == PLAN
    assert (made.enabled, made.creator_id, made.HasField("error")) == (True, ALICE, False)
    assert timedelta() < made.next_time.ToDatetime(UTC) - datetime.now(UTC) <= timedelta(hours=25)
    assert shown == changed
    assert (changed.time_of_day, changed.text, changed.time_zone) == ("21:05", "Good night.", "Europe/Berlin")
    assert (paused.enabled, paused.HasField("next_time")) == (False, False)
    assert (gone, left) == (paused, [])
    kinds = [row["kind"] for row in await pool.fetch("SELECT kind FROM outbox ORDER BY id")]
    assert kinds == ["schedule.created", "schedule.changed", "schedule.changed", "schedule.deleted"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"time_zone": "Europe/Atlantis"}, Reason.TIME_ZONE_UNKNOWN),
        ({"time_of_day": "24:00"}, Reason.INVALID_ARGUMENT),
        ({"time_of_day": "9:30"}, Reason.INVALID_ARGUMENT),
        ({"text": " "}, Reason.INVALID_ARGUMENT),
        ({"text": "x" * 1501}, Reason.INVALID_ARGUMENT),
        ({"text": "x\0"}, Reason.INVALID_ARGUMENT),
        ({"text": "x\1"}, Reason.INVALID_ARGUMENT),
        ({"channel_id": CHANNEL + 1}, Reason.CHANNEL_NOT_WRITABLE),
        ({"kind": 0}, Reason.INVALID_ARGUMENT),
        ({"metadata": from_peer("edge", token(user_id=BOB))}, Reason.LEVEL_TOO_LOW),
    ],
)
@pytest.mark.parametrize("validate_only", [False, True])
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    database_url: str, tmp_path: Path, fields: dict[str, Any], reason: Reason, validate_only: bool
) -> None:
    async with scheduling(database_url, tmp_path, Gateway()) as client:
        with pytest.raises(Refused) as caught:
            await client("CreateSchedule", **{**PLAN, **fields, "validate_only": validate_only})
        left = await client.listed()

    assert (caught.value.reason, left) == (reason, [])


@pytest.mark.parametrize("validate_only", [False, True])
async def test_a_guild_has_so_many_schedules_and_sees_only_its_own(
    database_url: str, tmp_path: Path, validate_only: bool
) -> None:
    async with scheduling(database_url, tmp_path, Gateway()) as client:
        made = await asyncio.gather(*(client.create() for _ in range(MOST)))
        with pytest.raises(Refused) as caught:
            await client("CreateSchedule", **PLAN, validate_only=validate_only)
        seen, token_ = [], ""
        while True:
            page = await client("ListSchedules", page_size=10, page_token=token_)
            seen += [schedule.schedule_id for schedule in page.schedules]
            if not (token_ := page.next_page_token):
                break
        with pytest.raises(Refused) as foreign:
            await client("DeleteSchedule", guild_id=OTHER_GUILD, schedule_id=seen[0])

    assert (caught.value.reason, caught.value.metadata["limit"]) == (Reason.TOO_MANY_SCHEDULES, str(MOST))
    assert seen == sorted(schedule.schedule_id for schedule in made)
    assert foreign.value.reason in {Reason.SCHEDULE_NOT_FOUND, Reason.GUILD_NOT_FOUND}


async def test_the_same_request_makes_one_schedule(database_url: str, tmp_path: Path) -> None:
    request_id = str(uuid.uuid4())
    async with scheduling(database_url, tmp_path, Gateway()) as client:
        await client("CreateSchedule", **PLAN, validate_only=True)
        first, again = [await client.create(request_id=request_id) for _ in range(2)]
        listed = await client.listed()

    assert (first, [first]) == (again, listed)


async def test_what_is_due_is_posted_once_and_is_due_again_a_day_later(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        due = await be_due(pool, await client.create())
        await client.run()
        await client.run()
        (schedule,) = await client.listed()

    (posted,) = gateway.posted.values()
    assert (posted.guild_id, posted.channel_id, posted.text) == (GUILD, CHANNEL, PLAN["text"])
    assert (gateway.calls, schedule.last_time.ToDatetime(UTC)) == (1, due)
    assert timedelta() < schedule.next_time.ToDatetime(UTC) - datetime.now(UTC) <= timedelta(hours=25)


async def test_a_message_that_was_posted_before_its_worker_died_is_not_posted_again(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        schedule = await client.create()
        due = await be_due(pool, schedule)
        await client.run()
        await pool.execute("UPDATE schedule SET next_at = $1, text = 'Another text.'", due)
        job = await client.run()
        (after,) = await client.listed()

    assert (gateway.calls, len(gateway.posted)) == (2, 1)
    assert job.status == job_service_pb2.JOB_STATUS_SUCCEEDED
    assert after.next_time.ToDatetime(UTC) > datetime.now(UTC)


async def test_two_workers_post_one_message(database_url: str, tmp_path: Path, pool: Pool) -> None:
    gateway = Gateway()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with (
        scheduling(database_url, tmp_path / "a", gateway) as one,
        scheduling(database_url, tmp_path / "b", gateway) as other,
    ):
        await be_due(pool, await one.create())
        await asyncio.gather(one.run(), other.run())

    assert len(gateway.posted) == 1


async def test_what_was_missed_for_more_than_an_hour_is_left_out(database_url: str, tmp_path: Path, pool: Pool) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        await be_due(pool, await client.create(), timedelta(minutes=61))
        await client.run()
        (schedule,) = await client.listed()

    assert (gateway.calls, schedule.HasField("last_time")) == (0, False)
    assert schedule.next_time.ToDatetime(UTC) > datetime.now(UTC)


async def test_a_lost_channel_is_told_once_and_the_schedule_pauses_until_somebody_lets_it_go_on(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        made = await client.create()
        await be_due(pool, made)
        gateway.refusal = Refused(Reason.CHANNEL_NOT_WRITABLE)
        await client.run()
        await client.run()
        (lost,) = await client.listed()
        gateway.refusal = None
        again = (await client("UpdateSchedule", schedule_id=made.schedule_id, enabled=True)).schedule

    assert gateway.calls == 1
    assert (lost.enabled, lost.error.reason) == (False, "CHANNEL_NOT_WRITABLE")
    assert (again.enabled, again.HasField("error")) == (True, False)


async def test_a_gateway_that_is_away_is_asked_again_and_keeps_no_other_message_back(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    send = gateway.send

    async def away_at_first(request: Any) -> Any:
        if request.text == "first" and not gateway.posted:
            raise Refused(Reason.UNAVAILABLE, part="discord")
        return await send(request)

    gateway.send = away_at_first  # type: ignore[method-assign]  # what a Discord that is away answers
    async with scheduling(database_url, tmp_path, gateway) as client:
        for text in ("first", "second"):
            await be_due(pool, await client.create(text=text))
        await client.run()

    assert [posted.text for posted in gateway.posted.values()] == ["second", "first"]


async def test_the_song_of_the_day_is_one_of_those_that_were_played(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        await be_due(pool, await client.create(kind=SONG, text=""))
        await client.run()
        assert gateway.calls == 0
        await played(pool, "one", "two")
        await pool.execute("UPDATE schedule SET next_at = now() - interval '1 minute'")
        await client.run()

    (posted,) = gateway.posted.values()
    assert posted.song.title in {"one", "two"}
    assert (posted.song.author, posted.song.plays, posted.text) == ("Ann", 3, "")


async def test_a_text_that_is_changed_when_it_is_due_is_still_posted(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    gateway = Gateway()
    async with scheduling(database_url, tmp_path, gateway) as client:
        made = await client.create()
        gateway.refusal = Refused(Reason.UNAVAILABLE, part="discord")
        await be_due(pool, made)
        await client("UpdateSchedule", schedule_id=made.schedule_id, text="Changed.")
        gateway.refusal = None
        await client.run()

    assert [posted.text for posted in gateway.posted.values()] == ["Changed."]


async def test_what_is_changed_meanwhile_stays_changed(database_url: str, tmp_path: Path, pool: Pool) -> None:
    rows = PostgresSchedules(pool)
    async with scheduling(database_url, tmp_path, Gateway()) as client:
        made = await client.create()
        await be_due(pool, made)
        (due,) = await rows.due(datetime.now(UTC))
        changed = (await client("UpdateSchedule", schedule_id=made.schedule_id, time_of_day="20:00")).schedule
        await rows.advance(due, datetime.now(UTC) + timedelta(days=9), sent=True)
        await rows.pause(due, "CHANNEL_NOT_WRITABLE")
        (after,) = await client.listed()

    assert after == changed
