"""How the stand-in for audio orders what waits."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segue.audio.v1 import player_pb2, queue_service_pb2, queue_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message

_KEYS: dict[int, Callable[[player_pb2.QueueItem], Any]] = {
    queue_service_pb2.QUEUE_ORDER_TITLE: lambda item: item.track.title,
    queue_service_pb2.QUEUE_ORDER_LENGTH: lambda item: item.track.length.seconds,
    queue_service_pb2.QUEUE_ORDER_REQUESTER: lambda item: item.requester_id,
}


class Ordering(queue_service_pb2_grpc.QueueServiceServicer):
    """Orders the items; `_command` takes note of what was asked, and says no where a test wants that."""

    player: player_pb2.Player
    waiting: list[player_pb2.QueueItem]

    async def ShuffleQueue(self, request: Any, context: Any) -> Any:
        return await self._command(request, context, lambda: queue_service_pb2.ShuffleQueueResponse(player=self.player))

    async def SortQueue(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self.waiting.sort(key=_KEYS[request.order])
            return queue_service_pb2.SortQueueResponse(player=self.player)

        return await self._command(request, context, effect)

    async def ReverseQueue(self, request: Any, context: Any) -> Any:
        def effect() -> Message:
            self.waiting.reverse()
            return queue_service_pb2.ReverseQueueResponse(player=self.player)

        return await self._command(request, context, effect)

    async def _command(self, request: Any, context: Any, effect: Callable[[], Message]) -> Any:
        raise NotImplementedError
