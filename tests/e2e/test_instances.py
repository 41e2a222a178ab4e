"""Two audio instances side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.e2e.discord import tenths
from tests.e2e.stack import Stack
from tests.e2e.test_first_light import hears_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

GUILDS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack with two audio instances."""
    async with Stack(tmp_path_factory.mktemp("pair"), music, {"SEGUE_INSTANCES": "audio=2"}) as stack:
        yield stack


async def test_two_audio_instances_serve_different_guilds(pair: Stack) -> None:
    discord = pair.discord
    guilds = [await discord.guild()]
    guilds += [await discord.found_guild(f"Guild {number}") for number in range(1, GUILDS)]

    for guild in guilds:
        await discord.enter(guild, guild.owner, guild.voices[0])
        await discord.command(guild, guild.owner, "play", query="alpha")

    for guild in guilds:
        assert tenths(await hears_end(discord, guild, 59, -1)) == [(tenth, 5) for tenth in range(60)]
    served = [await _started(pair, instance) for instance in ("audio", "audio-2")]
    assert min(served) > 0


async def _started(stack: Stack, instance: str) -> int:
    """Read from an instance's metrics how many tracks it started."""
    service_url = stack.run["ops"][instance]
    async with stack.http.get(f"{service_url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("segue_tracks_started_total")))
