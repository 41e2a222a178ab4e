"""PanelService: players shown in Discord, for audio."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway import wire
from segue.gateway.v1 import panel_service_pb2 as messages
from segue.gateway.v1 import panel_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from gateway.panels import Panels
    from gateway.voice_status import VoiceStatuses

    Context = grpc.aio.ServicerContext[Any, Any]


class PanelService(panel_service_pb2_grpc.PanelServiceServicer):
    """Serves panels."""

    def __init__(self, panels: Panels, statuses: VoiceStatuses) -> None:
        self._panels, self._statuses = panels, statuses

    async def ShowPlayer(self, request: messages.ShowPlayerRequest, _context: Context) -> messages.ShowPlayerResponse:
        """Show a player in its guild's panel, and in the status of its voice channel."""
        player = wire.player(request.player)
        await asyncio.gather(
            self._panels.show(request.guild_id, player, wire.deed(request.deed)),
            self._statuses.show(request.guild_id, player),
        )
        return messages.ShowPlayerResponse()
