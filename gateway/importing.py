"""What gateway needs of worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.importing import Import


class Imports(Protocol):
    """Imports of many tracks. Each method raises Refused; a repeated `request_id` has no second effect."""

    async def start(self, guild_id: int, lines: Sequence[str], placement: str, *, request_id: str) -> Import:
        """Search for each line and add what is found. `placement` is the contract's, as `NEXT`."""

    async def get(self, guild_id: int, import_id: str) -> Import:
        """Look how far one is."""

    async def cancel(self, guild_id: int, import_id: str, *, request_id: str) -> Import:
        """End one; what it added stays."""
