"""Prometheus metrics of the process, and the figures OpsService shows."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import deque
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client import Metric

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LAG_STEP = 0.5
_LAG_SAMPLES = 120  # one minute

_served = Histogram("segue_rpc_server_seconds", "Time of served calls", ["method", "code"], buckets=_BUCKETS)
_called = Histogram("segue_rpc_client_seconds", "Time of calls made", ["method", "code"], buckets=_BUCKETS)
_health = Gauge("segue_component_health", "1: it works, 0.5: the process does without it, 0: it cannot", ["component"])
_lag = Gauge("segue_event_loop_lag_seconds", "Longest delay of the event loop in the last minute")


@dataclasses.dataclass(slots=True)
class MethodFigures:
    """What one served method took since the start, in seconds."""

    calls: int = 0
    errors: int = 0
    total: float = 0.0
    longest: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool of connections now."""

    size: int
    used: int
    limit: int


@dataclasses.dataclass(frozen=True, slots=True)
class LeaseFigures:
    """The buckets that this process owns now, of all there are."""

    held: int
    buckets: int


@dataclasses.dataclass(slots=True)
class CacheFigures:
    """A cache since the start, and its entries now."""

    hits: int = 0
    misses: int = 0
    entries: int = 0


methods: dict[str, MethodFigures] = {}
pools: dict[str, Callable[[], PoolFigures]] = {}
caches: dict[str, CacheFigures] = {}
leases: dict[str, Callable[[], LeaseFigures]] = {}


class _Kept(Collector):
    """Pools, caches and leases, read when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        used = GaugeMetricFamily("segue_pool_connections_used", "Connections in use", labels=["pool"])
        limit = GaugeMetricFamily("segue_pool_connections_limit", "Connections there may be", labels=["pool"])
        for name, ask in pools.items():
            used.add_metric([name], ask().used)
            limit.add_metric([name], ask().limit)
        looked_up = CounterMetricFamily("segue_cache_lookups", "Values asked for", labels=["cache", "result"])
        for name, cache in caches.items():
            looked_up.add_metric([name, "hit"], cache.hits)
            looked_up.add_metric([name, "miss"], cache.misses)
        held = GaugeMetricFamily("segue_buckets_held", "Buckets that this process owns", labels=["lease"])
        all_of_them = GaugeMetricFamily("segue_buckets", "Buckets there are", labels=["lease"])
        for name, owned in leases.items():
            held.add_metric([name], owned().held)
            all_of_them.add_metric([name], owned().buckets)
        yield from (used, limit, looked_up, held, all_of_them)


REGISTRY.register(_Kept())


def served(method: str, code: str, seconds: float) -> None:
    """Count a served call that ended with a gRPC status."""
    _served.labels(method, code).observe(seconds)
    figures = methods.setdefault(method, MethodFigures())
    figures.calls += 1
    figures.errors += code != "OK"
    figures.total += seconds
    figures.longest = max(figures.longest, seconds)


def called(method: str, code: str, seconds: float) -> None:
    """Count a call made."""
    _called.labels(method, code).observe(seconds)


def component(name: str, health: float) -> None:
    """Note how a part that the process needs is: 1 works, 0.5 is away and can be, 0 is missing."""
    _health.labels(name).set(health)


def text() -> bytes:
    """Return all metrics of the process as Prometheus text 0.0.4."""
    return generate_latest(REGISTRY)


class LoopLag:
    """Watches how late the event loop is."""

    def __init__(self) -> None:
        self._samples: deque[float] = deque(maxlen=_LAG_SAMPLES)

    @property
    def longest(self) -> float:
        """The longest delay in the last minute, in seconds."""
        return max(self._samples, default=0.0)

    async def watch(self) -> None:
        """Sample until cancelled."""
        while True:
            due = time.monotonic() + _LAG_STEP
            await asyncio.sleep(_LAG_STEP)
            self._samples.append(max(0.0, time.monotonic() - due))
            _lag.set(self.longest)
