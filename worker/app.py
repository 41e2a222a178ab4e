"""The composition root of worker."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

from kit import client, postgres
from kit.events import Events
from kit.server import Server
from kit.settings import load
from kit.tasks import Tasks
from segue.worker.v1 import job_service_pb2_grpc
from worker.adapters.figures import watch_lag
from worker.adapters.owners import MeshOwner, OwnTables
from worker.adapters.postgres import PostgresJobs, purging
from worker.adapters.sources import MeshSources
from worker.canary import Canary
from worker.enqueueing import Jobs
from worker.purging import Purging
from worker.running import Kind, Runner
from worker.service import JobService
from worker.settings import WorkerSettings

_OWNERS = ("audio", "gateway", "api")


async def run() -> None:
    """Run worker until it is told to stop."""
    async with AsyncExitStack() as stack:
        server = await build(load(WorkerSettings), stack)
        await server.run()


async def build(settings: WorkerSettings, stack: AsyncExitStack) -> Server:
    """Build everything; `stack` closes it in reverse."""
    pool = await postgres.open_pool(settings, schema="worker")
    stack.push_async_callback(pool.close)
    channels = {name: await stack.enter_async_context(client.channel(settings.mesh, name)) for name in _OWNERS}
    purge = purging(pool)
    owners = {name: MeshOwner(channel) for name, channel in channels.items()}
    rows = PostgresJobs(pool)
    kinds = {
        "purge": Kind(Purging({**owners, "worker": OwnTables(purge)}).run),
        "canary": Kind(Canary(MeshSources(channels["audio"])).run, every=timedelta(minutes=settings.canary_minutes)),
    }
    runner = Runner(rows, kinds, asyncio.sleep)
    checks = {"postgres": postgres.check(pool)}
    server = Server(settings, service="worker", checks=checks, purge=purge, events=Events(pool))
    jobs = JobService(Jobs(rows, kinds), rows.enqueue, partial(postgres.transaction, pool), runner.wake)
    server.add(job_service_pb2_grpc.add_JobServiceServicer_to_server, jobs)
    tasks = await stack.enter_async_context(Tasks())
    tasks.keep(runner.run, "run jobs")
    tasks.keep(partial(watch_lag, rows.lag, asyncio.sleep), "watch the lag of jobs")
    return server
