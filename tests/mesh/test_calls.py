"""How calls are carried: deadlines, retries, the instance they go to, and their trace."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest

from mesh.topology import EDGE
from tests.mesh.stack import Stack, call
from tests.mesh.standin import Call, method

if TYPE_CHECKING:
    import aiohttp

GET_PLAYER = "/segue.audio.v1.PlayerService/GetPlayer"
WATCH_PLAYER = "/segue.audio.v1.PlayerService/WatchPlayer"
GET_MEMBER = "/segue.gateway.v1.GuildService/GetMember"
CHECK_HEALTH = "/segue.common.v1.OpsService/CheckHealth"
TOKEN = (("authorization", "Bearer good"),)
GUILDS = range(1, 41)


def seen(stack: Stack, path: str) -> list[Call]:
    """Return all calls of a method, wherever they arrived."""
    return [found for service in stack.services.values() for found in service.calls if found.path == path]


def homes(stack: Stack, guild: int) -> set[str]:
    """Return the audio instances that calls of a guild reached."""
    audio = (stack["audio"], stack["audio-2"])
    return {service.instance for service in audio for found in service.calls if found.request.guild_id == guild}


async def unavailable(call: Call) -> None:
    """Behave as a service that is away for the moment."""
    await call.context.abort(grpc.StatusCode.UNAVAILABLE, "away")


async def broken(call: Call) -> None:
    """Behave as a service with a defect."""
    await call.context.abort(grpc.StatusCode.INTERNAL, "broken")


async def hang(call: Call) -> None:
    """Behave as a service that never answers."""
    await asyncio.Event().wait()


# Deadlines


async def test_a_deadline_set_at_the_edge_is_seen_reduced_in_the_last_service(stack: Stack) -> None:
    async def ask_gateway(here: Call) -> None:
        await asyncio.sleep(0.05)  # work, more than gRPC rounds away
        async with stack.channel("audio", "gateway") as channel:
            await call(channel, GET_MEMBER, timeout=here.context.time_remaining(), guild_id=1, user_id=2)

    stack["audio"].behaviours[GET_PLAYER] = stack["audio-2"].behaviours[GET_PLAYER] = ask_gateway
    async with stack.outside() as channel:
        await call(channel, GET_PLAYER, timeout=3, metadata=TOKEN, guild_id=1)
    (first,), (last,) = seen(stack, GET_PLAYER), seen(stack, GET_MEMBER)
    assert first.remaining
    assert last.remaining
    assert 3 > first.remaining > last.remaining > 0


async def test_a_call_without_a_deadline_gets_the_methods(stack: Stack, browser: aiohttp.ClientSession) -> None:
    began = time.monotonic()
    async with browser.get("/v1/guilds/1/player") as answer:
        assert answer.status == 200
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, GET_PLAYER, timeout=None, guild_id=1)
    least = 4.9 - (time.monotonic() - began)
    assert [found.remaining and least < found.remaining < 5 for found in seen(stack, GET_PLAYER)] == [True, True]


async def test_no_caller_gets_more_time_than_the_method_allows(stack: Stack) -> None:
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, GET_PLAYER, timeout=60, guild_id=1)
    (found,) = seen(stack, GET_PLAYER)
    assert found.remaining
    assert found.remaining < 5


async def test_a_call_past_its_deadline_ends_as_deadline_exceeded_and_is_not_retried(stack: Stack) -> None:
    stack["worker"].behaviours[CHECK_HEALTH] = hang
    async with stack.channel("gateway", "worker") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as late:
            await call(channel, CHECK_HEALTH, timeout=None)
    assert late.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert stack["worker"].counts[CHECK_HEALTH] == 1


async def test_a_stream_has_no_deadline_but_the_callers(stack: Stack) -> None:
    async with stack.channel("gateway", "audio") as channel:
        async for _ in call(channel, WATCH_PLAYER, timeout=None, guild_id=1):
            pass
        async for _ in call(channel, WATCH_PLAYER, timeout=100, guild_id=1):
            pass
    endless, limited = seen(stack, WATCH_PLAYER)
    assert endless.remaining is None
    assert limited.remaining
    assert 90 < limited.remaining <= 101  # gRPC rounds long ones up to whole seconds


# Retries


async def answer(channel: grpc.aio.Channel, path: str) -> None:
    """Wait for the answer of a method, or for the first of a stream."""
    if method(path).server_streaming:
        await anext(aiter(call(channel, path, metadata=TOKEN)))
    else:
        await call(channel, path, metadata=TOKEN)


async def failing_calls(stack: Stack, path: str, service: str, caller: str) -> int:
    """Call a method that fails, and return how often the call arrived."""
    async with stack.outside() if caller == EDGE else stack.channel(caller, service) as channel:
        with pytest.raises(grpc.aio.AioRpcError):
            await answer(channel, path)
    return len(seen(stack, path))


async def test_calls_are_retried_exactly_where_the_contract_says_so(stack: Stack) -> None:
    tried = set()
    for service, methods in stack.mesh.methods.items():
        for policy in methods:
            if policy not in stack.mesh.contract:
                continue
            for instance in stack.services.values():
                instance.behaviours[policy.path] = unavailable
                instance.calls.clear()
            caller = min(policy.callers - {EDGE}, default=EDGE)
            arrived = await failing_calls(stack, policy.path, service, caller)
            assert arrived == (3 if policy.retry else 1), policy.path
            tried.add(policy)
    assert tried == set(stack.mesh.contract)


async def test_a_defect_is_not_retried(stack: Stack) -> None:
    stack["audio"].behaviours[GET_PLAYER] = stack["audio-2"].behaviours[GET_PLAYER] = broken
    assert await failing_calls(stack, GET_PLAYER, "audio", "gateway") == 1


async def test_every_attempt_carries_the_same_request_id(stack: Stack) -> None:
    stack["audio"].behaviours[GET_PLAYER] = stack["audio-2"].behaviours[GET_PLAYER] = unavailable
    await failing_calls(stack, GET_PLAYER, "audio", "gateway")
    ids = {found.metadata["x-request-id"] for found in seen(stack, GET_PLAYER)}
    assert len(ids) == 1


async def test_what_one_instance_cannot_serve_is_tried_again_by_another(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    stack["audio"].behaviours[GET_PLAYER] = unavailable
    for guild in GUILDS:
        async with stack.channel("gateway", "audio") as channel:
            await call(channel, GET_PLAYER, guild_id=guild)
        async with browser.get(f"/v1/guilds/{guild}/player") as answer:
            assert answer.status == 200
    assert stack["audio"].counts[GET_PLAYER] > 0
    assert stack["audio-2"].counts[GET_PLAYER] == 2 * len(GUILDS)


# Instances


async def call_everywhere(stack: Stack, browser: aiohttp.ClientSession, guilds: range) -> None:
    """Call for each guild over the mesh, REST and gRPC from outside, and as a stream."""
    async with stack.channel("gateway", "audio") as inner, stack.outside() as outer:
        for guild in guilds:
            await call(inner, GET_PLAYER, guild_id=guild)
            await call(outer, GET_PLAYER, metadata=(*TOKEN, ("x-guild-id", "1")), guild_id=guild)
            await anext(aiter(call(inner, WATCH_PLAYER, guild_id=guild)))
            async with browser.get(f"/v1/guilds/{guild}/queue") as answer:
                assert answer.status == 200


async def homes_now(stack: Stack, browser: aiohttp.ClientSession) -> dict[int, frozenset[str]]:
    """Return which audio instances the calls of each guild reach at this moment."""
    for service in stack.services.values():
        service.calls.clear()
    await call_everywhere(stack, browser, GUILDS)
    return {guild: frozenset(homes(stack, guild)) for guild in GUILDS}


async def test_all_calls_of_a_guild_reach_one_instance(stack: Stack, browser: aiohttp.ClientSession) -> None:
    found = (await homes_now(stack, browser)).values()
    assert set(found) == {frozenset({"audio"}), frozenset({"audio-2"})}


async def test_only_the_guilds_of_a_lost_instance_move(stack: Stack, browser: aiohttp.ClientSession) -> None:
    before = await homes_now(stack, browser)
    await stack["audio-2"].leave()
    try:
        await asyncio.gather(*(stack.healthy(proxy, hosts=4) for proxy in ("gateway", EDGE)))
        assert set((await homes_now(stack, browser)).values()) == {frozenset({"audio"})}
    finally:
        await stack["audio-2"].come_back()
        await asyncio.gather(*(stack.healthy(proxy) for proxy in ("gateway", EDGE)))
    assert await homes_now(stack, browser) == before


async def test_an_instance_that_is_not_ready_is_sent_nothing_while_another_is(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    before = await homes_now(stack, browser)
    try:
        await stack["audio-2"].lack()
        await asyncio.gather(*(stack.healthy(proxy, ready=4) for proxy in ("gateway", EDGE)))
        assert set((await homes_now(stack, browser)).values()) == {frozenset({"audio"})}
        await stack["audio"].lack()
        await asyncio.gather(*(stack.healthy(proxy, ready=3) for proxy in ("gateway", EDGE)))
        assert await homes_now(stack, browser) == before  # no worse than if nobody had asked
        await stack["audio"].come_back()
        await asyncio.gather(*(stack.healthy(proxy, ready=4) for proxy in ("gateway", EDGE)))
        assert set((await homes_now(stack, browser)).values()) == {frozenset({"audio"})}
    finally:
        for instance in ("audio", "audio-2"):
            await stack[instance].come_back()
        await asyncio.gather(*(stack.healthy(proxy) for proxy in ("gateway", EDGE)))
    assert await homes_now(stack, browser) == before


async def test_a_call_that_was_accepted_is_finished_by_an_instance_that_leaves(stack: Stack) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def wait(here: Call) -> None:
        arrived.set()
        await go_on.wait()

    stack["worker"].behaviours[CHECK_HEALTH] = wait
    async with stack.channel("gateway", "worker") as channel:
        asked = asyncio.create_task(answer(channel, CHECK_HEALTH))
        await arrived.wait()
        await stack["worker"].leave()
        try:
            await stack.healthy("gateway", hosts=4)
            go_on.set()
            await asked
        finally:
            await stack["worker"].come_back()
            await stack.healthy("gateway")
    assert stack["worker"].counts[CHECK_HEALTH] == 1


async def test_a_service_may_name_the_instance(stack: Stack) -> None:
    async with stack.channel("gateway", "audio") as channel:
        for instance in ("audio", "audio-2"):
            for guild in GUILDS:
                await call(channel, GET_PLAYER, metadata=(("x-segue-instance", instance),), guild_id=guild)
            assert stack[instance].counts[GET_PLAYER] == len(GUILDS)
        await call(channel, GET_PLAYER, metadata=(("x-segue-instance", "audio-9"),), guild_id=1)
    assert len(seen(stack, GET_PLAYER)) == 2 * len(GUILDS) + 1  # one that is not there is as good as none named


async def test_a_named_instance_is_reached_while_it_lives(stack: Stack) -> None:
    await stack["audio-2"].lack()
    try:
        await stack.healthy("gateway", ready=4)
        async with stack.channel("gateway", "audio") as channel:
            for guild in GUILDS:
                await call(channel, GET_PLAYER, metadata=(("x-segue-instance", "audio-2"),), guild_id=guild)
        assert stack["audio-2"].counts[GET_PLAYER] == len(GUILDS)
    finally:
        await stack["audio-2"].come_back()
        await stack.healthy("gateway")


async def test_nobody_outside_may_name_the_instance(stack: Stack) -> None:
    async with stack.outside() as channel:
        for guild in GUILDS:
            await call(channel, GET_PLAYER, metadata=(*TOKEN, ("x-segue-instance", "audio-2")), guild_id=guild)
    assert stack["audio"].counts[GET_PLAYER] > 0


async def test_the_largest_message_passes_with_its_guild_found(stack: Stack) -> None:
    handles = ["h" * 512] * 10_000
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, "/segue.audio.v1.QueueService/AddQueueItems", guild_id=77, handles=handles)
    assert len(homes(stack, 77)) == 1


# Traces


async def chain(stack: Stack, trace_id: str) -> list[tuple[str, Any]]:
    """Wait for the spans of a call from the edge to audio and return them, from the root to the leaf."""

    def found() -> list[tuple[str, Any]]:
        ours = [(name, span) for name, span in stack.traces.spans if span.trace_id.hex() == trace_id]
        children = {span.parent_span_id: (name, span) for name, span in ours if "Check" not in span.name}
        ordered = []
        parent = b""
        while parent in children:
            ordered.append(children[parent])
            parent = ordered[-1][1].span_id
        return ordered

    async with asyncio.timeout(60), stack.traces.arrived:
        await stack.traces.arrived.wait_for(lambda: len(found()) >= 4)
    return found()


async def test_one_trace_leads_from_the_edge_to_the_service(stack: Stack, browser: aiohttp.ClientSession) -> None:
    foreign = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-00", "tracestate": "x=y", "baggage": "k=v"}
    async with browser.get("/v1/guilds/3/player", headers=foreign) as answer:
        trace_id = answer.headers["x-trace-id"]
    (arrived,) = seen(stack, GET_PLAYER)
    assert trace_id != "a" * 32
    assert arrived.metadata["traceparent"].split("-")[1] == trace_id
    assert "baggage" not in arrived.metadata
    spans = await chain(stack, trace_id)
    assert [name for name, _ in spans] == ["envoy-edge", "envoy-edge", "envoy-audio", "envoy-audio"]
    assert [span.name for _, span in spans] == [GET_PLAYER] * 4
    assert arrived.metadata["traceparent"].split("-")[2] == spans[-1][1].span_id.hex()


async def test_a_services_own_trace_goes_on(stack: Stack) -> None:
    parent = ("traceparent", f"00-{'c' * 32}-{'d' * 16}-01")
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, GET_PLAYER, metadata=(parent,), guild_id=3)
    (arrived,) = seen(stack, GET_PLAYER)
    assert arrived.metadata["traceparent"].split("-")[1] == "c" * 32


async def test_health_is_never_traced(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async with browser.get("/health") as answer:
        assert answer.status == 200
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, CHECK_HEALTH)
    async with browser.get("/v1/guilds/3/player") as answer:  # the sentinel: spans arrive in order
        await chain(stack, answer.headers["x-trace-id"])
    names = {span.name for _, span in stack.traces.spans}
    assert not {name for name in names if "Health" in name or "Deployment" in name}
