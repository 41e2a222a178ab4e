"""A schema to keep rows in: worker's, which has all of kit's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from kit import postgres
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool


@pytest_asyncio.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections of the owner of a migrated schema."""
    await migrate(database_url, ["worker"])
    made = await postgres.open_pool(settings("/tmp", database_url), schema="worker")
    yield made
    await made.close()
