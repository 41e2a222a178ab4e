"""One Red for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator import timecode
from tests.red.bot import red_on
from tests.simulator.conftest import simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Guild
    from tests.red.bot import Red
    from tests.simulator.conftest import Simulator

__all__ = ["simulator"]


@pytest.fixture(scope="session")
async def red(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Red]:
    """Run Red with time-coded tracks to play."""
    music = tmp_path_factory.mktemp("music")
    for name, seconds in {"alpha": 4, "bravo": 5, "long": 12}.items():
        timecode.write_wav(music / f"{name}.wav", seconds)
    async with red_on(simulator, music) as running:
        yield running


@pytest.fixture
async def guild(red: Red) -> AsyncIterator[Guild]:
    """Return the guild with its owner in a voice channel; whatever plays after the test is sent away."""
    guild = await red.discord.guild()
    await red.discord.enter(guild, guild.owner, guild.voices[0])
    yield guild
    await red.discord.enter(guild, guild.owner, None)
    if (await red.discord.voice(guild))["connected"]:
        await red.ask(guild, "disconnect")
