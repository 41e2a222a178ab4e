"""One trace from the interaction to the first packet of sound."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

    from tests.e2e.discord import Discord, Guild

# Every place where the trace of a `/play` goes from one process to another: (parent's service, child's service).
EDGES = {
    ("gateway", "envoy-gateway"),
    ("envoy-gateway", "envoy-audio"),
    ("envoy-audio", "audio"),
    ("audio", "node"),
    # Audio asks gateway for the voice connection.
    ("audio", "envoy-audio"),
    ("envoy-audio", "envoy-gateway"),
    ("envoy-gateway", "gateway"),
}
# Where gateway asks api what the person chose, if it does not know that yet.
PREFERENCES = {("envoy-gateway", "envoy-api"), ("envoy-api", "api")}
TO_AUDIO = ["gateway", "envoy-gateway", "envoy-audio", "audio"]
TO_THE_SOUND = [*TO_AUDIO, "node"]
TO_THE_VOICE_CONNECTION = [*TO_AUDIO, "envoy-audio", "envoy-gateway", "gateway"]
CONNECT = "segue.gateway.v1.VoiceChannelService/ConnectVoice"
HEALTH = re.compile("health|ready|readiness", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A span as the viewer's JSON tells it."""

    service: str
    name: str
    id: str
    parent: str
    attributes: dict[str, Any]


def spans(otlp: dict[str, Any]) -> list[Span]:
    """Flatten OTLP JSON."""

    def attributes(holder: dict[str, Any]) -> dict[str, Any]:
        return {a["key"]: next(iter(a["value"].values()), None) for a in holder.get("attributes", [])}

    return [
        Span(
            attributes(resource["resource"])["service.name"],
            span["name"],
            span["spanId"],
            span.get("parentSpanId", ""),
            attributes(span),
        )
        for resource in otlp["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


def edges(trace: list[Span]) -> set[tuple[str, str]]:
    """Return the (parent's service, child's service) pairs of a trace."""
    by_id = {span.id: span for span in trace}
    pairs = {(by_id[s.parent].service, s.service) for s in trace if s.parent in by_id}
    return {(parent, child) for parent, child in pairs if parent != child}


def orphans(trace: list[Span]) -> list[Span]:
    """Return the spans whose parent is not in the trace."""
    known = {span.id for span in trace}
    return [span for span in trace if span.parent and span.parent not in known]


def way(trace: list[Span], service: str, name: str) -> list[str]:
    """Return the services from the root to a service's span of that name, each once where it follows itself."""
    by_id = {span.id: span for span in trace}
    here = next((span for span in trace if (span.service, span.name) == (service, name)), None)
    passed: list[str] = []
    while here:
        passed.append(here.service)
        here = by_id.get(here.parent)
    return [passing for passing, _ in itertools.groupby(reversed(passed))]


async def found(stack: Stack, key: str, value: str) -> list[Span]:
    """Return the spans the viewer has by now, of the trace with this key."""
    async with stack.http.get(f"{stack.run['traces']}/v1/traces?{key}={value}") as answer:
        return spans(await answer.json()) if answer.status == 200 else []


async def trace_of(stack: Stack, interaction_id: str) -> list[Span]:
    """Wait until the viewer has the whole trace of a `/play`: all edges, both far ends, no span without its parent."""

    async def probe() -> list[Span]:
        trace = await found(stack, "interactionId", interaction_id)
        ends = {("node", "first_frame"), ("gateway", CONNECT)}
        arrived = edges(trace) >= EDGES and ends <= {(span.service, span.name) for span in trace}
        return trace if arrived and not orphans(trace) else []

    return await eventually(probe, within=20, what=f"the whole trace of interaction {interaction_id}")


async def test_one_trace_holds_everything_from_the_interaction_to_the_first_packet(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    after = await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])

    answer = await discord.command(guild, guild.owner, "play", query="alpha")
    frames = await hears_end(discord, guild, 59, after)
    trace = await trace_of(stack, answer["interactionId"])

    assert [(root.service, root.name) for root in trace if not root.parent] == [("gateway", "interaction /play")]
    assert edges(trace) - PREFERENCES == EDGES
    assert way(trace, "node", "first_frame") == TO_THE_SOUND
    assert way(trace, "gateway", CONNECT) == TO_THE_VOICE_CONNECTION
    first = next(span for span in trace if span.name == "first_frame")
    assert int(first.attributes["rtp.sequence"]) == next(frame for frame in frames if not frame.silent).sequence
    statements = [span.attributes.get("db.statement", "") for span in trace if span.service == "audio"]
    assert any("INSERT INTO queue_item" in statement for statement in statements)
    assert way(trace, "audio", "COMMIT;") == TO_AUDIO


async def test_health_checks_are_in_no_trace(stack: Stack, guild: Guild) -> None:
    for url in (stack.run["edge"], *stack.run["ops"].values()):
        for path in ("/health", "/ready"):
            async with stack.http.get(f"{url}{path}") as checked:
                assert checked.status == 200
    headers = {"authorization": f"Bearer {stack.token}"}
    async with stack.http.get(f"{stack.run['edge']}/v1/me", headers=headers) as sentinel:
        trace_id = sentinel.headers["x-trace-id"]

    async def probe() -> bool:
        return "api" in {span.service for span in await found(stack, "traceId", trace_id)}

    await eventually(probe, within=20, what="the trace of a call made after the health checks")
    async with stack.http.get(f"{stack.run['traces']}/recent") as answer:
        recent = [trace["traceId"] for trace in (await answer.json())["traces"]]
    assert trace_id in recent
    told = [span for recent_id in recent for span in await found(stack, "traceId", recent_id)]
    assert [span for span in told if HEALTH.search(f"{span.name} {span.attributes.get('http.url')}")] == []


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Somebody else's OpenTelemetry collector."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self.names: set[str] = set()

    async def Export(  # noqa: N802  (the contract's name)
        self, request: trace_service_pb2.ExportTraceServiceRequest, context: object
    ) -> trace_service_pb2.ExportTraceServiceResponse:
        """Keep the names of what came."""
        self.names |= {span.name for r in request.resource_spans for s in r.scope_spans for span in s.spans}
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest_asyncio.fixture(loop_scope="session")
async def collected(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[tuple[Stack, Collector]]:
    """Run a stack whose spans go to a collector of the operator."""
    collector, server = Collector(), grpc.aio.server()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]  # generated
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
    async with Stack(tmp_path_factory.mktemp("collected"), music, environment) as stack:
        yield stack, collector
    await server.stop(None)


async def test_the_same_spans_go_to_the_operators_collector(collected: tuple[Stack, Collector]) -> None:
    stack, collector = collected
    discord = stack.discord
    guild = await discord.guild()
    await discord.enter(guild, guild.owner, guild.voices[0])

    answer = await discord.command(guild, guild.owner, "play", query="alpha")
    trace = await trace_of(stack, answer["interactionId"])

    async def probe() -> bool:
        return {span.name for span in trace} <= collector.names

    await eventually(probe, within=20, what="the same spans at the operator's collector")
