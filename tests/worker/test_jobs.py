"""Jobs are run once, seen by the operator, and lost by nobody's death."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToDict
from pydantic import SecretStr

from kit import client, idempotency
from kit.errors import Reason, Refused
from kit.postgres import transaction
from segue.audio.v1 import node_service_pb2
from segue.common.v1 import actor_pb2, upkeep_service_pb2
from segue.gateway.v1 import guild_service_pb2
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc
from tests.kit.mesh import Mesh, playing
from tests.kit.serving import from_peer
from tests.kit.world import ALICE, token
from worker import app, running
from worker.adapters.postgres import PostgresJobs, upkeep
from worker.domain.job import MOST_ATTEMPTS, Job, Result, Status
from worker.running import Kind, Runner
from worker.settings import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from kit.postgres import Pool
    from worker.running import Report

METADATA = from_peer("edge", token(operator=True))
WITHIN = 60.0
HOUR = timedelta(hours=1)


class Owners:
    """Services with so many expired rows each."""

    def __init__(self, rows: int) -> None:
        self.left = rows
        self.limits: list[int] = []

    def mesh(self, **more: Any) -> Mesh:
        """Return the mesh in which they are called; no guild was left."""
        return Mesh(PurgeExpired=self.purge, ListLeftGuilds=_no_guilds, **more)

    async def purge(self, request: Any) -> upkeep_service_pb2.PurgeExpiredResponse:
        """Remove a batch."""
        self.limits.append(request.limit)
        removed = min(self.left, request.limit)
        self.left -= removed
        return upkeep_service_pb2.PurgeExpiredResponse(outbox_rows=removed)


async def _no_guilds(_request: Any) -> guild_service_pb2.ListLeftGuildsResponse:
    return guild_service_pb2.ListLeftGuildsResponse()


@asynccontextmanager
async def serving(
    database_url: str, folder: Path, mesh: Mesh, stub: Any = job_service_pb2_grpc.JobServiceStub, **more: Any
) -> AsyncIterator[Any]:
    """Run worker on the mesh, with more settings; gives a stub that raises Refused."""
    given = WorkerSettings(
        listen=f"unix:{folder}/app.sock",
        mesh=f"unix:{folder}/out.sock",
        instance="worker",
        database_url=SecretStr(database_url),
        **more,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(mesh, given.mesh))
        server = await app.build(given, stack)
        await server.start()
        stack.push_async_callback(server.stop, drain=0, grace=0)
        channel = await stack.enter_async_context(client.channel(given.listen, "worker"))
        yield stub(channel)


async def until(stub: Any, job_id: str, condition: Callable[[Any], bool]) -> Any:
    """Return a job once the condition is true of it."""
    async with asyncio.timeout(WITHIN):
        while True:
            job = (await stub.GetJob(job_service_pb2.GetJobRequest(job_id=job_id), metadata=METADATA)).job
            if condition(job):
                return job
            await asyncio.sleep(0.05)


async def ended(stub: Any, job_id: str) -> Any:
    """Return a job once it has ended."""
    return await until(stub, job_id, lambda job: job.HasField("finished_at"))


async def recurring(stub: Any, kind: str) -> Any:
    """Return the job that a worker enqueues of itself at its start."""
    async with asyncio.timeout(WITHIN):
        while True:
            listed = await stub.ListJobs(job_service_pb2.ListJobsRequest(kind=kind), metadata=METADATA)
            if listed.jobs:
                return listed.jobs[0]
            await asyncio.sleep(0.05)


async def run_purge(stub: Any, **more: Any) -> Any:
    """Ask for a purge now."""
    request = job_service_pb2.RunJobRequest(**{"kind": "purge", **more})
    return await stub.RunJob(request, metadata=METADATA)


async def test_a_purge_removes_what_is_past_its_time_everywhere_and_says_how_much(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    await pool.execute(
        "INSERT INTO request (user_id, guild_id, request_id, hash, created_at)"
        " SELECT 1, 1, n::text, '', now() - interval '25 h' FROM generate_series(1, 2500) AS n",
    )
    owners = Owners(1500)
    async with serving(database_url, tmp_path, owners.mesh()) as stub:
        job = await ended(stub, (await recurring(stub, "purge")).job_id)

    assert job.status == job_service_pb2.JOB_STATUS_SUCCEEDED
    result = MessageToDict(job.result)
    assert result["worker"] == {"request_ids": 2500, "deleted_rows": 0, "outbox_rows": 0}
    assert sum(result[name]["outbox_rows"] for name in ("audio", "gateway", "api")) == 1500
    assert await pool.fetchval("SELECT count(*) FROM request") == 0


async def test_an_owner_that_is_away_keeps_the_others_from_nothing_and_is_asked_again(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    mesh = Mesh()
    async with serving(database_url, tmp_path, mesh) as stub:
        job = (await run_purge(stub)).job
        found = await until(stub, job.job_id, lambda job: job.error != "")
        assert "UNAVAILABLE" in found.error
        assert found.status == job_service_pb2.JOB_STATUS_QUEUED
        assert "worker" in MessageToDict(found.result)
        mesh.answers |= Owners(0).mesh().answers
        await pool.execute("UPDATE job SET due_at = now()")
        again = await ended(stub, job.job_id)

    assert (again.status, again.attempts) == (job_service_pb2.JOB_STATUS_SUCCEEDED, 2)


async def test_one_run_an_hour_is_enqueued_however_many_workers_there_are(pool: Pool) -> None:
    store = PostgresJobs(pool)
    await asyncio.gather(*(store.enqueue_recurring("purge", HOUR) for _ in range(10)))

    assert await pool.fetchval("SELECT count(*) FROM job") == 1


async def test_a_kind_recurs_as_often_as_it_says(pool: Pool) -> None:
    store = PostgresJobs(pool)
    for every in (timedelta(minutes=5), HOUR):
        await store.enqueue_recurring(str(every), every)

    rows = await pool.fetch("SELECT kind, extract(epoch FROM slot)::int AS slot, now() - slot AS age FROM job")
    ages = {row["kind"]: row["age"] for row in rows}
    assert ages["0:05:00"] < timedelta(minutes=5)
    assert ages["1:00:00"] < HOUR
    assert {row["kind"]: row["slot"] % 3600 for row in rows}["1:00:00"] == 0
    assert {row["slot"] % 300 for row in rows} == {0}


async def test_a_canary_tells_what_it_found_at_each_node_and_source(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    async def probe(_: Any) -> node_service_pb2.ProbeSourcesResponse:
        found = (("one", "local", ""), ("one", "youtube", "Sign in."), ("two", "youtube", ""))
        probes = [node_service_pb2.SourceProbe(node=node, source=source, detail=why) for node, source, why in found]
        return node_service_pb2.ProbeSourcesResponse(probes=probes)

    mesh = Owners(0).mesh(ProbeSources=probe)
    async with serving(database_url, tmp_path, mesh) as stub:
        own = await ended(stub, (await recurring(stub, "canary")).job_id)
        asked = await ended(stub, (await run_purge(stub, kind="canary")).job.job_id)

    assert own.status == asked.status == job_service_pb2.JOB_STATUS_SUCCEEDED
    expected = {"one": {"local": "", "youtube": "Sign in."}, "two": {"youtube": ""}}
    assert MessageToDict(own.result) == MessageToDict(asked.result) == expected


async def test_a_canary_without_audio_is_run_again(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, Owners(0).mesh()) as stub:
        job = (await run_purge(stub, kind="canary")).job
        found = await until(stub, job.job_id, lambda job: job.error != "")

    assert (found.status, found.attempts) == (job_service_pb2.JOB_STATUS_QUEUED, 1)
    assert "UNAVAILABLE" in found.error


async def test_jobs_that_ended_long_ago_are_removed_and_no_others(pool: Pool) -> None:
    store = PostgresJobs(pool)
    for kind in ("old", "young", "waiting"):
        await store.enqueue_recurring(kind, HOUR)
    await pool.execute("UPDATE job SET status = 'failed', finished_at = now() - interval '8 days' WHERE kind = 'old'")
    await pool.execute("UPDATE job SET status = 'failed', finished_at = now() WHERE kind = 'young'")
    await pool.execute("UPDATE job SET created_at = now() - interval '9 days' WHERE kind = 'waiting'")

    assert (await upkeep(pool).purge(10, timedelta(days=7))).deleted_rows == 1
    assert {job.kind for job in await store.newest("", None, 10)} == {"young", "waiting"}


async def test_the_same_request_enqueues_one_job_and_says_so_once(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    request_id = str(uuid.uuid4())
    async with serving(database_url, tmp_path, Owners(0).mesh()) as stub:
        first = await run_purge(stub, request_id=request_id)
        again = await run_purge(stub, request_id=request_id.upper())
        dry = await run_purge(stub, validate_only=True)
        for unknown in ({"kind": "bake"}, {"kind": "bake", "validate_only": True}):
            with pytest.raises(Refused) as caught:
                await run_purge(stub, **unknown)
            assert caught.value.reason is Reason.JOB_NOT_FOUND

    assert first == again
    assert not dry.HasField("job")
    assert await pool.fetchval("SELECT count(*) FROM job WHERE slot IS NULL") == 1
    (event,) = await pool.fetch("SELECT kind, actor, payload FROM outbox")
    assert event["kind"] == "job.enqueued"
    assert actor_pb2.Actor.FromString(event["actor"]).user_id == ALICE
    assert idempotency.unpack(event["payload"]) == first.job


async def test_jobs_are_listed_page_by_page_the_newest_first(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, Owners(0).mesh()) as stub:
        await recurring(stub, "purge")
        enqueued = [(await run_purge(stub)).job.job_id for _ in range(5)]
        seen: list[str] = []
        token = ""
        while True:
            request = job_service_pb2.ListJobsRequest(kind="purge", page_size=2, page_token=token)
            page = await stub.ListJobs(request, metadata=METADATA)
            assert len(page.jobs) <= 2
            seen += [job.job_id for job in page.jobs]
            if not (token := page.next_page_token):
                break
        for wrong in ("nonsense", "!"):
            with pytest.raises(Refused) as caught:
                await stub.ListJobs(job_service_pb2.ListJobsRequest(page_token=wrong), metadata=METADATA)
            assert caught.value.reason is Reason.PAGE_TOKEN_INVALID
        with pytest.raises(Refused) as missing:
            await stub.GetJob(job_service_pb2.GetJobRequest(job_id=str(uuid.uuid4())), metadata=METADATA)

    assert [job_id for job_id in seen if job_id in enqueued] == enqueued[::-1]
    assert len(seen) == len(set(seen)) == 6
    assert missing.value.reason is Reason.JOB_NOT_FOUND


class Halting:
    """Work that halts in its middle the first time."""

    def __init__(self) -> None:
        self.began_with: list[Result] = []
        self.halted = asyncio.Event()
        self.go_on = asyncio.Event()

    async def run(self, job: Job, report: Report) -> Result:
        """Count to one, halt, count to two."""
        self.began_with.append(job.result)
        if len(self.began_with) == 1:
            await report({"work": {"done": 1}})
            self.halted.set()
            await self.go_on.wait()
        return {"work": {"done": 2}}


async def settled(store: PostgresJobs) -> Job:
    """Return the newest job once it has ended."""
    async with asyncio.timeout(WITHIN):
        while True:
            job = (await store.newest("", None, 1))[0]
            if job.finished_at:
                return job
            await asyncio.sleep(0.05)


async def test_a_run_whose_worker_died_is_taken_up_from_what_it_did(pool: Pool) -> None:
    store, work = PostgresJobs(pool), Halting()
    first = asyncio.create_task(Runner(store, {"work": Kind(work.run)}, asyncio.sleep).run())
    await work.halted.wait()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    second = asyncio.create_task(Runner(store, {"work": Kind(work.run)}, asyncio.sleep, stale_after=0.2).run())
    job = await settled(store)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert (job.status, job.attempts, job.result) == (Status.SUCCEEDED, 2, {"work": {"done": 2}})
    assert work.began_with == [{}, {"work": {"done": 1}}]


async def test_a_worker_that_only_slept_does_not_write_over_the_one_that_took_over(pool: Pool) -> None:
    store, work = PostgresJobs(pool), Halting()
    first = asyncio.create_task(Runner(store, {"work": Kind(work.run)}, asyncio.sleep).run())
    await work.halted.wait()
    second = asyncio.create_task(Runner(store, {"work": Kind(work.run)}, asyncio.sleep, stale_after=0.2).run())
    job = await settled(store)
    await pool.execute('UPDATE job SET result = \'{"kept": {"as": 1}}\'')
    work.go_on.set()
    await asyncio.sleep(0)
    for each in (first, second):
        each.cancel()
    await asyncio.gather(first, second, return_exceptions=True)

    after = await store.find(job.job_id)
    assert after is not None
    assert (after.attempts, after.result) == (2, {"kept": {"as": 1}})


async def test_a_worker_that_is_stopped_while_it_lets_go_of_a_cancelled_job_stops(pool: Pool) -> None:
    store, work, letting_go = PostgresJobs(pool), Halting(), asyncio.Event()

    async def beat(_: float) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            letting_go.set()
            await asyncio.sleep(0)

    runner = asyncio.create_task(Runner(store, {"work": Kind(work.run)}, beat).run())
    await work.halted.wait()
    await pool.execute("UPDATE job SET status = 'cancelled', finished_at = now()")
    work.go_on.set()
    await letting_go.wait()
    runner.cancel()

    await asyncio.wait({runner}, timeout=WITHIN)
    assert runner.cancelled()


async def test_a_job_that_always_fails_fails_for_good(pool: Pool) -> None:
    store = PostgresJobs(pool)
    runs = 0

    async def fail(_: Job, __: Report) -> Result:
        nonlocal runs
        runs += 1
        await pool.execute("UPDATE job SET due_at = now() - interval '1 h' WHERE status = 'queued'")
        raise ZeroDivisionError

    runner = asyncio.create_task(Runner(store, {"work": Kind(fail)}, asyncio.sleep).run())
    async with asyncio.timeout(WITHIN):
        while (job := next(iter(await store.newest("", None, 1)), None)) is None or not job.finished_at:
            await pool.execute("UPDATE job SET due_at = now() - interval '1 h' WHERE status = 'queued'")
            await asyncio.sleep(0.05)
    runner.cancel()
    await asyncio.gather(runner, return_exceptions=True)

    assert (job.status, job.error, runs) == (Status.FAILED, "ZeroDivisionError", MOST_ATTEMPTS)


async def test_a_run_that_always_kills_its_worker_fails_for_good(pool: Pool) -> None:
    store = PostgresJobs(pool)
    await store.enqueue_recurring("work", HOUR)
    for _ in range(MOST_ATTEMPTS):
        assert await store.claim(["work"], 0) is not None
    assert await store.claim(["work"], 0) is None

    job = (await store.newest("", None, 1))[0]
    assert (job.status, job.error) == (Status.FAILED, "It was begun too often and never ended.")


def test_a_dead_worker_is_noticed_within_ten_seconds() -> None:
    assert running.HEARTBEAT * 2 < running.STALE_AFTER <= 10


async def test_the_lag_is_how_long_a_due_job_waits_or_a_runner_is_silent(pool: Pool) -> None:
    rows = PostgresJobs(pool)
    assert await rows.lag() == 0

    async with transaction(pool) as tx:
        job = await rows.enqueue(tx, "purge")
    await pool.execute("UPDATE job SET due_at = now() + interval '1 min'")
    assert await rows.lag() == 0
    await pool.execute("UPDATE job SET due_at = now() - interval '90 s'")
    assert 90 <= await rows.lag() < 90 + WITHIN
    claimed = await rows.claim(["purge"], 60)
    assert claimed
    assert claimed.job_id == job.job_id
    assert await rows.lag() < WITHIN
    await pool.execute("UPDATE job SET heartbeat_at = now() - interval '40 s'")
    assert 40 <= await rows.lag() < 40 + WITHIN
    await rows.finish(claimed, Status.SUCCEEDED, error="")
    assert await rows.lag() == 0
