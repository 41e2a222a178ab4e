"""Sessions with Discord, kept for a later process."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.adapters.memory import Left, Session
from kit.postgres import transaction

if TYPE_CHECKING:
    from kit.postgres import Connection, Pool

_log = logging.getLogger(__name__)
_GUILDS = """
SELECT jsonb_object_agg(kind, parts) FROM (
    SELECT guild_id, kind, jsonb_agg(data) AS parts FROM guild_part
    WHERE (guild_id >> 22) % $2 = $1 GROUP BY guild_id, kind
) AS listed GROUP BY guild_id
"""
# The epochs of rows that were there before are all lower than those that begin with the clock.
_MORE_SHARDS = """
INSERT INTO connection (bucket, epoch)
SELECT shard_id, extract(epoch FROM now())::bigint FROM generate_series(0, $1::int - 1) AS shard_id
ON CONFLICT DO NOTHING
"""
_LIVES = """
INSERT INTO connection_owner (owner, expires_at) VALUES ($1, now() + $2::interval)
ON CONFLICT (owner) DO UPDATE SET expires_at = excluded.expires_at
"""
_IS_HELD = "SELECT true FROM connection WHERE bucket = $1 AND epoch = $2 FOR SHARE"
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
    """The sessions of all shards. `epochs` are those under which this process holds shards, and may write."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.epochs: dict[int, int] = {}

    async def agree(self, recommended: int, instance: str, lives: float) -> None:
        """Let there be as many shards as Discord recommends, unless other instances live: their number holds.

        This instance lives from now on, for so many seconds.
        """
        async with transaction(self._pool) as tx:
            await tx.execute("LOCK TABLE connection_owner IN EXCLUSIVE MODE")
            others = "SELECT true FROM connection_owner WHERE owner <> $1 AND expires_at > now()"
            if not await tx.fetchval(others, instance):
                await tx.execute("DELETE FROM connection WHERE bucket >= $1", recommended)
                await tx.execute(_MORE_SHARDS, recommended)
            await tx.execute(_LIVES, instance, timedelta(seconds=lives))

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
            if not await tx.fetchval(_IS_HELD, session.shard_id, self.epochs.get(session.shard_id)):
                _log.warning("another gateway holds a shard by now: nothing is written", extra={"shard": about[0]})
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
