"""An instance of api with empty tables, on a mesh that knows a guild and some tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest
import pytest_asyncio

from kit.migrate import migrate
from tests.api.client import voice
from tests.api.playlists.client import Audio, Client, member
from tests.api.test_app import running
from tests.kit.mesh import Mesh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    Rows = asyncpg.Connection[asyncpg.Record]


@pytest_asyncio.fixture
async def rows(database_url: str) -> AsyncIterator[Rows]:
    """A connection to what api keeps."""
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
def audio() -> Audio:
    return Audio()


@pytest_asyncio.fixture
async def client(database_url: str, tmp_path: Path, audio: Audio, rows: Rows) -> AsyncIterator[Client]:
    """An instance of api, with empty tables."""
    await rows.execute("TRUNCATE api.playlist, api.playlist_item, api.playlist_share, api.request, api.token")
    mesh = Mesh(GetMember=member, GetVoice=voice, DescribeTracks=audio.describe, SearchTracks=audio.search)
    async with running(database_url, tmp_path, mesh):
        yield Client(f"unix:{tmp_path}/app.sock")
