"""A manager changes a setting in Discord: audio goes by it, and who did it is told over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.e2e.stack import eventually
from tests.e2e.test_first_light import buttons

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

MANAGE_SERVER = "32"
CHOSEN = ["maxTrackLength", "voteShares", "panelButtons"]


@pytest_asyncio.fixture(loop_scope="session")
async def role(discord: Discord, guild: Guild) -> AsyncIterator[str]:
    """A role whose members may manage the server, for as long as no test deletes it."""
    made = await discord.post("/roles", {"guildId": guild.id, "name": "Managers", "permissions": MANAGE_SERVER})
    yield str(made["id"])
    (world, *_) = (await discord.get("/world"))["guilds"]
    if made["id"] in {one["id"] for one in world["roles"]}:
        await discord.delete("/roles", {"guildId": guild.id, "roleId": made["id"]})


@pytest_asyncio.fixture(loop_scope="session")
async def manager(stack: Stack, discord: Discord, guild: Guild, role: str) -> AsyncIterator[str]:
    """Somebody who has it; what they chose is forgotten in the end."""
    made = await discord.post("/members", {"guildId": guild.id, "name": "Maria", "roles": [role]})
    yield str(made["id"])
    await stack.forget(guild, *CHOSEN)
    await discord.delete("/members", {"guildId": guild.id, "userId": made["id"]})


async def press(discord: Discord, guild: Guild, user: str, message: Any, prefix: str, *values: str) -> Any:
    """Press or choose what has an id that begins like this."""
    custom_id = next(one for one in buttons(message) if one.startswith(f"segue:{prefix}"))
    return await discord.click(guild, user, message["id"], custom_id, *values)


async def type_setting(discord: Discord, guild: Guild, user: str, group: str, name: str, *, value: str) -> Any:
    """Type in the panel what a setting is to be; return the panel."""
    panel = (await discord.command(guild, user, "settings"))["message"]
    panel = (await press(discord, guild, user, panel, "settings:", group))["message"]
    setting = (await press(discord, guild, user, panel, "setting:", name))["message"]
    form = (await press(discord, guild, user, setting, "ask_setting:"))["modal"]
    return (await discord.fill(guild, user, form["custom_id"], value=value))["message"]


async def test_what_a_manager_types_is_what_audio_goes_by_and_managers_are_told_who_did(
    stack: Stack, discord: Discord, guild: Guild, manager: str
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    panel = await type_setting(discord, guild, manager, "queue", "max_track_length", value="0:05")

    async def goes_by_it() -> bool:
        wish = {"query": "long", "validateOnly": True}
        _, answer = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", wish)
        return bool(answer.get("details", [{}])[0].get("reason") == "TRACK_TOO_LONG")

    await eventually(goes_by_it, within=10, what="audio goes by the setting")
    refused = await discord.command(guild, guild.owner, "play", query="long")
    _, audit = await stack.rest("GET", f"/v1/guilds/{guild.id}/audit-entries?pageSize=1")
    (entry,) = audit["entries"]

    assert "**Longest track**: 5 s" in str(panel["embeds"])
    assert "That track is longer than this server allows." in str(refused["message"])
    assert (entry["userId"], entry["surface"], entry.get("tokenId", "")) == (manager, "SURFACE_DISCORD", "")
    changed = (entry["what"], entry["name"], entry["before"], entry["after"])
    assert changed == ("settings", "max_track_length", '"0s"', '"5s"')


async def test_votes_and_the_order_of_buttons_are_typed_and_told_over_rest(
    stack: Stack, discord: Discord, guild: Guild, manager: str
) -> None:
    await type_setting(discord, guild, manager, "people", "vote_shares", value="Stop: 50\nClear queue: 0")
    panel = await type_setting(discord, guild, manager, "appearance", "panel_buttons", value="Stop\nPause")
    _, shown = await stack.rest("GET", f"/v1/guilds/{guild.id}/settings")
    _, audit = await stack.rest("GET", f"/v1/guilds/{guild.id}/audit-entries?pageSize=2")

    assert "**Buttons of the player**: Stop and Pause" in str(panel["embeds"])
    assert shown["settings"]["voteShares"] == {"stop": 50, "queueClear": 0}
    assert shown["settings"]["panelButtons"] == ["PANEL_BUTTON_STOP", "PANEL_BUTTON_PAUSE"]
    assert [(entry["name"], entry["before"]) for entry in audit["entries"]] == [
        ("panel_buttons", "[]"),
        ("vote_shares", "{}"),
    ]


async def test_what_a_token_changed_is_told_with_it(stack: Stack, guild: Guild) -> None:
    _, me = await stack.rest("GET", "/v1/me")
    address = f"/v1/guilds/{guild.id}"
    await stack.rest("PATCH", f"{address}/settings", {"crossfade": "2.5s"})
    await stack.rest("PATCH", f"{address}/settings", {"reset": ["crossfade"]})
    _, audit = await stack.rest("GET", f"{address}/audit-entries?pageSize=2")

    told = [(entry["tokenId"], entry["surface"], entry["before"], entry["after"]) for entry in audit["entries"]]
    by = (me["tokenId"], "SURFACE_API")
    assert told == [(*by, '"2.500s"', '"0s"'), (*by, '"0s"', '"2.500s"')]


async def test_members_do_not_get_the_panel_and_who_was_a_manager_changes_nothing_with_it(
    stack: Stack, discord: Discord, guild: Guild, manager: str, role: str
) -> None:
    listener = guild.members[-1]
    place = {"guildId": guild.id, "channelId": guild.text, "userId": listener}
    async with discord.http.post(f"{discord.url}/sim/v1/commands", json={**place, "name": "settings"}) as answer:
        assert answer.status == 403
    panel = (await discord.command(guild, manager, "settings"))["message"]
    await discord.delete("/roles", {"guildId": guild.id, "roleId": role})
    _, before = await stack.rest("GET", f"/v1/guilds/{guild.id}/settings")
    refused = await press(discord, guild, manager, panel, "set_setting:fair_queue")
    _, after = await stack.rest("GET", f"/v1/guilds/{guild.id}/settings")

    assert refused["ephemeral"]
    assert "Only people who manage the server can do that." in str(refused["message"])
    assert before == after
