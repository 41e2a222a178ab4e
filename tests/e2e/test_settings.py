"""Settings of a guild, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.protobuf.duration_pb2 import Duration

from segue.api.v1 import settings_pb2
from tests.e2e.surfaces import SURFACES, Surface, call

if TYPE_CHECKING:
    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack


@pytest.mark.parametrize("surface", SURFACES)
async def test_settings_are_chosen_and_taken_back(stack: Stack, guild: Guild, surface: Surface) -> None:
    guild_id = int(guild.id)
    before = (await call(surface, stack, "GetGuildSettings", guild_id=guild_id)).settings
    wish = {"crossfade": Duration(seconds=3), "allow_streams": False, "expected_version": before.version}
    chosen = (await call(surface, stack, "UpdateGuildSettings", guild_id=guild_id, **wish)).settings
    seen = (await call(surface, stack, "GetGuildSettings", guild_id=guild_id)).settings
    back = await call(surface, stack, "UpdateGuildSettings", guild_id=guild_id, reset=["crossfade", "allow_streams"])

    assert (chosen.version, chosen.crossfade.seconds, chosen.allow_streams) == (before.version + 1, 3, False)
    assert seen == chosen
    before.version += 2
    assert back.settings == before


async def test_rest_shows_every_setting_and_says_what_is_wrong(stack: Stack, guild: Guild) -> None:
    address = f"/v1/guilds/{guild.id}/settings"
    _, shown = await stack.rest("GET", address)
    stale, refused = await stack.rest("PATCH", address, {"fairQueue": True, "expectedVersion": "99"})
    wrong, broken = await stack.rest("PATCH", address, {"voteSharePercent": 101})

    assert shown["settings"]["voteSharePercent"] == 50
    assert shown["settings"]["emptyChannelTimeout"] == "300s"
    assert len(shown["settings"]) == len(settings_pb2.GuildSettings.DESCRIPTOR.fields)
    assert (stale, refused["details"][0]["reason"]) == (409, "VERSION_STALE")
    assert (wrong, broken["details"][1]["fieldViolations"][0]["field"]) == (400, "vote_share_percent")


async def test_who_wants_segments_skipped_where_no_node_can_is_told_what_is_missing(stack: Stack, guild: Guild) -> None:
    address = f"/v1/guilds/{guild.id}/settings"
    _, before = await stack.rest("GET", address)
    _, nodes = await stack.rest("GET", "/v1/nodes")
    _, refused = await stack.rest("PATCH", address, {"skipSegments": True, "fairQueue": True})
    _, after = await stack.rest("GET", address)

    assert not any(
        "sponsorblock-plugin" in node["plugins"] for node in nodes["nodes"]
    )  # it is of no use without yt-dlp
    assert (refused["details"][0]["reason"], refused["details"][0]["metadata"]["missing"]) == (
        "NOT_SUPPORTED",
        "sponsorblock-plugin",
    )
    assert before == after
