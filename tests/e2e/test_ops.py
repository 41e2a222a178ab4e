"""What operators ask each instance, and what the edge tells whom."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.stack import Stack, eventually

HEALTHY = "HEALTH_STATUS_HEALTHY"
COMPONENTS = {
    "gateway": ["discord", "postgres"],
    "audio": ["postgres", "nodes"],
    "api": ["postgres"],
    "worker": ["postgres"],
}
PATHS = ["/health", "/ready", "/metrics", "/performance"]
UNKNOWN = [
    *(("GET", path) for path in ("/", "/nothing", "/v1/me", "/v1/jobs", "/openapi.json")),
    *(("POST", path) for path in PATHS),
    # Only what probes ask for answers to HEAD.
    *(("HEAD", path) for path in ("/metrics", "/performance", "/nothing")),
]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _healthy(stack: Stack) -> None:
    await eventually(stack.is_healthy, within=10, what="all parts work")


async def ask(stack: Stack, url: str, method: str = "GET", token: str = "") -> tuple[int, str, Any]:
    """Return (status, media type, body) of a request; the body of JSON is read."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with stack.http.request(method, url, headers=headers) as answer:
        is_read = answer.content_type == "application/json" and method != "HEAD"
        return answer.status, answer.content_type, await (answer.json() if is_read else answer.text())


def _is_error(body: Any, code: int, reason: str) -> bool:
    info = body["details"][0]
    return bool((body["code"], info["reason"], info["domain"]) == (code, reason, "segue") and body["message"])


@pytest.mark.parametrize("instance", COMPONENTS)
async def test_an_instance_tells_how_it_is(stack: Stack, instance: str) -> None:
    url = stack.run["ops"][instance]

    status, _, health = await ask(stack, f"{url}/health")
    assert (status, health["status"], health["service"], health["instance"]) == (200, HEALTHY, instance, instance)
    assert [part["name"] for part in health["components"]] == COMPONENTS[instance]
    assert {part["status"] for part in health["components"]} == {HEALTHY}
    assert (await ask(stack, f"{url}/ready"))[::2] == (200, {"ready": True, "detail": ""})
    for path in ("/health", "/ready"):
        assert await ask(stack, f"{url}{path}", "HEAD") == (200, "application/json", "")

    status, kind, metrics = await ask(stack, f"{url}/metrics")
    assert (status, kind) == (200, "text/plain")
    assert "# TYPE process_resident_memory_bytes gauge\n" in metrics
    status, _, performance = await ask(stack, f"{url}/performance")
    assert status == 200
    assert int(performance["memoryBytes"]) > 0
    assert [pool["name"] for pool in performance["pools"]] == [f"postgres.{instance}"]
    assert performance["slowestMethods"]


@pytest.mark.parametrize("instance", COMPONENTS)
async def test_the_port_of_operators_has_nothing_else(stack: Stack, instance: str) -> None:
    url = stack.run["ops"][instance]
    for method, path in UNKNOWN:
        status, kind, body = await ask(stack, f"{url}{path}", method, stack.token)

        assert (status, kind) == (404, "application/json"), (method, path)
        assert method == "HEAD" or _is_error(body, 5, "UNKNOWN_METHOD"), (method, path, body)


async def test_the_edge_says_only_how_the_whole_is_to_anybody(stack: Stack) -> None:
    edge = stack.run["edge"]

    assert await ask(stack, f"{edge}/health") == (200, "application/json", {"status": HEALTHY})
    assert await ask(stack, f"{edge}/ready") == (200, "application/json", {"ready": True})
    for path in ("/health", "/ready"):
        assert await ask(stack, f"{edge}{path}", "HEAD") == (200, "application/json", "")


async def test_the_operator_sees_the_shards_of_the_bot(stack: Stack) -> None:
    guilds = (await stack.discord.get("/world"))["guilds"]

    status, body = await stack.rest("GET", "/v1/shards")
    refused, _, error = await ask(stack, f"{stack.run['edge']}/v1/shards")

    (shard,) = body["shards"]
    assert status == 200
    assert (shard["status"], shard["guilds"], shard["instance"]) == ("SHARD_STATUS_CONNECTED", len(guilds), "gateway")
    assert float(shard["latency"].removesuffix("s")) >= 0
    assert refused == 401
    assert _is_error(error, 16, "UNAUTHENTICATED")


async def test_the_edge_shows_figures_to_the_operator_alone(stack: Stack) -> None:
    edge = stack.run["edge"]
    for path in ("/metrics", "/performance"):
        for token in ("", "wrong"):
            status, _, body = await ask(stack, f"{edge}{path}", token=token)
            assert status == 401
            assert _is_error(body, 16, "UNAUTHENTICATED")

    status, kind, metrics = await ask(stack, f"{edge}/metrics", token=stack.token)
    assert (status, kind) == (200, "text/plain")
    assert "# TYPE process_resident_memory_bytes gauge\n" in metrics
    status, _, performance = await ask(stack, f"{edge}/performance", token=stack.token)
    assert status == 200
    assert [pool["name"] for pool in performance["performance"]["pools"]] == ["postgres.api"]
