"""A guild that the bot is new in is told how to begin, once; in one that it leaves, the music ends."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest_asyncio
from pydantic import SecretStr

from gateway.adapters.postgres import PostgresMembership, purging
from kit import postgres
from kit.settings import ServiceSettings
from tests.gateway.test_messages import posted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

Database = asyncpg.Connection[asyncpg.Record]


@pytest_asyncio.fixture(loop_scope="session")
async def database(house: House, database_url: str) -> AsyncIterator[Database]:
    """Connect to the tables of gateway."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "gateway"})
    yield connection
    await connection.close()


async def new_guild(house: House) -> tuple[int, int]:
    """Let the bot come into a new guild; return it, and its text channel."""
    guild = await house.simulator.call("POST", "/guilds", {"name": uuid.uuid4().hex[:12]})
    channels = [channel for channel in guild["channels"] if channel["type"] == 0]
    if not channels:
        body = {"guildId": guild["id"], "name": "general", "type": 0}
        channels = [await house.simulator.call("POST", "/channels", body)]
    return int(guild["id"]), int(channels[0]["id"])


async def kept(house: House, database: Database, guild_id: int, condition: str) -> Any:
    """Wait until a condition holds of the record of a guild; return it."""
    return await house.simulator.until(
        lambda: database.fetchrow(f"SELECT * FROM guild WHERE guild_id = $1 AND {condition}", guild_id), bool
    )


async def test_try(house: House, database: Database) -> None:
    guild = await house.simulator.call("POST", "/guilds", {"name": uuid.uuid4().hex[:12]})
    print(guild)
    row = await kept(house, database, int(guild["id"]), "NOT greet")
    print(dict(row))
    for c in guild["channels"]:
        if c["type"] == 0:
            print(await posted(house, int(c["id"])))
    world = await house.simulator.call("GET", "/world")
    print(world)
    print([dict(r) for r in await database.fetch("SELECT * FROM guild")])
    print(await posted(house, int((await house.simulator.place())["channelId"])))
    assert 0
