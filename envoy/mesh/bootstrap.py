"""A proxy's process: its identity, administration, limits, and everything it consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envoy.config.bootstrap.v3 import bootstrap_pb2
from envoy.config.core.v3 import base_pb2
from envoy.config.overload.v3 import overload_pb2
from envoy.extensions.resource_monitors.downstream_connections.v3 import downstream_connections_pb2
from envoy.extensions.resource_monitors.fixed_heap.v3 import fixed_heap_pb2

from mesh.messages import packed, seconds
from mesh.topology import service_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from envoy.config.cluster.v3 import cluster_pb2
    from envoy.config.core.v3 import address_pb2
    from envoy.config.listener.v3 import listener_pb2
    from google.protobuf.message import Message

_RUNTIME: dict[str, bool | int] = {
    # Without it a call that ran into a time limit would come back as UNAVAILABLE, which the next proxy retries.
    "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded": True,
    # Whoever follows a link to a trace should find it; the default is 5 s.
    "tracing.opentelemetry.flush_interval_ms": 500,
}
_HEAP = "envoy.resource_monitors.fixed_heap"
_CONNECTIONS = "envoy.resource_monitors.global_downstream_max_connections"


def bootstrap(
    instance: str,
    admin: address_pb2.Address,
    listeners: Iterable[listener_pb2.Listener],
    clusters: Iterable[cluster_pb2.Cluster],
    *,
    connections: int,
    heap: int,
) -> bootstrap_pb2.Bootstrap:
    """Return the whole configuration of one proxy; at most so many connections, and about so many bytes."""
    return bootstrap_pb2.Bootstrap(
        node=base_pb2.Node(id=instance, cluster=service_of(instance)),
        static_resources=bootstrap_pb2.Bootstrap.StaticResources(listeners=listeners, clusters=clusters),
        admin=bootstrap_pb2.Admin(address=admin, ignore_global_conn_limit=True),
        layered_runtime=_runtime(),
        overload_manager=_overload(connections, heap),
    )


def _runtime() -> bootstrap_pb2.LayeredRuntime:
    layer = bootstrap_pb2.RuntimeLayer(name="static")
    layer.static_layer.update(_RUNTIME)
    return bootstrap_pb2.LayeredRuntime(layers=[layer])


def _overload(connections: int, heap: int) -> overload_pb2.OverloadManager:
    return overload_pb2.OverloadManager(
        refresh_interval=seconds(0.25),
        resource_monitors=[
            _monitor(_HEAP, fixed_heap_pb2.FixedHeapConfig(max_heap_size_bytes=heap)),
            _monitor(
                _CONNECTIONS,
                downstream_connections_pb2.DownstreamConnectionsConfig(max_active_downstream_connections=connections),
            ),
        ],
        actions=[
            _action("envoy.overload_actions.shrink_heap", 0.9),
            _action("envoy.overload_actions.disable_http_keepalive", 0.95),
            _action("envoy.overload_actions.stop_accepting_requests", 0.98),
        ],
    )


def _monitor(name: str, config: Message) -> overload_pb2.ResourceMonitor:
    return overload_pb2.ResourceMonitor(name=name, typed_config=packed(config))


def _action(name: str, share: float) -> overload_pb2.OverloadAction:
    """Return what is done when the heap is used to that share."""
    threshold = overload_pb2.ThresholdTrigger(value=share)
    return overload_pb2.OverloadAction(name=name, triggers=[overload_pb2.Trigger(name=_HEAP, threshold=threshold)])
