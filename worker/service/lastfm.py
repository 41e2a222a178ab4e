"""LastfmService: people's accounts at last.fm."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kit import actor, idempotency
from segue.worker.v1 import lastfm_service_pb2 as messages
from segue.worker.v1 import lastfm_service_pb2_grpc
from worker import wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import grpc

    from kit.postgres import Connection
    from worker.domain.scrobble import Link
    from worker.scrobbling import Account, Linking

    Context = grpc.aio.ServicerContext[Any, Any]


class Links(Protocol):
    """Which accounts are linked; they are changed in the caller's transaction."""

    async def find(self, user_id: int) -> Link | None:
        """Return a person's account."""

    async def link(self, tx: Connection, user_id: int, account: Account) -> Link:
        """Put an account in the place of any other."""

    async def delete(self, tx: Connection, user_id: int) -> Link | None:
        """Forget a person's account; None: there is none."""


class LastfmService(lastfm_service_pb2_grpc.LastfmServiceServicer):
    """Links, shows and forgets accounts. No event tells of it: it is nobody else's business."""

    def __init__(
        self, linking: Linking, links: Links, transaction: Callable[[], AbstractAsyncContextManager[Connection]]
    ) -> None:
        self._linking, self._links, self._transaction = linking, links, transaction

    async def GetLastfmLink(
        self, _request: messages.GetLastfmLinkRequest, _context: Context
    ) -> messages.GetLastfmLinkResponse:
        """Show the caller's account."""
        found = await self._links.find(actor.current().user_id)
        return messages.GetLastfmLinkResponse(link=wire.lastfm_link(found))

    async def BeginLastfmLink(
        self, _request: messages.BeginLastfmLinkRequest, _context: Context
    ) -> messages.BeginLastfmLinkResponse:
        """Say where the caller allows it."""
        url, token = await self._linking.begin()
        return messages.BeginLastfmLinkResponse(url=url, token=token)

    async def FinishLastfmLink(
        self, request: messages.FinishLastfmLinkRequest, _context: Context
    ) -> messages.FinishLastfmLinkResponse:
        """Link what the caller has allowed. last.fm is asked between two transactions, and for an answer once."""
        self._linking.check()
        if request.validate_only:
            return messages.FinishLastfmLinkResponse()
        key = idempotency.request_key(request)
        async with self._transaction() as tx:
            known = await idempotency.recall(tx, key, request)
        if isinstance(known, messages.FinishLastfmLinkResponse):
            return known
        account = await self._linking.finish(request.token)
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(tx, key, request, lambda: self._link(tx, account))
        return answer

    async def DeleteLastfmLink(
        self, request: messages.DeleteLastfmLinkRequest, _context: Context
    ) -> messages.DeleteLastfmLinkResponse:
        """Forget the caller's account."""
        if request.validate_only:
            found = await self._links.find(actor.current().user_id)
            return messages.DeleteLastfmLinkResponse(link=wire.lastfm_link(found))
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(tx, idempotency.request_key(request), request, lambda: self._delete(tx))
        return answer

    async def _link(self, tx: Connection, account: Account) -> messages.FinishLastfmLinkResponse:
        link = await self._links.link(tx, actor.current().user_id, account)
        return messages.FinishLastfmLinkResponse(link=wire.lastfm_link(link))

    async def _delete(self, tx: Connection) -> messages.DeleteLastfmLinkResponse:
        gone = await self._links.delete(tx, actor.current().user_id)
        return messages.DeleteLastfmLinkResponse(link=wire.lastfm_link(gone))
