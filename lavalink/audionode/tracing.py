"""Continues a client's trace: one span for its PATCH, one that ends when the first frame of the track was sent."""

import contextlib
from collections.abc import Iterator, Mapping

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NoOpTracerProvider,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_ROUTE = "/v4/sessions/{sessionId}/players/{guildId}"
_EXPORT_DELAY_MS = 500


class FirstFrame:
    """The span `first_frame`, or nothing when the play belongs to no trace. Belongs to the loop."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span

    def sent(self, sequence: int, timestamp: int, at: int) -> None:
        """The first packet of the track was sent at `at` (ns since the epoch)."""
        span, self._span = self._span, None
        if span is not None:
            span.set_attributes({"rtp.sequence": sequence, "rtp.timestamp": timestamp})
            span.end(at)

    def give_up(self) -> None:
        """The track ended; without a packet until now there will be none."""
        span, self._span = self._span, None
        if span is not None:
            span.set_status(Status(StatusCode.ERROR, "the track ended before its first frame"))
            span.end()


class PatchTrace:
    """The span of one PATCH; makes the span of the track it starts."""

    def __init__(self, tracer: Tracer, span: Span | None) -> None:
        self._tracer = tracer
        self._span = span

    def first_frame(self) -> FirstFrame:
        if self._span is None:
            return FirstFrame()
        return FirstFrame(self._tracer.start_span("first_frame", context=set_span_in_context(self._span)))


class Tracing:
    """Exports by OTLP over gRPC to `endpoint` (http(s)://host:port or unix:///path; empty: nowhere)."""

    def __init__(self, endpoint: str, instance: str) -> None:
        self._provider: TracerProvider | None = None
        if endpoint:
            resource = Resource.create({"service.name": "node", "service.instance.id": instance})
            self._provider = TracerProvider(resource=resource)
            exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"))
            self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_EXPORT_DELAY_MS))
        self._tracer = (self._provider or NoOpTracerProvider()).get_tracer("audionode")

    @contextlib.contextmanager
    def patch(self, headers: Mapping[str, str], guild_id: str) -> Iterator[PatchTrace]:
        """The span of a PATCH that carries a `traceparent`; without one nothing is traced."""
        if "traceparent" not in headers:
            yield PatchTrace(self._tracer, None)
            return
        carrier = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        parent = TraceContextTextMapPropagator().extract(carrier)
        attributes = {"http.request.method": "PATCH", "http.route": _ROUTE, "segue.guild_id": guild_id}
        with self._tracer.start_as_current_span(
            f"PATCH {_ROUTE}", context=parent, kind=SpanKind.SERVER, attributes=attributes
        ) as span:
            yield PatchTrace(self._tracer, span)

    def close(self) -> None:
        """Send what is left; blocks for a moment."""
        if self._provider is not None:
            self._provider.shutdown()


def current_trace_id() -> str | None:
    """The hexadecimal id of the trace this code runs in, for logs."""
    context = get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else None
