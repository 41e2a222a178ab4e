"""This process among the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.deployment import Health

if TYPE_CHECKING:
    from kit.ops import Ops


class OwnPeer:
    """Api itself: whoever asks has reached it already."""

    def __init__(self, ops: Ops) -> None:
        self._ops = ops

    async def health(self) -> Health:
        """Return how this process is."""
        return Health((await self._ops.health()).status)

    async def ready(self) -> bool:
        """Return whether this process takes calls."""
        return not await self._ops.what_is_missing()
