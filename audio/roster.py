"""The audio nodes that operators add, remove and drain while everything runs, so that every instance knows the same."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from audio.clock import Clock
    from audio.domain.node import KnownNode

logger = logging.getLogger(__name__)

_LOOK = 3.0  # seconds between looks for what was asked of other instances


class RosterChange(Protocol):
    """An open transaction on what is kept. All of it is undone by any exception."""

    async def find(self, name: str) -> KnownNode | None:
        """Return a node, kept from other changes until the end of this one."""
        ...

    async def add(self, node: KnownNode) -> bool:
        """Keep a node; return False when there is one of its name."""
        ...

    async def remove(self, name: str) -> None:
        """Keep a node no longer."""
        ...

    async def drain(self, name: str, *, draining: bool) -> None:
        """Keep whether a node is drained."""
        ...


class KnownNodes(Protocol):
    """Where nodes are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(self, *, dry: bool) -> AbstractAsyncContextManager[RosterChange]:
        """Open a change; `dry`: undo it at the end."""
        ...

    async def all(self) -> list[KnownNode]:
        """Return everything that is kept."""
        ...


class Pool(Protocol):
    """The nodes of this instance."""

    def is_configured(self, node: str) -> bool:
        """Tell whether a node is one of LAVALINK_NODES."""
        ...

    async def check(self, node: KnownNode) -> None:
        """Raise Refused unless a node could be played through."""
        ...

    def apply(self, known: Sequence[KnownNode]) -> None:
        """Play through what is known from now on."""
        ...


class Roster:
    """Decides about nodes, and tells this instance's."""

    def __init__(self, known: KnownNodes, pool: Pool, clock: Clock) -> None:
        self._known, self._pool, self._clock = known, pool, clock

    async def add(self, change: RosterChange, node: KnownNode) -> None:
        """Add a node. Raises NODE_EXISTS, and what the pool's check raises."""
        if self._pool.is_configured(node.name):
            raise Refused(Reason.NODE_EXISTS, name=node.name)
        await self._pool.check(node)
        if not await change.add(node):
            raise Refused(Reason.NODE_EXISTS, name=node.name)

    async def remove(self, change: RosterChange, name: str) -> None:
        """Remove a node that was added. Raises NODE_CONFIGURED, NODE_NOT_FOUND."""
        if self._pool.is_configured(name):
            raise Refused(Reason.NODE_CONFIGURED, name=name)
        await self._find(change, name)
        await change.remove(name)

    async def drain(self, change: RosterChange, name: str, *, draining: bool) -> None:
        """Drain a node, or use it again. Raises NODE_NOT_FOUND."""
        if not self._pool.is_configured(name):
            await self._find(change, name)
        await change.drain(name, draining=draining)

    async def look(self) -> None:
        """Tell this instance's nodes what is known. Raises Refused(UNAVAILABLE)."""
        self._pool.apply(await self._known.all())

    async def keep(self) -> None:
        """Look for ever for what was asked of other instances."""
        while True:
            await self._clock.sleep(_LOOK)
            try:
                await self.look()
            except Refused as refused:
                logger.warning("cannot look for nodes", extra={"error": str(refused)})

    @staticmethod
    async def _find(change: RosterChange, name: str) -> None:
        node = await change.find(name)
        if node is None or not node.uri:  # kept of a node that LAVALINK_NODES names no more
            raise Refused(Reason.NODE_NOT_FOUND, name=name)
