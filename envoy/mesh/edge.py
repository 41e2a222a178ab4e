"""The proxy at the edge: REST, gRPC, gRPC-Web and server-sent events on one port, for everybody outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.core.v3 import config_source_pb2, grpc_service_pb2
from envoy.config.route.v3 import route_components_pb2
from envoy.extensions.filters.http.buffer.v3 import buffer_pb2
from envoy.extensions.filters.http.cors.v3 import cors_pb2
from envoy.extensions.filters.http.ext_authz.v3 import ext_authz_pb2
from envoy.extensions.filters.http.grpc_web.v3 import grpc_web_pb2
from envoy.extensions.filters.http.header_to_metadata.v3 import header_to_metadata_pb2
from envoy.type.matcher.v3 import string_pb2
from envoy.type.v3 import http_status_pb2

from mesh import cluster, listener, reply, route, steps
from mesh.bootstrap import bootstrap
from mesh.messages import file, header, http_filter, number, packed, seconds
from mesh.topology import EDGE, tcp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envoy.config.bootstrap.v3 import bootstrap_pb2
    from envoy.extensions.filters.network.http_connection_manager.v3 import http_connection_manager_pb2 as hcm

    from mesh.topology import Anonymous, Mesh

_AUTHENTICATOR = "api"
_BUFFER = "envoy.filters.http.buffer"
_CORS = "envoy.filters.http.cors"
_CONTRACT_LIMIT = 16 * 1024 * 1024  # bytes of the descriptor set that is handed out


def render(mesh: Mesh) -> bootstrap_pb2.Bootstrap:
    """Return the configuration of the edge."""
    run, edge = mesh.run, mesh.topology.edge
    certificates = run.file(EDGE, "certs")
    peers = [peer for service in mesh.topology.services for peer in cluster.peers(mesh, service, certificates)]
    for peer in peers:
        peer.per_connection_buffer_limit_bytes.value = listener.EDGE_BUFFER
    routes = route.table("edge", [_host(mesh)])
    routes.max_direct_response_body_size_bytes.value = _CONTRACT_LIMIT
    manager = listener.outside("edge", EDGE, routes, list(_steps(mesh)))
    return bootstrap(
        EDGE,
        run.door(EDGE, "admin"),
        [listener.listener("edge", tcp(run.edge), manager, buffer=listener.EDGE_BUFFER)],
        [*peers, cluster.local(cluster.TRACES, run.traces)],
        connections=edge.connections,
        heap=edge.heap,
    )


def _steps(mesh: Mesh) -> Iterator[hcm.HttpFilter]:
    edge, contract = mesh.topology.edge, mesh.run.contract(EDGE)
    methods = [method for methods in mesh.public.values() for method in methods]
    yield steps.trace_header()
    if mesh.run.origins:
        yield http_filter(_CORS, cors_pb2.Cors())
    yield _limit(edge.anonymous)
    yield http_filter(_BUFFER, buffer_pb2.Buffer(max_request_bytes=number(edge.body)))
    yield steps.lua("rest", BODIES=reply.bodies(), TRAILERS=reply.trailers())
    yield http_filter("envoy.filters.http.grpc_web", grpc_web_pb2.GrpcWeb())
    services = {method.service for method in methods if method.urls}
    largest = max(edge.body, *edge.bodies.values())
    yield steps.transcoder(contract, services, body=largest, answer=edge.answer)
    yield _authentication()
    yield _authenticated()
    yield from steps.guild_routing(contract, methods)
    yield steps.router()


def _limit(anonymous: Anonymous) -> hcm.HttpFilter:
    """Return the limit on calls without a valid token."""
    limited = reply.RATE_LIMITED
    numbers = {"RATE": anonymous.rate, "BURST": anonymous.burst}
    return steps.lua("anonymous", **numbers, LIMITED_BODY=limited.body, LIMITED_TRAILERS=limited.trailers)


def _authentication() -> hcm.HttpFilter:
    """Return the question to api whose token it is; after the translation, where each method has one name."""
    peer = grpc_service_pb2.GrpcService.EnvoyGrpc(cluster_name=_AUTHENTICATOR, authority=_AUTHENTICATOR)
    config = ext_authz_pb2.ExtAuthz(
        grpc_service=grpc_service_pb2.GrpcService(envoy_grpc=peer, timeout=seconds(3)),
        transport_api_version=config_source_pb2.ApiVersion.V3,
        status_on_error=http_status_pb2.HttpStatus(code=http_status_pb2.ServiceUnavailable),
        validate_mutations=True,
    )
    return http_filter("envoy.filters.http.ext_authz", config)


def _authenticated() -> hcm.HttpFilter:
    """Return the note that api knew the token; calls without it are limited."""
    config = header_to_metadata_pb2.Config
    pair = config.KeyValuePair(metadata_namespace="segue", key="authenticated", value="yes")
    rule = config.Rule(header="segue-actor-bin", on_header_present=pair)
    return http_filter("envoy.filters.http.header_to_metadata", config(request_rules=[rule]))


def _host(mesh: Mesh) -> route_components_pb2.VirtualHost:
    host = route.host("edge", "*", [_contract(mesh.run.contract(EDGE)), *_methods(mesh)])
    if mesh.run.origins:
        host.typed_per_filter_config[_CORS].CopyFrom(packed(_cors(mesh.run.origins)))
    return host


def _methods(mesh: Mesh) -> Iterator[route_components_pb2.Route]:
    untraced, bodies = mesh.topology.untraced, mesh.topology.edge.bodies
    for service, methods in mesh.public.items():
        for method in methods:
            routes = [route.to_peer(method, service, untraced), *route.untranslated(method, untraced)]
            if method.path in bodies:
                for found in routes:
                    found.typed_per_filter_config[_BUFFER].CopyFrom(packed(_room(bodies[method.path])))
            yield from routes


def _room(size: int) -> buffer_pb2.BufferPerRoute:
    return buffer_pb2.BufferPerRoute(buffer=buffer_pb2.Buffer(max_request_bytes=number(size)))


def _contract(path: str) -> route_components_pb2.Route:
    """Return the route that hands out the descriptor set to anybody."""
    off = packed(route_components_pb2.FilterConfig(disabled=True))
    return route_components_pb2.Route(
        match=route_components_pb2.RouteMatch(path="/contract.binpb"),
        direct_response=route_components_pb2.DirectResponseAction(status=200, body=file(path)),
        response_headers_to_add=[header("content-type", "application/octet-stream")],
        typed_per_filter_config={
            "envoy.filters.http.grpc_json_transcoder": off,
            "envoy.filters.http.ext_authz": off,
        },
    )


def _cors(origins: tuple[str, ...]) -> cors_pb2.CorsPolicy:
    """Return what browsers are told: gRPC-Web and REST with a token, from these origins."""
    return cors_pb2.CorsPolicy(
        allow_origin_string_match=[string_pb2.StringMatcher(exact=origin) for origin in origins],
        allow_methods="GET, POST, PATCH, DELETE",
        allow_headers="authorization, content-type, x-grpc-web, x-user-agent, grpc-timeout",
        expose_headers="grpc-status, grpc-message, grpc-status-details-bin, x-trace-id, retry-after",
        max_age="600",
    )
