"""The table `node`: audio nodes beside those of the settings, and which of all are drained."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from audio.adapters.postgres import Dry, undo
from audio.domain.node import KnownNode
from kit.postgres import connection, transaction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Connection, Pool

_ALL = "SELECT name, uri, password, region, draining FROM node ORDER BY name"
_FIND = "SELECT name, uri, password, region, draining FROM node WHERE name = $1 FOR UPDATE"
# What is left of a node that LAVALINK_NODES named once, only whether it was drained, gives way.
_ADD = """
INSERT INTO node AS known (name, uri, password, region) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET uri = $2, password = $3, region = $4, draining = false WHERE known.uri = ''
RETURNING true
"""
_REMOVE = "DELETE FROM node WHERE name = $1"
_DRAIN = "INSERT INTO node (name, draining) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET draining = $2"


class PostgresRosterChange:
    """`audio.roster.RosterChange`."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx

    async def find(self, name: str) -> KnownNode | None:
        row = await self.tx.fetchrow(_FIND, name)
        return KnownNode(**row) if row else None

    async def add(self, node: KnownNode) -> bool:
        return await self.tx.fetchval(_ADD, node.name, node.uri, node.password, node.region) is not None

    async def remove(self, name: str) -> None:
        await self.tx.execute(_REMOVE, name)

    async def drain(self, name: str, *, draining: bool) -> None:
        await self.tx.execute(_DRAIN, name, draining)


class PostgresKnownNodes:
    """`audio.roster.KnownNodes`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self, *, dry: bool) -> AsyncIterator[PostgresRosterChange]:
        with suppress(Dry):
            async with transaction(self._pool) as tx:
                yield PostgresRosterChange(tx)
                undo(when=dry)

    async def all(self) -> list[KnownNode]:
        async with connection(self._pool) as tx:
            return [KnownNode(**row) for row in await tx.fetch(_ALL)]
