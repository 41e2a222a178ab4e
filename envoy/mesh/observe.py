"""What a proxy tells about its calls: spans over OTLP, access logs as JSON lines."""

from __future__ import annotations

from envoy.config.accesslog.v3 import accesslog_pb2
from envoy.config.core.v3 import grpc_service_pb2, substitution_format_string_pb2
from envoy.config.route.v3 import route_components_pb2
from envoy.config.trace.v3 import http_tracer_pb2, opentelemetry_pb2
from envoy.extensions.access_loggers.stream.v3 import stream_pb2
from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2 as hcm
from envoy.extensions.tracers.opentelemetry.resource_detectors.v3 import static_config_resource_detector_pb2
from envoy.type.matcher.v3 import string_pb2
from google.protobuf import struct_pb2

from mesh.cluster import TRACES
from mesh.messages import extension, packed, yes
from mesh.route import HEALTH_PREFIX
from mesh.topology import service_of

_FIELDS = {
    "ts": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
    "level": "INFO",
    "logger": "envoy",
    "message": "%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE%",
    "url": "%REQ(X-ENVOY-ORIGINAL-PATH)%",
    "status": "%RESPONSE_CODE%",
    "grpc_status": "%GRPC_STATUS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "duration_ms": "%DURATION%",
    "bytes_received": "%BYTES_RECEIVED%",
    "bytes_sent": "%BYTES_SENT%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "upstream": "%UPSTREAM_HOST%",
    "peer": "%DOWNSTREAM_PEER_URI_SAN%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "trace_id": "%TRACE_ID%",
}


def tracing(instance: str) -> hcm.HttpConnectionManager.Tracing:
    """Return the tracing of a listener: it takes part in the caller's trace as the caller decided, or begins one.

    There is no sampler on purpose: one would trace what a route says is not to be traced.
    """
    resource = static_config_resource_detector_pb2.StaticConfigResourceDetectorConfig(
        attributes={"service.instance.id": instance}
    )
    config = opentelemetry_pb2.OpenTelemetryConfig(
        grpc_service=grpc_service_pb2.GrpcService(
            envoy_grpc=grpc_service_pb2.GrpcService.EnvoyGrpc(cluster_name=TRACES)
        ),
        service_name=f"envoy-{service_of(instance)}",
        resource_detectors=[extension("envoy.tracers.opentelemetry.resource_detectors.static_config", resource)],
    )
    return hcm.HttpConnectionManager.Tracing(
        provider=http_tracer_pb2.Tracing.Http(name="envoy.tracers.opentelemetry", typed_config=packed(config)),
        spawn_upstream_span=yes(),
        operation="%REQ(:PATH)%",
        upstream_operation="%REQ(:PATH)%",
    )


def access_log() -> accesslog_pb2.AccessLog:
    """Return a log of every call but health checks, as JSON lines on standard output."""
    fields = struct_pb2.Struct()
    fields.update(_FIELDS)
    log = stream_pb2.StdoutAccessLog(
        log_format=substitution_format_string_pb2.SubstitutionFormatString(json_format=fields)
    )
    no_health = route_components_pb2.HeaderMatcher(
        name=":path", string_match=string_pb2.StringMatcher(prefix=HEALTH_PREFIX), invert_match=True
    )
    return accesslog_pb2.AccessLog(
        name="envoy.access_loggers.stdout",
        filter=accesslog_pb2.AccessLogFilter(header_filter=accesslog_pb2.HeaderFilter(header=no_health)),
        typed_config=packed(log),
    )
