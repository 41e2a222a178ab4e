"""PanelService: players shown in Discord, for audio."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway import wire
from segue.gateway.v1 import panel_service_pb2 as messages
from segue.gateway.v1 import panel_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from gateway.panels import Panels

    Context = grpc.aio.ServicerContext[Any, Any]


class PanelService(panel_service_pb2_grpc.PanelServiceServicer):
    """Serves panels."""

    def __init__(self, panels: Panels) -> None:
        self._panels = panels

    async def ShowPlayer(self, request: messages.ShowPlayerRequest, _context: Context) -> messages.ShowPlayerResponse:
        """Show a player in its guild's panel."""
        await self._panels.show(request.guild_id, wire.player(request.player), wire.deed(request.deed))
        return messages.ShowPlayerResponse()
