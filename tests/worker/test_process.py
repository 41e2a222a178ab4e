"""Worker as a process that is killed."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from kit import client
from segue.common.v1 import upkeep_service_pb2
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc
from tests.kit.mesh import Mesh, playing
from tests.kit.process import WITHIN, start
from tests.worker.test_jobs import METADATA, ended

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool


async def test_a_purge_whose_worker_is_killed_in_its_middle_is_done_by_the_next(
    database_url: str,
    tmp_path: Path,
    pool: Pool,
) -> None:
    asked, killed = asyncio.Event(), asyncio.Event()
    mesh = Mesh()

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
