"""OpsService and UpkeepService, the same in every service."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import psutil
from google.api import httpbody_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from kit import metrics
from kit.durations import from_seconds
from kit.release import RELEASE
from segue.common.v1 import (
    ops_service_pb2,
    ops_service_pb2_grpc,
    upkeep_service_pb2,
    upkeep_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    import grpc

    from segue.common.v1.ops_service_pb2 import HealthStatus

    Context = grpc.aio.ServicerContext[Any, Any]

Check = Callable[[], Awaitable[tuple["HealthStatus.ValueType", str]]]
"""Looks at one part: how it is, and one sentence for people (empty when healthy)."""

_CHECK_WITHIN = 1.0
_UNHEALTHY = ops_service_pb2.HEALTH_STATUS_UNHEALTHY
_AS_NUMBER = {
    ops_service_pb2.HEALTH_STATUS_HEALTHY: 1.0,
    ops_service_pb2.HEALTH_STATUS_DEGRADED: 0.5,
    ops_service_pb2.HEALTH_STATUS_UNHEALTHY: 0.0,
}
_HTTP_STATUS = "x-segue-http-status"
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Purged(NamedTuple):
    """How many rows of each kind were removed."""

    request_ids: int = 0
    deleted_rows: int = 0
    outbox_rows: int = 0


class Housekeeping(Protocol):
    """Removes what is no longer needed. Both raise Refused(UNAVAILABLE) while the database is away."""

    async def purge(self, limit: int, older_than: timedelta) -> Purged:
        """Remove at most so many rows of each kind; outbox and soft-deleted rows if they are older than the age."""

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Remove all that is kept of guilds; doing it again is harmless."""


@dataclasses.dataclass
class Ops(ops_service_pb2_grpc.OpsServiceServicer):
    """Answers about this process."""

    service: str
    instance: str
    checks: Mapping[str, Check]
    lag: metrics.LoopLag
    draining: bool = False
    started_at: float = dataclasses.field(default_factory=time.time)

    async def CheckHealth(
        self,
        _request: ops_service_pb2.CheckHealthRequest,
        context: Context,
    ) -> ops_service_pb2.CheckHealthResponse:
        """Run all checks at once."""
        found = await self.health()
        await say_http_status(context, ok=found.status != _UNHEALTHY)
        return found

    async def health(self) -> ops_service_pb2.CheckHealthResponse:
        """Return how this process is: as its worst part."""
        components = await asyncio.gather(*(_look(name, check) for name, check in self.checks.items()))
        return ops_service_pb2.CheckHealthResponse(
            status=max((part.status for part in components), default=ops_service_pb2.HEALTH_STATUS_HEALTHY),
            components=components,
            service=self.service,
            instance=self.instance,
            version=RELEASE,
        )

    async def CheckReadiness(
        self,
        _request: ops_service_pb2.CheckReadinessRequest,
        context: Context,
    ) -> ops_service_pb2.CheckReadinessResponse:
        """Be ready unless the process is stopping or a part it cannot do without is away."""
        detail = await self.what_is_missing()
        await say_http_status(context, ok=not detail)
        return ops_service_pb2.CheckReadinessResponse(ready=not detail, detail=detail)

    async def what_is_missing(self) -> str:
        """Return why this process takes no calls, in a sentence; empty: it does."""
        if self.draining:
            return "The process is stopping."
        components = await asyncio.gather(*(_look(name, check) for name, check in self.checks.items()))
        return " ".join(f"{part.name}: {part.detail}" for part in components if part.status == _UNHEALTHY)

    async def GetMetrics(
        self,
        _request: ops_service_pb2.GetMetricsRequest,
        _context: Context,
    ) -> ops_service_pb2.GetMetricsResponse:
        """Return Prometheus text; the parts are looked at each time, so that their health is of now."""
        for part in (await self.health()).components:
            metrics.component(part.name, _AS_NUMBER[part.status])
        return ops_service_pb2.GetMetricsResponse(body=metrics_body())

    async def GetPerformance(
        self,
        _request: ops_service_pb2.GetPerformanceRequest,
        _context: Context,
    ) -> ops_service_pb2.GetPerformanceResponse:
        """Return the figures of this process."""
        return self.performance()

    def performance(self) -> ops_service_pb2.GetPerformanceResponse:
        """Return the figures of this process."""
        slowest = sorted(metrics.methods.items(), key=lambda item: item[1].total / item[1].calls, reverse=True)
        started = Timestamp()
        started.FromNanoseconds(int(self.started_at * 1e9))
        return ops_service_pb2.GetPerformanceResponse(
            started_at=started,
            uptime=from_seconds(time.time() - self.started_at),
            memory_bytes=psutil.Process().memory_info().rss,
            loop_lag=from_seconds(self.lag.longest),
            pools=[_pool(name, figures()) for name, figures in metrics.pools.items()],
            caches=[_cache(name, figures) for name, figures in metrics.caches.items()],
            slowest_methods=[_method(name, figures) for name, figures in slowest[:10]],
        )


@dataclasses.dataclass
class Upkeep(upkeep_service_pb2_grpc.UpkeepServiceServicer):
    """Removes what is no longer needed."""

    housekeeping: Housekeeping

    async def PurgeExpired(
        self,
        request: upkeep_service_pb2.PurgeExpiredRequest,
        _context: Context,
    ) -> upkeep_service_pb2.PurgeExpiredResponse:
        """Remove one batch."""
        purged = await self.housekeeping.purge(request.limit, request.older_than.ToTimedelta())
        return upkeep_service_pb2.PurgeExpiredResponse(**purged._asdict())

    async def ForgetGuilds(
        self,
        request: upkeep_service_pb2.ForgetGuildsRequest,
        _context: Context,
    ) -> upkeep_service_pb2.ForgetGuildsResponse:
        """Remove all that is kept of guilds."""
        await self.housekeeping.forget(request.guild_ids)
        return upkeep_service_pb2.ForgetGuildsResponse()


async def say_http_status(context: Context, *, ok: bool) -> None:
    """Let the proxy answer HTTP callers 503 with the very same body if it is not `ok`."""
    if not ok:
        await context.send_initial_metadata(((_HTTP_STATUS, "503"),))


def metrics_body() -> httpbody_pb2.HttpBody:
    """Return the metrics of this process as an HTTP body."""
    return httpbody_pb2.HttpBody(content_type=_CONTENT_TYPE, data=metrics.text())


async def _look(name: str, check: Check) -> ops_service_pb2.HealthComponent:
    try:
        async with asyncio.timeout(_CHECK_WITHIN):
            status, detail = await check()
    except TimeoutError:
        status, detail = _UNHEALTHY, "It does not answer."
    return ops_service_pb2.HealthComponent(name=name, status=status, detail=detail)


def _pool(name: str, figures: metrics.PoolFigures) -> ops_service_pb2.PoolStats:
    return ops_service_pb2.PoolStats(name=name, size=figures.size, used=figures.used, limit=figures.limit)


def _cache(name: str, figures: metrics.CacheFigures) -> ops_service_pb2.CacheStats:
    return ops_service_pb2.CacheStats(
        name=name,
        hits=figures.hits,
        misses=figures.misses,
        entries=figures.entries,
    )


def _method(name: str, figures: metrics.MethodFigures) -> ops_service_pb2.MethodStats:
    return ops_service_pb2.MethodStats(
        method=name,
        calls=figures.calls,
        errors=figures.errors,
        mean=from_seconds(figures.total / figures.calls),
        max=from_seconds(figures.longest),
    )
