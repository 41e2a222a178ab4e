"""Traces: what is started once per process, and the spans of calls served and made."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

from kit import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REF = "segue.ref"
_STATUS_CODE = "rpc.grpc.status_code"
# Those that say the server failed; the others are answers.
_SERVER_FAULTS = frozenset({2, 4, 12, 13, 14, 15})
_EXPORT_EVERY_MS = 500

tracer = trace.get_tracer("segue")


def start(service: str, instance: str, endpoint: str) -> Callable[[], None]:
    """Export the spans of this process to an OTLP receiver (gRPC; empty: none). Returns what flushes and ends it."""
    if not endpoint:
        return lambda: None
    resource = Resource.create(
        {"service.namespace": "segue", "service.name": service, "service.instance.id": instance},
    )
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https"), timeout=2)
    processor = BatchSpanProcessor(exporter, schedule_delay_millis=_EXPORT_EVERY_MS)
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    _Statements().instrument()  # type: ignore[no-untyped-call]  # the library is untyped
    return provider.shutdown


class _Statements(AsyncPGInstrumentor):
    """Traces statements: those of nobody's trace (polling, health) begin none, and a BEGIN says nothing."""

    async def _do_execute(self, func: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        if args[0].startswith("BEGIN") or not trace.get_current_span().is_recording():
            return await func(*args, **kwargs)
        return await super()._do_execute(func, instance, args, kwargs)  # type: ignore[no-untyped-call]  # as above


def ref() -> str:
    """Return the short reference of this trace, and note it on the current span so that it can be searched for."""
    span = trace.get_current_span()
    found = span.get_span_context()
    if not found.is_valid:
        return secrets.token_hex(4)
    reference = trace.format_trace_id(found.trace_id)[:8]
    span.set_attribute(REF, reference)
    return reference


def note_status(span: trace.Span, code: int) -> None:
    """Put the outcome of a call (a gRPC status code) on its span."""
    span.set_attribute(_STATUS_CODE, code)
    is_fault = code in _SERVER_FAULTS if _kind(span) is SpanKind.SERVER else code != 0
    if is_fault:
        span.set_status(Status(StatusCode.ERROR))


def _kind(span: trace.Span) -> SpanKind | None:
    return getattr(span, "kind", None)


@contextmanager
def serving(method: str, metadata: Mapping[str, str]) -> Iterator[trace.Span]:
    """Trace a call being served, as part of the trace its metadata names. Probes are not traced."""
    if not policy.is_traced(method):
        yield trace.INVALID_SPAN
        return
    token = context.attach(propagate.extract(metadata))
    try:
        with _span(method, SpanKind.SERVER) as span:
            yield span
    finally:
        context.detach(token)


@contextmanager
def calling(method: str, peer: str) -> Iterator[tuple[trace.Span, dict[str, str]]]:
    """Trace a call being made; gives its span and the metadata that carries the trace on."""
    if not policy.is_traced(method):
        yield trace.INVALID_SPAN, {}
        return
    with _span(method, SpanKind.CLIENT, {"server.address": peer}) as span:
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        yield span, carrier


@contextmanager
def linked(name: str, traceparent: str) -> Iterator[trace.Span]:
    """Begin a trace of its own for work that was asked for in another one, and link to that."""
    cause = trace.get_current_span(propagate.extract({"traceparent": traceparent})).get_span_context()
    links = [trace.Link(cause)] if cause.is_valid else []
    with tracer.start_as_current_span(name, context=context.Context(), links=links) as span:
        yield span


@contextmanager
def untraced() -> Iterator[None]:
    """Trace nothing of what is done again and again, here and behind every call: it belongs to its trace, unseen."""
    found = trace.get_current_span().get_span_context()
    unseen = trace.SpanContext(found.trace_id, found.span_id, is_remote=False)
    with trace.use_span(trace.NonRecordingSpan(unseen)):
        yield


@contextmanager
def _span(method: str, kind: SpanKind, more: Mapping[str, str] | None = None) -> Iterator[trace.Span]:
    service, _, name = method.removeprefix("/").partition("/")
    attributes = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name, **(more or {})}
    with tracer.start_as_current_span(
        f"{service}/{name}",
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span
