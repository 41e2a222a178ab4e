"""Red, measured beside Segue with its audio cog: on a simulator of its own, once Segue is gone, and the same node."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bench.measuring import Row
from tests.red.bot import red_on
from tests.red.environment import obstacle
from tests.simulator.conftest import simulator_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Guild
    from tests.red.bot import Red
    from tests.simulator.conftest import Simulator


def absent() -> list[Row]:
    """Say in a row why Red cannot be measured here; no row: it can."""
    why = obstacle()
    return [Row(f"Red did not run: {why}", "")] if why else []


@asynccontextmanager
async def red_alone(home: Path, music: Path) -> AsyncIterator[tuple[Simulator, Red]]:
    """Run Red on a simulator in this folder."""
    _make(home)
    async with simulator_at(home) as simulator, red_on(simulator, music) as red:
        yield simulator, red


def _make(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)


async def playing(red: Red, name: str) -> Guild:
    """Found a guild that listens to a long track."""
    guild = await red.discord.found_guild(name)
    await red.discord.enter(guild, guild.owner, guild.voices[0])
    await red.play(guild, "minutes")
    return guild
