"""The gRPC server of a service: guarded, observed, and stopped without losing an accepted call."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import signal
import sys
from typing import TYPE_CHECKING, Any

import grpc
import uvloop
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from kit import logs, settings, telemetry
from kit.errors import Unfit
from kit.events import Events, EventService
from kit.interceptor import Guard, Passing
from kit.metrics import LoopLag
from kit.ops import Check, Housekeeping, Ops, Purged, Upkeep
from kit.privacy import Personal, Privacy
from kit.tasks import Tasks
from segue.common.v1 import (
    event_service_pb2_grpc,
    ops_service_pb2_grpc,
    privacy_service_pb2_grpc,
    upkeep_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kit.authorization import Guilds

__all__ = ["Check", "Purged", "Server", "main"]

logger = logging.getLogger(__name__)

# Proxies ask for health once a second; after two intervals they have stopped sending new calls.
_HEALTH_INTERVALS = 2.0
# What proxies ask for beside the health of the process, to send calls elsewhere; they know it by this name.
_READY = "ready"
_LOOK = 1.0  # seconds
_GRACE = 2.0
_STUCK = 30.0  # seconds without a turn of the event loop
_OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


class Server:
    """Serves on `settings.listen` until it is told to stop."""

    def __init__(
        self,
        settings: settings.ServiceSettings,
        *,
        service: str,
        guilds: Guilds | None = None,
        checks: Mapping[str, Check] | None = None,
        upkeep: Housekeeping | None = None,
        events: Events | None = None,
        personal: Personal | None = None,
        serves: Callable[[], bool] = lambda: True,
        passing: Passing | None = None,
    ) -> None:
        """`serves` tells whether calls are to come here rather than to another instance, where there is one.

        `passing` has others answer what came here and is theirs.
        """
        self._settings = settings
        self._serves = serves
        self._events = events
        self._lag = LoopLag()
        self.ops = Ops(service, settings.instance, checks or {}, self._lag)
        self._health = health.aio.HealthServicer()
        self._tasks = Tasks()
        self._server = grpc.aio.server(interceptors=[Guard(guilds, passing)], options=_OPTIONS)
        self._stop_telemetry = telemetry.start(service, settings.instance, settings.otlp_endpoint)
        self.add(health_pb2_grpc.add_HealthServicer_to_server, self._health)
        self.add(ops_service_pb2_grpc.add_OpsServiceServicer_to_server, self.ops)
        if upkeep:
            self.add(upkeep_service_pb2_grpc.add_UpkeepServiceServicer_to_server, Upkeep(upkeep))
        if personal:
            self.add(privacy_service_pb2_grpc.add_PrivacyServiceServicer_to_server, Privacy(personal))
        if events:
            self.add(event_service_pb2_grpc.add_EventServiceServicer_to_server, EventService(events))

    def add(self, add_to_server: Callable[[Any, grpc.aio.Server], None], servicer: object) -> None:
        """Serve one more service of the contract, with the function generated for it."""
        add_to_server(servicer, self._server)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then stop as `stop` does."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        await self.start()
        await stopping.wait()
        await self.stop()

    async def start(self) -> None:
        """Begin to listen."""
        self._server.add_insecure_port(self._settings.listen)
        await self._server.start()
        await self._tasks.__aenter__()
        self._tasks.spawn(self._lag.watch(), "event loop lag")
        self._tasks.spawn(_live(), "liveness")
        self._tasks.keep(self._tell_readiness, "readiness")
        if self._events:
            self._tasks.spawn(self._events.follow(), "events")
        logger.info("serving", extra={"service": self.ops.service, "instance": self.ops.instance})

    async def stop(self, *, drain: float = _HEALTH_INTERVALS, grace: float = _GRACE) -> None:
        """Say that no more calls are wanted, wait `drain` s until proxies know, give those under way `grace` s."""
        self.ops.draining = True
        await self._health.enter_graceful_shutdown()
        await asyncio.sleep(drain)
        if self._events:
            self._events.close()
        await self._server.stop(grace)
        await self._tasks.__aexit__(None, None, None)
        await asyncio.to_thread(self._stop_telemetry)
        logger.info("stopped", extra={"service": self.ops.service})

    async def _tell_readiness(self) -> None:
        """Let proxies know what `/ready` says, and whether this instance stands by."""
        statuses = health_pb2.HealthCheckResponse
        while True:
            is_ready = self._serves() and not await self.ops.what_is_missing()
            await self._health.set(_READY, statuses.SERVING if is_ready else statuses.NOT_SERVING)
            await asyncio.sleep(_LOOK)


async def _live() -> None:
    """End the process, with the stacks of its threads on stderr, if its event loop is stuck: nothing else would."""
    try:
        while True:
            faulthandler.dump_traceback_later(_STUCK, exit=True)
            await asyncio.sleep(_STUCK / 6)
    finally:
        faulthandler.cancel_dump_traceback_later()


def main(run: Callable[[], Awaitable[None]]) -> None:
    """Run a process with JSON logs: exit code 2 and a sentence where it cannot run, 1 for a failure nobody caught."""
    logs.start(settings.load(settings.LogSettings).log_level)
    try:
        uvloop.run(_awaiting(run))
    except* KeyboardInterrupt:
        sys.exit(130)
    except* Unfit as group:
        logger.error(str(_first(group)))  # noqa: TRY400 - the sentence is all there is to say
        sys.exit(2)
    except* Exception:
        logger.exception("the process ends with a failure")
        sys.exit(1)


def _first(group: BaseExceptionGroup[Unfit]) -> BaseException:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


async def _awaiting(run: Callable[[], Awaitable[None]]) -> None:
    await run()
