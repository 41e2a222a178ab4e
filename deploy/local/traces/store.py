"""The spans of the last traces, in memory, bounded by their number."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status, TracesData

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope
    from opentelemetry.proto.resource.v1.resource_pb2 import Resource

# Attributes by which a trace is found; they may stand on any span of it.
REFERENCE = "segue.ref"
INTERACTION = "segue.interaction_id"
SEARCHABLE = (REFERENCE, INTERACTION)


@dataclass(frozen=True)
class Received:
    """A span with who made it."""

    resource: Resource
    scope: InstrumentationScope
    span: Span


@dataclass
class Trace:
    """The spans of one trace, in the order they came."""

    spans: list[Received] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)

    def as_data(self) -> TracesData:
        """Return the spans as OTLP groups them, by resource and scope."""
        groups: dict[tuple[bytes, bytes], ScopeSpans] = {}
        resources: dict[bytes, ResourceSpans] = {}
        for item in self.spans:
            resource_key = item.resource.SerializeToString(deterministic=True)
            key = (resource_key, item.scope.SerializeToString(deterministic=True))
            if resource_key not in resources:
                resources[resource_key] = ResourceSpans(resource=item.resource)
            if key not in groups:
                groups[key] = resources[resource_key].scope_spans.add(scope=item.scope)
            groups[key].spans.append(item.span)
        return TracesData(resource_spans=resources.values())

    def summary(self, trace_id: str) -> dict[str, object]:
        """Return the line a list of traces shows: times in nanoseconds as strings, as OTLP JSON has them."""
        first = min(self.spans, key=lambda item: item.span.start_time_unix_nano)
        start = first.span.start_time_unix_nano
        end = max(item.span.end_time_unix_nano for item in self.spans)
        return {
            "traceId": trace_id,
            "name": first.span.name,
            "service": attribute(first.resource.attributes, "service.name"),
            "startTimeUnixNano": str(start),
            "durationNano": str(max(end - start, 0)),
            "spans": len(self.spans),
            "services": sorted({attribute(item.resource.attributes, "service.name") for item in self.spans}),
            "error": any(item.span.status.code == Status.STATUS_CODE_ERROR for item in self.spans),
            "ref": next((value for name, value in self.keys if name == REFERENCE), ""),
        }


class TraceStore:
    """Keeps at most `limit` spans; the oldest traces go first, and of a trace over the limit its late spans."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self._index: dict[tuple[str, str], str] = {}

    def add(self, batch: Iterable[ResourceSpans]) -> None:
        """Take in the spans of one request."""
        for resource_spans in batch:
            for scope_spans in resource_spans.scope_spans:
                for span in scope_spans.spans:
                    self._add(Received(resource_spans.resource, scope_spans.scope, span))

    def trace(self, trace_id: str) -> Trace | None:
        """Return a trace by its id in hexadecimal."""
        return self._traces.get(trace_id.lower())

    def find(self, attribute_name: str, value: str) -> Trace | None:
        """Return the last trace one of whose spans has this attribute, one of SEARCHABLE."""
        return self._traces.get(self._index.get((attribute_name, value), ""))

    def recent(self, count: int) -> list[dict[str, object]]:
        """Return the summaries of the traces that came in last, newest first."""
        latest = islice(reversed(self._traces.items()), count)
        return [trace.summary(trace_id) for trace_id, trace in latest]

    def _add(self, item: Received) -> None:
        trace_id = item.span.trace_id.hex()
        trace = self._traces.setdefault(trace_id, Trace())
        if len(trace.spans) >= self._limit:
            return
        trace.spans.append(item)
        self._count += 1
        for name in SEARCHABLE:
            if value := attribute(item.span.attributes, name):
                trace.keys.add((name, value))
                self._index[name, value] = trace_id
        while self._count > self._limit:
            self._drop_oldest(keep=trace_id)

    def _drop_oldest(self, keep: str) -> None:
        oldest = next(trace_id for trace_id in self._traces if trace_id != keep)
        dropped = self._traces.pop(oldest)
        self._count -= len(dropped.spans)
        for key in dropped.keys:
            if self._index.get(key) == oldest:
                del self._index[key]


def attribute(attributes: Iterable[object], name: str) -> str:
    """Return an attribute as text; empty when it is not there."""
    return next((_text(value) for key, value in _pairs(attributes) if key == name), "")


def _pairs(attributes: Iterable[object]) -> Iterator[tuple[str, AnyValue]]:
    for entry in attributes:
        yield entry.key, entry.value  # type: ignore[attr-defined]


def _text(value: AnyValue) -> str:
    kind = value.WhichOneof("value")
    return str(getattr(value, kind)) if kind in ("string_value", "int_value") else ""
