"""Audio's catalogue, players and queues, through the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kit import actor
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    player_pb2,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    queue_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc

    from worker.importing import Part

R = TypeVar("R")


class MeshMusic:
    """`worker.importing.Music`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._catalog = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        self._players = player_service_pb2_grpc.PlayerServiceStub(channel)
        self._queues = queue_service_pb2_grpc.QueueServiceStub(channel)

    async def find(self, user_id: int, line: str, source: str) -> str | None:
        """Return the handle of the best match."""
        request = catalog_service_pb2.SearchTracksRequest(query=line, source=source, page_size=1)
        with actor.acting_as(actor.system(user_id)):
            answer = await self._catalog.SearchTracks(request)
        return answer.tracks[0].handle if answer.tracks else None

    async def play(self, part: Part) -> int:
        """Add tracks and start the player if it is idle."""
        request = _request(player_service_pb2.PlayRequest, part)
        with actor.acting_as(actor.system(part.user_id)):
            return int((await self._players.Play(request)).left_out)

    async def add(self, part: Part) -> int:
        """Add tracks."""
        request = _request(queue_service_pb2.AddQueueItemsRequest, part)
        with actor.acting_as(actor.system(part.user_id)):
            return int((await self._queues.AddQueueItems(request)).left_out)


def _request(kind: Callable[..., R], part: Part) -> R:
    placement = player_pb2.Placement.Value(f"PLACEMENT_{part.placement}")
    return kind(guild_id=part.guild_id, handles=part.handles, placement=placement, request_id=part.request_id)
