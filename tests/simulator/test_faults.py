"""Faults on demand that Discord's REST API, its gateway and its voice servers have."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator import raw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from tests.simulator.conftest import Simulator

ME, CALLBACK = "/users/@me", "/interactions/1/x/callback"


@asynccontextmanager
async def asking(simulator: Simulator, path: str = ME) -> AsyncIterator[aiohttp.ClientResponse]:
    """Make one call of a bot."""
    url = f"http://127.0.0.1:{simulator.ports[1]}/api/v10{path}"
    method = "POST" if path == CALLBACK else "GET"
    async with simulator.http.request(method, url, json={}, headers={"Authorization": "Bot any"}) as response:
        yield response


async def cause(simulator: Simulator, kind: str, **options: Any) -> None:
    """Ask for a fault."""
    await simulator.call("POST", "/faults", {"kind": kind, **options}, status=204)


async def statuses(simulator: Simulator, count: int, path: str = ME) -> list[int]:
    """Call so many times."""
    found = []
    for _ in range(count):
        async with asking(simulator, path) as response:
            found.append(response.status)
    return found


async def conduct(simulator: Simulator) -> dict[str, Any]:
    """Ask how the bot has behaved."""
    shown: dict[str, Any] = await simulator.call("GET", "/conduct")
    return shown


async def test_a_limited_call_is_refused_as_discord_does_and_counts_as_invalid(alone: Simulator) -> None:
    before = await conduct(alone)
    await cause(alone, "rest_429", retryAfterMs=1_500, count=2)
    async with asking(alone) as response:
        assert response.status == 429
        assert await response.json() == {
            "message": "You are being rate limited.",
            "retry_after": 1.5,
            "global": False,
        }
        told = response.headers
    assert (told["Retry-After"], told["X-RateLimit-Reset-After"]) == ("2", "1.500")
    assert (told["X-RateLimit-Limit"], told["X-RateLimit-Remaining"], told["X-RateLimit-Scope"]) == ("5", "0", "user")
    assert float(told["X-RateLimit-Reset"]) > time.time()
    assert await statuses(alone, 2) == [429, 200]
    after = await conduct(alone)
    assert [after[name] - before[name] for name in ("invalidRequests", "causedInvalidRequests")] == [2, 2]


async def test_a_call_that_discord_itself_refuses_is_told_from_those_that_a_fault_refuses(alone: Simulator) -> None:
    before = await conduct(alone)
    url = f"http://127.0.0.1:{alone.ports[1]}/api/v10{ME}"
    async with alone.http.get(url) as response:
        assert response.status == 401
    after = await conduct(alone)
    assert [after[name] - before[name] for name in ("invalidRequests", "causedInvalidRequests")] == [1, 0]


async def test_the_calls_of_one_route_share_a_bucket_whatever_the_id(alone: Simulator) -> None:
    await cause(alone, "rest_429", count=3)
    buckets = []
    for path in ("/channels/1", "/channels/2", ME):
        async with asking(alone, path) as response:
            buckets.append(response.headers["X-RateLimit-Bucket"])
    assert buckets[0] == buckets[1] != buckets[2]


async def test_the_global_limit_does_not_bind_interactions(alone: Simulator) -> None:
    await cause(alone, "rest_429", **{"global": True})
    assert await statuses(alone, 1, CALLBACK) == [404]
    async with asking(alone) as response:
        assert (response.status, (await response.json())["global"]) == (429, True)
        assert (response.headers["X-RateLimit-Global"], response.headers["X-RateLimit-Scope"]) == ("true", "global")
        assert "X-RateLimit-Bucket" not in response.headers


async def test_a_ban_is_no_answer_of_discords(alone: Simulator) -> None:
    await cause(alone, "rest_429", banned=True, retryAfterMs=1_500)
    async with asking(alone, CALLBACK) as response:
        assert (response.status, response.content_type, response.headers["Retry-After"]) == (429, "text/plain", "2")
        assert "Via" not in response.headers
    assert await statuses(alone, 1) == [200]


async def test_calls_fail_with_the_status_asked_for_and_are_not_carried_out(alone: Simulator) -> None:
    before = await conduct(alone)
    await cause(alone, "rest_5xx")
    await cause(alone, "rest_5xx", code=503, count=2)
    assert await statuses(alone, 1) == [500]
    assert await statuses(alone, 2, CALLBACK) == [503, 503]
    assert await statuses(alone, 1) == [200]
    assert await conduct(alone) == before
    await alone.call("POST", "/faults", {"kind": "rest_5xx", "code": 404}, status=400)


async def test_a_slow_call_is_answered_after_its_delay(alone: Simulator) -> None:
    await cause(alone, "rest_slow", delayMs=300)
    began = time.monotonic()
    assert await statuses(alone, 1) == [200]
    assert time.monotonic() - began >= 0.3


async def test_a_fault_for_a_time_ends_by_itself(alone: Simulator) -> None:
    await cause(alone, "rest_5xx", durationMs=2000)
    assert await statuses(alone, 2) == [500, 500]
    await alone.until(lambda: statuses(alone, 1), lambda found: found == [200])


async def test_a_bot_that_is_told_to_reconnect_can_resume_each_time(alone: Simulator) -> None:
    before = await conduct(alone)
    async with raw.gateway(alone) as first:
        ready = await raw.identify(first)
        await cause(alone, "gateway_reconnect", count=2)
        await first.expect(7)
        await first.socket.close(code=4000)
    for times in (1, 0):
        async with raw.gateway(alone) as again:
            await raw.resume(again, ready, first.sequence)
            await again.event("RESUMED")
            if times:
                await again.expect(7)
            await again.socket.close(code=4000 if times else 1000)
    after = await conduct(alone)
    assert after["resumed"] - before["resumed"] == 2
    assert len(after["identifiedAtMs"]) - len(before["identifiedAtMs"]) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_a_call_that_moves_to_another_voice_server_gets_new_credentials(alone: Simulator, named: bool) -> None:
    guild = await alone.guild()
    lounge = next(channel["id"] for channel in guild["channels"] if channel["type"] == 2)
    async with raw.gateway(alone) as gateway:
        await raw.identify(gateway)
        state, server = await raw.join(gateway, guild["id"], lounge)
        async with raw.voice(alone, server) as voice:
            await raw.describe(voice, state, server)
            await cause(alone, "voice_server_move", **({"guildId": guild["id"]} if named else {}))
            renewed = await gateway.event("VOICE_SERVER_UPDATE")
            assert await voice.closed() == 4014
        assert renewed["token"] != server["token"]
        async with raw.voice(alone, renewed) as voice:
            assert (await raw.describe(voice, state, renewed))["dave_protocol_version"] == 1
        assert (await alone.call("GET", f"/voice/{guild['id']}"))["channelId"] == lounge
        await gateway.socket.close(code=1000)
