"""How a proxy does, for Prometheus and for probes: two pages of its administration, which itself stays closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.route.v3 import route_components_pb2
from envoy.type.matcher.v3 import string_pb2

from mesh import cluster, listener, route, steps
from mesh.messages import seconds
from mesh.topology import tcp

if TYPE_CHECKING:
    from envoy.config.bootstrap.v3 import bootstrap_pb2

    from mesh.topology import Run

_PAGES = ("/ready", "/stats/prometheus")


def offer(config: bootstrap_pb2.Bootstrap, run: Run, instance: str) -> None:
    """Add a listener for the pages at `run.metrics` to the configuration of a proxy."""
    routes = route.table("metrics", [route.host("metrics", "*", map(_page, _PAGES))])
    manager = listener.outside("metrics", instance, routes, [steps.router()])
    for noise in ("tracing", "access_log"):  # it is asked all the time
        manager.ClearField(noise)
    door = listener.listener("metrics", tcp(run.metrics), manager, buffer=listener.EDGE_BUFFER)
    config.static_resources.listeners.append(door)
    config.static_resources.clusters.append(cluster.local(cluster.ADMIN, run.door(instance, "admin")))


def _page(path: str) -> route_components_pb2.Route:
    get = route_components_pb2.HeaderMatcher(name=":method", string_match=string_pb2.StringMatcher(exact="GET"))
    match = route_components_pb2.RouteMatch(path=path, headers=[get])
    action = route_components_pb2.RouteAction(cluster=cluster.ADMIN, timeout=seconds(5))
    return route_components_pb2.Route(match=match, route=action)
