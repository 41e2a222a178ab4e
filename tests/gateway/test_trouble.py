"""What goes wrong around gateway is said in one sentence, and lived through."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from segue.common.v1 import ops_service_pb2
from segue.common.v1.ops_service_pb2_grpc import OpsServiceStub
from tests.gateway.conftest import text
from tests.simulator.conftest import free_ports, process, simulator_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.gateway.conftest import House
    from tests.postgres import Cluster


@asynccontextmanager
async def discord_that_answers(status: int, port: int) -> AsyncIterator[list[str]]:
    """Answer every REST call the same."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"message": "no", "code": 0}, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield asked
    finally:
        await runner.cleanup()


def elsewhere(house: House, port: int) -> dict[str, str]:
    """Describe another gateway, of another Discord."""
    return house.environment | {
        "SEGUE_INSTANCE": "gateway-2",
        "SEGUE_LISTEN": f"unix:{house.folder}/other.sock",
        "DISCORD_API_URL": f"http://127.0.0.1:{port}/api/v10",
    }


async def test_a_bad_token_ends_the_process_with_one_sentence(house: House, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with discord_that_answers(401, port), process("gateway", tmp_path, **elsewhere(house, port)) as running:
        code = await asyncio.wait_for(running.wait(), 60)

    lines = [json.loads(line) for line in (tmp_path / "gateway.log").read_text().splitlines()]
    errors = [line["message"] for line in lines if line["level"] == "ERROR"]
    assert code == 2
    assert len(errors) == 1
    assert "DISCORD_TOKEN" in errors[0]


async def test_a_missing_token_is_one_sentence(house: House, tmp_path: Path) -> None:
    async with process("gateway", tmp_path, **(house.environment | {"DISCORD_TOKEN": ""})) as running:
        code = await asyncio.wait_for(running.wait(), 60)

    assert code == 2
    assert (tmp_path / "gateway.log").read_text().startswith("DISCORD_TOKEN is wrong")


async def test_while_discord_is_away_gateway_says_so_and_connects_when_it_is_back(house: House, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    async with process("gateway", tmp_path, **elsewhere(house, port)) as running:
        async with asyncio.timeout(60):
            while "cannot be reached" not in (tmp_path / "gateway.log").read_text():  # noqa: ASYNC110  # a file
                await asyncio.sleep(0.05)
        async with discord_that_answers(401, port):
            code = await asyncio.wait_for(running.wait(), 60)

    assert code == 2  # it asked again, and was answered


async def health(house: House) -> Any:
    """Ask for its health."""
    async with house.calling("gateway") as call:
        return await call(OpsServiceStub, "CheckHealth", ops_service_pb2.CheckHealthRequest())


async def _leaves(house: House) -> None:
    """Wait until a command is answered."""
    place = await house.simulator.place()

    async def leave() -> Any:
        url = f"{house.simulator.page}/sim/v1/commands"
        async with house.simulator.http.post(url, json={**place, "name": "leave", "options": {}}) as response:
            return await response.json()

    await house.simulator.until(leave, lambda answer: "Stopped" in str(answer))


async def test_a_lost_gateway_connection_is_resumed_and_commands_work_again(house: House) -> None:
    await house.simulator.call("POST", "/faults", {"kind": "gateway_close", "code": 4000}, status=204)
    await _leaves(house)

    assert (await health(house)).status == ops_service_pb2.HEALTH_STATUS_HEALTHY


async def test_without_postgres_commands_fail_clearly_and_work_when_it_is_back(house: House, cluster: Cluster) -> None:
    await asyncio.to_thread(cluster.stop)
    try:
        refused = await house.simulator.command("leave")
        unwell = await health(house)
    finally:
        await asyncio.to_thread(cluster.start)
    answered = await house.simulator.command("leave")

    assert refused["ephemeral"]
    assert "away for the moment" in text(refused["message"])
    assert {part.name: part.status for part in unwell.components} == {
        "discord": ops_service_pb2.HEALTH_STATUS_HEALTHY,
        "postgres": ops_service_pb2.HEALTH_STATUS_UNHEALTHY,
    }
    assert "Stopped" in text(answered["message"])
    assert len(house.audio.asked("LeaveChannel")) == 1


async def test_a_discord_that_died_and_came_back_is_connected_to_again(house: House) -> None:
    before = house.simulator
    before.running.kill()
    await before.running.wait()
    house.simulator = await house.stack.enter_async_context(simulator_at(before.home, before.ports))

    await _leaves(house)

    assert (await health(house)).status == ops_service_pb2.HEALTH_STATUS_HEALTHY


@pytest.mark.parametrize(
    "fault",
    [
        *({"kind": "rest_5xx", "code": code, "count": 2} for code in (500, 502, 503)),
        {"kind": "rest_429", "retryAfterMs": 200, "count": 2},
        {"kind": "rest_slow", "delayMs": 1_000, "count": 2},
        {"kind": "rest_slow", "delayMs": 2_000, "count": 2},
    ],
)
async def test_a_command_is_answered_in_time_while_discord_is_in_trouble(house: House, fault: dict[str, Any]) -> None:
    await house.simulator.call("POST", "/faults", fault, status=204)

    answer = await house.simulator.command("play", query="alpha")

    assert "alpha" in text(answer["message"])
    assert len(house.audio.asked("Play")) == 1


async def test_while_discord_bans_the_bot_it_is_left_alone_and_then_served_again(house: House) -> None:
    ban = {"kind": "rest_429", "banned": True, "retryAfterMs": 8_000, "durationMs": 7_000}
    await house.simulator.call("POST", "/faults", ban, status=204)

    await house.simulator.command("leave", status=504)
    before = await house.simulator.call("GET", "/conduct")
    await asyncio.gather(*(house.simulator.command("leave", status=504) for _ in range(3)))
    unwell = await health(house)
    await _leaves(house)

    (told,) = [part.detail for part in unwell.components if part.name == "discord"]
    after = await house.simulator.call("GET", "/conduct")
    assert told.startswith("Discord is not called for")
    assert after["invalidRequests"] == before["invalidRequests"]
