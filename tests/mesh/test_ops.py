"""The ops address of each instance: four pages and nothing else."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import grpc
import grpc.aio
import pytest

from tests.mesh.stack import INSTANCES, Stack, call, until

if TYPE_CHECKING:
    from tests.mesh.standin import Call

OPS = "/segue.common.v1.OpsService"
PAGES = {
    "/health": "CheckHealth",
    "/ready": "CheckReadiness",
    "/metrics": "GetMetrics",
    "/performance": "GetPerformance",
}


@pytest.mark.parametrize("instance", INSTANCES)
@pytest.mark.parametrize(("path", "name"), PAGES.items())
async def test_each_page_is_answered_by_the_instance_itself(stack: Stack, instance: str, path: str, name: str) -> None:
    async with aiohttp.ClientSession(f"http://{stack.ops[instance]}") as operator, operator.get(path) as answer:
        assert answer.status == 200
        assert "x-trace-id" in answer.headers
    assert stack[instance].counts == {f"{OPS}/{name}": 1}


@pytest.mark.parametrize("path", ["/health", "/ready"])
async def test_probes_may_ask_with_head_and_get_the_chosen_status_alone(stack: Stack, path: str) -> None:
    async def away(here: Call) -> Any:
        await here.context.send_initial_metadata((("x-segue-http-status", "503"),))
        return here.answer

    stack["worker"].behaviours[f"{OPS}/{PAGES[path]}"] = away
    async with aiohttp.ClientSession(f"http://{stack.ops['worker']}") as probe:
        for _ in range(2):  # over one connection: nothing of the first answer is left in it
            async with probe.head(path) as answer:
                assert (answer.status, await answer.read()) == (503, b"")
        async with probe.get(path) as answer:
            assert (answer.status, answer.content_type) == (503, "application/json")
            assert await answer.json()


@pytest.mark.parametrize(
    ("verb", "path"),
    [("GET", "/"), ("POST", "/health"), ("HEAD", "/metrics"), ("GET", "/v1/me"), ("GET", "/health?x=1")],
)
async def test_nothing_else_is_answered(stack: Stack, verb: str, path: str) -> None:
    async with (
        aiohttp.ClientSession(f"http://{stack.ops['audio']}") as visitor,
        visitor.request(verb, path) as answer,
    ):
        assert answer.status == (400 if "?" in path else 404)
        if verb != "HEAD":
            body: dict[str, Any] = await answer.json()
            assert body["details"][0]["domain"] == "segue"
    assert not stack["audio"].counts


async def test_ops_addresses_take_no_grpc(stack: Stack) -> None:
    async with grpc.aio.insecure_channel(stack.ops["audio"]) as channel:
        for path in (f"{OPS}/GetMetrics", "/segue.audio.v1.PlayerService/GetPlayer"):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(channel, path, metadata=(("x-envoy-original-path", "/health"),))
            assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
    assert not stack["audio"].counts


async def test_an_instance_that_is_gone_is_unavailable_at_its_ops_address(stack: Stack) -> None:
    await stack.stop_service("worker")
    try:
        async with (
            aiohttp.ClientSession(f"http://{stack.ops['worker']}") as operator,
            operator.get("/ready") as answer,
        ):
            assert answer.status == 503
            assert (await answer.json())["details"][0]["reason"] == "UNAVAILABLE"
    finally:
        await stack.start_service("worker")


async def test_a_page_that_comes_too_late_is_an_error_in_the_one_format(stack: Stack) -> None:
    async def hang(here: Call) -> None:
        await asyncio.Event().wait()

    stack["worker"].behaviours[f"{OPS}/GetMetrics"] = hang
    async with (
        aiohttp.ClientSession(f"http://{stack.ops['worker']}") as operator,
        operator.get("/metrics", headers={"grpc-timeout": "100m"}) as answer,
    ):
        assert answer.status == 504
        assert (await answer.json())["details"][0]["reason"] == "DEADLINE_EXCEEDED"
        trace_id = answer.headers["x-trace-id"]

    log = stack.directory / "worker.log"

    async def logged() -> bool:
        return trace_id in log.read_text()

    await until(logged)
    assert "[lua]" not in log.read_text()  # no script failed over it


async def test_every_call_is_logged_as_a_line_of_json_without_the_token(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    async with browser.get("/v1/guilds/4242/player") as answer:
        trace_id = answer.headers["x-trace-id"]

    async def logged() -> bool:
        return trace_id in (stack.directory / "edge.log").read_text()

    await until(logged)
    log = (stack.directory / "edge.log").read_text()
    (line,) = [json.loads(line) for line in log.splitlines() if trace_id in line]
    assert line["url"] == "/v1/guilds/4242/player"
    assert line["message"] == "POST /segue.audio.v1.PlayerService/GetPlayer 200"
    assert (line["status"], line["level"], line["logger"]) == (200, "INFO", "envoy")
    assert "good" not in log
    assert "grpc.health" not in log
