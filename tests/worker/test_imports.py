"""Imports add what they find, once and in order; they tell how far they are, and end when they are told to."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2
from segue.worker.v1 import import_service_pb2 as messages
from segue.worker.v1 import import_service_pb2_grpc, job_service_pb2, job_service_pb2_grpc
from segue.worker.v1.job_service_pb2 import (
    JOB_STATUS_CANCELLED,
    JOB_STATUS_FAILED,
    JOB_STATUS_QUEUED,
    JOB_STATUS_SUCCEEDED,
)
from tests.contract.methods import GUILD, OTHER_GUILD
from tests.kit.serving import from_peer
from tests.kit.world import ALICE, STRANGER, token
from tests.worker.audio import BOB, DJ, Audio
from tests.worker.test_jobs import METADATA, WITHIN, ended, run_purge, serving
from worker.domain import imports
from worker.domain.imports import Progress, Wish
from worker.domain.job import MOST_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from kit.postgres import Pool

UNDOABLE = 20  # edits of a queue


class Stub:
    """ImportService as a member of the guild calls it."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self._stub: Any = import_service_pb2_grpc.ImportServiceStub(channel)

    async def start(self, lines: list[str], who: int = ALICE, **more: Any) -> Any:
        """Start an import."""
        request = messages.StartImportRequest(**{"guild_id": GUILD, "lines": lines, **more})
        return (await self._stub.StartImport(request, metadata=_as(who))).track_import

    async def get(self, import_id: str, guild_id: int = GUILD) -> Any:
        """Look at an import."""
        request = messages.GetImportRequest(guild_id=guild_id, import_id=import_id)
        return (await self._stub.GetImport(request, metadata=_as(ALICE))).track_import

    async def cancel(self, import_id: str, who: int = ALICE, **more: Any) -> Any:
        """Cancel an import."""
        request = messages.CancelImportRequest(guild_id=GUILD, import_id=import_id, **more)
        return (await self._stub.CancelImport(request, metadata=_as(who))).track_import

    async def until(self, import_id: str, condition: Callable[[Any], bool]) -> Any:
        """Return an import once the condition is true of it."""
        async with asyncio.timeout(WITHIN):
            while True:
                found = await self.get(import_id)
                if condition(found):
                    return found
                await asyncio.sleep(0.02)

    async def ended(self, import_id: str) -> Any:
        """Return an import once it has ended."""
        return await self.until(import_id, lambda found: found.HasField("finished_at"))


def _as(who: int) -> Any:
    return from_peer("edge", token(user_id=who))


class Gate:
    """Lets the calls of one kind through until it is closed."""

    def __init__(self, closed_to: str) -> None:
        self._closed_to = closed_to
        self.reached = asyncio.Event()
        self._open = asyncio.Event()

    async def __call__(self, call: str) -> None:
        """Wait here, if it is closed to that call."""
        if call == self._closed_to:
            self.reached.set()
            await self._open.wait()

    def open(self) -> None:
        """Let all through."""
        self._open.set()


@asynccontextmanager
async def importing(database_url: str, folder: Path, audio: Audio) -> AsyncIterator[Stub]:
    """Run worker in a mesh with this audio."""
    async with serving(database_url, folder, audio.mesh(), Stub) as stub:
        yield stub


def songs(count: int) -> list[str]:
    """Return so many lines."""
    return [f"song {number}" for number in range(count)]


async def test_what_the_lines_say_is_added_in_their_order_and_the_first_is_played_at_once(
    database_url: str, tmp_path: Path
) -> None:
    audio = Audio()
    async with importing(database_url, tmp_path, audio) as stub:
        started = await stub.start(songs(30))
        told = await stub.ended(started.import_id)

    assert audio.queue == songs(30)
    assert audio.parts[0] == ("play", 1)
    assert {how for how, _ in audio.parts[1:]} == {"add"}
    assert (told.status, told.total, told.done, told.added) == (JOB_STATUS_SUCCEEDED, 30, 30, 30)
    assert (started.status, started.total, started.done) == (JOB_STATUS_QUEUED, 30, 0)
    assert (started.guild_id, started.requester_id) == (GUILD, ALICE)
    assert not told.HasField("error")


async def test_one_sees_how_far_an_import_is_while_it_goes_on(database_url: str, tmp_path: Path) -> None:
    audio, gate = Audio(), Gate("add")
    audio.before = gate
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(10))).import_id
        seen = await stub.until(import_id, lambda found: found.done == 2)
        assert (seen.status, seen.added) == (job_service_pb2.JOB_STATUS_RUNNING, 1)
        gate.open()
        assert (await stub.ended(import_id)).added == 10


async def test_lines_for_which_nothing_is_found_are_told_and_fail_nothing(database_url: str, tmp_path: Path) -> None:
    lines = ["unknown a", "song 1", "broken b", "song 2", *(f"unknown {number}" for number in range(60))]
    audio = Audio()
    async with importing(database_url, tmp_path, audio) as stub:
        told = await stub.ended((await stub.start(lines)).import_id)

    assert audio.queue == ["song 1", "song 2"]
    assert (told.status, told.added, told.missed) == (JOB_STATUS_SUCCEEDED, 2, 62)
    assert list(told.missed_lines[:3]) == ["unknown a", "broken b", "unknown 0"]
    assert len(told.missed_lines) == 50


@pytest.mark.parametrize(
    "why", [Reason.TRACK_TOO_LONG, Reason.TRACK_BLOCKED, Reason.ARTIST_BLOCKED, Reason.DOMAIN_BLOCKED]
)
async def test_what_the_guild_does_not_want_is_left_out(database_url: str, tmp_path: Path, why: Reason) -> None:
    audio = Audio(unwelcome=["song 0", "song 5"], why=why)
    async with importing(database_url, tmp_path, audio) as stub:
        told = await stub.ended((await stub.start(songs(10))).import_id)

    assert audio.queue == [song for song in songs(10) if song not in {"song 0", "song 5"}]
    assert audio.parts[0] == ("play", 1)
    assert (told.status, told.added, told.left_out) == (JOB_STATUS_SUCCEEDED, 8, 2)


@pytest.mark.parametrize("room", [0, 1, 13])
async def test_a_queue_is_filled_to_its_brim_and_then_it_is_told_that_it_is_full(
    database_url: str, tmp_path: Path, room: int
) -> None:
    audio = Audio(room=room)
    async with importing(database_url, tmp_path, audio) as stub:
        told = await stub.ended((await stub.start(songs(40))).import_id)

    assert audio.queue == songs(room)
    assert (told.status, told.added) == (JOB_STATUS_FAILED, room)
    assert (told.error.reason, dict(told.error.metadata)["limit"]) == ("QUEUE_FULL", str(room))


async def test_what_is_to_come_next_comes_in_order_before_all_that_waits(database_url: str, tmp_path: Path) -> None:
    audio, more = Audio(room=51), {"placement": player_pb2.PLACEMENT_NEXT}
    audio.queue = ["waits"]
    async with importing(database_url, tmp_path, audio) as stub:
        await stub.ended((await stub.start(songs(50), **more)).import_id)
        assert audio.queue == [*songs(50), "waits"]
        told = await stub.ended((await stub.start(songs(50), **more)).import_id)

    assert audio.queue == [*songs(50), "waits"]
    assert (told.status, told.added, told.error.reason) == (JOB_STATUS_FAILED, 0, "QUEUE_FULL")


async def test_a_cancelled_import_adds_no_more_than_the_part_it_is_at(database_url: str, tmp_path: Path) -> None:
    audio, gate = Audio(), Gate("add")
    audio.before = gate
    request_id = str(uuid.uuid4())
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(50))).import_id
        await asyncio.wait_for(gate.reached.wait(), WITHIN)
        assert (await stub.cancel(import_id, validate_only=True)).status == job_service_pb2.JOB_STATUS_RUNNING
        cancelled = await stub.cancel(import_id, request_id=request_id)
        assert cancelled == await stub.cancel(import_id, request_id=request_id)
        gate.open()
        told = await stub.until(import_id, lambda found: found.added == 2)
        await stub.ended((await stub.start(["the next"])).import_id)
        with pytest.raises(Refused) as caught:
            await stub.cancel(import_id)

    assert (cancelled.status, told.status) == (JOB_STATUS_CANCELLED, JOB_STATUS_CANCELLED)
    assert audio.queue == ["song 0", "song 1", "the next"]
    assert caught.value.reason is Reason.IMPORT_ENDED


async def test_an_import_goes_on_when_a_source_that_was_away_is_back(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    audio = Audio()
    audio.refusal = Refused(Reason.SOURCE_FAILED, source="youtube")
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(5))).import_id
        waiting = await stub.until(import_id, lambda found: found.status == JOB_STATUS_QUEUED)
        audio.refusal = None
        await pool.execute("UPDATE job SET due_at = now()")
        told = await stub.ended(import_id)

    assert not waiting.HasField("error")
    assert audio.queue == songs(5)
    assert (told.status, told.added) == (JOB_STATUS_SUCCEEDED, 5)


async def test_a_source_that_stays_away_is_told_in_the_end(database_url: str, tmp_path: Path, pool: Pool) -> None:
    audio = Audio()
    audio.refusal = Refused(Reason.SOURCE_FAILED, source="youtube")
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(5))).import_id
        async with asyncio.timeout(WITHIN):
            while not (told := await stub.get(import_id)).HasField("finished_at"):
                await pool.execute("UPDATE job SET due_at = now() - interval '1 h' WHERE status = 'queued'")
                await asyncio.sleep(0.05)
        attempts = await pool.fetchval("SELECT attempts FROM job WHERE job_id = $1", import_id)

    assert (told.status, attempts) == (JOB_STATUS_FAILED, MOST_ATTEMPTS)
    assert (told.error.reason, told.error.metadata["source"]) == ("SOURCE_FAILED", "youtube")


async def test_a_guild_has_one_import_under_way_and_the_same_request_starts_one(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    audio, gate, request_id = Audio(), Gate("search"), str(uuid.uuid4())
    audio.before = gate
    async with importing(database_url, tmp_path, audio) as stub:
        assert (await stub.start(songs(2), validate_only=True)).import_id == ""
        first = await stub.start(songs(2), request_id=request_id)
        assert first == await stub.start(songs(2), request_id=request_id)
        for more in ({}, {"validate_only": True}):
            with pytest.raises(Refused) as caught:
                await stub.start(songs(2), BOB, **more)
            assert caught.value.reason is Reason.IMPORT_UNDER_WAY
            assert caught.value.metadata["import_id"] == first.import_id
        gate.open()
        await stub.ended(first.import_id)
        assert first == await stub.start(songs(2), request_id=request_id)

    assert audio.queue == songs(2)
    assert await pool.fetchval("SELECT count(*) FROM job WHERE kind = 'import'") == 1
    assert [row["kind"] for row in await pool.fetch("SELECT kind FROM outbox")] == ["import.started"]


async def test_an_import_is_cancelled_by_who_started_it_or_a_dj_and_seen_by_its_guild_alone(
    database_url: str, tmp_path: Path
) -> None:
    audio, gate = Audio(), Gate("search")
    audio.before = gate
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(2))).import_id
        refusals = {}
        for name, call in {
            "other": stub.cancel(import_id, BOB),
            "stranger": stub.cancel(import_id, STRANGER),
            "guild": stub.get(import_id, OTHER_GUILD),
            "unknown": stub.get(str(uuid.uuid4())),
        }.items():
            with pytest.raises(Refused) as caught:
                await call
            refusals[name] = caught.value.reason
        cancelled = await stub.cancel(import_id, DJ)
        gate.open()

    assert refusals == {
        "other": Reason.NOT_OWN_IMPORT,
        "stranger": Reason.GUILD_NOT_FOUND,
        "guild": Reason.GUILD_NOT_FOUND,
        "unknown": Reason.IMPORT_NOT_FOUND,
    }
    assert (cancelled.status, cancelled.requester_id) == (JOB_STATUS_CANCELLED, ALICE)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        (["x"] * 1001, "lines"),
        (["x" * 201], "lines[0]"),
        ([""], "lines[0]"),
        (["x", " "], "lines[1]"),
        (["\0"], "lines[0]"),
    ],
    ids=["none", "too many", "too long", "empty", "blank", "control"],
)
async def test_lines_that_are_none_or_too_many_or_too_long_are_refused(
    database_url: str, tmp_path: Path, pool: Pool, lines: list[str], field: str
) -> None:
    async with importing(database_url, tmp_path, Audio()) as stub:
        with pytest.raises(Refused) as caught:
            await stub.start(lines)

    assert (caught.value.reason, list(caught.value.fields)) == (Reason.INVALID_ARGUMENT, [field])
    assert await pool.fetchval("SELECT count(*) FROM job WHERE kind = 'import'") == 0


async def test_no_other_job_waits_for_an_import(database_url: str, tmp_path: Path) -> None:
    audio, gate = Audio(), Gate("search")
    audio.before = gate
    async with importing(database_url, tmp_path, audio) as stub:
        import_id = (await stub.start(songs(2))).import_id
        await asyncio.wait_for(gate.reached.wait(), WITHIN)
        jobs = job_service_pb2_grpc.JobServiceStub(stub.channel)
        purge = await ended(jobs, (await run_purge(jobs)).job.job_id)
        assert purge.status == JOB_STATUS_SUCCEEDED
        assert (await stub.get(import_id)).status == job_service_pb2.JOB_STATUS_RUNNING
        gate.open()


async def test_an_operator_sees_an_import_among_the_jobs_without_what_is_in_it(
    database_url: str, tmp_path: Path
) -> None:
    async with importing(database_url, tmp_path, Audio()) as stub:
        import_id = (await stub.start(["song", "unknown"])).import_id
        await stub.ended(import_id)
        jobs: Any = job_service_pb2_grpc.JobServiceStub(stub.channel)
        listed = (await jobs.ListJobs(job_service_pb2.ListJobsRequest(kind="import"), metadata=METADATA)).jobs

    assert [job.job_id for job in listed] == [import_id]
    assert (listed[0].result["added"], listed[0].result["missed"]) == (1, 1)
    assert "pending" not in listed[0].result


def test_the_longest_import_is_no_more_edits_than_can_be_taken_back() -> None:
    wish, progress = Wish(songs(1000), "", "END"), Progress(total=1000)
    while not imports.is_over(progress):
        if imports.is_due(wish, progress):
            progress = imports.put(progress, len(imports.part(wish, progress)), 0)
        else:
            lines = imports.to_search(wish, progress)
            progress = imports.searched(progress, lines, lines)

    assert progress.added == 1000
    assert progress.parts <= UNDOABLE
