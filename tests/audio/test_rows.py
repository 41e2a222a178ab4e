"""The rows of audio's schema: removed when they are old, and migrated forth and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg

from audio import queueing
from audio.adapters.postgres import upkeep
from kit import actor
from kit.migrate import migrate
from kit.postgres import transaction
from tests.audio.stores import empty, postgres_store
from tests.audio.values import DJ, GUILD, asked

if TYPE_CHECKING:
    from kit.postgres import Pool


async def test_removed_items_go_when_they_are_old_and_no_others(pool: Pool) -> None:
    await empty(pool)
    store = postgres_store(pool)
    with actor.acting_as(actor.system()):
        async with store.change(GUILD) as change:
            await queueing.add(change, DJ, asked("abc"))
        async with store.change(GUILD) as change:
            await queueing.clear(change, DJ, 0)
        async with store.change(GUILD) as change:
            await queueing.add(change, DJ, asked("d"))
    purge, week = upkeep(pool).purge, timedelta(days=7)
    assert (await purge(100, week)).deleted_rows == 0
    async with transaction(pool) as tx:
        await tx.execute("UPDATE queue_item SET removed_at = now() - interval '8 days' WHERE edit_id <> 0")

    assert [(await purge(2, week)).deleted_rows for _ in range(3)] == [2, 1, 0]
    items, _ = await store.items(GUILD, None, 10)
    assert [item.track.title for _, item in items] == ["d"]


async def test_the_schema_goes_back_to_nothing_and_comes_again(database_url: str, pool: Pool) -> None:
    admin = await asyncpg.connect(database_url)
    try:
        await admin.execute("CREATE DATABASE back_and_forth")
    finally:
        await admin.close()
    url = database_url.replace("/postgres?", "/back_and_forth?")
    await migrate(url, ["audio"])
    await migrate(url, ["audio"], revision="base")
    connection = await asyncpg.connect(url)
    try:
        left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'audio'")
    finally:
        await connection.close()

    assert [row["tablename"] for row in left] == ["alembic_version"]
    await migrate(url, ["audio"])
