"""A server turns its channel for requests on while music plays: what is typed is queued, the music goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.e2e.discord import readable, tenths
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import hears_tenth
from tests.e2e.test_settings_panel import press

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

LONG = 120  # tenths of a second
GRANTED = 1 << 15 | 1 << 19


@pytest_asyncio.fixture(loop_scope="session")
async def room(stack: Stack, discord: Discord, guild: Guild) -> AsyncIterator[str]:
    """A new text channel; what the guild chose is forgotten in the end."""
    made = await discord.post("/channels", {"guildId": guild.id, "name": "requests", "type": 0})
    yield str(made["id"])
    await stack.forget(guild, "requestChannelId")
    await discord.delete("/channels", {"channelId": made["id"]})


async def messages(discord: Discord, channel: str) -> list[Any]:
    """Read a channel."""
    found: list[Any] = (await discord.get(f"/channels/{channel}/messages"))["messages"]
    return found


async def test_where_discord_tells_nothing_a_channel_is_refused_over_rest_and_in_discord(
    stack: Stack, discord: Discord, guild: Guild, room: str
) -> None:
    await discord.post("/application", {"flags": 1 << 15})
    status, refused = await stack.rest("PATCH", f"/v1/guilds/{guild.id}/settings", {"requestChannelId": room})
    shown = (await discord.command(guild, guild.owner, "settings"))["message"]
    for what, chosen in (("settings:", "commands"), ("setting:", "request_channel_id"), ("set_setting:", room)):
        shown = (await press(discord, guild, guild.owner, shown, what, chosen))["message"]
    await discord.post("/application", {"flags": GRANTED})

    assert (status, refused["details"][0]["reason"]) == (400, "CONTENT_INTENT_MISSING")
    assert shown["content"].startswith("Discord does not tell me what people type in this server.")


async def begun(discord: Discord) -> int:
    """Count the sessions that the bot began."""
    return len((await discord.get("/conduct"))["identifiedAtMs"])


async def test_what_is_typed_is_queued_and_the_change_of_sessions_is_not_heard(
    stack: Stack, discord: Discord, guild: Guild, room: str
) -> None:
    after, sessions = await discord.last_index(guild), await begun(discord)
    await stack.enter(guild, guild.owner, guild.voices[0])
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"query": "long"})
    await hears_tenth(discord, guild, 1, after)
    status, _ = await stack.rest("PATCH", f"/v1/guilds/{guild.id}/settings", {"requestChannelId": room})
    assert status == 200

    async def hears() -> bool:
        return await begun(discord) > sessions

    await eventually(hears, within=20, what="the bot has a session in which it hears")
    await discord.post("/messages", {"channelId": room, "userId": guild.owner, "content": "alpha"})

    async def is_tidy() -> bool:
        (panel, *others) = await messages(discord, room)
        return not others and "alpha" in str(panel["components"])

    await eventually(is_tidy, within=30, what="the song waits or plays, and all but the panel is taken away")
    await hears_tenth(discord, guild, LONG - 1, after)
    heard = [tenth for tenth, _ in tenths(readable(await discord.frames(guild, after)))]
    assert heard[:LONG] == list(range(LONG))
