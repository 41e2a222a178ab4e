"""Sends every request on to a second receiver; loses, and counts what it loses, rather than wait."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

if TYPE_CHECKING:
    from pathlib import Path

    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

DEADLINE = 10.0  # seconds of one export
WAITING = 256  # requests that may wait
COMPLAINT_INTERVAL = 60.0  # seconds between two log lines about losses

log = logging.getLogger(__name__)


class Forwarder:
    """Exports to `endpoint` (http://, https:// or unix:) in the background, in order."""

    def __init__(self, endpoint: str, headers: str = "", certificate: Path | None = None) -> None:
        self.lost = 0
        self._queue: asyncio.Queue[ExportTraceServiceRequest] = asyncio.Queue(WAITING)
        self._metadata = _metadata(headers)
        self._channel = _channel(endpoint, certificate)
        self._stub = TraceServiceStub(self._channel)  # type: ignore[no-untyped-call] # generated code
        self._complained = float("-inf")

    def offer(self, request: ExportTraceServiceRequest) -> None:
        """Take a request for sending, or lose it when too many wait."""
        try:
            self._queue.put_nowait(request)
        except asyncio.QueueFull:
            self._lose(request, "too many requests wait")

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                request = await self._queue.get()
                try:
                    await self._stub.Export(request, timeout=DEADLINE, metadata=self._metadata)
                except grpc.aio.AioRpcError as error:
                    self._lose(request, f"{error.code().name}: {error.details()}")
        finally:
            await self._channel.close()

    def _lose(self, request: ExportTraceServiceRequest, reason: str) -> None:
        self.lost += sum(len(scope.spans) for resource in request.resource_spans for scope in resource.scope_spans)
        if time.monotonic() - self._complained > COMPLAINT_INTERVAL:
            self._complained = time.monotonic()
            log.warning("%d spans could not be forwarded so far; the last because: %s", self.lost, reason)


def _metadata(headers: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.partition("=") for entry in headers.split(",") if "=" in entry)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def _channel(endpoint: str, certificate: Path | None) -> grpc.aio.Channel:
    scheme, _, target = endpoint.rpartition("://")
    if scheme == "https":
        roots = certificate.read_bytes() if certificate else None
        return grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(roots))
    return grpc.aio.insecure_channel(f"unix://{target}" if scheme == "unix" else target)
