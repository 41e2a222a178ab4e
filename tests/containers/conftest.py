"""One engine and one deployment for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from simulator import timecode
from tests.containers.deployment import Deployment
from tests.containers.engine import Engine, obstacle
from tests.e2e.conftest import discord, guild, playing
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild

__all__ = ["discord", "guild", "playing"]  # the fixtures of the end-to-end tests, on the stack below


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine() -> AsyncIterator[Engine]:
    """Run an engine with all images."""
    if why := obstacle():
        pytest.fail(f"{why}: `make test-containers` says so and goes on", pytrace=False)
    async with Engine() as running:
        yield running


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of time-coded tracks that the containers' user may read."""
    folder = tmp_path_factory.mktemp("music")
    for name, seconds in {"alpha": 6, "bravo": 8, "long": 12}.items():
        timecode.write_wav(folder / f"{name}.wav", seconds)
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)
    return folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, music: Path, engine: Engine) -> AsyncIterator[Deployment]:
    """Bring the whole file up."""
    async with Deployment(tmp_path_factory.mktemp("deployment"), music, engine=engine) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def audience(stack: Deployment) -> AsyncIterator[tuple[Discord, Guild]]:
    """Let the owner listen, with nothing playing."""
    guild = await stack.discord.guild()
    await stack.discord.enter(guild, guild.owner, guild.voices[0])
    yield stack.discord, guild
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
