"""How one call is sent on: by method, with the deadline, retries and instance that the contract asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envoy.config.core.v3 import base_pb2
from envoy.config.route.v3 import route_components_pb2, route_pb2
from envoy.extensions.retry.host.previous_hosts.v3 import previous_hosts_pb2
from envoy.type.matcher.v3 import regex_pb2
from envoy.type.v3 import percent_pb2

from mesh.cluster import APP
from mesh.messages import IF_ABSENT, TRACE_HEADER, header, no, number, packed, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mesh.contract import Method

GUILD_HEADER = "x-guild-id"
INSTANCE_HEADER = "x-segue-instance"
HEALTH_PREFIX = "/grpc.health.v1.Health/"
STREAM_IDLE = 60.0  # seconds; streams carry a heartbeat every 15
_RETRY_ON = "connect-failure,refused-stream,unavailable,reset"
_LOOKS = 8  # for an instance that was not tried yet; without one it is one that was


def to_peer(method: Method, service: str, untraced: Sequence[str]) -> route_components_pb2.Route:
    """Return the route of a method to a service: deadline, retries and instance as the contract says."""
    action = _timed(method, service)
    if method.retry:
        action.retry_policy.CopyFrom(_retries())
    if method.route_field:
        by_guild = route_components_pb2.RouteAction.HashPolicy.Header(header_name=GUILD_HEADER)
        action.hash_policy.add(header=by_guild)
    route = _route(method.path, action, untraced)
    if method.deadline:
        limit = f"{round(method.deadline * 1000)}m"
        route.request_headers_to_add.append(header("grpc-timeout", limit, IF_ABSENT))
    return route


def to_named(found: route_components_pb2.Route, target: str) -> route_components_pb2.Route:
    """Return the route of the same calls where the caller names the instance: there it is looked for in `target`."""
    route = route_components_pb2.Route()
    route.CopyFrom(found)
    route.match.headers.add(name=INSTANCE_HEADER, present_match=True)
    route.route.cluster = target
    return route


def to_app(method: Method, untraced: Sequence[str]) -> route_components_pb2.Route:
    """Return the route of a method to the own application: it holds the deadline, the caller's proxy did the rest."""
    return _route(method.path, _timed(method, APP), untraced)


def health() -> route_components_pb2.Route:
    """Return the route of health checks to the own application."""
    action = route_components_pb2.RouteAction(cluster=APP, timeout=seconds(1))
    match = route_components_pb2.RouteMatch(prefix=HEALTH_PREFIX)
    return route_components_pb2.Route(match=match, route=action, tracing=_silent())


def nowhere() -> route_components_pb2.Route:
    """Return a route to a target that does not exist: 404."""
    action = route_components_pb2.RouteAction(
        cluster="nowhere", cluster_not_found_response_code=route_components_pb2.RouteAction.NOT_FOUND
    )
    return route_components_pb2.Route(match=route_components_pb2.RouteMatch(prefix="/"), route=action)


def untranslated(method: Method, untraced: Sequence[str]) -> Iterator[route_components_pb2.Route]:
    """Return what stands for the REST form of a method until its call is translated and finds its real route.

    What is decided before that, by the path alone, is decided here: whether it is traced.
    """
    for url in method.urls:
        route = nowhere()
        pattern = re.sub(r"\\{[^{}]+\\}", "[^/]+", re.escape(url))
        route.match.CopyFrom(route_components_pb2.RouteMatch(safe_regex=regex_pb2.RegexMatcher(regex=pattern)))
        if method.path.startswith(tuple(untraced)):
            route.tracing.CopyFrom(_silent())
        yield route


def table(name: str, hosts: Iterable[route_components_pb2.VirtualHost]) -> route_pb2.RouteConfiguration:
    """Return the routes of a listener."""
    return route_pb2.RouteConfiguration(name=name, virtual_hosts=hosts, validate_clusters=no())


def host(name: str, domain: str, routes: Iterable[route_components_pb2.Route]) -> route_components_pb2.VirtualHost:
    """Return the routes of one authority.

    The header is for answers that no step sees any more: those a proxy makes in place of an answer it cannot translate.
    """
    return route_components_pb2.VirtualHost(
        name=name, domains=[domain], routes=routes, response_headers_to_add=[TRACE_HEADER]
    )


def _route(path: str, action: route_components_pb2.RouteAction, untraced: Sequence[str]) -> route_components_pb2.Route:
    tracing = _silent() if path.startswith(tuple(untraced)) else None
    match = route_components_pb2.RouteMatch(path=path)
    return route_components_pb2.Route(match=match, route=action, tracing=tracing)


def _timed(method: Method, cluster: str) -> route_components_pb2.RouteAction:
    """Return an action that ends a call at its deadline, or the caller's if that is sooner."""
    limit = seconds(method.deadline)
    duration = route_components_pb2.RouteAction.MaxStreamDuration(
        max_stream_duration=limit if method.deadline else None, grpc_timeout_header_max=limit
    )
    action = route_components_pb2.RouteAction(cluster=cluster, timeout=seconds(0), max_stream_duration=duration)
    if not method.deadline:
        action.priority = base_pb2.RoutingPriority.HIGH
        action.idle_timeout.CopyFrom(seconds(STREAM_IDLE))
    return action


def _retries() -> route_components_pb2.RetryPolicy:
    """Return two more attempts, by other instances where there are any: each can do what each can."""
    policy = route_components_pb2.RetryPolicy
    previous = previous_hosts_pb2.PreviousHostsPredicate()
    elsewhere = policy.RetryHostPredicate(
        name="envoy.retry_host_predicates.previous_hosts", typed_config=packed(previous)
    )
    return policy(
        retry_on=_RETRY_ON,
        num_retries=number(2),
        retry_back_off=policy.RetryBackOff(base_interval=seconds(0.025), max_interval=seconds(0.25)),
        retry_host_predicate=[elsewhere],
        host_selection_retry_max_attempts=_LOOKS,
    )


def _silent() -> route_components_pb2.Tracing:
    never = percent_pb2.FractionalPercent(numerator=0)
    return route_components_pb2.Tracing(client_sampling=never, random_sampling=never, overall_sampling=never)
