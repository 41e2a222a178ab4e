"""The rows behind the leases. The database's clock decides, so that no instance needs a right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANNOUNCE = """
WITH gone AS (DELETE FROM {table}_owner WHERE expires_at < now() AND owner <> $1)
INSERT INTO {table}_owner (owner, expires_at) VALUES ($1, now() + $2 * interval '1 s')
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at
"""
_LOOK = """
SELECT owner, count(bucket) AS held FROM {table}_owner AS living
LEFT JOIN (SELECT owner, bucket FROM {table} WHERE expires_at > now()) AS lease USING (owner)
WHERE living.expires_at >= now() GROUP BY owner
UNION ALL SELECT NULL, count(*) FROM {table}
"""
_TAKE_BACK = """
UPDATE {table} SET epoch = epoch + 1, expires_at = now() + $2 * interval '1 s' WHERE owner = $1
RETURNING bucket, epoch
"""
_RENEW = """
UPDATE {table} AS lease SET expires_at = now() + $2 * interval '1 s'
FROM unnest($3::int[], $4::bigint[]) AS mine (bucket, epoch)
WHERE lease.bucket = mine.bucket AND lease.epoch = mine.epoch AND lease.owner = $1
RETURNING lease.bucket, lease.epoch
"""
_TAKE_FREE = """
UPDATE {table} SET owner = $1, epoch = epoch + 1, expires_at = now() + $2 * interval '1 s'
WHERE bucket = ANY (ARRAY(
    SELECT bucket FROM {table} WHERE expires_at < now() ORDER BY bucket LIMIT $3 FOR UPDATE SKIP LOCKED
))
RETURNING bucket, epoch
"""
_FREE = """
UPDATE {table} AS lease SET owner = '', expires_at = '-infinity'
FROM unnest($2::int[], $3::bigint[]) AS given (bucket, epoch)
WHERE lease.bucket = given.bucket AND lease.epoch = given.epoch AND lease.owner = $1
"""
_LEAVE = "DELETE FROM {table}_owner WHERE owner = $1"


class LeaseRows:
    """What one owner does to the rows of `table` (which may name its schema), on a connection of its own."""

    def __init__(self, dsn: str, table: str, owner: str, ttl: float) -> None:
        self._dsn = dsn
        self._table = table
        self._owner = owner
        self._ttl = ttl
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def announce(self) -> tuple[int, dict[str, int]]:
        """Say that this owner lives; return how many buckets there are, and how many each owner that lives has.

        These are two statements: what changes the number of buckets while no other owner lives sees this one before.
        """
        connection = await self._connected()
        await connection.execute(self._sql(_ANNOUNCE), self._owner, self._ttl)
        rows = await connection.fetch(self._sql(_LOOK))
        held = {row["owner"]: row["held"] for row in rows}
        return held.pop(None), held

    async def take_back(self) -> dict[int, int]:
        """Take what an earlier process of this name held, under new epochs."""
        return await self._changed(_TAKE_BACK, self._owner, self._ttl)

    async def renew(self, held: Mapping[int, int]) -> dict[int, int]:
        """Renew those of `held` that are still ours, and return them."""
        return await self._changed(_RENEW, self._owner, self._ttl, list(held), list(held.values()))

    async def take_free(self, most: int) -> dict[int, int]:
        """Take at most so many buckets whose lease has ended."""
        return await self._changed(_TAKE_FREE, self._owner, self._ttl, most)

    async def free(self, given: Mapping[int, int]) -> None:
        """Let others have these at once."""
        await (await self._connected()).execute(self._sql(_FREE), self._owner, list(given), list(given.values()))

    async def leave(self, given: Mapping[int, int]) -> None:
        """Let others have these, and their share of all, at once."""
        await self.free(given)
        await (await self._connected()).execute(self._sql(_LEAVE), self._owner)

    async def disconnect(self) -> None:
        """Drop the connection; the next use opens another."""
        if self._connection:
            self._connection.terminate()
        self._connection = None

    async def _changed(self, query: str, *arguments: object) -> dict[int, int]:
        rows = await (await self._connected()).fetch(self._sql(query), *arguments)
        return {row["bucket"]: row["epoch"] for row in rows}

    async def _connected(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._dsn, timeout=self._ttl / 4)
        return self._connection

    def _sql(self, query: str) -> str:
        return query.format(table=self._table)
