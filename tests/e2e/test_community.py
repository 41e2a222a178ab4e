"""What a server schedules comes once, whatever dies, and what it listens to is counted once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import psutil
import pytest_asyncio

from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild

    Database = asyncpg.Connection[asyncpg.Record]


@pytest_asyncio.fixture(loop_scope="session")
async def database(mortal: Stack) -> AsyncIterator[Database]:
    """Connect to the database of the run, as worker does."""
    dsn = psutil.Process(mortal.run["pids"]["worker"]).environ()["DATABASE_URL"]
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


async def told(discord: Discord, guild: Guild, words: str) -> int:
    """Count the messages of the text channel with these words."""
    messages = (await discord.get(f"/channels/{guild.text}/messages"))["messages"]
    return sum(words in message["content"] for message in messages)


async def test_a_message_that_is_due_is_posted_once_though_worker_is_killed_behind_it(
    mortal: Stack, audience: tuple[Discord, Guild], database: Database
) -> None:
    discord, guild = audience
    words = f"Good morning {uuid.uuid4()}"
    address = f"/v1/guilds/{guild.id}/schedules"
    plan = {"channelId": guild.text, "text": words, "timeOfDay": "09:30", "timeZone": "Europe/Berlin"}
    body = {**plan, "kind": "SCHEDULE_KIND_DAILY_MESSAGE", "requestId": str(uuid.uuid4())}
    status, made = await mortal.rest("POST", address, body)
    _, again = await mortal.rest("POST", address, body)
    assert (status, again) == (200, made)
    schedule_id = made["schedule"]["scheduleId"]

    async with database.transaction():
        # What was posted is remembered in this row, so that worker is killed between the two.
        await database.execute(
            "UPDATE worker.schedule SET next_at = now() - interval '1 minute' WHERE schedule_id = $1", schedule_id
        )
    async with database.transaction():
        await database.fetch("SELECT 1 FROM worker.schedule WHERE schedule_id = $1 FOR UPDATE", schedule_id)
        await mortal.rest("POST", "/v1/jobs:run", {"kind": "schedules"})
        await eventually(lambda: told(discord, guild, words), within=20, what="the message is posted")
        await mortal.kill("worker")

    async def is_done() -> Any:
        _, shown = await mortal.rest("GET", f"{address}/{schedule_id}")
        return "lastTime" in shown.get("schedule", {})

    await eventually(is_done, within=40, what="the next worker has taken note of it")
    assert await told(discord, guild, words) == 1
    _, listed = await mortal.rest("GET", address)
    assert [schedule["scheduleId"] for schedule in listed["schedules"]] == [schedule_id]
    await mortal.rest("DELETE", f"{address}/{schedule_id}")
    assert (await mortal.rest("GET", f"{address}/{schedule_id}"))[1]["details"][0]["reason"] == "SCHEDULE_NOT_FOUND"


async def test_what_was_played_is_counted_once_and_shown(mortal: Stack, audience: tuple[Discord, Guild]) -> None:
    discord, guild = audience
    address = f"/v1/guilds/{guild.id}"
    _, before = await mortal.rest("GET", f"{address}/stats?period=STATS_PERIOD_DAY")
    for query in ("alpha", "bravo", "alpha"):
        await mortal.rest("POST", f"{address}/player:play", {"query": query})
    plays = int(before["stats"].get("plays", 0)) + 3

    async def is_counted() -> Any:
        _, body = await mortal.rest("GET", f"{address}/stats?period=STATS_PERIOD_DAY&own=true")
        return int(body["stats"].get("plays", 0)) == plays

    await eventually(is_counted, within=60, what="three tracks are counted")
    await mortal.kill("worker")
    await eventually(is_counted, within=40, what="they are still three")
    _, shown = await mortal.rest("GET", f"{address}/stats")
    answer = await discord.command(guild, guild.owner, "stats")

    (top, *_) = shown["stats"]["tracks"]
    assert (top["title"], top["plays"]) == ("alpha", "2")
    assert shown["stats"]["listeners"][0]["userId"] == guild.owner
    assert "1. alpha: 2 times" in answer["message"]["embeds"][0]["description"]


async def test_a_server_that_is_left_is_closed_everywhere(
    mortal: Stack, audience: tuple[Discord, Guild], database: Database
) -> None:
    discord, _ = audience
    made = await discord.post("/guilds", {"name": uuid.uuid4().hex[:12]})
    guild_id = int(made["id"])
    statement = "SELECT 1 FROM gateway.guild WHERE guild_id = $1 AND left_at IS"

    await eventually(lambda: database.fetch(f"{statement} NULL", guild_id), within=20, what="it is kept")
    async with mortal.http.delete(f"{discord.url}/sim/v1/guilds", json={"guildId": made["id"]}) as answer:
        assert answer.status == 204
    await eventually(lambda: database.fetch(f"{statement} NOT NULL", guild_id), within=20, what="it is closed")

    player = await database.fetchrow("SELECT * FROM audio.player WHERE guild_id = $1", guild_id)
    assert player is None or (player["item_id"], player["voice_channel_id"]) == (None, 0)
