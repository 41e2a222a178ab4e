"""The composition root of worker."""

from __future__ import annotations

import asyncio
import zoneinfo
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from kit import client, postgres
from kit.consuming import Consumer
from kit.events import Events
from kit.server import Server
from kit.settings import load
from kit.tasks import Tasks
from segue.worker.v1 import (
    import_service_pb2_grpc,
    job_service_pb2_grpc,
    lastfm_service_pb2_grpc,
    schedule_service_pb2_grpc,
    stats_service_pb2_grpc,
)
from worker.adapters.figures import watch_lag
from worker.adapters.guilds import MeshGuilds
from worker.adapters.lastfm import WebLastfm, open_http
from worker.adapters.messages import MeshMessages
from worker.adapters.music import MeshMusic
from worker.adapters.owners import MeshOwner, OwnTables
from worker.adapters.personal import personal
from worker.adapters.played import Counter, PostgresPlayed
from worker.adapters.postgres import PostgresJobs, upkeep
from worker.adapters.schedules import PostgresSchedules
from worker.adapters.scrobbles import PostgresScrobbles
from worker.adapters.sources import MeshSources
from worker.canary import Canary
from worker.counting import Counting
from worker.domain.imports import KIND as IMPORT
from worker.domain.schedule import KIND as SCHEDULES
from worker.domain.scrobble import KIND as LASTFM
from worker.enqueueing import Imports, Jobs
from worker.importing import Importing
from worker.purging import Purging
from worker.running import Kind, Runner
from worker.scheduling import Schedules, Scheduling
from worker.scrobbling import Linking, Scrobbling
from worker.service.imports import ImportService
from worker.service.jobs import JobService
from worker.service.lastfm import LastfmService
from worker.service.schedules import ScheduleService
from worker.service.stats import StatsService
from worker.settings import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import grpc

    from kit.upkeep import Upkeep
    from worker.purging import Owner

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
    rows, plans, played, scrobbles = _rows(pool)
    messages, guilds = MeshMessages(channels["gateway"]), MeshGuilds(channels["gateway"], channels["api"])
    lastfm = await _lastfm(settings, stack)
    kinds = {
        "purge": Kind(Purging(_owners(own, channels), guilds).run),
        "canary": Kind(Canary(MeshSources(channels["audio"])).run, every=timedelta(minutes=settings.canary_minutes)),
        SCHEDULES: Kind(Scheduling(plans, played, messages, _now).run, every=timedelta(minutes=1)),
    }
    if lastfm:
        kinds[LASTFM] = Kind(Scrobbling(scrobbles, lastfm).run, every=timedelta(minutes=1))
    runners = _runners(rows, kinds)
    importer = Runner(rows, {IMPORT: Kind(Importing(MeshMusic(channels["audio"])).run, every=None)}, asyncio.sleep)
    checks = {"postgres": postgres.check(pool)}
    events, people = Events(pool), personal(pool)
    server = Server(
        settings, service="worker", guilds=guilds, checks=checks, upkeep=own, events=events, personal=people
    )

    def wake() -> None:
        for runner in runners:
            runner.wake()

    begin = partial(postgres.transaction, pool)
    jobs = JobService(Jobs(rows, kinds), rows.enqueue, begin, wake)
    server.add(job_service_pb2_grpc.add_JobServiceServicer_to_server, jobs)
    imports = ImportService(Imports(rows), rows, begin, importer.wake)
    server.add(import_service_pb2_grpc.add_ImportServiceServicer_to_server, imports)
    schedules = ScheduleService(Schedules(plans, messages, _now), plans, begin)
    server.add(schedule_service_pb2_grpc.add_ScheduleServiceServicer_to_server, schedules)
    server.add(stats_service_pb2_grpc.add_StatsServiceServicer_to_server, StatsService(Counting(played, _now)))
    links = LastfmService(Linking(lastfm), scrobbles, begin)
    server.add(lastfm_service_pb2_grpc.add_LastfmServiceServicer_to_server, links)
    effects = (Counter(channels["api"]).count, *((scrobbles.note,) if lastfm else ()))
    tasks = await stack.enter_async_context(Tasks())
    tasks.keep(Consumer(pool, channels["audio"], "audio", *effects).run, "note what was played", longest=_LONGEST_PAUSE)
    for number, runner in enumerate((*runners, *[importer] * _IMPORTS_AT_ONCE)):
        tasks.keep(runner.run, f"run jobs {number}")
    tasks.keep(partial(watch_lag, rows.lag, asyncio.sleep), "watch the lag of jobs")
    return server


def _rows(pool: postgres.Pool) -> tuple[PostgresJobs, PostgresSchedules, PostgresPlayed, PostgresScrobbles]:
    return PostgresJobs(pool), PostgresSchedules(pool), PostgresPlayed(pool), PostgresScrobbles(pool)


async def _lastfm(settings: WorkerSettings, stack: AsyncExitStack) -> WebLastfm | None:
    """Return last.fm, if it is set up."""
    api_key, shared_secret = (
        secret.get_secret_value() for secret in (settings.lastfm_api_key, settings.lastfm_shared_secret)
    )
    if not api_key:
        return None
    http = await stack.enter_async_context(open_http())
    urls = settings.lastfm_url, settings.lastfm_auth_url
    return WebLastfm(http, *urls, api_key=api_key, shared_secret=shared_secret)


def _owners(own: Upkeep, channels: Mapping[str, grpc.aio.Channel]) -> dict[str, Owner]:
    return {"worker": OwnTables(own), **{name: MeshOwner(channel) for name, channel in channels.items()}}


def _runners(rows: PostgresJobs, kinds: Mapping[str, Kind]) -> list[Runner]:
    """Run kinds: apart what is due at a time, and last.fm, which may be slow; the others may take minutes too."""
    apart = {SCHEDULES, LASTFM}
    alone = [{name: kind} for name, kind in kinds.items() if name in apart]
    together = {name: kind for name, kind in kinds.items() if name not in apart}
    return [Runner(rows, some, asyncio.sleep) for some in (*alone, together)]
