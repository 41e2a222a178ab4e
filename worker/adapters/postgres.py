"""Jobs as rows. `attempts` is the fencing token of a run."""

# ruff: noqa: S608  (statements are put together from constants alone)

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from opentelemetry import propagate
from uuid_utils import uuid7

from kit.postgres import connection, transaction
from kit.upkeep import Expired, Upkeep
from worker.domain.job import MOST_ATTEMPTS, Asked, Job, Result, Status

if TYPE_CHECKING:
    from datetime import timedelta

    import asyncpg

    from kit.postgres import Connection, Pool

_HEAD = """
job_id::text, kind, status, attempts, created_at, started_at, finished_at, error, traceparent, guild_id, user_id
"""
_COLUMNS = f"{_HEAD}, result, input"
_SHOWN = f"{_HEAD}, result - 'pending' AS result, jsonb_build_object() AS input"
_ENQUEUE = f"""
INSERT INTO job (job_id, kind, traceparent, guild_id, user_id, input, result) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (guild_id, kind) WHERE guild_id > 0 AND status IN ('queued', 'running') DO NOTHING
RETURNING {_COLUMNS}
"""
_ENQUEUE_RECURRING = """
INSERT INTO job (job_id, kind, slot) VALUES ($1, $2, date_bin($3, now(), 'epoch')) ON CONFLICT DO NOTHING
"""
_GIVE_UP = """
UPDATE job SET status = 'failed', finished_at = now(), error = 'It was begun too often and never ended.'
WHERE status = 'running' AND heartbeat_at < now() - $1 * interval '1 s' AND attempts >= $2
"""
_CLAIM = f"""
UPDATE job SET status = 'running', attempts = attempts + 1, started_at = now(), heartbeat_at = now()
WHERE job_id = (
    SELECT job_id FROM job
    WHERE kind = ANY ($1) AND due_at <= now()
      AND (status = 'queued' OR status = 'running' AND heartbeat_at < now() - $2 * interval '1 s')
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING {_COLUMNS}
"""
_OURS = "WHERE job_id = $1 AND attempts = $2 AND status = 'running'"
# A run that is cancelled goes on to its next report, so that what it did until then is told.
_OURS_YET = "WHERE job_id = $1 AND attempts = $2 AND status IN ('running', 'cancelled')"
_BEAT = f"UPDATE job SET heartbeat_at = now() {_OURS_YET} RETURNING true"
_REPORT = f"UPDATE job SET heartbeat_at = now(), result = $3 {_OURS_YET} RETURNING status = 'running'"
_FINISH = f"""
UPDATE job SET status = $3, error = $4, due_at = now() + attempts * interval '5 s',
    finished_at = CASE WHEN $3 = 'queued' THEN NULL ELSE now() END
{_OURS}
"""
_CANCEL = f"""
UPDATE job SET status = 'cancelled', finished_at = now() WHERE job_id = $1 AND status IN ('queued', 'running')
RETURNING {_SHOWN}
"""
_FIND = f"SELECT {_SHOWN} FROM job WHERE job_id = $1"
_OPEN = f"""
SELECT {_SHOWN} FROM job WHERE guild_id = $1 AND kind = $2 AND guild_id > 0 AND status IN ('queued', 'running')
"""
_LAG = """
SELECT coalesce(max(extract(epoch FROM now() - CASE status WHEN 'queued' THEN due_at ELSE heartbeat_at END)), 0)::float8
FROM job WHERE status = 'queued' AND due_at <= now() OR status = 'running'
"""
_OF_GUILDS = tuple(f"DELETE FROM {table} WHERE guild_id = ANY ($1)" for table in ("job", "schedule", "played"))
_NEWEST = f"""
SELECT {_SHOWN} FROM job
WHERE ($1 = '' OR kind = $1) AND ($2::uuid IS NULL OR job_id < $2) ORDER BY job_id DESC LIMIT $3
"""


class PostgresJobs:
    """The table `job`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def enqueue(self, tx: Connection, kind: str) -> Job:
        """Put a job into the queue, in the caller's transaction."""
        job = await self.enqueue_asked(tx, kind, Asked())
        assert job
        return job

    async def enqueue_asked(self, tx: Connection, kind: str, asked: Asked) -> Job | None:
        """Put a job that a person asked for into the queue; None: their guild has one of the kind that is not over."""
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        given = (asked.guild_id, asked.user_id, json.dumps(asked.input), json.dumps(asked.result))
        row = await tx.fetchrow(_ENQUEUE, str(uuid7()), kind, carrier.get("traceparent", ""), *given)
        return _job(row) if row else None

    async def cancel(self, tx: Connection, job_id: str) -> Job | None:
        """End a job, in the caller's transaction; None: it has ended already."""
        row = await tx.fetchrow(_CANCEL, job_id)
        return _job(row) if row else None

    async def enqueue_recurring(self, kind: str, every: timedelta) -> None:
        """Enqueue a kind's run of the hour, or whatever `every` is, unless it is there."""
        async with connection(self._pool) as asking:
            await asking.execute(_ENQUEUE_RECURRING, str(uuid7()), kind, every)

    async def claim(self, kinds: list[str], stale_after: float) -> Job | None:
        """Begin the oldest job that waits, or whose runner has been silent for `stale_after` seconds."""
        async with transaction(self._pool) as tx:
            await tx.execute(_GIVE_UP, stale_after, MOST_ATTEMPTS)
            row = await tx.fetchrow(_CLAIM, kinds, stale_after)
        return _job(row) if row else None

    async def beat(self, job: Job) -> bool:
        """Say that the run goes on; False: it is not ours any more."""
        return await self._tell(_BEAT, job)

    async def report(self, job: Job, result: Result) -> bool:
        """Keep what the run did so far; False: it is not ours any more, or was cancelled."""
        return await self._tell(_REPORT, job, json.dumps(result))

    async def finish(self, job: Job, status: Status, *, error: str) -> None:
        """End the run."""
        async with connection(self._pool) as asking:
            await asking.execute(_FINISH, job.job_id, job.attempts, status.value, error)

    async def find(self, job_id: str) -> Job | None:
        """Return a job."""
        async with connection(self._pool) as asking:
            row = await asking.fetchrow(_FIND, job_id)
        return _job(row) if row else None

    async def under_way(self, guild_id: int, kind: str) -> Job | None:
        """Return the job of a kind that somebody asked for in a guild and that is not over."""
        async with connection(self._pool) as asking:
            row = await asking.fetchrow(_OPEN, guild_id, kind)
        return _job(row) if row else None

    async def newest(self, kind: str, before: str | None, limit: int) -> list[Job]:
        """Return jobs (of a kind, unless it is empty), the newest first, from the one enqueued before `before` on."""
        async with connection(self._pool) as asking:
            return [_job(row) for row in await asking.fetch(_NEWEST, kind, before, limit)]

    async def lag(self) -> float:
        """Return for how many seconds the job that waits longest, or whose runner is silent longest, has done so."""
        async with connection(self._pool) as asking:
            return float(await asking.fetchval(_LAG))

    async def _tell(self, query: str, job: Job, *arguments: str) -> bool:
        async with connection(self._pool) as asking:
            return bool(await asking.fetchval(query, job.job_id, job.attempts, *arguments))


def _job(row: asyncpg.Record) -> Job:
    fields = dict(row)
    decoded = {name: json.loads(fields[name]) for name in ("result", "input")}
    return Job(**{**fields, **decoded, "status": Status(fields["status"])})


def upkeep(pool: Pool) -> Upkeep:
    """Return what removes rows past their time, jobs that ended among them, and guilds.

    last.fm takes nothing that began more than two weeks ago.
    """
    ended = Expired("job", "job_id", "finished_at < now() - $2::interval")
    untold = Expired("scrobble", "scrobble_id", "started_at < now() - interval '14 days'")
    return Upkeep(pool, expired=[ended, untold], of_guilds=_OF_GUILDS)
