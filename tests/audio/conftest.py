"""Stores to judge: in memory, and in a real Postgres."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from audio import wire
from audio.adapters.memory import MemoryStore
from audio.adapters.postgres import PostgresStore
from audio.domain.handles import Handles
from audio.domain.player import Origin
from kit import actor, postgres
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool

TABLES = ("player", "queue_item", "history", "position", "voice", "request", "outbox", "bucket_owner")
HANDLES = Handles(b"a key for tests that is long enough")


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Audio's schema."""
    await migrate(database_url, ["audio"])
    opened = await postgres.open_pool(settings("/nowhere", database_url), schema="audio")
    yield opened
    await opened.close()


@pytest.fixture
async def clean(pool: Pool) -> None:
    """Empty tables."""
    await empty(pool)


async def empty(pool: Pool) -> None:
    async with postgres.transaction(pool) as tx:
        for table in TABLES:
            await tx.execute(f"DELETE FROM {table}")
        await tx.execute("UPDATE bucket SET owner = '', epoch = 0, expires_at = '-infinity', sessions = '{}'")


def postgres_store(pool: Pool) -> PostgresStore:
    return PostgresStore(
        pool,
        encode=partial(wire.player, sign=HANDLES.sign),
        decode=partial(wire.player_back, verify=HANDLES.verify),
        origin=lambda: Origin("00-trace", b"actor", "ref"),
    )


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, pool: Pool) -> AsyncIterator[MemoryStore | PostgresStore]:
    """A store that knows nothing yet."""
    with actor.acting_as(actor.system()):
        if request.param == "memory":
            yield MemoryStore(origin=lambda: Origin("00-trace", b"actor", "ref"))
        else:
            await empty(pool)
            yield postgres_store(pool)
