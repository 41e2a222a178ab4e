"""AccessService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from api.service import me
from kit import actor, idempotency
from segue.api.v1 import access_service_pb2, access_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractAsyncContextManager

    import grpc

    from api.forgetting import Forgetting
    from kit.postgres import Connection

    Context = grpc.aio.ServicerContext[Any, Any]


class Ask(Protocol):
    """Keeps that services have to forget a person, in the caller's transaction."""

    async def __call__(self, tx: Connection, user_id: int, services: Collection[str], /) -> None:
        """Keep it."""


class Access(access_service_pb2_grpc.AccessServiceServicer):
    """Says who one is, which came with the call, and what is kept about one."""

    def __init__(
        self,
        forgetting: Forgetting,
        ask: Ask,
        transaction: Callable[[], AbstractAsyncContextManager[Connection]],
    ) -> None:
        self._forgetting = forgetting
        self._ask = ask
        self._transaction = transaction

    async def GetMe(
        self,
        _request: access_service_pb2.GetMeRequest,
        _context: Context,
    ) -> access_service_pb2.GetMeResponse:
        """Describe the token of the call."""
        who = actor.current()
        return access_service_pb2.GetMeResponse(
            user_id=who.user_id,
            token_id=who.token_id,
            scopes=who.scopes,
            operator=who.operator,
        )

    async def ExportMe(
        self,
        request: access_service_pb2.ExportMeRequest,
        _context: Context,
    ) -> access_service_pb2.ExportMeResponse:
        """Show a page of all services."""
        found, token = await self._forgetting.export(me.user_id(), request.page_token, request.page_size)
        services = [access_service_pb2.ServiceRecords(service=name, records=records) for name, records in found]
        return access_service_pb2.ExportMeResponse(services=services, next_page_token=token)

    async def DeleteMe(
        self,
        request: access_service_pb2.DeleteMeRequest,
        _context: Context,
    ) -> access_service_pb2.DeleteMeResponse:
        """Keep that the caller is to be forgotten, and begin."""
        user_id = me.user_id()
        if request.validate_only:
            return access_service_pb2.DeleteMeResponse()

        async def effect() -> access_service_pb2.DeleteMeResponse:
            await self._ask(tx, user_id, self._forgetting.services)
            return access_service_pb2.DeleteMeResponse()

        async with self._transaction() as tx:
            await idempotency.once(tx, idempotency.request_key(request), request, effect)
        return access_service_pb2.DeleteMeResponse(pending=await self._forgetting.finish(user_id))
