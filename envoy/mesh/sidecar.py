"""The proxy beside a service: in from peers, out to peers, and the instance's ops address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesh import cluster, listener, reply, route, steps, tls
from mesh.bootstrap import bootstrap
from mesh.topology import service_of, tcp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envoy.config.bootstrap.v3 import bootstrap_pb2
    from envoy.config.listener.v3 import listener_pb2
    from envoy.config.route.v3 import route_components_pb2

    from mesh.topology import Mesh

OPS = "segue.common.v1.OpsService"
_CONNECTIONS = 1024
_HEAP = 192 * 1024 * 1024  # bytes
_OPS_SIZE = 4 * 1024 * 1024  # bytes; metrics are the largest


def render(mesh: Mesh, instance: str) -> bootstrap_pb2.Bootstrap:
    """Return the configuration of the proxy of one instance."""
    run = mesh.run
    certificates = run.file(instance, "certs")
    peers = [peer for service in mesh.topology.services for peer in cluster.peers(mesh, service, certificates)]
    return bootstrap(
        instance,
        run.door(instance, "admin"),
        [_inbound(mesh, instance), _outbound(mesh, instance), _ops(mesh, instance)],
        [*peers, cluster.local(cluster.APP, run.door(instance, "app")), cluster.local(cluster.TRACES, run.traces)],
        connections=_CONNECTIONS,
        heap=_HEAP,
    )


def _inbound(mesh: Mesh, instance: str) -> listener_pb2.Listener:
    topology = mesh.topology
    methods = mesh.methods[service_of(instance)]
    callers = {caller for method in methods for caller in method.callers}
    routes = [route.health(), *(route.to_app(method, topology.untraced) for method in methods)]
    manager = listener.inside(
        "inbound",
        instance,
        route.table("inbound", [route.host("app", "*", routes)]),
        [steps.authorization(topology, methods), steps.router()],
    )
    manager.forward_client_cert_details = manager.SANITIZE_SET
    manager.set_current_client_cert_details.uri = True
    return listener.listener(
        "inbound",
        mesh.run.inbound(instance),
        manager,
        buffer=_buffer(mesh),
        secured=tls.server(mesh.run.file(instance, "certs"), map(topology.identity, callers)),
    )


def _outbound(mesh: Mesh, instance: str) -> listener_pb2.Listener:
    hosts = [route.host(service, service, _calls(mesh, service)) for service in mesh.topology.services]
    manager = listener.inside(
        "outbound",
        instance,
        route.table("outbound", hosts),
        [
            *steps.guild_routing(mesh.run.contract(instance), mesh.contract),
            # An instance is named by its address, which is not known of one on a host of its own.
            *([] if mesh.run.hosts else [steps.named_instance(mesh.run.file(r"\1", "in.sock"))]),
            steps.router(),
        ],
    )
    return listener.listener("outbound", mesh.run.door(instance, "out"), manager, buffer=_buffer(mesh))


def _calls(mesh: Mesh, service: str) -> Iterator[route_components_pb2.Route]:
    """Yield the routes to a service; one of several instances may be named."""
    for method in mesh.methods[service]:
        found = route.to_peer(method, service, mesh.topology.untraced)
        if len(mesh.run.instances(service)) > 1 and not mesh.run.hosts:
            yield route.to_named(found, cluster.alive(service))
        yield found


def _ops(mesh: Mesh, instance: str) -> listener_pb2.Listener:
    routes = []
    for method in (method for method in mesh.contract if method.service == OPS):
        served = route.to_app(method, mesh.topology.untraced)
        served.match.headers.add(name="x-envoy-original-path", present_match=True)  # REST alone, not gRPC
        routes += [served, *route.untranslated(method, mesh.topology.untraced)]
    manager = listener.outside(
        "ops",
        instance,
        route.table("ops", [route.host("ops", "*", routes)]),
        [
            steps.trace_header(),
            steps.lua("rest", BODIES=reply.bodies(), TRAILERS=reply.trailers()),
            steps.transcoder(mesh.run.contract(instance), [OPS], body=_OPS_SIZE, answer=_OPS_SIZE),
            steps.router(),
        ],
    )
    return listener.listener("ops", tcp(mesh.run.ops[instance]), manager, buffer=listener.EDGE_BUFFER)


def _buffer(mesh: Mesh) -> int:
    """Return the bytes that may wait: the largest message has to fit while its routing field is looked up."""
    return 2 * max(mesh.topology.edge.bodies.values())
