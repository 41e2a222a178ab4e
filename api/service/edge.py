"""EdgeService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api import wire
from api.deployment import Deployment, Health
from kit import ops
from segue.api.v1 import edge_service_pb2, edge_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    Context = grpc.aio.ServicerContext[Any, Any]


class Edge(edge_service_pb2_grpc.EdgeServiceServicer):
    """Says how the deployment is, in public, and how api performs, to its operator."""

    def __init__(self, deployment: Deployment, own: ops.Ops) -> None:
        self._deployment = deployment
        self._own = own

    async def CheckDeployment(
        self,
        _request: edge_service_pb2.CheckDeploymentRequest,
        context: Context,
    ) -> edge_service_pb2.CheckDeploymentResponse:
        """Look at all services."""
        health = await self._deployment.health()
        await ops.say_http_status(context, ok=health is not Health.UNHEALTHY)
        return edge_service_pb2.CheckDeploymentResponse(status=wire.health(health))

    async def CheckDeploymentReadiness(
        self,
        _request: edge_service_pb2.CheckDeploymentReadinessRequest,
        context: Context,
    ) -> edge_service_pb2.CheckDeploymentReadinessResponse:
        """Look at what cannot be done without."""
        ready = await self._deployment.ready()
        await ops.say_http_status(context, ok=ready)
        return edge_service_pb2.CheckDeploymentReadinessResponse(ready=ready)

    async def GetEdgeMetrics(
        self,
        _request: edge_service_pb2.GetEdgeMetricsRequest,
        _context: Context,
    ) -> edge_service_pb2.GetEdgeMetricsResponse:
        """Return api's metrics."""
        return edge_service_pb2.GetEdgeMetricsResponse(body=ops.metrics_body())

    async def GetEdgePerformance(
        self,
        _request: edge_service_pb2.GetEdgePerformanceRequest,
        _context: Context,
    ) -> edge_service_pb2.GetEdgePerformanceResponse:
        """Return api's figures."""
        return edge_service_pb2.GetEdgePerformanceResponse(performance=self._own.performance())
