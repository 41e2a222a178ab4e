"""Two gateways side by side: one is connected, and the other goes on where that is stopped or frozen."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.e2e.discord import is_contiguous, is_heard_once, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

INSTANCES = {"gateway", "gateway-2"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack with two gateways; Discord waits for a first response for as long as one takes over."""
    async with Stack(tmp_path_factory.mktemp("gateways"), music, {"SEGUE_INSTANCES": "gateway=2"}) as stack:
        await stack.discord.post("/faults", {"firstAnswerMs": 30_000})
        yield stack


async def connected(stack: Stack) -> str:
    """Name the gateway that is connected; empty: none tells it is."""
    return (await stack.holders()).get(0, "")


async def test_one_is_connected_and_both_are_well(pair: Stack) -> None:
    holder = await eventually(lambda: connected(pair), within=30, what="one is connected")
    (other,) = INSTANCES - {holder}

    async with pair.http.get(f"{pair.run['ops'][other]}/health") as answer:
        health = await answer.json()

    assert health["status"] == "HEALTH_STATUS_HEALTHY"
    details = [part.get("detail", "") for part in health["components"]]
    assert f"{holder} is connected to Discord; this instance stands by." in details
    assert len((await pair.discord.get("/conduct"))["identifiedAtMs"]) == 1


async def test_the_other_goes_on_unheard_when_the_connected_one_is_stopped(pair: Stack) -> None:
    discord, guild, holder = pair.discord, await pair.discord.guild(), await connected(pair)
    before, after = await discord.get("/conduct"), await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 5, after)

    os.kill(pair.run["pids"][holder], signal.SIGTERM)
    await eventually(lambda: _is_other(pair, holder), within=30, what="the other is connected")
    answer = await discord.command(guild, guild.owner, "nowplaying")
    frames = await hears_end(discord, guild, 119, after)

    assert "long" in str(answer["message"])
    assert is_heard_once(frames, 120), [run for run in tenths(frames) if run[1] != 5]
    assert is_contiguous(frames)
    assert (await discord.get("/conduct"))["identifiedAtMs"] == before["identifiedAtMs"]


async def test_what_is_asked_while_the_connected_one_is_frozen_is_answered_once_by_the_other(pair: Stack) -> None:
    discord, guild = pair.discord, await pair.discord.guild()
    await eventually(pair.is_healthy, within=30, what="the system is healthy again")
    holder = await eventually(lambda: connected(pair), within=30, what="one is connected")
    before, after = await discord.get("/conduct"), await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 5, after)

    frozen = pair.run["pids"][holder]
    os.kill(frozen, signal.SIGSTOP)
    async with asyncio.timeout(60):
        answer = await discord.command(guild, guild.owner, "play", query="bravo")
    os.kill(frozen, signal.SIGCONT)
    frames = await hears_end(discord, guild, 79, after)
    await eventually(pair.is_healthy, within=30, what="the system is healthy again")

    assert "bravo" in str(answer["message"])
    assert [tenth for tenth, _ in tenths(frames)] == [*range(120), *range(80)]
    assert await connected(pair) != holder
    assert (await discord.get("/conduct"))["identifiedAtMs"] == before["identifiedAtMs"]


async def _is_other(stack: Stack, holder: str) -> bool:
    return await connected(stack) not in {"", holder}
