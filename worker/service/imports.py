"""ImportService: lists whose every line takes a search."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from kit import actor, authorization, idempotency, outbox
from kit.errors import Reason, Refused
from segue.worker.v1 import import_service_pb2 as messages
from segue.worker.v1 import import_service_pb2_grpc
from worker import wire
from worker.domain.imports import KIND, Progress
from worker.domain.job import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import grpc

    from kit.postgres import Connection
    from worker.domain.job import Job
    from worker.enqueueing import Imports

    Context = grpc.aio.ServicerContext[Any, Any]


class Rows(Protocol):
    """Changes jobs, in the caller's transaction."""

    async def enqueue_asked(self, tx: Connection, kind: str, asked: Asked) -> Job | None:
        """Put a job that a person asked for into the queue; None: their guild has one of the kind that is not over."""

    async def cancel(self, tx: Connection, job_id: str) -> Job | None:
        """End a job; None: it has ended already."""


class ImportService(import_service_pb2_grpc.ImportServiceServicer):
    """Starts, shows and cancels imports."""

    def __init__(
        self,
        imports: Imports,
        rows: Rows,
        transaction: Callable[[], AbstractAsyncContextManager[Connection]],
        wake: Callable[[], None],
    ) -> None:
        self._imports, self._rows, self._transaction, self._wake = imports, rows, transaction, wake

    async def StartImport(
        self, request: messages.StartImportRequest, _context: Context
    ) -> messages.StartImportResponse:
        """Enqueue an import."""
        if request.validate_only:
            await self._imports.check_free(request.guild_id)
            return messages.StartImportResponse()
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(
                tx, idempotency.request_key(request), request, lambda: self._start(tx, request)
            )
        self._wake()
        return answer

    async def GetImport(self, request: messages.GetImportRequest, _context: Context) -> messages.GetImportResponse:
        """Show an import."""
        job = await self._imports.get(request.guild_id, request.import_id)
        return messages.GetImportResponse(track_import=wire.track_import(job))

    async def CancelImport(
        self, request: messages.CancelImportRequest, _context: Context
    ) -> messages.CancelImportResponse:
        """End an import."""
        if request.validate_only:
            return messages.CancelImportResponse(track_import=wire.track_import(await self._to_cancel(request)))
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(
                tx, idempotency.request_key(request), request, lambda: self._cancel(tx, request)
            )
        return answer

    async def _start(self, tx: Connection, request: messages.StartImportRequest) -> messages.StartImportResponse:
        wish = wire.wish(request)
        progress = Progress(total=len(wish.lines))
        asked = Asked(request.guild_id, actor.current().user_id, asdict(wish), asdict(progress))
        job = await self._rows.enqueue_asked(tx, KIND, asked)
        if job is None:
            await self._imports.check_free(request.guild_id)
            raise Refused(Reason.UNAVAILABLE, part="worker")  # the other one ended at this moment
        started = wire.track_import(job)
        await outbox.append(tx, guild_id=request.guild_id, version=0, kind="import.started", payload=started)
        return messages.StartImportResponse(track_import=started)

    async def _cancel(self, tx: Connection, request: messages.CancelImportRequest) -> messages.CancelImportResponse:
        found = await self._to_cancel(request)
        job = await self._rows.cancel(tx, found.job_id)
        if job is None:
            raise Refused(Reason.IMPORT_ENDED)
        cancelled = wire.track_import(job)
        await outbox.append(tx, guild_id=request.guild_id, version=0, kind="import.cancelled", payload=cancelled)
        return messages.CancelImportResponse(track_import=cancelled)

    async def _to_cancel(self, request: messages.CancelImportRequest) -> Job:
        user_id, level = actor.current().user_id, authorization.granted()
        return await self._imports.to_cancel(request.guild_id, request.import_id, user_id, level)
