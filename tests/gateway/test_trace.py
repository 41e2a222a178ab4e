"""An interaction is one trace, from Discord to the call of audio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from tests.gateway.conftest import text
from tests.gateway.test_lyrics import EVERY, at, followed, marked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

    from tests.gateway.conftest import House


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps all spans."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.received = asyncio.Condition()

    async def Export(self, request: Any, _context: Any) -> Any:  # noqa: N802  (gRPC names its methods)
        """Take some."""
        async with self.received:
            self.spans += [span for r in request.resource_spans for s in r.scope_spans for span in s.spans]
            self.received.notify_all()
        return trace_service_pb2.ExportTraceServiceResponse()

    async def find(self, name: str) -> Span:
        """Wait for the newest span of a name."""
        async with asyncio.timeout(60), self.received:
            await self.received.wait_for(lambda: any(span.name == name for span in self.spans))
        return next(span for span in reversed(self.spans) if span.name == name)


@pytest.fixture
async def collector(house: House) -> AsyncIterator[Collector]:
    """Let gateway send its spans here, for one test."""
    collector, server = Collector(), grpc.aio.server()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]  # untyped
    server.add_insecure_port(f"unix:{house.folder}/traces.sock")
    await server.start()
    await house.restart(OTEL_EXPORTER_OTLP_ENDPOINT=f"unix://{house.folder}/traces.sock")
    yield collector
    await house.restart()
    await server.stop(None)


async def test_an_interaction_is_a_trace_that_its_reference_and_its_id_find(house: House, collector: Collector) -> None:
    answer = await house.simulator.command("pause")
    span = await collector.find("interaction /pause")
    call = await collector.find("segue.audio.v1.PlayerService/Pause")

    attributes = {one.key: one.value.string_value for one in span.attributes}
    assert span.parent_span_id == b""
    assert attributes["segue.interaction_id"] == answer["interactionId"]
    assert attributes["segue.guild_id"] == (await house.simulator.place())["guildId"]
    assert f"`{attributes['segue.ref']}`" in text(answer["message"])
    assert span.trace_id.hex().startswith(attributes["segue.ref"])
    assert (call.trace_id, call.parent_span_id) == (span.trace_id, span.span_id)
    assert [event.name for event in span.events] == ["acknowledged"]


async def test_what_is_looked_at_again_and_again_is_not_traced_again_and_again(
    house: House, collector: Collector
) -> None:
    message = await followed(house, 10)
    at(house, EVERY * 12.5)
    await house.reads(message, marked(12))
    await house.simulator.command("pause")
    await collector.find("interaction /pause")
    read = await collector.find("interaction /lyrics")

    seen = [span.name for span in collector.spans if span.trace_id == read.trace_id]
    assert seen.count("segue.audio.v1.PlayerService/GetPlayer") == 1
