"""What leaves a server: errors, deadlines, ends of streams; and how it stops."""
# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry import trace

from kit import actor, client, metrics, policy, telemetry
from kit.errors import Reason, Refused
from kit.server import Purged, Server
from segue.audio.v1 import player_service_pb2, player_service_pb2_grpc, queue_service_pb2
from segue.common.v1 import ops_service_pb2, ops_service_pb2_grpc, upkeep_service_pb2, upkeep_service_pb2_grpc
from tests.contract.methods import GUILD
from tests.kit.serving import from_peer, serving, settings
from tests.kit.world import World, token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection
    from datetime import timedelta
    from pathlib import Path

PAUSE = "/segue.audio.v1.PlayerService/Pause"
WATCH = "/segue.audio.v1.PlayerService/WatchPlayer"
OPERATOR = token(operator=True)


class Player(player_service_pb2_grpc.PlayerServiceServicer):
    """Does what a test wants of it."""

    def __init__(self, act: Callable[[Any], Any]) -> None:
        self._act = act

    async def Pause(self, _request: Any, context: Any) -> Any:
        await self._act(context)
        return player_service_pb2.PauseResponse()

    async def WatchPlayer(self, _request: Any, context: Any) -> Any:
        yield player_service_pb2.WatchPlayerResponse()
        await self._act(context)


def player(act: Callable[[Any], Any]) -> Any:
    """Return what serves a player that acts so."""
    return player_service_pb2_grpc.add_PlayerServiceServicer_to_server, Player(act)  # type: ignore[abstract]  # the rest is not called


async def pause(stub: Any, **more: Any) -> Any:
    """Call as the operator at the edge."""
    return await stub.Pause(
        player_service_pb2.PauseRequest(guild_id=GUILD), metadata=from_peer("edge", OPERATOR), **more
    )


def watch(stub: Any) -> Any:
    """Watch as the operator at the edge."""
    request = player_service_pb2.WatchPlayerRequest(guild_id=GUILD)
    return stub.WatchPlayer(request, metadata=from_peer("edge", OPERATOR))


async def test_of_an_unexpected_exception_only_a_reference_leaves(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: Any) -> None:
        raise ValueError("the secret")

    async with serving(player(fail), guilds=World()) as address, grpc.aio.insecure_channel(address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await pause(player_service_pb2_grpc.PlayerServiceStub(channel))

    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in repr(caught.value.trailing_metadata()) + (caught.value.details() or "")
    logged = next(record for record in caplog.records if record.name == "kit.interceptor")
    assert "the secret" in str(logged.exc_info)
    assert logged.__dict__["ref"].encode() in dict(caught.value.trailing_metadata())["grpc-status-details-bin"]


async def test_a_refusal_reaches_the_caller_whole(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse(_: Any) -> None:
        raise Refused(Reason.QUEUE_FULL, retry_after=1.5, fields={"handles": "too many"}, limit="10000")

    caplog.set_level(logging.ERROR)
    async with serving(player(refuse), guilds=World()) as address, client.channel(address, "audio") as channel:
        with pytest.raises(Refused) as caught:
            await pause(player_service_pb2_grpc.PlayerServiceStub(channel))

    seen = caught.value
    assert (seen.reason, seen.retry_after, seen.fields) == (Reason.QUEUE_FULL, 1.5, {"handles": "too many"})
    assert seen.metadata["limit"] == "10000"
    assert len(seen.metadata["ref"]) == 8
    assert caplog.records == []


async def test_a_reference_is_passed_on_by_those_the_error_passes_through() -> None:
    async def refuse(_: Any) -> None:
        raise Refused(Reason.NO_NODE, ref="12345678")

    async with serving(player(refuse), guilds=World()) as address, client.channel(address, "audio") as channel:
        with pytest.raises(Refused) as caught:
            await pause(player_service_pb2_grpc.PlayerServiceStub(channel))

    assert caught.value.metadata["ref"] == "12345678"


async def test_a_stream_that_fails_late_still_says_why() -> None:
    async def refuse(_: Any) -> None:
        raise Refused(Reason.NO_NODE)

    async with serving(player(refuse), guilds=World()) as address, client.channel(address, "audio") as channel:
        answers = watch(player_service_pb2_grpc.PlayerServiceStub(channel))
        assert await anext(answers)
        with pytest.raises(Refused) as caught:
            await anext(answers)

    assert caught.value.reason is Reason.NO_NODE


async def test_a_stream_that_is_left_early_ends_in_the_servicer() -> None:
    ended = asyncio.Event()

    async def wait(_: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    before = metrics.methods[WATCH].errors if WATCH in metrics.methods else 0
    async with serving(player(wait), guilds=World()) as address, client.channel(address, "audio") as channel:
        async with aclosing(watch(player_service_pb2_grpc.PlayerServiceStub(channel))) as answers:
            await anext(answers)
        await asyncio.wait_for(ended.wait(), 60)

    assert metrics.methods[WATCH].errors == before + 1


async def test_a_peer_that_is_away_is_named() -> None:
    async with client.channel("unix:/nowhere/app.sock", "audio") as channel:
        with pytest.raises(Refused) as caught:
            await pause(player_service_pb2_grpc.PlayerServiceStub(channel))

    assert (caught.value.reason, caught.value.metadata) == (Reason.UNAVAILABLE, {"part": "audio"})


async def test_calls_have_the_deadline_of_their_method_cut_to_what_is_left_of_the_call_they_serve() -> None:
    seen: list[float] = []

    async def note(context: Any) -> None:
        seen.append(context.time_remaining())

    async with serving(player(note), guilds=World()) as inner, client.channel(inner, "audio") as channel:
        stub = player_service_pb2_grpc.PlayerServiceStub(channel)

        async def note_and_call(context: Any) -> None:
            seen.append(context.time_remaining())
            with actor.acting_as(OPERATOR):
                await pause(stub)

        async with serving(player(note_and_call), guilds=World()) as outer, client.channel(outer, "audio") as first:
            await pause(player_service_pb2_grpc.PlayerServiceStub(first), timeout=3)
        await pause(stub)

    outermost, within, declared = seen
    # gRPC rounds a timeout up to three digits on its way.
    rounded = 3 * 1.02
    assert outermost <= rounded
    assert within <= rounded < declared


async def test_a_call_past_its_deadline_says_so() -> None:
    async def wait(_: Any) -> None:
        await asyncio.Event().wait()

    async with serving(player(wait), guilds=World()) as address, client.channel(address, "audio") as channel:
        with pytest.raises(Refused) as caught:
            await pause(player_service_pb2_grpc.PlayerServiceStub(channel), timeout=0.1)

    assert caught.value.reason is Reason.DEADLINE_EXCEEDED


@pytest.mark.parametrize("kind", ["stream_unary", "stream_stream"])
async def test_every_request_of_a_stream_is_judged(kind: str) -> None:
    seen: list[int] = []
    method = queue_service_pb2.DESCRIPTOR.services_by_name["QueueService"].methods_by_name["ListQueueItems"]

    async def consume(requests: AsyncIterator[Any]) -> Any:
        async for request in requests:
            seen[:] = [*seen, request.guild_id]
        return queue_service_pb2.ListQueueItemsResponse()

    async def unary(requests: AsyncIterator[Any], _: Any) -> Any:
        return await consume(requests)

    async def stream(requests: AsyncIterator[Any], _: Any) -> Any:
        yield await consume(requests)

    def add(_: object, server: grpc.aio.Server) -> None:
        handler = getattr(grpc, f"{kind}_rpc_method_handler")(
            unary if kind == "stream_unary" else stream,
            request_deserializer=queue_service_pb2.ListQueueItemsRequest.FromString,
            response_serializer=queue_service_pb2.ListQueueItemsResponse.SerializeToString,
        )
        served = grpc.method_handlers_generic_handler(method.containing_service.full_name, {method.name: handler})
        server.add_generic_rpc_handlers((served,))

    async def requests() -> AsyncIterator[Any]:
        for guild_id in (GUILD, GUILD + 1):
            yield queue_service_pb2.ListQueueItemsRequest(guild_id=guild_id)

    async with serving((add, None), guilds=World()) as address, client.channel(address, "audio") as channel:
        call: Any = getattr(channel, kind)(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=queue_service_pb2.ListQueueItemsRequest.SerializeToString,
            response_deserializer=queue_service_pb2.ListQueueItemsResponse.FromString,
        )
        answers = call(requests(), metadata=from_peer("edge", OPERATOR))
        with pytest.raises(Refused) as caught:
            await (answers if kind == "stream_unary" else anext(answers))

    assert caught.value.reason is Reason.GUILD_NOT_FOUND
    assert seen == [GUILD]


async def test_health_is_the_worst_part_and_http_is_told_of_it() -> None:
    async def degraded() -> Any:
        return ops_service_pb2.HEALTH_STATUS_DEGRADED, "It is slow."

    async def silent() -> Any:
        await asyncio.Event().wait()

    checks = {"cache": degraded, "postgres": silent}
    async with serving(checks=checks) as address, grpc.aio.insecure_channel(address) as channel:
        stub: Any = ops_service_pb2_grpc.OpsServiceStub(channel)
        call = stub.CheckHealth(ops_service_pb2.CheckHealthRequest())
        answer = await call
        readiness = await stub.CheckReadiness(ops_service_pb2.CheckReadinessRequest())

        assert dict(await call.initial_metadata())["x-segue-http-status"] == "503"
    assert [(part.name, part.status) for part in answer.components] == [
        ("cache", ops_service_pb2.HEALTH_STATUS_DEGRADED),
        ("postgres", ops_service_pb2.HEALTH_STATUS_UNHEALTHY),
    ]
    assert answer.status == ops_service_pb2.HEALTH_STATUS_UNHEALTHY
    assert (readiness.ready, readiness.detail) == (False, "postgres: It does not answer.")


async def test_who_stands_by_is_well_but_calls_are_to_go_to_another() -> None:
    async with serving(serves=lambda: False) as address, grpc.aio.insecure_channel(address) as channel:
        ops: Any = ops_service_pb2_grpc.OpsServiceStub(channel)
        proxy: Any = health_pb2_grpc.HealthStub(channel)
        watched = proxy.Watch(health_pb2.HealthCheckRequest(service="ready"))
        async for told in watched:
            if told.status == health_pb2.HealthCheckResponse.NOT_SERVING:
                break
        readiness = await ops.CheckReadiness(ops_service_pb2.CheckReadinessRequest())
        alive = await proxy.Check(health_pb2.HealthCheckRequest())
        watched.cancel()

    assert readiness.ready
    assert alive.status == health_pb2.HealthCheckResponse.SERVING


async def test_metrics_and_performance_tell_of_served_calls() -> None:
    async def nothing(_: Any) -> None:
        """Serve."""

    async with serving(player(nothing), guilds=World()) as address, client.channel(address, "audio") as channel:
        await pause(player_service_pb2_grpc.PlayerServiceStub(channel))
        stub: Any = ops_service_pb2_grpc.OpsServiceStub(channel)
        body = (await stub.GetMetrics(ops_service_pb2.GetMetricsRequest())).body
        performance = await stub.GetPerformance(ops_service_pb2.GetPerformanceRequest())

    assert body.content_type.startswith("text/plain; version=0.0.4")
    assert f'segue_rpc_server_seconds_count{{code="OK",method="{PAUSE}"}}'.encode() in body.data
    assert performance.memory_bytes > 0
    assert performance.slowest_methods


class Keeping:
    """Removes as much as it may."""

    async def purge(self, limit: int, older_than: timedelta) -> Purged:
        """Remove all of a batch."""
        return Purged(request_ids=limit, outbox_rows=older_than.days)

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Have nothing of guilds."""


async def test_upkeep_is_for_worker_alone_and_removes_what_the_service_says() -> None:
    async with serving(upkeep=Keeping()) as address, client.channel(address, "audio") as channel:
        stub: Any = upkeep_service_pb2_grpc.UpkeepServiceStub(channel)
        request = upkeep_service_pb2.PurgeExpiredRequest(limit=5, older_than=Duration(seconds=7 * 86400))
        answer = await stub.PurgeExpired(request, metadata=from_peer("worker"))

    assert (answer.request_ids, answer.deleted_rows, answer.outbox_rows) == (5, 0, 7)


async def test_a_stopping_server_first_says_so_and_then_finishes_what_it_accepted(tmp_path: Path) -> None:
    release, accepted = asyncio.Event(), asyncio.Event()

    async def wait(_: Any) -> None:
        accepted.set()
        await release.wait()

    server = Server(settings(str(tmp_path)), service="test", guilds=World())
    server.add(*player(wait))
    await server.start()
    address = f"unix:{tmp_path}/app.sock"
    async with client.channel(address, "audio") as channel, grpc.aio.insecure_channel(address) as probe:
        call = asyncio.create_task(pause(player_service_pb2_grpc.PlayerServiceStub(channel)))
        await accepted.wait()
        stopping = asyncio.create_task(server.stop(drain=0.5, grace=5))
        health: Any = health_pb2_grpc.HealthStub(probe)
        watching = health.Watch(health_pb2.HealthCheckRequest())
        async for answer in watching:
            if answer.status == health_pb2.HealthCheckResponse.NOT_SERVING:
                break
        watching.cancel()
        late = asyncio.create_task(pause(player_service_pb2_grpc.PlayerServiceStub(channel)))
        await asyncio.sleep(0)
        release.set()

        assert await call == player_service_pb2.PauseResponse()
        assert await late == player_service_pb2.PauseResponse()
        await stopping


def test_spans_are_not_begun_for_probes() -> None:
    assert not policy.is_traced("/grpc.health.v1.Health/Check")
    assert not policy.is_traced("/segue.common.v1.OpsService/CheckHealth")
    assert policy.is_traced(PAUSE)
    with telemetry.serving("/grpc.health.v1.Health/Check", {}) as span:
        assert span is trace.INVALID_SPAN
