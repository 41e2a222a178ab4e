"""NodeService: the audio nodes."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf.message import Message

from audio import wire
from audio.domain.node import KnownNode
from segue.audio.v1 import node_service_pb2 as messages
from segue.audio.v1 import node_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import grpc

    from audio.domain.node import NodeStats, Probe
    from audio.roster import KnownNodes, Roster, RosterChange
    from audio.service.commanding import Once

    Context = grpc.aio.ServicerContext[Any, Any]


class Shown(Protocol):
    """The nodes of this instance, as they are."""

    async def stats(self) -> list[NodeStats]:
        """Return all by name."""
        ...

    async def probe(self) -> list[Probe]:
        """Load a known track of each source at each node."""
        ...


class Write(Protocol):
    """The request of any change."""

    validate_only: bool


A = TypeVar("A", bound=Message)


class NodeService(node_service_pb2_grpc.NodeServiceServicer):
    """Serves nodes."""

    def __init__(self, nodes: Shown, roster: Roster, known: KnownNodes, once: Once) -> None:
        self._nodes, self._roster, self._known, self._once = nodes, roster, known, once

    async def ListNodes(self, _request: messages.ListNodesRequest, _context: Context) -> messages.ListNodesResponse:
        """List all nodes."""
        return messages.ListNodesResponse(nodes=map(wire.node, await self._nodes.stats()))

    async def AddNode(self, request: messages.AddNodeRequest, _context: Context) -> messages.AddNodeResponse:
        """Add a node."""
        node = KnownNode(request.name, request.uri, request.password, request.region)

        async def effect(change: RosterChange) -> messages.AddNodeResponse:
            await self._roster.add(change, node)
            return messages.AddNodeResponse()

        answer = await self._change(request, effect)
        return messages.AddNodeResponse(node=await self._shown(request.name)) if not request.validate_only else answer

    async def RemoveNode(self, request: messages.RemoveNodeRequest, _context: Context) -> messages.RemoveNodeResponse:
        """Remove a node."""

        async def effect(change: RosterChange) -> messages.RemoveNodeResponse:
            await self._roster.remove(change, request.name)
            return messages.RemoveNodeResponse()

        return await self._change(request, effect)

    async def DrainNode(self, request: messages.DrainNodeRequest, _context: Context) -> messages.DrainNodeResponse:
        """Drain a node."""

        async def effect(change: RosterChange) -> messages.DrainNodeResponse:
            await self._roster.drain(change, request.name, draining=True)
            return messages.DrainNodeResponse()

        await self._change(request, effect)
        return messages.DrainNodeResponse(node=await self._shown(request.name))

    async def UndrainNode(
        self, request: messages.UndrainNodeRequest, _context: Context
    ) -> messages.UndrainNodeResponse:
        """Use a node again."""

        async def effect(change: RosterChange) -> messages.UndrainNodeResponse:
            await self._roster.drain(change, request.name, draining=False)
            return messages.UndrainNodeResponse()

        await self._change(request, effect)
        return messages.UndrainNodeResponse(node=await self._shown(request.name))

    async def ProbeSources(
        self, _request: messages.ProbeSourcesRequest, _context: Context
    ) -> messages.ProbeSourcesResponse:
        """Look whether sources work."""
        return messages.ProbeSourcesResponse(probes=map(wire.probe, await self._nodes.probe()))

    async def _change(self, request: Write, effect: Callable[[RosterChange], Awaitable[A]]) -> A:
        async with self._known.change(dry=request.validate_only) as change:
            answer, _ = await self._once(change, request, lambda: effect(change))
        await self._roster.look()
        return answer

    async def _shown(self, name: str) -> messages.Node | None:
        return next((wire.node(node) for node in await self._nodes.stats() if node.name == name), None)
