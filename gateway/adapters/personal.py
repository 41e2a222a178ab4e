"""What gateway keeps about people: what they asked and were not answered yet, and who did what last in a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.personal import PersonalRows

if TYPE_CHECKING:
    from kit.postgres import Connection, Pool

_EXPORT = """
SELECT 'unanswered' AS kind, id::text AS key, jsonb_build_object(
    'name', asked -> 'name', 'options', asked -> 'options', 'acknowledged_at', acknowledged_at
) AS data FROM interaction WHERE (asked -> 'person' ->> 'user_id')::bigint = $1
UNION ALL SELECT 'panel', guild_id::text, jsonb_build_object('guild_id', guild_id::text, 'deed', deed_method)
    FROM panel WHERE deed_user_id = $1
"""
_ERASE = (
    "DELETE FROM interaction WHERE (asked -> 'person' ->> 'user_id')::bigint = $1",
    "UPDATE panel SET deed_user_id = NULL, deed_method = NULL WHERE deed_user_id = $1",
)


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases it."""
    return PersonalRows(pool, export=_EXPORT, erase=_erase, bare=True)


async def _erase(tx: Connection, user_id: int) -> None:
    for statement in _ERASE:
        await tx.execute(statement, user_id)
