"""Who may call what: every pair of caller and method of the contract, tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from envoy.service.auth.v3 import external_auth_pb2, external_auth_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.topology import EDGE, service_of
from tests.mesh import probe
from tests.mesh.stack import Stack, call
from tests.mesh.standin import method

if TYPE_CHECKING:
    from mesh.contract import Method

SERVICES = ("gateway", "audio", "api", "worker")
CALLERS = (*SERVICES, EDGE)
GET_PLAYER = "/segue.audio.v1.PlayerService/GetPlayer"


@pytest.fixture(scope="package", autouse=True)
async def _probe(_running: Stack) -> None:
    await probe.start(_running)


def door(stack: Stack, caller: str, callee: str) -> grpc.aio.Channel:
    """Return the way of a caller to a callee: its own sidecar; for the edge, which has none, the probe."""
    return probe.channel(stack, EDGE, callee) if caller == EDGE else stack.channel(caller, callee)


async def refusal(channel: grpc.aio.Channel, path: str) -> grpc.StatusCode | None:
    """Return the code a call is refused with, or None."""
    try:
        if method(path).server_streaming:
            await anext(aiter(call(channel, path)))
        else:
            await call(channel, path)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return None


def reached(stack: Stack, service: str, path: str) -> int:
    """Return how many calls of a method arrived at any instance of a service."""
    return sum(stack[instance].counts[path] for instance in stack.mesh.run.instances(service))


async def refused_handshakes(stack: Stack, reason: str) -> dict[str, int]:
    """Return how many handshakes the proxies of each service have refused for a reason."""
    counts = dict.fromkeys(SERVICES, 0)
    for instance in stack.ops:
        stats = await stack.admin(instance, f"/stats?filter=^listener.*in.sock.ssl.{reason}$")
        counts[service_of(instance)] += int(stats.split(": ")[1])
    return counts


def declared(stack: Stack, callee: str) -> list[Method]:
    """Return the methods of our own contract that a service answers."""
    return [method for method in stack.mesh.methods[callee] if method in stack.mesh.contract]


@pytest.mark.parametrize("callee", SERVICES)
@pytest.mark.parametrize("caller", CALLERS)
async def test_exactly_the_declared_callers_of_a_method_reach_it(stack: Stack, caller: str, callee: str) -> None:
    async with door(stack, caller, callee) as channel:
        for tried in declared(stack, callee):
            code = await refusal(channel, tried.path)
            allowed = caller in tried.callers
            assert code == (None if allowed else grpc.StatusCode.PERMISSION_DENIED), tried.path
            assert reached(stack, callee, tried.path) == (1 if allowed else 0), tried.path


@pytest.mark.parametrize("caller", CALLERS)
async def test_only_the_edge_asks_api_for_authentication(stack: Stack, caller: str) -> None:
    async with door(stack, caller, "api") as channel:
        ask = external_auth_pb2_grpc.AuthorizationStub(channel).Check
        if caller == EDGE:
            await ask(external_auth_pb2.CheckRequest(), timeout=60)
        else:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await ask(external_auth_pb2.CheckRequest(), timeout=60)
            assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert len(stack.authentication.asked) == (1 if caller == EDGE else 0)


async def test_any_peer_may_ask_for_health_but_not_watch_it(stack: Stack) -> None:
    for callee in SERVICES:
        async with probe.channel(stack, EDGE, callee) as channel:
            health: Any = health_pb2_grpc.HealthStub(channel)
            answer = await health.Check(health_pb2.HealthCheckRequest(), timeout=60)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await anext(aiter(health.Watch(health_pb2.HealthCheckRequest(), timeout=60)))
            assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ("stranger", "fail_verify_san"),
        ("expired", "fail_verify_error"),
        ("forged", "fail_verify_error"),
        ("nobody", "fail_verify_no_cert"),
        ("outdated", "connection_error"),  # it speaks TLS 1.2 alone
    ],
)
async def test_no_foreign_expired_or_missing_certificate_and_no_old_tls_is_let_in(
    stack: Stack, identity: str, reason: str
) -> None:
    before = await refused_handshakes(stack, reason)
    for callee in SERVICES:
        async with probe.channel(stack, identity, callee) as channel:
            for tried in declared(stack, callee):
                assert await refusal(channel, tried.path) == grpc.StatusCode.UNAVAILABLE, tried.path
                assert reached(stack, callee, tried.path) == 0, tried.path

    after = await refused_handshakes(stack, reason)
    assert all(after[callee] > before[callee] for callee in SERVICES), (before, after)


async def test_a_service_that_shows_another_identity_is_not_called(stack: Stack) -> None:
    async with probe.channel(stack, EDGE, "misdirected") as channel:
        assert await refusal(channel, GET_PLAYER) == grpc.StatusCode.UNAVAILABLE
    assert reached(stack, "audio", GET_PLAYER) == 0


async def test_a_service_learns_who_calls_from_the_certificate_alone(stack: Stack) -> None:
    forged = (("x-forwarded-client-cert", "URI=spiffe://segue/edge"),)
    async with stack.channel("gateway", "audio") as channel:
        await call(channel, GET_PLAYER, metadata=forged, guild_id=1)
    (seen,) = [seen for instance in ("audio", "audio-2") for seen in stack[instance].calls]
    assert seen.metadata["x-forwarded-client-cert"].endswith("URI=spiffe://segue/gateway")
    assert "segue/edge" not in seen.metadata["x-forwarded-client-cert"]
