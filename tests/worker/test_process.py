"""Worker as a process that is killed."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from kit import client
from segue.common.v1 import upkeep_service_pb2
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc
from tests.kit.mesh import playing
from tests.kit.process import WITHIN, start
from tests.worker.audio import Audio
from tests.worker.test_imports import Stub, songs
from tests.worker.test_jobs import METADATA, Owners, ended

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool


async def silent_for_an_hour(pool: Pool) -> None:
    """Let whoever ran a job have been dead for long."""
    await pool.execute("UPDATE job SET heartbeat_at = now() - interval '1 h' WHERE status = 'running'")


async def test_a_purge_whose_worker_is_killed_in_its_middle_is_done_by_the_next(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    asked, killed = asyncio.Event(), asyncio.Event()
    mesh = Owners(0).mesh()

    async def hang(_: Any) -> upkeep_service_pb2.PurgeExpiredResponse:
        asked.set()
        await killed.wait()
        return upkeep_service_pb2.PurgeExpiredResponse()

    mesh.answers["PurgeExpired"] = hang
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(mesh, f"unix:{tmp_path}/out.sock"))
        first = await start("worker", tmp_path, database_url)
        await asyncio.wait_for(asked.wait(), WITHIN)
        first.kill()
        await first.communicate()
        killed.set()
        await silent_for_an_hour(pool)
        second = await start("worker", tmp_path, database_url)
        channel = await stack.enter_async_context(client.channel(f"unix:{tmp_path}/app.sock", "worker"))
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        stub: Any = job_service_pb2_grpc.JobServiceStub(channel)
        jobs = (await stub.ListJobs(job_service_pb2.ListJobsRequest(kind="purge"), metadata=METADATA)).jobs
        job = await ended(stub, jobs[0].job_id)
        second.terminate()
        await asyncio.wait_for(second.communicate(), WITHIN)

    assert len(jobs) == 1
    assert (job.status, job.attempts, second.returncode) == (job_service_pb2.JOB_STATUS_SUCCEEDED, 2, 0)


async def test_an_import_whose_worker_is_killed_while_it_adds_is_finished_by_the_next(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    audio, added = Audio(), asyncio.Event()

    async def hang(call: str) -> None:
        if call == "add" and not added.is_set():
            added.set()
            await asyncio.Event().wait()

    audio.after = hang
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(audio.mesh(), f"unix:{tmp_path}/out.sock"))
        first = await start("worker", tmp_path, database_url)
        channel = await stack.enter_async_context(client.channel(f"unix:{tmp_path}/app.sock", "worker"))
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        stub = Stub(channel)
        import_id = (await stub.start(songs(20))).import_id
        await asyncio.wait_for(added.wait(), WITHIN)
        first.kill()
        await first.communicate()
        await silent_for_an_hour(pool)
        second = await start("worker", tmp_path, database_url)
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        done = await stub.ended(import_id)
        second.terminate()
        await asyncio.wait_for(second.communicate(), WITHIN)

    assert (done.status, done.added) == (job_service_pb2.JOB_STATUS_SUCCEEDED, 20)
    assert audio.queue == songs(20)
