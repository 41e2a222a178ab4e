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
from segue.worker.v1 import import_service_pb2_grpc, job_service_pb2_grpc
from worker.adapters.figures import watch_lag
from worker.adapters.guilds import MeshGuilds
from worker.adapters.music import MeshMusic
from worker.adapters.owners import MeshOwner, OwnTables
from worker.adapters.personal import personal
from worker.adapters.postgres import PostgresJobs, purging
from worker.adapters.sources import MeshSources
from worker.canary import Canary
from worker.domain.imports import KIND as IMPORT
from worker.enqueueing import Imports, Jobs
from worker.importing import Importing
from worker.purging import Purging
from worker.running import Kind, Runner
from worker.service.imports import ImportService
from worker.service.jobs import JobService
from worker.settings import WorkerSettings

_OWNERS = ("audio", "gateway", "api")
_IMPORTS_AT_ONCE = 4


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
    # Apart, because an import may take minutes, and no other job waits for that.
    importer = Runner(rows, {IMPORT: Kind(Importing(MeshMusic(channels["audio"])).run, every=None)}, asyncio.sleep)
    checks, guilds = {"postgres": postgres.check(pool)}, MeshGuilds(channels["gateway"], channels["api"])
    events, people = Events(pool), personal(pool)
    server = Server(
        settings, service="worker", guilds=guilds, checks=checks, purge=purge, events=events, personal=people
    )
    begin = partial(postgres.transaction, pool)
    jobs = JobService(Jobs(rows, kinds), rows.enqueue, begin, runner.wake)
    server.add(job_service_pb2_grpc.add_JobServiceServicer_to_server, jobs)
    imports = ImportService(Imports(rows), rows, begin, importer.wake)
    server.add(import_service_pb2_grpc.add_ImportServiceServicer_to_server, imports)
    tasks = await stack.enter_async_context(Tasks())
    tasks.keep(runner.run, "run jobs")
    for number in range(_IMPORTS_AT_ONCE):
        tasks.keep(importer.run, f"run imports {number}")
    tasks.keep(partial(watch_lag, rows.lag, asyncio.sleep), "watch the lag of jobs")
    return server
