"""What worker keeps about people: the jobs they asked for. One that still runs ends with its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.personal import PersonalRows

if TYPE_CHECKING:
    from kit.postgres import Connection, Pool

_EXPORT = """
SELECT 'job' AS kind, job_id::text AS key, jsonb_build_object(
    'guild_id', guild_id::text, 'what', kind, 'status', status, 'created_at', created_at,
    'input', input, 'result', result - 'pending'
) AS data FROM job WHERE user_id = $1
"""


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases it."""
    return PersonalRows(pool, export=_EXPORT, erase=_erase)


async def _erase(tx: Connection, user_id: int) -> None:
    await tx.execute("DELETE FROM job WHERE user_id = $1", user_id)
