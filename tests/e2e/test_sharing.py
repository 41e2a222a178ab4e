"""Two gateways that share four shards: one ends, and no guild hears of it."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.e2e.discord import is_contiguous, is_heard_once, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Guild

SHARDS = 4
INSTANCES = ("gateway", "gateway-2")
SHARED = {"SEGUE_INSTANCES": "gateway=2", "SIMULATOR_SHARDS": str(SHARDS)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sharing(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack with two gateways and four shards; Discord waits for a first response while another takes over."""
    async with Stack(tmp_path_factory.mktemp("sharing"), music, SHARED) as stack:
        await stack.discord.post("/faults", {"firstAnswerMs": 30_000})
        yield stack


async def shared(stack: Stack) -> dict[int, str]:
    """Wait until each gateway holds half of the shards; return who holds which."""

    async def look() -> dict[int, str]:
        held = await stack.holders()
        return held if sorted(held.values()) == sorted(INSTANCES * (SHARDS // 2)) else {}

    return await eventually(look, within=60, what="each holds two shards")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_nobody_hears_that_one_of_two_ends(sharing: Stack, how: signal.Signals) -> None:
    discord, held = sharing.discord, await shared(sharing)
    guilds: dict[str, Guild] = {}
    while len(guilds) < len(INSTANCES):
        found = await discord.found_guild(f"{how.name} {len(guilds)}")
        guilds.setdefault(held[(int(found.id) >> 22) % SHARDS], found)
    for guild in guilds.values():
        await sharing.enter(guild, guild.owner, guild.voices[0])
    before = await discord.get("/conduct")
    await asyncio.gather(*(discord.command(guild, guild.owner, "play", query="long") for guild in guilds.values()))
    for guild in guilds.values():
        await hears_tenth(discord, guild, 5, -1)

    os.kill(sharing.run["pids"]["gateway-2"], how)
    answers = [await discord.command(guild, guild.owner, "nowplaying") for guild in guilds.values()]
    heard = [await hears_end(discord, guild, 119, -1) for guild in guilds.values()]
    await shared(sharing)
    await eventually(sharing.is_healthy, within=30, what="the system is healthy again")
    after = await discord.get("/conduct")

    for frames, answer in zip(heard, answers, strict=True):
        assert "long" in str(answer["message"])
        assert is_heard_once(frames, 120), [run for run in tenths(frames) if run[1] != 5]
        assert is_contiguous(frames)
    assert after["identifiedAtMs"] == before["identifiedAtMs"]
    assert after["resumed"] > before["resumed"]
