"""One trace from the interaction to the first packet of sound."""

from __future__ import annotations

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
}


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


async def trace_of(stack: Stack, interaction_id: str, *, having: str) -> list[Span]:
    """Wait until the viewer knows a span of that name in the trace of an interaction."""

    async def probe() -> list[Span]:
        url = f"{stack.run['traces']}/v1/traces?interactionId={interaction_id}"
        async with stack.http.get(url) as answer:
            found = spans(await answer.json()) if answer.status == 200 else []
        complete = edges(found) >= EDGES and any(span.name == having for span in found)
        return found if complete else []

    return await eventually(probe, within=20, what=f"the trace of interaction {interaction_id} with its {having}")


async def test_one_trace_holds_everything_from_the_interaction_to_the_first_packet(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    after = await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])

    answer = await discord.command(guild, guild.owner, "play", query="alpha")
    frames = await hears_end(discord, guild, 59, after)
    trace = await trace_of(stack, answer["interactionId"], having="first_frame")

    first = next(span for span in trace if span.name == "first_frame")
    sounding = next(frame for frame in frames if not frame.silent)
    assert int(first.attributes["rtp.sequence"]) == sounding.sequence
    assert any(
        (span.service == "audio" and "db.statement" in span.attributes) or "db.query.text" in span.attributes
        for span in trace
    )
    assert [span.name for span in trace if "health" in span.name.lower()] == []


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
    trace = await trace_of(stack, answer["interactionId"], having="first_frame")

    async def probe() -> bool:
        return {span.name for span in trace} <= collector.names

    await eventually(probe, within=20, what="the same spans at the operator's collector")
