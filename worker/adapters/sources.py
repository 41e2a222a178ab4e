"""The sources of audio's nodes, through the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor
from segue.audio.v1 import node_service_pb2, node_service_pb2_grpc

if TYPE_CHECKING:
    import grpc


class MeshSources:
    """`worker.canary.Sources`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._nodes = node_service_pb2_grpc.NodeServiceStub(channel)

    async def probe(self) -> list[tuple[str, str, str]]:
        """Load a known track of each."""
        with actor.acting_as(actor.system()):
            answer = await self._nodes.ProbeSources(node_service_pb2.ProbeSourcesRequest())
        return [(probe.node, probe.source, probe.detail) for probe in answer.probes]
