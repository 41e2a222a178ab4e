"""The other services, as api sees them through the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.deployment import Health
from kit import actor
from segue.common.v1 import ops_service_pb2, ops_service_pb2_grpc
from segue.gateway.v1 import guild_service_pb2, guild_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

_ANSWERS_WITHIN = 2.0


class GatewayBot:
    """The application as gateway knows it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._guilds = guild_service_pb2_grpc.GuildServiceStub(channel)

    async def owner_id(self) -> int:
        """Return the Discord user who owns it. Raises Refused(UNAVAILABLE) until it is known."""
        with actor.acting_as(actor.system()):
            answer = await self._guilds.GetBot(guild_service_pb2.GetBotRequest())
        return answer.owner_id


class MeshPeer:
    """A service that is asked how it is, within two seconds."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._ops = ops_service_pb2_grpc.OpsServiceStub(channel)

    async def health(self) -> Health:
        """Return how it says it is. Raises Refused if it does not."""
        request = ops_service_pb2.CheckHealthRequest()
        answer = await self._ops.CheckHealth(request, timeout=_ANSWERS_WITHIN)
        return Health(answer.status)

    async def ready(self) -> bool:
        """Return whether it takes calls. Raises Refused if it does not say."""
        request = ops_service_pb2.CheckReadinessRequest()
        answer = await self._ops.CheckReadiness(request, timeout=_ANSWERS_WITHIN)
        return answer.ready
