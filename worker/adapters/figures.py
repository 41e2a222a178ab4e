"""What operators look at, as Prometheus metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Gauge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_EVERY = 5.0
_lag = Gauge("segue_job_lag_seconds", "How long the job that is due longest has waited for a worker; 0: none does")


async def watch_lag(ask: Callable[[], Awaitable[float]], sleep: Callable[[float], Awaitable[None]]) -> None:
    """Keep the figure, until cancelled."""
    while True:
        _lag.set(await ask())
        await sleep(_EVERY)
