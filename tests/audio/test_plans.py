"""What a command costs does not depend on how long the queue is: it reads as many pages at 10,000 tracks as at 10."""

from __future__ import annotations

import asyncio
import json
import statistics
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from audio.adapters import statements as sql
from audio.domain import ranks
from kit import actor, postgres
from tests.audio.stores import empty, postgres_store
from tests.audio.test_editing import LISTENER
from tests.audio.values import asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from kit.postgres import Connection, Pool

SHORT, LONG = 8 << 22, 9 << 22
LENGTHS = {SHORT: 10, LONG: 10_000}
TRACK = json.dumps({"length_ms": 1000})
_TIDIED_WITHIN = 60  # seconds
TIDY = "SELECT relpages > 0 AND relallvisible = relpages FROM pg_class WHERE oid = 'audio.queue_item'::regclass"
_TOLERANCE = 2  # pages: a neighbour may lie on the next one
_FEW = 30  # pages: an index, and one for each of ten entries; the whole table has hundreds


@pytest.fixture(scope="module")
async def filled(pool: Pool, database_url: str) -> AsyncIterator[Pool]:
    """A short queue and a long one, in one table, tidy as autovacuum leaves it: it may come at any moment."""
    await empty(pool)
    store = postgres_store(pool)
    with actor.acting_as(actor.system()):
        for guild_id, length in LENGTHS.items():
            async with store.change(guild_id) as change:
                await change.insert(asked("x" * length, LISTENER), edit_id=1)
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute("VACUUM (FULL) audio.queue_item")  # a server that was killed may have left a page unused
        async with asyncio.timeout(_TIDIED_WITHIN):
            while not await owner.fetchval(TIDY):  # as long as anybody reads what was before, it is not
                await owner.execute("VACUUM ANALYZE audio.queue_item")
    finally:
        await owner.close()
    yield pool
    await empty(pool)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def read(connection: Connection, statement: str, *values: Any) -> int:
    """Return how many pages a statement touches, and fail if it goes through the whole queue."""
    found = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *values)
    (plan,) = json.loads(found)
    for node in nodes(plan["Plan"]):
        assert not (node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "queue_item"), statement
    touched: int = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return touched


async def middle(connection: Connection, guild_id: int) -> list[tuple[int, int]]:
    """Return rank and id of the items in the middle of a queue."""
    rows = await connection.fetch(
        "SELECT rank, item_id FROM queue_item WHERE guild_id = $1 ORDER BY rank OFFSET $2 LIMIT 5",
        guild_id,
        LENGTHS[guild_id] // 2 - 2,
    )
    return [(row["rank"], row["item_id"]) for row in rows]


async def costs(pool: Pool, guild_id: int) -> dict[str, int]:
    """Return what each step of a command costs in a guild's queue, at its usual place: now and then a page is split."""
    async with postgres.connection(pool) as connection:
        places = [await costs_at(connection, guild_id, *place) for place in await middle(connection, guild_id)]
    return {step: statistics.median_low(place[step] for place in places) for step in places[0]}


async def costs_at(connection: Connection, guild_id: int, rank: int, item_id: int) -> dict[str, int]:
    """Return what each step costs at one place of the queue; nothing of it stays."""
    transaction = connection.transaction()
    await transaction.start()
    new = (guild_id, 1 << 60, ranks.GAP, 2, [1], [TRACK], [0], [0], [None])
    found = {
        "look for the end": await read(connection, sql.LAST_RANK, guild_id),
        "look for the start": await read(connection, sql.FIRST_RANK, guild_id),
        "insert": await read(connection, sql.INSERT, *new),
        "find": await read(connection, sql.ITEM, guild_id, item_id),
        "look at the neighbours": await read(connection, sql.NEIGHBOURS, guild_id, 0, item_id),
        "look behind": await read(connection, sql.STANDING, guild_id, item_id),
        "move": await read(connection, sql.SET_RANK, guild_id, item_id, rank + 1),
        "page": await read(connection, sql.ITEMS, guild_id, rank, item_id, 4),
        "prepare another": (other := await stand_in(connection, guild_id, item_id))[0],
        "put it in the place": await read(connection, sql.EXCHANGE, guild_id, item_id, other[1], 2),
        "remove": await read(connection, sql.REMOVE, guild_id, [item_id], 3),
        "take the first": await read(connection, sql.POP, guild_id),
    }
    await transaction.rollback()
    return found


async def stand_in(connection: Connection, guild_id: int, item_id: int) -> tuple[int, int]:
    """Return what it costs to prepare what takes an item's place, and the id of such a one."""
    new = (guild_id, item_id, 2, 1, TRACK, 0, 0, None)
    pages = await read(connection, sql.STAND_IN, *new[:2], 1, *new[3:])
    return pages, await connection.fetchval(sql.STAND_IN, *new)


async def test_every_step_of_a_command_reads_as_much_in_a_long_queue_as_in_a_short_one(filled: Pool) -> None:
    short, long = await costs(filled, SHORT), await costs(filled, LONG)
    more = {step: (short[step], long[step]) for step in short if long[step] > short[step] + _TOLERANCE}
    assert not more


PLAYED = """
INSERT INTO history (guild_id, item_id, requester_id, track, reason, detail)
SELECT $1, number, 1, $2, 'FINISHED', '' FROM generate_series(1, $3::int) AS number RETURNING id
"""
RARE = """
INSERT INTO history (guild_id, item_id, requester_id, track, reason, detail)
SELECT $1, number, CASE WHEN number <= $4::int THEN 2 ELSE 1 END, $2, 'FINISHED', ''
FROM generate_series(1, $3::int) AS number
"""
LATE = "SELECT rank FROM queue_item WHERE guild_id = $1 AND edit_id = 0 ORDER BY rank DESC OFFSET 10 LIMIT 1"


async def test_the_last_page_costs_what_the_first_does_when_it_was_planned_for_any_page(filled: Pool) -> None:
    async with postgres.connection(filled) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")  # as it is from the sixth call on
        oldest = (await connection.fetch(PLAYED, LONG, TRACK, LENGTHS[LONG]))[5]["id"]
        await connection.execute("ANALYZE history")
        rank = await connection.fetchval(LATE, LONG)
        first, last = f"{LONG}, NULL", f"{LONG}, {rank}"
        queue = [await planned(connection, sql.ITEMS, f"{page}, 0, 5") for page in (first, last)]
        pages = [f"{page}, 5, 0" for page in (first, f"{LONG}, {oldest}")]
        history = [await planned(connection, sql.HISTORY, page) for page in pages]
        own = [await planned(connection, sql.HISTORY_OF, f"{page}, 1") for page in pages]
        await transaction.rollback()

    assert queue[1] <= queue[0] + _TOLERANCE
    assert history[1] <= history[0] + _TOLERANCE
    assert max(own) <= _FEW


async def test_what_was_played_for_a_person_is_found_without_reading_what_was_for_others(filled: Pool) -> None:
    async with postgres.connection(filled) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")  # as above
        await connection.execute(RARE, LONG, TRACK, LENGTHS[LONG], LENGTHS[SHORT])
        await connection.execute("ANALYZE history")
        costs = [
            await planned(connection, sql.HISTORY_OF, f"{LONG}, NULL, 5, 0, 2"),
            await planned(connection, sql.HISTORY_LENGTH_OF, f"{LONG}, 10000, 2"),
        ]
        await transaction.rollback()

    assert max(costs) <= _FEW


async def test_a_page_by_its_place_walks_an_index_and_reads_no_tracks_before_its_own(filled: Pool) -> None:
    limit, behind = 5, 10
    skipped = LENGTHS[LONG] - behind
    async with postgres.connection(filled) as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")  # as above
        await connection.execute(f"PREPARE planned AS {sql.ITEMS_FROM}")
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE planned ({LONG}, {skipped}, {limit})"
        (plan,) = json.loads(await connection.fetchval(explained))
        await connection.execute("DEALLOCATE planned")
        await transaction.rollback()
    reading = {
        node["Node Type"]: node["Actual Rows"]
        for node in nodes(plan["Plan"])
        if node.get("Relation Name") == "queue_item"
    }

    assert reading.pop("Index Only Scan") == skipped + 1
    assert sum(reading.values()) <= behind  # PostgreSQL may read what is behind the page, too, and leaves that out


async def planned(connection: Connection, statement: str, values: str) -> int:
    """Return how many pages a statement touches that was prepared before."""
    await connection.execute(f"PREPARE planned AS {statement}")
    touched = await read(connection, f"EXECUTE planned ({values})")
    await connection.execute("DEALLOCATE planned")
    return touched
