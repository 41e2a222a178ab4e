"""Flags as rows."""

from __future__ import annotations

import dataclasses
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from api import wire
from api.adapters.trying import changing
from api.domain.flag import Flag
from api.watching import FLAG
from kit import actor, outbox
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import asyncpg

    from kit.postgres import Connection, Pool

_CREATE = "INSERT INTO flag (name) VALUES ($1) ON CONFLICT DO NOTHING"
_LOCK = "SELECT name, version, percent, on_in, off_in FROM flag WHERE name = $1 FOR UPDATE"
_SAVE = """
UPDATE flag SET version = $2, percent = $3, on_in = $4, off_in = $5, event_id = $6, changed_by = $7, changed_at = now()
WHERE name = $1
"""
_PAGE = """
SELECT name, version, percent, on_in, off_in FROM flag WHERE version > 0 AND name > $1 ORDER BY name LIMIT $2
"""
_CHANGED_SINCE = "SELECT name, version FROM flag WHERE event_id > $1 ORDER BY event_id"


class PostgresFlagChange:
    """`api.switching.FlagChange`."""

    def __init__(self, tx: Connection, flag: Flag) -> None:
        self.tx = tx
        self.flag = flag

    async def save(self, flag: Flag) -> None:
        """Write the flag under the next version, and tell of it."""
        self.flag = dataclasses.replace(flag, version=self.flag.version + 1)
        version = self.flag.version
        event_id = await outbox.append(self.tx, guild_id=0, version=version, kind=FLAG, payload=wire.flag(self.flag))
        lists = (sorted(flag.on_in), sorted(flag.off_in))
        await self.tx.execute(_SAVE, flag.name, version, flag.percent, *lists, event_id, actor.current().user_id)


class PostgresFlags:
    """`api.switching.Flags`: the table `flag`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self, name: str, *, dry: bool) -> AsyncIterator[PostgresFlagChange]:
        """Open a change; `dry`: undo it at the end."""
        async with changing(self._pool, dry=dry) as tx:
            await tx.execute(_CREATE, name)
            row = await tx.fetchrow(_LOCK, name)
            assert row
            yield PostgresFlagChange(tx, _flag(row))

    async def page(self, after: str, limit: int) -> list[Flag]:
        """Return flags behind a name, by name."""
        async with connection(self._pool) as asking:
            return [_flag(row) for row in await asking.fetch(_PAGE, after, limit)]

    async def changed_since(self, cursor: int) -> list[tuple[str, int]]:
        """Return flags and their versions where the last change is an event behind a cursor."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_CHANGED_SINCE, cursor)
        return [(row["name"], row["version"]) for row in rows]


def _flag(row: asyncpg.Record) -> Flag:
    lists = {name: frozenset(row[name]) for name in ("on_in", "off_in")}
    return Flag(row["name"], row["version"], row["percent"], **lists)
