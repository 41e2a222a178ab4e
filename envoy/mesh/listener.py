"""The doors of a proxy: listeners with what every call goes through first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.core.v3 import protocol_pb2
from envoy.config.listener.v3 import listener_components_pb2, listener_pb2
from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2 as hcm
from envoy.extensions.http.early_header_mutation.header_mutation.v3 import header_mutation_pb2 as early_mutation_pb2

from mesh import observe, reply, steps
from mesh.messages import extension, number, packed, seconds, yes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envoy.config.core.v3 import address_pb2, base_pb2, extension_pb2
    from envoy.config.route.v3 import route_pb2

_KIB = 1024
EDGE_BUFFER = 32 * _KIB  # bytes; larger bodies are allowed step by step
# What only proxies and services may say: a foreign trace could switch tracing on or off, an Actor is an identity.
_FORGEABLE = (
    "traceparent",
    "tracestate",
    "baggage",
    "segue-actor-bin",
    "x-guild-id",
    "x-request-id",
    "x-forwarded-client-cert",
)
_FORGEABLE_PREFIXES = ("x-segue-", "x-envoy-")


def listener(
    name: str,
    address: address_pb2.Address,
    manager: hcm.HttpConnectionManager,
    *,
    buffer: int,
    secured: base_pb2.TransportSocket | None = None,
) -> listener_pb2.Listener:
    """Return a listener; `buffer` bytes may wait in a connection before its sender has to."""
    first = listener_components_pb2.Filter(
        name="envoy.filters.network.http_connection_manager", typed_config=packed(manager)
    )
    return listener_pb2.Listener(
        name=name,
        address=address,
        filter_chains=[listener_components_pb2.FilterChain(filters=[first], transport_socket=secured)],
        per_connection_buffer_limit_bytes=number(buffer),
    )


def inside(
    name: str, instance: str, routes: route_pb2.RouteConfiguration, filters: Iterable[hcm.HttpFilter]
) -> hcm.HttpConnectionManager:
    """Return the handling of calls between an application and its peers: HTTP/2, headers are believed."""
    return hcm.HttpConnectionManager(
        stat_prefix=name,
        codec_type=hcm.HttpConnectionManager.HTTP2,
        route_config=routes,
        http_filters=filters,
        tracing=observe.tracing(instance),
        access_log=[observe.access_log()],
        preserve_external_request_id=True,
        stream_idle_timeout=seconds(0),  # every route ends its own calls
        max_request_headers_kb=number(96),  # an Actor carries all roles of its member
        internal_address_config=hcm.HttpConnectionManager.InternalAddressConfig(unix_sockets=True),
    )


def outside(
    name: str,
    instance: str,
    routes: route_pb2.RouteConfiguration,
    filters: Iterable[hcm.HttpFilter],
) -> hcm.HttpConnectionManager:
    """Return the handling of calls from anywhere: nothing they say about identity, trace or path is believed."""
    manager = hcm.HttpConnectionManager(
        stat_prefix=name,
        codec_type=hcm.HttpConnectionManager.AUTO,
        route_config=routes,
        http_filters=filters,
        tracing=observe.tracing(instance),
        access_log=[observe.access_log()],
        local_reply_config=reply.local_replies(),
        early_header_mutation_extensions=[_forget_forgeable()],
        internal_address_config=hcm.HttpConnectionManager.InternalAddressConfig(),
    )
    manager.MergeFrom(_paths())
    manager.MergeFrom(_limits())
    return manager


def _paths() -> hcm.HttpConnectionManager:
    return hcm.HttpConnectionManager(
        server_name="segue",
        use_remote_address=yes(),
        normalize_path=yes(),
        merge_slashes=True,
        path_with_escaped_slashes_action=hcm.HttpConnectionManager.REJECT_REQUEST,
    )


def _limits() -> hcm.HttpConnectionManager:
    """Return the limits on what one client may hold open: sizes, counts and times."""
    return hcm.HttpConnectionManager(
        common_http_protocol_options=protocol_pb2.HttpProtocolOptions(
            idle_timeout=seconds(300),
            max_headers_count=number(100),
            headers_with_underscores_action=protocol_pb2.HttpProtocolOptions.REJECT_REQUEST,
        ),
        http2_protocol_options=protocol_pb2.Http2ProtocolOptions(
            max_concurrent_streams=number(100),
            initial_stream_window_size=number(64 * _KIB),
            initial_connection_window_size=number(1024 * _KIB),
        ),
        max_request_headers_kb=number(32),
        stream_idle_timeout=seconds(60),
        request_timeout=seconds(30),
        request_headers_timeout=seconds(10),
    )


def _forget_forgeable() -> extension_pb2.TypedExtensionConfig:
    mutations = steps.strip(_FORGEABLE, _FORGEABLE_PREFIXES)
    mutation = early_mutation_pb2.HeaderMutation(mutations=mutations.request_mutations)
    return extension("envoy.http.early_header_mutation.header_mutation", mutation)
