"""PrivacyService: what a service keeps about a person, shown and erased."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

from google.protobuf.struct_pb2 import Struct

from kit.errors import Reason, Refused
from segue.common.v1 import privacy_service_pb2, privacy_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import grpc

    Context = grpc.aio.ServicerContext[Any, Any]

_PAGE, _LARGEST_PAGE = 1000, 5000


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One thing that is kept about a person. `key` is its place among those of its kind."""

    kind: str
    key: str
    data: Mapping[str, Any]


class Personal(Protocol):
    """What is kept about people. Every method raises Refused(UNAVAILABLE) while its store is away."""

    async def export(self, user_id: int, after: tuple[str, str], limit: int) -> Sequence[Record]:
        """Return records behind a kind and a key, in the order of both."""

    async def erase(self, user_id: int) -> None:
        """Forget a person; doing it again is harmless."""


@dataclasses.dataclass
class Privacy(privacy_service_pb2_grpc.PrivacyServiceServicer):
    """Serves it."""

    personal: Personal

    async def ExportPerson(
        self,
        request: privacy_service_pb2.ExportPersonRequest,
        _context: Context,
    ) -> privacy_service_pb2.ExportPersonResponse:
        """Show a page."""
        records, token = await page(self.personal, request.user_id, request.page_token, request.page_size)
        return privacy_service_pb2.ExportPersonResponse(records=records, next_page_token=token)

    async def ErasePerson(
        self,
        request: privacy_service_pb2.ErasePersonRequest,
        _context: Context,
    ) -> privacy_service_pb2.ErasePersonResponse:
        """Forget a person."""
        await self.personal.erase(request.user_id)
        return privacy_service_pb2.ErasePersonResponse()


async def page(
    personal: Personal, user_id: int, token: str, size: int
) -> tuple[list[privacy_service_pb2.PersonalRecord], str]:
    """Return a page of records and the token of the next one. Raises Refused(PAGE_TOKEN_INVALID)."""
    kind, colon, key = token.partition(":")
    if token and not (colon and token.isprintable()):
        raise Refused(Reason.PAGE_TOKEN_INVALID)
    limit = min(size or _PAGE, _LARGEST_PAGE)
    found = await personal.export(user_id, (kind, key), limit + 1)
    shown = found[:limit]
    return list(map(_record, shown)), f"{shown[-1].kind}:{shown[-1].key}" if len(found) > limit else ""


def _record(found: Record) -> privacy_service_pb2.PersonalRecord:
    data = Struct()
    data.update(found.data)
    return privacy_service_pb2.PersonalRecord(kind=found.kind, data=data)
