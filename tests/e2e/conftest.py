"""The stacks of the end-to-end tests: one for the whole run, a disposable one for faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from simulator import timecode
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a music folder with time-coded tracks, and files that are none."""
    folder = tmp_path_factory.mktemp("music")
    for name, seconds in {"alpha": 6, "bravo": 8, "long": 12}.items():
        timecode.write_wav(folder / f"{name}.wav", seconds)
    (folder / "text.mp3").write_text("this is a text\n" * 100)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "truncated.wav").write_bytes((folder / "alpha.wav").read_bytes()[:30])
    return folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run the system once for all tests that leave it whole."""
    async with Stack(tmp_path_factory.mktemp("home"), music) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def discord(stack: Stack) -> Discord:
    """Return Discord of the shared stack."""
    return stack.discord


@pytest_asyncio.fixture(loop_scope="session")
async def guild(stack: Stack, discord: Discord) -> AsyncIterator[Guild]:
    """Return the guild with nobody playing; whatever plays after the test is sent away."""
    guild = await discord.guild()
    yield guild
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
    for member in guild.members:
        await discord.enter(guild, member, None)
