"""CatalogService, VoiceEventService and NodeService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audio import wire
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    node_service_pb2,
    node_service_pb2_grpc,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)

if TYPE_CHECKING:
    import grpc

    from audio.catalogue import Catalogue
    from audio.hearing import Hearing
    from audio.nodes import AudioNodes
    from audio.wire import Sign

    Context = grpc.aio.ServicerContext[Any, Any]

_PAGE, _LARGEST_PAGE = 10, 50


class CatalogService(catalog_service_pb2_grpc.CatalogServiceServicer):
    """Serves searches."""

    def __init__(self, catalogue: Catalogue, sign: Sign) -> None:
        self._catalogue, self._sign = catalogue, sign

    async def SearchTracks(
        self, request: catalog_service_pb2.SearchTracksRequest, _context: Context
    ) -> catalog_service_pb2.SearchTracksResponse:
        """Find tracks."""
        limit = min(request.page_size or _PAGE, _LARGEST_PAGE)
        found = await self._catalogue.search(request.query, request.source, limit)
        return catalog_service_pb2.SearchTracksResponse(tracks=[wire.track(track, self._sign) for track in found])


class VoiceEventService(voice_event_service_pb2_grpc.VoiceEventServiceServicer):
    """Takes gateway's snapshots."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    async def ReportVoice(
        self, request: voice_event_service_pb2.ReportVoiceRequest, _context: Context
    ) -> voice_event_service_pb2.ReportVoiceResponse:
        """Take a snapshot."""
        await self._hearing.report(wire.snapshot(request.snapshot))
        return voice_event_service_pb2.ReportVoiceResponse()


class NodeService(node_service_pb2_grpc.NodeServiceServicer):
    """Shows the audio nodes."""

    def __init__(self, nodes: AudioNodes) -> None:
        self._nodes = nodes

    async def ListNodes(
        self, _request: node_service_pb2.ListNodesRequest, _context: Context
    ) -> node_service_pb2.ListNodesResponse:
        """List all nodes."""
        return node_service_pb2.ListNodesResponse(nodes=map(wire.node, await self._nodes.stats()))
