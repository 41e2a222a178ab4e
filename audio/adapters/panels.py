"""Gateway's panels over the mesh, and what a person does in the call being served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audio import wire
from audio.showing import Deed
from kit import actor, call
from segue.gateway.v1 import panel_service_pb2, panel_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from audio.domain.player import Player
    from audio.wire import Sign


class GatewayPanels:
    """`audio.showing.Panels`."""

    def __init__(self, channel: grpc.aio.Channel, sign: Sign) -> None:
        self._stub = panel_service_pb2_grpc.PanelServiceStub(channel)
        self._sign = sign

    async def show(self, player: Player, deed: Deed | None) -> None:
        done = panel_service_pb2.Deed(user_id=deed.user_id, method=deed.method) if deed else None
        shown = wire.player(player, self._sign)
        await self._stub.ShowPlayer(
            panel_service_pb2.ShowPlayerRequest(guild_id=player.guild_id, player=shown, deed=done)
        )


def deed() -> Deed | None:
    """Return what a person is doing at this moment; None: nobody called."""
    served = call.current()
    user_id = actor.current().user_id if served else 0
    return Deed(user_id, served.method.rpartition("/")[2]) if served and user_id else None
