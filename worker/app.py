"""The composition root of worker."""

from __future__ import annotations

import asyncio
import zoneinfo
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from kit import client, postgres
from kit.consuming import Consumer
from kit.events import Events
from kit.server import Server
from kit.settings import load
from kit.tasks import Tasks
from segue.worker.v1 import (
    import_service_pb2_grpc,
    job_service_pb2_grpc,
    schedule_service_pb2_grpc,
    stats_service_pb2_grpc,
)
from worker.adapters.figures import watch_lag
from worker.adapters.guilds import MeshGuilds
from worker.adapters.messages import MeshMessages
from worker.adapters.music import MeshMusic
from worker.adapters.owners import MeshOwner, OwnTables
from worker.adapters.personal import personal
from worker.adapters.played import Counter, PostgresPlayed
from worker.adapters.postgres import PostgresJobs, upkeep
from worker.adapters.schedules import PostgresSchedules
from worker.adapters.sources import MeshSources
from worker.canary import Canary
from worker.counting import Counting
from worker.domain.imports import KIND as IMPORT
from worker.domain.schedule import KIND as SCHEDULES
from worker.enqueueing import Imports, Jobs
from worker.importing import Importing
from worker.purging import Purging
from worker.running import Kind, Runner
from worker.scheduling import Schedules, Scheduling
from worker.service.imports import ImportService
from worker.service.jobs import JobService
from worker.service.schedules import ScheduleService
from worker.service.stats import StatsService
from worker.settings import WorkerSettings

_OWNERS = ("audio", "api", "gateway")
_IMPORTS_AT_ONCE = 4
_LONGEST_PAUSE = 5.0  # seconds between tries to read what audio tells
_now = partial(datetime.now, UTC)


async def run() -> None:
    """Run worker until it is told to stop."""
    zoneinfo.reset_tzpath(())  # time zones are those of the lock file's tzdata, and not of whatever machine
    async with AsyncExitStack() as stack:
        server = await build(load(WorkerSettings), stack)
        await server.run()


async def build(settings: WorkerSettings, stack: AsyncExitStack) -> Server:
    """Build everything; `stack` closes it in reverse."""
    pool = await postgres.open_pool(settings, schema="worker")
    stack.push_async_callback(pool.close)
    channels = {name: await stack.enter_async_context(client.channel(settings.mesh, name)) for name in _OWNERS}
    own = upkeep(pool)
    owners = {name: MeshOwner(channel) for name, channel in channels.items()}
    rows, plans, played = PostgresJobs(pool), PostgresSchedules(pool), PostgresPlayed(pool)
    messages, guilds = MeshMessages(channels["gateway"]), MeshGuilds(channels["gateway"], channels["api"])
    kinds = {
        "purge": Kind(Purging({"worker": OwnTables(own), **owners}, guilds).run),
        "canary": Kind(Canary(MeshSources(channels["audio"])).run, every=timedelta(minutes=settings.canary_minutes)),
        SCHEDULES: Kind(Scheduling(plans, played, messages, _now).run, every=timedelta(minutes=1)),
    }
    # Apart, because these may take minutes, and what is due at a time waits for none of them.
    clock = Runner(rows, {SCHEDULES: kinds[SCHEDULES]}, asyncio.sleep)
    runner = Runner(rows, {name: kind for name, kind in kinds.items() if name != SCHEDULES}, asyncio.sleep)
    importer = Runner(rows, {IMPORT: Kind(Importing(MeshMusic(channels["audio"])).run, every=None)}, asyncio.sleep)
    checks = {"postgres": postgres.check(pool)}
    events, people = Events(pool), personal(pool)
    server = Server(
        settings, service="worker", guilds=guilds, checks=checks, upkeep=own, events=events, personal=people
    )

    def wake() -> None:
        clock.wake()
        runner.wake()

    begin = partial(postgres.transaction, pool)
    server.add(
        job_service_pb2_grpc.add_JobServiceServicer_to_server, JobService(Jobs(rows, kinds), rows.enqueue, begin, wake)
    )
    imports = ImportService(Imports(rows), rows, begin, importer.wake)
    server.add(import_service_pb2_grpc.add_ImportServiceServicer_to_server, imports)
    schedules = ScheduleService(Schedules(plans, messages, _now), plans, begin)
    server.add(schedule_service_pb2_grpc.add_ScheduleServiceServicer_to_server, schedules)
    server.add(stats_service_pb2_grpc.add_StatsServiceServicer_to_server, StatsService(Counting(played, _now)))
    tasks = await stack.enter_async_context(Tasks())
    counter = Consumer(pool, channels["audio"], "audio", Counter(channels["api"]).count)
    tasks.keep(counter.run, "count what was played", longest=_LONGEST_PAUSE)
    tasks.keep(runner.run, "run jobs")
    tasks.keep(clock.run, "run what is due by the clock")
    for number in range(_IMPORTS_AT_ONCE):
        tasks.keep(importer.run, f"run imports {number}")
    tasks.keep(partial(watch_lag, rows.lag, asyncio.sleep), "watch the lag of jobs")
    return server
