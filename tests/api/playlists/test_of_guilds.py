"""A guild goes on with a playlist that everybody in it may play, and its player reads that for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kit import actor
from kit.errors import Reason
from segue.api.v1 import settings_service_pb2, settings_service_pb2_grpc
from tests.api.playlists.client import DJ, GUILD, MANAGER, MEMBER, Client
from tests.api.test_settings import refused
from tests.kit.serving import Brought
from tests.kit.world import token

if TYPE_CHECKING:
    from tests.api.playlists.conftest import Rows

UNKNOWN = "0190b5b4-0000-7000-8000-000000000009"


@pytest.fixture(autouse=True)
async def _without_settings(rows: Rows) -> None:
    await rows.execute("TRUNCATE api.guild_settings, api.audit_entry")


async def choose(client: Client, playlist_id: str, **more: Any) -> Any:
    """Choose it as who manages the guild."""
    request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=GUILD, autoplay_playlist_id=playlist_id, **more)
    async with Brought("edge", client.address) as channel:
        with actor.acting_as(token(user_id=MANAGER, scopes=["settings.write"])):
            return await settings_service_pb2_grpc.SettingsServiceStub(channel).UpdateGuildSettings(request)


async def test_one_of_the_guild_or_shared_with_it_is_chosen_and_taken_back(client: Client) -> None:
    ours = await client.made("a", guild_id=GUILD, who=DJ)
    shared = await client.made("b", who=MEMBER)
    await client("SharePlaylist", playlist_id=shared, guild_id=GUILD, who=MEMBER)

    for playlist_id in (ours, shared, ""):
        assert (await choose(client, playlist_id)).settings.autoplay_playlist_id == playlist_id


@pytest.mark.parametrize("validate_only", [False, True])
async def test_one_that_not_everybody_there_may_play_is_refused(client: Client, validate_only: bool) -> None:
    mine, foreign = await client.made("a", who=MANAGER), await client.made("b", who=MEMBER)

    for playlist_id, reason in (
        (mine, Reason.PLAYLIST_NOT_SHARED),
        (foreign, Reason.PLAYLIST_NOT_FOUND),
        (UNKNOWN, Reason.PLAYLIST_NOT_FOUND),
    ):
        with refused(reason):
            await choose(client, playlist_id, validate_only=validate_only)


async def test_audio_reads_it_for_nobody_until_it_is_shared_no_longer(client: Client) -> None:
    shared = await client.made("a", "b", who=MEMBER)
    await client("SharePlaylist", playlist_id=shared, guild_id=GUILD, who=MEMBER)
    through = {"guild_id": GUILD, "who": 0, "caller": "audio"}
    assert await client.titles(shared, **through) == ["a", "b"]

    await client("UnsharePlaylist", playlist_id=shared, guild_id=GUILD, who=MEMBER)
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await client.titles(shared, **through)
