"""Audio follows the settings that api keeps, and does without api while it is away."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from audio.adapters.config import Config, settings
from audio.domain.settings import GuildSettings
from kit.errors import Reason, Refused
from kit.tasks import Tasks
from tests.api.choices import CHOICES, KEEP, PLAYLIST
from tests.api.client import Client, member, voice
from tests.api.test_app import running
from tests.api.test_settings import rows
from tests.api.welcomes import requests, welcome
from tests.audio.values import GUILD
from tests.kit.mesh import Mesh
from tests.kit.serving import Brought

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["rows"]
WITHIN = 60.0
OTHER_GUILD = GUILD + 1


class Follower:
    """Audio, as far as it follows settings."""

    def __init__(self, channel: Any) -> None:
        self.config = Config(channel)
        self.config.listeners.append(self._apply)
        self.refusals = 0
        self._heard: asyncio.Queue[tuple[int, GuildSettings]] = asyncio.Queue()

    async def heard(self) -> tuple[int, GuildSettings]:
        """Wait for what comes next."""
        return await asyncio.wait_for(self._heard.get(), WITHIN)

    async def knows(self, role_id: int) -> None:
        """Wait until this is the DJ role."""
        async with asyncio.timeout(WITHIN):
            while self.config.dj_role(GUILD) != role_id:  # noqa: ASYNC110  (nobody tells)
                await asyncio.sleep(0.01)

    async def _apply(self, guild_id: int, found: GuildSettings, /) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Refused(Reason.UNAVAILABLE, part="postgres")
        self._heard.put_nowait((guild_id, found))


@pytest_asyncio.fixture
async def api(tmp_path: Path) -> Client:
    """Where api is, while it runs."""
    return Client(f"unix:{tmp_path}/app.sock")


@pytest_asyncio.fixture
async def follower(api: Client) -> AsyncIterator[Follower]:
    """Audio that follows from the start on."""
    async with Brought("audio", api.address) as channel, Tasks() as tasks:
        made = Follower(channel)
        tasks.keep(made.config.follow, "settings of guilds", pause=0.01, longest=0.05)
        yield made


@asynccontextmanager
async def api_runs(database_url: str, folder: Path) -> AsyncIterator[None]:
    """Let api run."""
    async with running(
        database_url, folder, Mesh(GetMember=member, GetVoice=voice, CheckWelcome=welcome, CheckRequests=requests)
    ):
        yield


async def test_settings_are_learnt_whole_and_followed(
    database_url: str, tmp_path: Path, api: Client, follower: Follower, rows: Any
) -> None:
    await rows.execute(KEEP, PLAYLIST, GUILD)
    assert follower.config.dj_role(GUILD) is None
    async with api_runs(database_url, tmp_path):
        await follower.knows(0)
        changed = await api.update(guild_id=GUILD, **CHOICES)
        assert await follower.heard() == (GUILD, settings(changed))
        assert follower.config.dj_role(GUILD) == changed.dj_role_id
        await api.update(guild_id=GUILD, reset=list(CHOICES))
        assert await follower.heard() == (GUILD, GuildSettings(version=2))


async def test_while_api_is_away_what_is_known_stays_and_then_is_learnt_anew(
    database_url: str, tmp_path: Path, tmp_path_factory: Any, api: Client, follower: Follower
) -> None:
    async with api_runs(database_url, tmp_path):
        await api.update(guild_id=GUILD, dj_role_id=5)
        await follower.heard()
        await follower.knows(5)
    assert follower.config.dj_role(GUILD) == 5
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    async with api_runs(database_url, elsewhere):
        await Client(f"unix:{elsewhere}/app.sock").update(guild_id=GUILD, dj_role_id=6)
    assert follower.config.dj_role(GUILD) == 5
    async with api_runs(database_url, tmp_path):
        assert await follower.heard() == (GUILD, GuildSettings(version=2, dj_role_id=6))
        await follower.knows(6)


async def test_what_could_not_be_taken_comes_again(
    database_url: str, tmp_path: Path, api: Client, follower: Follower
) -> None:
    follower.refusals = 3
    async with api_runs(database_url, tmp_path):
        await api.update(guild_id=GUILD, crossfade="1.500s")

        assert await follower.heard() == (GUILD, GuildSettings(version=1, crossfade_ms=1500))
