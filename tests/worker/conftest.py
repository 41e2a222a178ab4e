"""An empty schema for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from kit import postgres
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool


@pytest_asyncio.fixture(autouse=True)
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """An empty schema of worker."""
    await migrate(database_url, ["worker"])
    made = await postgres.open_pool(settings("/tmp", database_url), schema="worker")
    for table in ("job", "request", "outbox", "played", "event_cursor", "schedule", "lastfm_link"):
        await made.execute(f"DELETE FROM {table}")
    yield made
    await made.close()
