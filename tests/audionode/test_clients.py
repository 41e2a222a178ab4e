"""What clients rely on beyond the recordings: lost sockets, take-over, traces."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent import futures
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from audionode.settings import Limits
from tests.audionode.conftest import Client, StartNode
from tests.audionode.test_conformance_resume import until_waiting
from tests.audionode.test_playing import assert_whole
from tests.audionode.voice_double import VoiceDouble

A_TENTH = 100  # ms; a node counts what it has sent a moment after it was received


async def test_a_killed_client_finds_its_player_where_the_music_is(client: Client, double: VoiceDouble) -> None:
    await client.request("PATCH", f"/v4/sessions/{client.session_id}", json={"resuming": True, "timeout": 30})
    await client.join(31, double)
    await client.play(31, "coded.flac", endTime=3000)
    session, kept = double.sessions[-1], client.session_id
    await double.until(lambda: len(session.sounding) > 20)
    client.abort()
    await double.until(lambda: len(session.sounding) > 80)
    await client.connect(kept)
    assert client.messages[0]["resumed"]
    heard = len(session.sounding)
    state = (await client.request("GET", f"/v4/sessions/{kept}/players/31"))["state"]
    await double.caught_up()
    assert 20 * heard - A_TENTH <= state["position"] <= 20 * len(session.sounding)
    await client.event("TrackEndEvent", 31)
    assert len(session.sounding) == 150
    assert_whole(session.seconds(), 2)


async def test_a_new_session_takes_voice_over_from_one_nobody_holds(
    client: Client, connect: Callable[..., Any], node: str, double: VoiceDouble
) -> None:
    await client.request("PATCH", f"/v4/sessions/{client.session_id}", json={"resuming": True, "timeout": 30})
    await client.join(32, double)
    await client.play(32, "tone1k.wav")
    first, kept = double.sessions[-1], client.session_id
    await double.until(lambda: first.sounding)
    client.abort()
    await until_waiting(client, kept)
    successor: Client = await connect(node)
    await successor.join(32, double)
    await double.until(lambda: first.close_code is not None)
    await client.connect(kept)
    assert await client.request("GET", f"/v4/sessions/{kept}/players") == []


async def test_requests_for_one_guild_are_answered_one_after_the_other(client: Client) -> None:
    answers = await asyncio.gather(*(client.play(33, name) for name in ["coded.flac", "tone.wav"] * 5))
    told = [message for message in client.messages if message.get("guildId") == "33"]
    starts = [message["track"]["info"]["identifier"] for message in told if message.get("type") == "TrackStartEvent"]
    assert sorted(answer["track"]["info"]["identifier"] for answer in answers) == sorted(starts)
    assert len(starts) == 10


async def test_the_state_is_told_while_a_track_plays_and_not_after_it(
    start_node: StartNode, connect: Callable[..., Any], double: VoiceDouble
) -> None:
    async with start_node(Limits(player_update=0.2, stats=0.5)) as url:
        client: Client = await connect(url)
        await client.join(34, double)
        await client.play(34, "coded.wav", endTime=2000)
        await client.event("TrackEndEvent", 34)
        updates = [sent["state"]["position"] for sent in client.messages if sent["op"] == "playerUpdate"]
        assert updates == sorted(updates)
        assert len(set(updates)) >= 5
        told = len(client.messages)
        await client.message(lambda sent: sent["op"] == "stats" and sent["frameStats"] is not None)
        await asyncio.sleep(0.5)
        assert all(sent["op"] == "stats" for sent in client.messages[told:])


class _Collector(trace_service_pb2_grpc.TraceServiceServicer):
    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802 - the service's name
        for resource in request.resource_spans:
            names = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
            self.services.add(names["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture
async def collector() -> AsyncIterator[tuple[_Collector, str]]:
    server = grpc.server(futures.ThreadPoolExecutor(2))
    made = _Collector()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(made, server)  # type: ignore[no-untyped-call]  # generated
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield made, f"http://127.0.0.1:{port}"
    server.stop(0).wait()


async def test_a_traced_play_is_followed_to_its_first_packet(
    start_node: StartNode, connect: Callable[..., Any], double: VoiceDouble, collector: tuple[_Collector, str]
) -> None:
    traces, endpoint = collector
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with start_node(otel_exporter_otlp_endpoint=endpoint) as url:
        client: Client = await connect(url)
        await client.join(35, double)
        await client.request("GET", "/version", headers={"traceparent": parent})
        await client.load("coded.flac")
        started = time.time_ns()
        await client.patch(35, {"track": {"identifier": "coded.flac"}}, headers={"traceparent": parent})
        await double.until(lambda: len(double.sessions[-1].sounding) > 2)
    spans = {span.name: span for span in traces.spans}
    patch = spans.pop("PATCH /v4/sessions/{sessionId}/players/{guildId}")
    first = spans.pop("first_frame")
    assert spans == {}
    assert traces.services == {"node"}
    assert patch.trace_id.hex() == first.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert patch.parent_span_id.hex() == "b7ad6b7169203331"
    assert first.parent_span_id == patch.span_id
    assert started < first.start_time_unix_nano < first.end_time_unix_nano
    attributes = {pair.key: pair.value.int_value for pair in first.attributes}
    frame = double.sessions[-1].sounding[0]
    assert attributes == {"rtp.sequence": frame.sequence, "rtp.timestamp": frame.timestamp}
