"""The owners of tables: other services through the mesh, and worker itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration

from kit import actor
from segue.common.v1 import upkeep_service_pb2, upkeep_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    import grpc

    from kit.ops import Purge


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


class OwnTables:
    """Worker itself."""

    def __init__(self, purge: Purge) -> None:
        self._purge = purge

    async def purge(self, limit: int, older_than: timedelta) -> Mapping[str, int]:
        """Remove one batch."""
        return (await self._purge(limit, older_than))._asdict()
