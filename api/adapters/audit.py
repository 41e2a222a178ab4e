"""Who changed what, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.domain.audit import Change, Entry
from kit import actor
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.postgres import Connection, Pool

_APPEND = """
INSERT INTO audit_entry (guild_id, user_id, surface, token_id, what, name, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_NEWEST = """
SELECT entry_id, changed_at, user_id, surface, token_id, what, name, before, after FROM audit_entry
WHERE guild_id = $1 AND ($2::bigint IS NULL OR entry_id < $2) ORDER BY entry_id DESC LIMIT $3
"""


async def append(tx: Connection, guild_id: int, what: str, changes: Iterable[Change]) -> None:
    """Add what changed, in the transaction of the change, with who acts now. Raises LookupError if nobody does."""
    who = actor.current()
    by = (who.user_id, who.surface, who.token_id)
    await tx.executemany(_APPEND, [(guild_id, *by, what, *change) for change in changes])


class PostgresAudit:
    """The table `audit_entry`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def newest(self, guild_id: int, before: int | None, limit: int) -> list[Entry]:
        """Return entries of a guild, the newest first, from the one before an id on."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_NEWEST, guild_id, before, limit)
        return [
            Entry(
                **{name: row[name] for name in ("entry_id", "changed_at", "user_id", "surface", "token_id", "what")},
                change=Change(row["name"], row["before"], row["after"]),
            )
            for row in rows
        ]
