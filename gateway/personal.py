"""What gateway needs of others about the person who asks, and the document that it makes of what is kept about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gateway.domain.lastfm import Linked, Permission
    from gateway.domain.preferences import Preferences, Wish

_LARGEST = 8_000_000  # bytes; Discord takes 10 MiB


class Likes(Protocol):
    """What people chose for themselves, known at once."""

    async def of(self, user_id: int) -> Preferences:
        """Return it; while it cannot be known, the defaults."""


@dataclass(frozen=True)
class Kept:
    """One thing that a service keeps about a person."""

    service: str
    kind: str
    data: Mapping[str, Any]


class Account(Protocol):
    """What api keeps and does for the person who asks. Each method raises Refused."""

    async def preferences(self) -> Preferences:
        """Look at what they chose."""

    async def prefer(self, wish: Wish, *, request_id: str) -> Preferences:
        """Choose otherwise; a repeated `request_id` has no second effect."""

    async def export(self, token: str) -> tuple[Sequence[Kept], str]:
        """Return a page of what all services keep about them, and the token of the next one."""

    async def delete(self, *, request_id: str) -> Sequence[str]:
        """Delete that; return the services that will do so later."""


class Lastfm(Protocol):
    """The account at last.fm of the person who asks. Each method raises Refused."""

    async def get(self) -> Linked | None:
        """Return what they have linked; None: nothing."""

    async def begin(self) -> Permission:
        """Begin to link one."""

    async def finish(self, token: str, *, request_id: str) -> Linked:
        """Link the one that they have allowed; a repeated `request_id` has no second effect."""

    async def delete(self, *, request_id: str) -> Linked | None:
        """Forget it; return what it was."""


async def kept(account: Account) -> tuple[list[Kept], bool]:
    """Return what is kept about the person, and whether that is all: no more than fits into a file of Discord's."""
    found: list[Kept] = []
    size, token = 0, ""
    while True:
        page, token = await account.export(token)
        size += len(document(page))
        if size > _LARGEST:
            return found, False
        found += page
        if not token:
            return found, True


def document(found: Iterable[Kept]) -> bytes:
    """Return it as JSON, by service and kind."""
    sorted_out: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for one in found:
        sorted_out.setdefault(one.service, {}).setdefault(one.kind, []).append(one.data)
    return json.dumps(sorted_out, ensure_ascii=False, indent=1).encode()
