"""The OTLP gRPC service every process of the run exports to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Receiver(TraceServiceServicer):
    """Hands every request to each consumer, none of which may wait."""

    def __init__(self, consumers: list[Callable[[ExportTraceServiceRequest], None]]) -> None:
        self.consumers = consumers

    async def Export(  # noqa: N802 - the contract's name
        self, request: ExportTraceServiceRequest, _: grpc.aio.ServicerContext[object, object]
    ) -> ExportTraceServiceResponse:
        """Take spans."""
        for consume in self.consumers:
            consume(request)
        return ExportTraceServiceResponse()


def serve(address: str, receiver: Receiver) -> grpc.aio.Server:
    """Return a server for this address, not yet started."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", 16 * 2**20)])
    add_TraceServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call] # generated code
    server.add_insecure_port(address)
    return server
