"""Removal of the rows kit's own tables no longer need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.ops import Purged
from kit.postgres import transaction

if TYPE_CHECKING:
    from datetime import timedelta

    from kit.ops import Purge
    from kit.postgres import Pool

_REQUESTS = """
WITH gone AS (
    DELETE FROM request WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM request WHERE created_at < now() - interval '24 hours' LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING 1
) SELECT count(*) FROM gone
"""
_OUTBOX = """
WITH gone AS (
    DELETE FROM outbox WHERE id = ANY (ARRAY(
        SELECT id FROM outbox WHERE created_at < now() - $2::interval ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING 1
) SELECT count(*) FROM gone
"""


def purging(pool: Pool) -> Purge:
    """Return what removes expired request ids and old outbox rows of a schema."""

    async def purge(limit: int, older_than: timedelta) -> Purged:
        async with transaction(pool) as tx:
            request_ids = await tx.fetchval(_REQUESTS, limit)
            outbox_rows = await tx.fetchval(_OUTBOX, limit, older_than)
        return Purged(request_ids=request_ids, outbox_rows=outbox_rows)

    return purge
