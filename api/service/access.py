"""AccessService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit import actor
from segue.api.v1 import access_service_pb2, access_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    Context = grpc.aio.ServicerContext[Any, Any]


class Access(access_service_pb2_grpc.AccessServiceServicer):
    """Says who one is; what there is to know came with the call."""

    async def GetMe(
        self,
        _request: access_service_pb2.GetMeRequest,
        _context: Context,
    ) -> access_service_pb2.GetMeResponse:
        """Describe the token of the call."""
        me = actor.current()
        return access_service_pb2.GetMeResponse(
            user_id=me.user_id,
            token_id=me.token_id,
            scopes=me.scopes,
            operator=me.operator,
        )
