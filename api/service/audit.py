"""AuditService."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from api import wire
from segue.api.v1 import audit_service_pb2, audit_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from api.domain.audit import Entry

    Context = grpc.aio.ServicerContext[Any, Any]

_PAGE, _LARGEST_PAGE = 25, 200


class Entries(Protocol):
    """Where entries are kept. Raises Refused(UNAVAILABLE) while it is away."""

    async def newest(self, guild_id: int, before: int | None, limit: int) -> list[Entry]:
        """Return entries of a guild, the newest first, from the one before an id on."""


class Audit(audit_service_pb2_grpc.AuditServiceServicer):
    """Shows who changed what."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    async def ListAuditEntries(
        self,
        request: audit_service_pb2.ListAuditEntriesRequest,
        _context: Context,
    ) -> audit_service_pb2.ListAuditEntriesResponse:
        """List changes, the newest first."""
        size = min(request.page_size or _PAGE, _LARGEST_PAGE)
        found = await self._entries.newest(request.guild_id, wire.page_place(request.page_token), size + 1)
        shown = found[:size]
        return audit_service_pb2.ListAuditEntriesResponse(
            entries=map(wire.audit_entry, shown),
            next_page_token=wire.page_token(shown[-1].entry_id) if len(found) > size else "",
        )
