"""How the deployment is as a whole."""

from __future__ import annotations

import asyncio
import enum
from typing import TYPE_CHECKING, Protocol

from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping


class Health(enum.IntEnum):
    """How a service is, the worse the higher."""

    HEALTHY = 1
    DEGRADED = 2
    UNHEALTHY = 3


class Peer(Protocol):
    """A service to look at."""

    async def health(self) -> Health:
        """Return how it says it is. Raises Refused if it does not."""

    async def ready(self) -> bool:
        """Return whether it takes calls. Raises Refused if it does not say."""


class Deployment:
    """The services, of which some cannot be done without."""

    def __init__(self, peers: Mapping[str, Peer], vital: frozenset[str]) -> None:
        self._peers = peers
        self._vital = vital

    async def health(self) -> Health:
        """Return the worst of all; one that is away or unhealthy makes the whole degraded unless it is vital."""
        return max(await asyncio.gather(*(self._health_of(name) for name in self._peers)))

    async def ready(self) -> bool:
        """Return whether all that is vital takes calls."""
        return all(await asyncio.gather(*(self._ready(name) for name in self._vital)))

    async def _health_of(self, name: str) -> Health:
        worst = Health.UNHEALTHY if name in self._vital else Health.DEGRADED
        try:
            return min(await self._peers[name].health(), worst)
        except Refused:
            return worst

    async def _ready(self, name: str) -> bool:
        try:
            return await self._peers[name].ready()
        except Refused:
            return False
