"""Where a proxy sends calls to: peers over mutual TLS, the own application, the receiver of spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.cluster.v3 import circuit_breaker_pb2, cluster_pb2
from envoy.config.core.v3 import base_pb2, health_check_pb2, protocol_pb2
from envoy.config.endpoint.v3 import endpoint_components_pb2, endpoint_pb2
from envoy.extensions.clusters.aggregate.v3 import cluster_pb2 as aggregate_pb2
from envoy.extensions.clusters.common.dns.v3 import dns_pb2
from envoy.extensions.clusters.dns.v3 import dns_cluster_pb2
from envoy.extensions.load_balancing_policies.common.v3 import common_pb2
from envoy.extensions.load_balancing_policies.maglev.v3 import maglev_pb2
from envoy.extensions.load_balancing_policies.override_host.v3 import override_host_pb2
from envoy.extensions.upstreams.http.v3 import http_protocol_options_pb2
from envoy.type.metadata.v3 import metadata_pb2
from envoy.type.v3 import percent_pb2

from mesh import tls
from mesh.messages import extension, no, number, packed, seconds, yes
from mesh.topology import Limits

if TYPE_CHECKING:
    from envoy.config.core.v3 import address_pb2

    from mesh.topology import Health, Mesh

APP = "app"
TRACES = "traces"
ADMIN = "admin"
NAMED, INSTANCE = "segue.named", "instance"  # the dynamic metadata in which a call names an instance's address
HIGH = base_pb2.RoutingPriority.HIGH
_READY = "ready"  # what services call their readiness in the protocol of health
# Percent: what one ready instance counts for. At the default, 140, one of two would leave 30 calls of 100 to any alive.
_ONE_IS_ENOUGH = 10_000
_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
_APP_LIMITS = Limits(connections=16, pending=1024, requests=2048, streams=4096)
_TRACES_LIMITS = Limits(connections=4, pending=256, requests=256, streams=1)


def local(name: str, address: address_pb2.Address) -> cluster_pb2.Cluster:
    """Return a cluster of one address that is reached in plain HTTP/2: it is behind the same door."""
    limits = _APP_LIMITS if name == APP else _TRACES_LIMITS
    return _cluster(name, [_endpoint(name, address)], limits)


def peers(mesh: Mesh, service: str, certificates: str) -> list[cluster_pb2.Cluster]:
    """Return the clusters of a service: calls go to its ready instances, or while none is ready to all that live.

    One without others gets every call while it lives, and says itself what it lacks.
    """
    if len(mesh.run.instances(service)) == 1:
        return [peer(mesh, service, certificates)]
    ready, living = (peer(mesh, service, certificates) for _ in range(2))
    ready.name, living.name = f"{service}-ready", alive(service)
    ready.health_checks[0].grpc_health_check.service_name = _READY
    ready.load_assignment.policy.overprovisioning_factor.value = _ONE_IS_ENOUGH
    return [_first(service, ready, living), ready, living]


def alive(service: str) -> str:
    """Return the name of the cluster of those that live, where a service has several instances."""
    return f"{service}-alive"


def peer(mesh: Mesh, service: str, certificates: str) -> cluster_pb2.Cluster:
    """Return the cluster of all instances of a service that live."""
    row = mesh.topology.services[service]
    endpoints = [_endpoint(instance, mesh.run.peer(instance)) for instance in mesh.run.instances(service)]
    cluster = _cluster(service, endpoints, row.limits)
    cluster.MergeFrom(
        cluster_pb2.Cluster(
            transport_socket=tls.client(certificates, row.identity),
            health_checks=[_health(mesh.topology.health, service)],
            load_balancing_policy=_sticky(),
            common_lb_config=cluster_pb2.Cluster.CommonLbConfig(
                # Rather no answer than one from an instance that is known to be gone: it may believe it owns a guild.
                healthy_panic_threshold=percent_pb2.Percent(value=0),
                update_merge_window=seconds(0),  # what is known of an instance counts at once, not a second later
            ),
        )
    )
    return cluster


def _first(name: str, *clusters: cluster_pb2.Cluster) -> cluster_pb2.Cluster:
    """Return the first of these clusters that has an instance to offer; retries are counted here, all else there."""
    config = aggregate_pb2.ClusterConfig(clusters=[each.name for each in clusters])
    return cluster_pb2.Cluster(
        name=name,
        connect_timeout=clusters[0].connect_timeout,
        cluster_type=cluster_pb2.Cluster.CustomClusterType(
            name="envoy.clusters.aggregate", typed_config=packed(config)
        ),
        lb_policy=cluster_pb2.Cluster.CLUSTER_PROVIDED,
        circuit_breakers=clusters[0].circuit_breakers,
    )


def _cluster(name: str, endpoints: list[endpoint_components_pb2.LbEndpoint], limits: Limits) -> cluster_pb2.Cluster:
    locality = endpoint_components_pb2.LocalityLbEndpoints(lb_endpoints=endpoints)
    cluster = cluster_pb2.Cluster(
        name=name,
        connect_timeout=seconds(1),
        load_assignment=endpoint_pb2.ClusterLoadAssignment(cluster_name=name, endpoints=[locality]),
        circuit_breakers=_breakers(limits),
        typed_extension_protocol_options={_OPTIONS: packed(_http2())},
    )
    if any(found.endpoint.address.HasField("socket_address") for found in endpoints):
        cluster.MergeFrom(_by_name())
    return cluster


def _by_name() -> cluster_pb2.Cluster:
    """Return how hosts are looked up: their addresses change, and none of them has to be there at the start."""
    names = dns_cluster_pb2.DnsCluster(
        dns_lookup_family=dns_pb2.V4_PREFERRED,
        dns_refresh_rate=seconds(2),
        dns_failure_refresh_rate=dns_cluster_pb2.DnsCluster.RefreshRate(
            base_interval=seconds(1), max_interval=seconds(5)
        ),
    )
    kind = cluster_pb2.Cluster.CustomClusterType(name="envoy.cluster.dns", typed_config=packed(names))
    return cluster_pb2.Cluster(cluster_type=kind, wait_for_warm_on_init=no())


def _endpoint(name: str, address: address_pb2.Address) -> endpoint_components_pb2.LbEndpoint:
    endpoint = endpoint_components_pb2.Endpoint(address=address, hostname=name)
    return endpoint_components_pb2.LbEndpoint(endpoint=endpoint)


def _http2() -> http_protocol_options_pb2.HttpProtocolOptions:
    options = http_protocol_options_pb2.HttpProtocolOptions
    explicit = options.ExplicitHttpConfig(http2_protocol_options=protocol_pb2.Http2ProtocolOptions())
    return options(explicit_http_config=explicit)


def _sticky() -> cluster_pb2.LoadBalancingPolicy:
    """Return a consistent hash, unless the call names an instance that is there."""
    policy = cluster_pb2.LoadBalancingPolicy
    by_name = common_pb2.ConsistentHashingLbConfig(use_hostname_for_hashing=True)  # addresses differ from run to run
    maglev = extension("envoy.load_balancing_policies.maglev", maglev_pb2.Maglev(consistent_hashing_lb_config=by_name))
    named = override_host_pb2.OverrideHost.OverrideHostSource(
        metadata=metadata_pb2.MetadataKey(key=NAMED, path=[metadata_pb2.MetadataKey.PathSegment(key=INSTANCE)])
    )
    override = override_host_pb2.OverrideHost(
        override_host_sources=[named],
        fallback_policy=policy(policies=[policy.Policy(typed_extension_config=maglev)]),
    )
    chosen = extension("envoy.load_balancing_policies.override_host", override)
    return policy(policies=[policy.Policy(typed_extension_config=chosen)])


def _breakers(limits: Limits) -> circuit_breaker_pb2.CircuitBreakers:
    """Return the limits; streams travel with high priority, so that they never use up what calls need."""

    def threshold(priority: int, requests: int) -> circuit_breaker_pb2.CircuitBreakers.Thresholds:
        thresholds = circuit_breaker_pb2.CircuitBreakers.Thresholds
        return thresholds(
            priority=priority,
            max_connections=number(limits.connections),
            max_pending_requests=number(limits.pending),
            max_requests=number(requests),
            retry_budget=thresholds.RetryBudget(
                budget_percent=percent_pb2.Percent(value=20), min_retry_concurrency=number(3)
            ),
            track_remaining=True,
        )

    normal = threshold(base_pb2.RoutingPriority.DEFAULT, limits.requests)
    return circuit_breaker_pb2.CircuitBreakers(thresholds=[normal, threshold(HIGH, limits.streams)])


def _health(health: Health, service: str) -> health_check_pb2.HealthCheck:
    """Return a check through the peer's proxy, so that it covers both; intervals not said would be a minute."""
    every = seconds(health.interval)
    return health_check_pb2.HealthCheck(
        timeout=seconds(health.timeout),
        interval=every,
        no_traffic_interval=every,
        no_traffic_healthy_interval=every,
        unhealthy_interval=every,
        unhealthy_edge_interval=every,
        healthy_edge_interval=every,
        unhealthy_threshold=number(health.failures),
        healthy_threshold=number(health.successes),
        reuse_connection=yes(),
        grpc_health_check=health_check_pb2.HealthCheck.GrpcHealthCheck(authority=service),
    )
