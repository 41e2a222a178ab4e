"""The stacks of the end-to-end tests: one for the whole run, a disposable one for faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from simulator import timecode
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_tenth

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


AS_IT_WAS = {"volume": 100, "filters": {}, "loopMode": "LOOP_MODE_OFF", "autoplay": False}


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
    """Return the guild with nobody playing; whatever plays after the test is sent away, however it sounded."""
    guild = await discord.guild()
    yield guild
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
    await stack.rest("PATCH", f"/v1/guilds/{guild.id}/player", AS_IT_WAS)
    for member in guild.members:
        await discord.enter(guild, member, None)


@pytest_asyncio.fixture(loop_scope="session")
async def playing(stack: Stack, discord: Discord, guild: Guild) -> AsyncIterator[Guild]:
    """Let the long track play, and assert afterwards that it still does, unchanged."""
    after = await discord.last_index(guild)
    await stack.enter(guild, guild.owner, guild.voices[0])
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"query": "long"})
    await hears_tenth(discord, guild, 1, after)

    async def plays() -> bool:  # that it is heard is a change, too, and is written a little later
        _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return bool(body["player"]["status"] == "PLAYER_STATUS_PLAYING")

    await eventually(plays, within=10, what="the player says that it plays")
    before = await _state(stack, guild)
    yield guild
    assert await _state(stack, guild) == before
    newest = await discord.frames(guild, after)
    tenth = max((frame.media_ms or 0) // 100 for frame in newest)
    await hears_tenth(discord, guild, tenth + 2, newest[-1].index - 50)


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


async def _state(stack: Stack, guild: Guild) -> tuple[Any, ...]:
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    player = body["player"]
    return player["version"], player["current"]["itemId"], player.get("queueLength", 0)
