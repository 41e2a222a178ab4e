"""The owners of tables: other services through the mesh, and worker itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration

from kit import actor
from segue.common.v1 import upkeep_service_pb2, upkeep_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    import grpc

    from kit.ops import Housekeeping


class MeshOwner:
    """Another service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._upkeep = upkeep_service_pb2_grpc.UpkeepServiceStub(channel)

    async def purge(self, limit: int, older_than: timedelta) -> Mapping[str, int]:
        """Remove one batch. Raises Refused if the service is away."""
        age = Duration()
        age.FromTimedelta(older_than)
        request = upkeep_service_pb2.PurgeExpiredRequest(limit=limit, older_than=age)
        with actor.acting_as(actor.system()):
            answer = await self._upkeep.PurgeExpired(request)
        return {field.name: getattr(answer, field.name) for field in answer.DESCRIPTOR.fields}

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Remove all that is kept of guilds. Raises Refused if the service is away."""
        with actor.acting_as(actor.system()):
            await self._upkeep.ForgetGuilds(upkeep_service_pb2.ForgetGuildsRequest(guild_ids=guild_ids))


class OwnTables:
    """Worker itself."""

    def __init__(self, housekeeping: Housekeeping) -> None:
        self._housekeeping = housekeeping

    async def purge(self, limit: int, older_than: timedelta) -> Mapping[str, int]:
        """Remove one batch."""
        return (await self._housekeeping.purge(limit, older_than))._asdict()

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Remove all that is kept of guilds."""
        await self._housekeeping.forget(guild_ids)
