"""Pools, caches and leases are shown as they are at the moment they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

from kit import metrics
from kit.cache import Cache

if TYPE_CHECKING:
    import pytest


def _value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def _load() -> str:
    return "value"


async def test_look_ups_are_counted_by_their_result() -> None:
    kept = Cache[str]("shown", ttl=60)
    for _ in range(3):
        await kept.get("key", _load)

    assert _value("segue_cache_lookups_total", cache="shown", result="hit") == 2
    assert _value("segue_cache_lookups_total", cache="shown", result="miss") == 1


def test_pools_and_buckets_show_what_is_used_of_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(metrics.pools, "shown", lambda: metrics.PoolFigures(size=4, used=3, limit=10))
    monkeypatch.setitem(metrics.leases, "shown", lambda: metrics.LeaseFigures(held=5, buckets=32))

    assert _value("segue_pool_connections_used", pool="shown") == 3
    assert _value("segue_pool_connections_limit", pool="shown") == 10
    assert _value("segue_buckets_held", lease="shown") == 5
    assert _value("segue_buckets", lease="shown") == 32
