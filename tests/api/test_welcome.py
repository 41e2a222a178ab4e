"""Who sets a channel for welcomes or requests is told when it cannot be one, and how to change that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from kit.migrate import migrate
from tests.api.client import Client, member, voice
from tests.api.test_app import running
from tests.api.test_settings import refused
from tests.api.welcomes import LOST, requests, welcome
from tests.kit.mesh import Mesh

if TYPE_CHECKING:
    from pathlib import Path

GUILD = 721


async def no_intent(_: Any) -> None:
    """Say that Discord tells nothing."""
    raise Refused(Reason.MEMBERS_INTENT_MISSING)


@pytest.mark.parametrize("validate_only", [False, True])
async def test_a_channel_is_set_if_people_can_be_welcomed_in_it(
    database_url: str, tmp_path: Path, validate_only: bool
) -> None:
    await migrate(database_url, ["api"])
    mesh = Mesh(GetMember=member, GetVoice=voice, CheckWelcome=welcome)
    async with running(database_url, tmp_path, mesh):
        client = Client(f"unix:{tmp_path}/app.sock")
        with refused(Reason.CHANNEL_NOT_WRITABLE):
            await client.update(guild_id=GUILD, welcome_channel_id=LOST, validate_only=validate_only)
        mesh.answers["CheckWelcome"] = no_intent
        with refused(Reason.MEMBERS_INTENT_MISSING):
            await client.update(guild_id=GUILD, welcome_channel_id=6, validate_only=validate_only)
        await client.update(guild_id=GUILD, welcome_text="Hello, {user}!")
        await client.update(guild_id=GUILD, welcome_channel_id=0)
        settings = await client.get(guild_id=GUILD)

    assert (settings.welcome_channel_id, settings.welcome_text) == (0, "Hello, {user}!")


async def blind(_: Any) -> None:
    """Say that Discord would not tell what people write."""
    raise Refused(Reason.CONTENT_INTENT_MISSING)


@pytest.mark.parametrize("validate_only", [False, True])
async def test_a_channel_for_requests_is_set_if_the_bot_could_read_and_write_in_it(
    database_url: str, tmp_path: Path, validate_only: bool
) -> None:
    await migrate(database_url, ["api"])
    mesh = Mesh(GetMember=member, GetVoice=voice, CheckRequests=requests)
    async with running(database_url, tmp_path, mesh):
        client = Client(f"unix:{tmp_path}/app.sock")
        with refused(Reason.CHANNEL_NOT_WRITABLE):
            await client.update(guild_id=GUILD, request_channel_id=LOST, validate_only=validate_only)
        mesh.answers["CheckRequests"] = blind
        with refused(Reason.CONTENT_INTENT_MISSING):
            await client.update(guild_id=GUILD, request_channel_id=6, validate_only=validate_only)
        await client.update(guild_id=GUILD, request_channel_id=0)

        assert (await client.get(guild_id=GUILD)).request_channel_id == 0
