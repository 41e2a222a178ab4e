"""Schedules as rows."""

# ruff: noqa: S608  (statements are put together from constants alone)

from __future__ import annotations

from typing import TYPE_CHECKING

from uuid_utils import uuid7

from kit.postgres import connection
from worker.domain.schedule import MOST, Plan, Schedule, ScheduleKind

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from kit.postgres import Connection, Pool

_PLAN = "kind, channel_id, text, time_of_day, time_zone"
_COLUMNS = f"schedule_id::text, guild_id, {_PLAN}, next_at, last_at, problem, creator_id, created_at"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('schedule', $1))"
_INSERT = f"""
INSERT INTO schedule (schedule_id, guild_id, creator_id, next_at, {_PLAN})
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM schedule WHERE guild_id = $2) < {MOST}
RETURNING {_COLUMNS}
"""
_FIND = f"SELECT {_COLUMNS} FROM schedule WHERE guild_id = $1 AND schedule_id = $2"
_PAGE = f"""
SELECT {_COLUMNS} FROM schedule
WHERE guild_id = $1 AND ($2::uuid IS NULL OR schedule_id > $2) ORDER BY schedule_id LIMIT $3
"""
_COUNT = "SELECT count(*) FROM schedule WHERE guild_id = $1"
_CHANGE = f"""
UPDATE schedule SET next_at = $3, ({_PLAN}) = ($4, $5, $6, $7, $8), changed_at = now(),
    problem = CASE WHEN $3::timestamptz IS NULL THEN problem ELSE '' END
WHERE guild_id = $1 AND schedule_id = $2 RETURNING {_COLUMNS}
"""
_DELETE = f"DELETE FROM schedule WHERE guild_id = $1 AND schedule_id = $2 RETURNING {_COLUMNS}"
_DUE = f"SELECT {_COLUMNS} FROM schedule WHERE next_at <= $1 ORDER BY next_at LIMIT 1000"
_ADVANCE = """
UPDATE schedule SET next_at = $3, last_at = CASE WHEN $4 THEN next_at ELSE last_at END
WHERE schedule_id = $1 AND next_at = $2
"""
_PAUSE = """
UPDATE schedule SET next_at = NULL, problem = $3, changed_at = now() WHERE schedule_id = $1 AND next_at = $2
"""


class PostgresSchedules:
    """`worker.scheduling.Rows`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def insert(
        self, tx: Connection, guild_id: int, creator_id: int, plan: Plan, next_at: datetime
    ) -> Schedule | None:
        """Make a schedule, in the caller's transaction; None: the guild has as many as it may have."""
        await tx.execute(_LOCK, guild_id)
        row = await tx.fetchrow(_INSERT, str(uuid7()), guild_id, creator_id, next_at, *_columns(plan))
        return _schedule(row) if row else None

    async def lock(self, tx: Connection, guild_id: int, schedule_id: str) -> Schedule | None:
        """Return a schedule of a guild, which stays as it is until the caller's transaction ends."""
        row = await tx.fetchrow(f"{_FIND} FOR UPDATE", guild_id, schedule_id)
        return _schedule(row) if row else None

    async def change(self, tx: Connection, known: Schedule, plan: Plan, next_at: datetime | None) -> Schedule:
        """Put a plan in the place of that of a locked schedule; `next_at` None: it pauses."""
        row = await tx.fetchrow(_CHANGE, known.guild_id, known.schedule_id, next_at, *_columns(plan))
        assert row, "it is locked"
        return _schedule(row)

    async def delete(self, tx: Connection, guild_id: int, schedule_id: str) -> Schedule | None:
        """End a schedule, in the caller's transaction; None: it is gone."""
        row = await tx.fetchrow(_DELETE, guild_id, schedule_id)
        return _schedule(row) if row else None

    async def find(self, guild_id: int, schedule_id: str) -> Schedule | None:
        """Return a schedule of a guild."""
        async with connection(self._pool) as asking:
            row = await asking.fetchrow(_FIND, guild_id, schedule_id)
        return _schedule(row) if row else None

    async def page(self, guild_id: int, after: str | None, limit: int) -> list[Schedule]:
        """Return schedules, the oldest first, from the one made after `after` on."""
        async with connection(self._pool) as asking:
            return [_schedule(row) for row in await asking.fetch(_PAGE, guild_id, after, limit)]

    async def count(self, guild_id: int) -> int:
        """Count the schedules of a guild."""
        async with connection(self._pool) as asking:
            return int(await asking.fetchval(_COUNT, guild_id))

    async def due(self, now: datetime) -> list[Schedule]:
        """Return those that are due, the one that is due longest first."""
        async with connection(self._pool) as asking:
            return [_schedule(row) for row in await asking.fetch(_DUE, now)]

    async def advance(self, due: Schedule, next_at: datetime, *, sent: bool) -> None:
        """Let one that was due be due again, unless it is no longer what it was."""
        async with connection(self._pool) as asking:
            await asking.execute(_ADVANCE, due.schedule_id, due.next_at, next_at, sent)

    async def pause(self, due: Schedule, problem: str) -> None:
        """Let one that was due pause and say why, unless it is no longer what it was."""
        async with connection(self._pool) as asking:
            await asking.execute(_PAUSE, due.schedule_id, due.next_at, problem)


def _columns(plan: Plan) -> tuple[object, ...]:
    return plan.kind.value, plan.channel_id, plan.text, plan.time_of_day, plan.time_zone


def _schedule(row: asyncpg.Record) -> Schedule:
    fields = dict(row)
    plan = Plan(
        ScheduleKind(fields.pop("kind")),
        *(fields.pop(name) for name in ("channel_id", "text", "time_of_day", "time_zone")),
    )
    return Schedule(plan=plan, **fields)
