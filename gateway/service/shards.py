"""ShardService: the bot's connections to Discord, for operators."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gateway import wire
from segue.gateway.v1 import shard_service_pb2 as messages
from segue.gateway.v1 import shard_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from gateway.domain.shard import Shard

    Context = grpc.aio.ServicerContext[Any, Any]


class Shards(Protocol):
    """The connections."""

    def known(self) -> Sequence[Shard]:
        """List them by number."""


class ShardService(shard_service_pb2_grpc.ShardServiceServicer):
    """Serves shards."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    async def ListShards(self, _request: messages.ListShardsRequest, _context: Context) -> messages.ListShardsResponse:
        """List the shards of this instance."""
        return messages.ListShardsResponse(shards=map(wire.shard, self._shards.known()))
