"""Parts of the system die. Music goes on, and no acknowledged command is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.e2e.discord import sounding, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild

SAFE = ["api", "worker", "audio", "envoy-edge", "envoy-api", "envoy-worker", "envoy-audio", "envoy-gateway"]
UNSAFE = ["gateway", "node", "simulator", "postgres"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mortal(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack whose parts may be killed."""
    async with Stack(tmp_path_factory.mktemp("mortal"), music) as stack:
        yield stack


@pytest_asyncio.fixture(loop_scope="session")
async def audience(mortal: Stack) -> AsyncIterator[tuple[Discord, Guild]]:
    """Let the owner listen, with nothing playing."""
    discord = mortal.discord
    guild = await discord.guild()
    await discord.enter(guild, guild.owner, guild.voices[0])
    yield discord, guild
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    await mortal.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})


@pytest.mark.parametrize("process", SAFE)
async def test_what_plays_goes_on_without_a_gap_when_a_process_is_killed(
    mortal: Stack, audience: tuple[Discord, Guild], process: str
) -> None:
    discord, guild = audience
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="bravo")
    await hears_tenth(discord, guild, 10, after)

    await mortal.kill(process)
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    answer = await discord.command(guild, guild.owner, "nowplaying")
    frames = await hears_end(discord, guild, 79, after)

    assert "bravo" in str(answer["message"])
    assert tenths(frames) == [(tenth, 5) for tenth in range(80)]


@pytest.mark.parametrize("process", UNSAFE)
async def test_music_comes_back_and_commands_work_when_a_process_is_killed(
    mortal: Stack, audience: tuple[Discord, Guild], process: str
) -> None:
    discord, guild = audience
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="long")
    before = await hears_tenth(discord, guild, 20, after)

    await mortal.kill(process)
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    await discord.enter(guild, guild.owner, guild.voices[0])
    again = await _hears_later(discord, guild, before[-1].index if process != "simulator" else -1)

    assert (again or 0) >= 1_000
    answer = await discord.command(guild, guild.owner, "skip")
    assert not answer["ephemeral"], answer


async def _hears_later(discord: Discord, guild: Guild, after: int) -> int | None:
    async def probe() -> int | None:
        heard = sounding(await discord.frames(guild, after))
        return heard[-1].media_ms if heard else None

    return await eventually(probe, within=30, what="sound again")


async def test_commands_fail_clearly_while_postgres_is_stopped_and_nothing_acknowledged_is_lost(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    _, guild = audience
    path = f"/v1/guilds/{guild.id}"
    _, playing = await mortal.rest("POST", f"{path}/player:play", {"query": "long"})
    handle = playing["item"]["track"]["handle"]
    pid = mortal.run["pids"]["postgres"]
    acknowledged: list[str] = []
    failures: set[int] = set()

    async def add_until(stop: asyncio.Event) -> None:
        while not stop.is_set():
            status, body = await mortal.rest("POST", f"{path}/queue:add", {"handles": [handle]})
            if status == 200:
                acknowledged.append(body["firstItemId"])
            else:
                failures.add(status)

    stop = asyncio.Event()
    adding = asyncio.create_task(add_until(stop))
    await eventually(lambda: _reached(acknowledged, 20), within=20, what="20 acknowledged adds")
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: _failed(failures), within=20, what="a clear failure")
    count = len(acknowledged)
    await eventually(lambda: _reached(acknowledged, count + 20), within=40, what="adds work again")
    stop.set()
    await adding

    assert failures <= {503, 504}
    assert set(acknowledged) <= await _queued(mortal, path)


async def _reached(values: list[str], count: int) -> bool:
    return len(values) >= count


async def _failed(failures: set[int]) -> bool:
    return bool(failures)


async def _queued(stack: Stack, path: str) -> set[str]:
    items: set[str] = set()
    token = ""
    while True:
        _, page = await stack.rest("GET", f"{path}/queue?pageSize=200&pageToken={token}")
        items |= {item["itemId"] for item in page.get("items", [])}
        if not (token := page.get("nextPageToken", "")):
            return items
