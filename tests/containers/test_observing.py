"""The profile `observability`, as far as its programs can be had: Prometheus itself, on the real deployment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.stack import eventually
from tests.observability import files

if TYPE_CHECKING:
    from tests.containers.deployment import Deployment
    from tests.e2e.discord import Discord, Guild

METRIC = re.compile(r"\b(?:segue|envoy|process)_[a-z_]+|\bup\b")
LABELS = {"envoy_cluster_name", "envoy_http_conn_manager_prefix", "envoy_response_code_class"}
# Nothing went wrong yet.
UNSEEN = {"segue_loads_failed_total", "segue_tracks_failed_total", "segue_tracks_recovered_total"}


@pytest.fixture
def prometheus(stack: Deployment) -> str:
    """Return the address of Prometheus."""
    return f"http://127.0.0.1:{stack.port + 5}"


async def ask(stack: Deployment, url: str) -> Any:
    """Ask Prometheus's API."""
    async with stack.http.get(url) as answer:
        assert answer.status == 200
        return (await answer.json())["data"]


async def test_prometheus_accepts_its_configuration_and_rules(stack: Deployment) -> None:
    told = await stack.inside("prometheus", "promtool", "check", "config", "/etc/prometheus/prometheus.yml")
    assert "SUCCESS" in told
    assert "rules found" in told


async def test_prometheus_reaches_every_service_and_every_proxy(stack: Deployment, prometheus: str) -> None:
    async def all_up() -> bool:
        targets = (await ask(stack, f"{prometheus}/api/v1/targets"))["activeTargets"]
        down = [t["scrapeUrl"] for t in targets if t["health"] != "up" and t["labels"]["job"] != "otel-collector"]
        assert not down, down
        return len(targets) == 10

    await eventually(all_up, within=60, what="Prometheus has read everything")


async def test_every_metric_of_dashboard_and_alerts_is_one_that_the_system_has(
    stack: Deployment, prometheus: str, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    await discord.command(guild, guild.owner, "play", query="alpha")
    used = {name for text in files.expressions() for name in METRIC.findall(text)} - LABELS
    assert len(used) > 12

    async def all_known() -> bool:
        known = set(await ask(stack, f"{prometheus}/api/v1/label/__name__/values"))
        assert used - UNSEEN <= known, used - known
        return True

    await eventually(all_known, within=60, what="every metric was read once")
