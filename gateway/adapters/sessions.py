"""Sessions with Discord, kept for a later process."""

from __future__ import annotations

import contextlib
import json
import logging
from typing import TYPE_CHECKING

from gateway.adapters.memory import Left, Session
from kit.errors import Refused
from kit.postgres import connection, transaction

if TYPE_CHECKING:
    from kit.postgres import Connection, Pool

_log = logging.getLogger(__name__)
_GUILDS = """
SELECT jsonb_object_agg(kind, parts) FROM (
    SELECT guild_id, kind, jsonb_agg(data) AS parts FROM guild_part
    WHERE (guild_id >> 22) % $2 = $1 GROUP BY guild_id, kind
) AS listed GROUP BY guild_id
"""
_WRITE = """
INSERT INTO session (shard_id, shard_count, session_id, resume_url, sequence, intents)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shard_id) DO UPDATE
SET shard_count = $2, session_id = $3, resume_url = $4, sequence = $5, intents = $6
"""
_PUT = """
INSERT INTO guild_part AS part (guild_id, kind, id, data)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::jsonb[])
ON CONFLICT (guild_id, kind, id) DO UPDATE SET data = part.data || excluded.data
"""
_REMOVE = """
DELETE FROM guild_part AS part USING unnest($1::bigint[], $2::text[], $3::bigint[]) AS gone (guild_id, kind, id)
WHERE part.guild_id = gone.guild_id AND part.kind = gone.kind AND part.id = gone.id
"""


class PostgresSessions:
    """The sessions of all shards. `epoch` is that under which this process is connected, and may write."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.epoch = 0

    async def holder(self) -> str:
        """Name the instance that is connected to Discord; empty: none is, or it cannot be known."""
        with contextlib.suppress(Refused):
            async with connection(self._pool) as tx:
                return await tx.fetchval("SELECT max(owner) FROM connection WHERE expires_at > now()") or ""
        return ""

    async def find(self, shard_id: int, shard_count: int) -> Left | None:
        """Return the session of a shard, unless the bot had another number of shards then."""
        async with transaction(self._pool) as tx:
            row = await tx.fetchrow(
                "SELECT session_id, resume_url, sequence, intents FROM session"
                " WHERE shard_id = $1 AND shard_count = $2",
                shard_id,
                shard_count,
            )
            guilds = await tx.fetch(_GUILDS, shard_id, shard_count) if row else []
        return Left(Session(shard_id, shard_count, *row), [guild[0] for guild in guilds]) if row else None

    async def write(self, session: Session) -> None:
        """Write how far a session is, and what its guilds told."""
        about = session.shard_id, session.shard_count
        async with transaction(self._pool) as tx:
            if not await tx.fetchval("SELECT true FROM connection WHERE epoch = $1 FOR SHARE", self.epoch):
                _log.warning("another gateway is connected by now: nothing is written")
                return
            if session.anew:
                await tx.execute("DELETE FROM guild_part WHERE (guild_id >> 22) % $2 = $1", *about)
            await _write_guilds(tx, session)
            await tx.execute(_WRITE, *about, session.id, session.resume_url, session.sequence, session.intents)


async def _write_guilds(tx: Connection, session: Session) -> None:
    whole = [guild_id for guild_id, changes in session.guilds.items() if changes.whole]
    parts = [(guild_id, *key, data) for guild_id, each in session.guilds.items() for key, data in each.parts.items()]
    gone = [(guild_id, kind, part_id) for guild_id, kind, part_id, data in parts if data is None]
    told = [(*key, json.dumps(data)) for *key, data in parts if data is not None]
    if whole:
        await tx.execute("DELETE FROM guild_part WHERE guild_id = ANY($1)", whole)
    if gone:
        await tx.execute(_REMOVE, *map(list, zip(*gone, strict=True)))
    if told:
        await tx.execute(_PUT, *map(list, zip(*told, strict=True)))
