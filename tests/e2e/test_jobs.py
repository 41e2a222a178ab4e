"""What is past its time goes, in every schema; the run outlives its worker."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import asyncpg
import psutil
import pytest_asyncio

from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GUILD = 1
TOO_OLD, KEPT = "8 days", "6 days"
REQUESTS = """
INSERT INTO {schema}.request (user_id, guild_id, request_id, hash, created_at)
SELECT $1, $1, gen_random_uuid()::text, '', now() - $2::text::interval FROM generate_series(1, $3)
"""
OUTBOX = """
INSERT INTO {schema}.outbox (guild_id, version, kind, actor, traceparent, payload, created_at)
SELECT $1, version, 'aged', '', '', '', now() - $2::text::interval FROM generate_series(1, $3) version
"""
REMOVED = """
INSERT INTO audio.queue_item (guild_id, edit_id, rank, requester_id, track, removed_at)
SELECT $1, 1, extract(epoch FROM $2::text::interval)::bigint + place, 1, '{{}}', now() - $2::text::interval
FROM generate_series(1, $3) place
"""
INTERACTIONS = """
INSERT INTO gateway.interaction (id, asked, taken_at)
SELECT extract(epoch FROM $2::text::interval)::bigint + place, '{{}}', now() - $2::text::interval
FROM generate_series($1::int, $3) place
"""
# Per service and kind of row: how to make rows of an age, and how many are made too old.
AGED: dict[tuple[str, str], tuple[str, int]] = {
    ("audio", "request_ids"): (REQUESTS, 11),
    ("audio", "outbox_rows"): (OUTBOX, 1203),  # more than a batch
    ("audio", "deleted_rows"): (REMOVED, 13),
    ("api", "request_ids"): (REQUESTS, 14),
    ("api", "outbox_rows"): (OUTBOX, 15),
    ("worker", "request_ids"): (REQUESTS, 16),
    ("worker", "outbox_rows"): (OUTBOX, 17),
    ("gateway", "request_ids"): (REQUESTS, 19),
    ("gateway", "outbox_rows"): (OUTBOX, 20),
    ("gateway", "deleted_rows"): (INTERACTIONS, 18),
}
# Request ids are kept a day; everything else a week.
STAYS = {"request_ids": "23 hours", "outbox_rows": KEPT, "deleted_rows": KEPT}


@pytest_asyncio.fixture(loop_scope="session")
async def database(mortal: Stack) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Connect to the database of the run, as audio does."""
    dsn = psutil.Process(mortal.run["pids"]["audio"]).environ()["DATABASE_URL"]
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


async def _ended(stack: Stack, job_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        _, body = await stack.rest("GET", f"/v1/jobs/{job_id}")
        return body["job"] if body["job"]["status"] == "JOB_STATUS_SUCCEEDED" else None

    return await eventually(probe, within=40, what=f"job {job_id} succeeded") or {}


async def _age(database: asyncpg.Connection[asyncpg.Record], age: str | None) -> None:
    for (schema, kind), (statement, count) in AGED.items():
        await database.execute(statement.format(schema=schema), GUILD, age or STAYS[kind], count)


async def test_a_purge_removes_what_is_past_its_time_and_nothing_else(
    mortal: Stack, database: asyncpg.Connection[asyncpg.Record]
) -> None:
    await _age(database, TOO_OLD)
    await _age(database, None)

    _, asked = await mortal.rest("POST", "/v1/jobs:run", {"kind": "purge"})
    job = await _ended(mortal, asked["job"]["jobId"])
    _, again = await mortal.rest("POST", "/v1/jobs:run", {"kind": "purge"})
    nothing = await _ended(mortal, again["job"]["jobId"])

    removed = {(service, kind): count for service, kinds in job["result"].items() for kind, count in kinds.items()}
    assert {key: count for key, count in removed.items() if count} == {key: count for key, (_, count) in AGED.items()}
    assert not any(count for kinds in nothing["result"].values() for count in kinds.values())
    _, listed = await mortal.rest("GET", "/v1/jobs?kind=purge")
    assert [nothing["jobId"], job["jobId"]] == [shown["jobId"] for shown in listed["jobs"][:2]]


async def test_a_purge_whose_worker_is_killed_is_finished_by_the_next(
    mortal: Stack, database: asyncpg.Connection[asyncpg.Record]
) -> None:
    await _age(database, TOO_OLD)

    async with contextlib.AsyncExitStack() as held:
        # The purge waits for this lock, so that the worker is killed in its middle.
        await held.enter_async_context(database.transaction())
        await database.execute("LOCK TABLE audio.outbox IN ACCESS EXCLUSIVE MODE")
        _, asked = await mortal.rest("POST", "/v1/jobs:run", {"kind": "purge"})
        job_id = asked["job"]["jobId"]
        await eventually(lambda: _runs(mortal, job_id), within=10, what="the job runs")
        await mortal.kill("worker")
    job = await _ended(mortal, job_id)

    assert job["attempts"] == 2
    assert (
        await database.fetchval("SELECT count(*) FROM audio.outbox WHERE created_at < now() - interval '7 days'") == 0
    )


async def _runs(stack: Stack, job_id: str) -> bool:
    _, body = await stack.rest("GET", f"/v1/jobs/{job_id}")
    return bool(body["job"]["status"] == "JOB_STATUS_RUNNING")


TABLES = """
SELECT table_schema, table_name FROM information_schema.columns
WHERE table_schema IN ('api', 'audio', 'gateway', 'worker') AND column_name = 'guild_id'
    AND table_name NOT IN ('request', 'outbox')
"""
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = $1 AND table_name = $2 AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
    AND column_name <> 'guild_id'
"""
LEAVE = "UPDATE gateway.guild SET left_at = now() - $2::text::interval WHERE guild_id = $1"
ANY_VALUE = {
    "bigint": "$1",
    "integer": "1",
    "smallint": "1",
    "boolean": "false",
    "text": "'x'",
    "bytea": "''",
    "json": "'{}'",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "time without time zone": "'12:00'",
}


async def _fill(database: asyncpg.Connection[asyncpg.Record], guild_id: int) -> list[str]:
    """Put a row of a guild into every table that has such; return the tables."""
    filled = []
    await database.execute("INSERT INTO api.playlist VALUES (gen_random_uuid(), 'NORMAL', 0, $1, 'shared')", guild_id)
    for schema, table in await database.fetch(TABLES):
        values = {name: ANY_VALUE[kind] for name, kind in await database.fetch(COLUMNS, schema, table)}
        if table == "playlist_share":
            values["playlist_id"] = "(SELECT playlist_id FROM api.playlist WHERE owner_id = $1 LIMIT 1)"
        names = ", ".join(("guild_id", *values))
        await database.execute(
            f"INSERT INTO {schema}.{table} ({names}) VALUES ({', '.join(('$1', *values.values()))})",
            guild_id,
        )
        filled.append(f"{schema}.{table}")
    return filled


async def test_nothing_is_left_of_a_guild_thirty_days_after_the_bot_left_it(
    mortal: Stack, database: asyncpg.Connection[asyncpg.Record]
) -> None:
    long_ago, lately = 71, 72
    tables = await _fill(database, long_ago)
    await _fill(database, lately)
    for guild_id, age in ((long_ago, "31 days"), (lately, "29 days")):
        await database.execute(LEAVE, guild_id, age)
    await database.execute("INSERT INTO api.flag (name, on_in) VALUES ('any', $1)", [long_ago, lately])

    _, asked = await mortal.rest("POST", "/v1/jobs:run", {"kind": "purge"})
    job = await _ended(mortal, asked["job"]["jobId"])

    async def holding(guild_id: int) -> set[str]:
        rows = {
            table: await database.fetchval(f"SELECT count(*) FROM {table} WHERE guild_id = $1", guild_id)
            for table in tables
        }
        return {table for table, count in rows.items() if count}

    assert await holding(long_ago) == set()
    assert await holding(lately) == set(tables)
    assert await database.fetchval("SELECT on_in FROM api.flag WHERE name = 'any'") == [lately]
    assert {service: job["result"][service].get("guilds") for service in ("worker", "audio", "api", "gateway")} == {
        "worker": 1,
        "audio": 1,
        "api": 1,
        "gateway": 1,
    }
