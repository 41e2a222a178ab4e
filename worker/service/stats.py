"""StatsService: what a guild listens to."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit import actor
from segue.worker.v1 import stats_service_pb2 as messages
from segue.worker.v1 import stats_service_pb2_grpc
from worker import wire

if TYPE_CHECKING:
    import grpc

    from worker.counting import Counting

    Context = grpc.aio.ServicerContext[Any, Any]


class StatsService(stats_service_pb2_grpc.StatsServiceServicer):
    """Tells statistics."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting

    async def GetStats(self, request: messages.GetStatsRequest, _context: Context) -> messages.GetStatsResponse:
        """Sum up what was played."""
        user_id = actor.current().user_id if request.own else 0
        found = await self._counting.stats(request.guild_id, user_id, wire.period(request.period))
        return messages.GetStatsResponse(stats=wire.stats(found))
