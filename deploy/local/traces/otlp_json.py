"""OTLP's own JSON: protobuf's mapping, but for ids in hexadecimal and enums as numbers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict

if TYPE_CHECKING:
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

IDS = ("traceId", "spanId", "parentSpanId")


def to_json(data: TracesData) -> dict[str, Any]:
    """Return what `GET /v1/traces` answers."""
    content: dict[str, Any] = MessageToDict(data, use_integers_for_enums=True)
    for resource_spans in content.get("resourceSpans", ()):
        for scope_spans in resource_spans.get("scopeSpans", ()):
            for span in scope_spans.get("spans", ()):
                for holder in (span, *span.get("links", ())):
                    _ids_in_hex(holder)
    return content


def _ids_in_hex(holder: dict[str, Any]) -> None:
    for name in IDS:
        if name in holder:
            holder[name] = base64.b64decode(holder[name]).hex()
