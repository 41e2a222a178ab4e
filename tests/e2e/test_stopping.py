"""Parts of the system are stopped as an upgrade stops them, with calls under way: none that was accepted is lost."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.e2e.adding import Adding, queued
from tests.e2e.discord import is_contiguous, is_heard_once, tenths
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

SERVICES = ["gateway", "audio", "api", "worker"]
SIDECARS = ["envoy-worker", "envoy-api", "envoy-gateway", "envoy-audio", "envoy-edge"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shelf(mortal: Stack) -> tuple[Guild, str]:
    """Return a guild where nothing plays, to add to, and a handle to add."""
    guild = await mortal.discord.found_guild("Shelf")

    async def probe() -> bool:
        status, _ = await mortal.rest("GET", f"/v1/guilds/{guild.id}/player")
        return status == 200

    await eventually(probe, within=10, what="the bot is in the new guild")
    _, found = await mortal.rest("GET", "/v1/search?query=alpha")
    return guild, found["tracks"][0]["handle"]


async def _stop(stack: Stack, name: str) -> None:
    old = stack.run["pids"][name]
    os.kill(old, signal.SIGTERM)
    await eventually(lambda: stack.is_replaced(name, old), within=30, what=f"{name} started again")
    await eventually(stack.is_healthy, within=30, what="the system is healthy again")


async def _is_missed(stack: Stack, name: str, adding: Adding) -> bool:
    """Tell whether calls of both surfaces were refused; until then a process is stopped whenever it is there."""
    if all(adding.refused.values()):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(stack.run["pids"][name], signal.SIGINT)
    return False


@contextlib.asynccontextmanager
async def _adding_all(stack: Stack, shelf: tuple[Guild, str]) -> AsyncIterator[Adding]:
    """Add while the block runs, and assert that each add had one effect."""
    guild, handle = shelf
    await stack.rest("POST", f"/v1/guilds/{guild.id}/queue:clear", {})
    adding = Adding(stack, guild, handle)
    async with adding.going_on():
        yield adding
    assert sorted(await queued(stack, guild), key=int) == sorted(
        itertools.chain(*adding.acknowledged.values()), key=int
    )


@pytest.mark.parametrize("names", [[name] for name in SERVICES] + [SIDECARS], ids=lambda names: names[0])
async def test_no_call_is_lost_and_the_music_goes_on_when_a_process_is_stopped(
    mortal: Stack, audience: tuple[Discord, Guild], shelf: tuple[Guild, str], names: list[str]
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")
    after = await discord.last_index(guild)
    track, length = ("long", 120) if len(names) > 1 else ("bravo", 80)
    await discord.command(guild, guild.owner, "play", query=track)
    await hears_tenth(discord, guild, 5, after)

    async with _adding_all(mortal, shelf) as adding:
        for name in names:
            await _stop(mortal, name)
            await adding.advance(3)
    frames = await hears_end(discord, guild, length - 1, after)

    assert is_heard_once(frames, length), [run for run in tenths(frames) if run[1] != 5]
    assert is_contiguous(frames)
    assert (await discord.get("/conduct"))["identifiedAtMs"] == before["identifiedAtMs"]


async def test_calls_are_refused_clearly_none_is_lost_and_the_music_goes_on_while_postgres_is_away(
    mortal: Stack, audience: tuple[Discord, Guild], shelf: tuple[Guild, str]
) -> None:
    discord, guild = audience
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="bravo")
    await hears_tenth(discord, guild, 5, after)

    async with _adding_all(mortal, shelf) as adding:
        await eventually(lambda: _is_missed(mortal, "postgres", adding), within=30, what="refused over both surfaces")
        await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    frames = await hears_end(discord, guild, 79, after)

    assert is_heard_once(frames, 80), [run for run in tenths(frames) if run[1] != 5]
