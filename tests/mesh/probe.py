"""A proxy with the identities of others and of nobody, to knock at the doors of a mesh."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import grpc
import grpc.aio
from envoy.config.route.v3 import route_components_pb2
from envoy.extensions.transport_sockets.tls.v3 import common_pb2, tls_pb2

from mesh import certificates, cluster, listener, route, steps
from mesh.bootstrap import bootstrap
from mesh.messages import seconds, to_yaml
from tests.mesh.stack import until

if TYPE_CHECKING:
    from envoy.config.cluster.v3 import cluster_pb2
    from envoy.config.core.v3 import base_pb2
    from envoy.config.listener.v3 import listener_pb2

    from tests.mesh.stack import Stack

NAME = "probe"
IDENTITIES = {
    "edge": "spiffe://segue/edge",
    "stranger": "spiffe://segue/stranger",
    "expired": "spiffe://segue/gateway",
    "forged": "spiffe://segue/gateway",
    "outdated": "spiffe://segue/edge",
    "nobody": "",
}


async def start(stack: Stack) -> None:
    """Start the probe beside a mesh."""
    for name, identity in IDENTITIES.items():
        _certify(stack, name, identity)
    config = bootstrap(
        NAME,
        stack.mesh.run.door(NAME, "admin"),
        [_listener(stack, name) for name in IDENTITIES],
        [
            *(_cluster(stack, name, service) for name in IDENTITIES for service in stack.mesh.topology.services),
            _misdirected(stack),
        ],
        connections=100,
        heap=2**29,
    )
    path = Path(stack.file(NAME, "envoy.yaml"))
    await asyncio.to_thread(path.write_text, to_yaml(config))
    await stack.start_proxy(NAME, path)

    async def answers() -> bool:
        try:
            return await stack.admin(NAME, "/ready") == "LIVE\n"
        except aiohttp.ClientError:
            return False

    await until(answers)


def channel(stack: Stack, identity: str, callee: str) -> grpc.aio.Channel:
    """Return a channel that calls a service with an identity of the probe."""
    options = (("grpc.default_authority", callee), ("grpc.use_local_subchannel_pool", 1))
    return grpc.aio.insecure_channel(f"unix:{stack.file(NAME, identity)}.sock", options=options)


def _certify(stack: Stack, name: str, identity: str) -> None:
    ours, theirs = stack.directory / "ca", stack.directory / "foreign-ca"
    authority = certificates.Authority.at(theirs if name == "forged" else ours)
    folder = Path(stack.file(NAME, f"{name}-certs"))
    certificates.provide(folder, authority, identity or "spiffe://segue/unused")
    (folder / "ca.pem").write_bytes(Path(stack.file("audio", "certs/ca.pem")).read_bytes())
    if name == "expired":
        (folder / "identity.pem").write_bytes(authority.issue(identity, -dt.timedelta(minutes=1)))


def _cluster(stack: Stack, name: str, service: str) -> cluster_pb2.Cluster:
    peer = cluster.peer(stack.mesh, service, stack.file(NAME, f"{name}-certs"))
    peer.name = f"{name}-{service}"
    peer.ClearField("health_checks")  # else a refused probe would never get as far as the door
    _worsen(peer.transport_socket, name)
    return peer


def _worsen(socket: base_pb2.TransportSocket, name: str) -> None:
    """Take away what a client of this name does not have."""
    context = tls_pb2.UpstreamTlsContext()
    socket.typed_config.Unpack(context)
    if name == "nobody":
        context.common_tls_context.ClearField("tls_certificate_sds_secret_configs")
    if name == "outdated":
        old = common_pb2.TlsParameters.TLSv1_2
        context.common_tls_context.tls_params.tls_minimum_protocol_version = old
        context.common_tls_context.tls_params.tls_maximum_protocol_version = old
    socket.typed_config.Pack(context)


def _misdirected(stack: Stack) -> cluster_pb2.Cluster:
    """Return worker's cluster with the addresses of audio: what answers there shows another identity."""
    peer = cluster.peer(stack.mesh, "worker", stack.file(NAME, "edge-certs"))
    elsewhere = cluster.peer(stack.mesh, "audio", stack.file(NAME, "edge-certs"))
    peer.load_assignment.endpoints[0].CopyFrom(elsewhere.load_assignment.endpoints[0])
    peer.name = "misdirected"
    peer.ClearField("health_checks")
    return peer


def _listener(stack: Stack, name: str) -> listener_pb2.Listener:
    hosts = [_host(service, f"{name}-{service}") for service in stack.mesh.topology.services]
    hosts.append(_host("misdirected", "misdirected"))
    manager = listener.inside(name, NAME, route.table(name, hosts), [steps.router()])
    manager.ClearField("tracing")
    return listener.listener(name, stack.mesh.run.door(NAME, name), manager, buffer=2**20)


def _host(authority: str, target: str) -> route_components_pb2.VirtualHost:
    action = route_components_pb2.RouteAction(cluster=target, timeout=seconds(5))
    everything = route_components_pb2.RouteMatch(prefix="/")
    return route.host(authority, authority, [route_components_pb2.Route(match=everything, route=action)])
