"""Removal of what a schema no longer needs: rows past their time, and all that is kept of guilds left for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kit.ops import Purged
from kit.postgres import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import timedelta

    from kit.postgres import Connection, Pool


class Expired(NamedTuple):
    """Rows past their time: those of a table, told apart by `key`, of which a condition holds.

    The condition may name $2, the age that the caller gives. `in_order`: a batch is of those with the lowest keys.
    """

    table: str
    key: str
    condition: str
    in_order: bool = False


_REQUESTS = Expired("request", "ctid", "created_at < now() - interval '24 hours'")
# In order, so that who reads slowly misses what is oldest, and nothing in between.
_OUTBOX = Expired("outbox", "id", "created_at < now() - $2::interval", in_order=True)


class Upkeep:
    """`kit.ops.Housekeeping` of a schema: kit's own tables, and what their owner names.

    `of_guilds` are statements that leave nothing of the guilds $1, in one transaction.
    """

    def __init__(self, pool: Pool, *, expired: Sequence[Expired] = (), of_guilds: Sequence[str]) -> None:
        self._pool = pool
        self._expired = expired
        self._of_guilds = of_guilds

    async def purge(self, limit: int, older_than: timedelta) -> Purged:
        """Remove at most so many rows of each kind."""
        async with connection(self._pool) as asking:
            return Purged(
                request_ids=await _remove(asking, _REQUESTS, limit, older_than),
                deleted_rows=sum([await _remove(asking, rows, limit, older_than) for rows in self._expired]),
                outbox_rows=await _remove(asking, _OUTBOX, limit, older_than),
            )

    async def forget(self, guild_ids: Collection[int]) -> None:
        """Remove all that is kept of guilds."""
        async with transaction(self._pool) as tx:
            for statement in self._of_guilds:
                await tx.execute(statement, guild_ids)


async def _remove(asking: Connection, rows: Expired, limit: int, older_than: timedelta) -> int:
    order = f"ORDER BY {rows.key}" if rows.in_order else ""
    # As an array, or the limit may be taken anew for each row.
    statement = f"""
    DELETE FROM {rows.table} WHERE {rows.key} = ANY (ARRAY(
        SELECT {rows.key} FROM {rows.table} WHERE {rows.condition} {order} LIMIT $1 FOR UPDATE SKIP LOCKED
    ))
    """  # noqa: S608  (constants of whoever owns the table)
    ages = (older_than,) if "$2" in rows.condition else ()
    done: str = await asking.execute(statement, limit, *ages)
    return int(done.removeprefix("DELETE "))
