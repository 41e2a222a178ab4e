"""The panel in Discord is true, whoever changes the player and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.stack import eventually
from tests.e2e.test_first_light import buttons, hears_tenth

if TYPE_CHECKING:
    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

SHOWN = 10.0  # seconds


async def panel(discord: Discord, guild: Guild) -> Any:
    """Start music in Discord; returns the answer, which is the panel."""
    after = await discord.last_index(guild)
    await discord.enter(guild, guild.owner, guild.voices[0])
    answer = await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 1, after)
    return answer["message"]


async def shows(discord: Discord, message: Any, *texts: str) -> Any:
    """Wait until a message shows all these texts; returns it."""

    async def probe() -> Any:
        listed = (await discord.get(f"/channels/{message['channel_id']}/messages"))["messages"]
        found = next(one for one in listed if one["id"] == message["id"])
        return found if all(text in str(found) for text in texts) else None

    return await eventually(probe, within=SHOWN, what=f"a panel with {texts}")


async def test_the_panel_shows_what_was_done_over_rest_and_by_whom(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    message = await panel(discord, guild)
    playing = await shows(discord, message, "Playing", "long", "Ends <t:")

    for method, texts in (
        ("pause", ("Paused", f"<@{guild.owner}> paused.", "Resume")),
        ("resume", ("Playing", f"<@{guild.owner}> resumed.", "Pause")),
        ("play", ("One track waits", f"<@{guild.owner}> asked for music.")),
        ("skip", ("alpha", f"<@{guild.owner}> asked for the next track.")),
    ):
        body = {"query": "alpha"} if method == "play" else {}
        status, _ = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:{method}", body)
        assert status == 200
        await shows(discord, message, *texts)
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
    stopped = await shows(discord, message, "The music has stopped.", "sent me away.")

    assert len(list(buttons(playing))) == 12
    assert list(buttons(stopped)) == []


async def test_the_panel_has_no_buttons_left_when_the_bot_is_sent_away_by_a_moderator(
    discord: Discord, guild: Guild
) -> None:
    message = await panel(discord, guild)
    bot = (await discord.get("/world"))["bot"]["id"]

    await discord.enter(guild, bot, None)
    stopped = await shows(discord, message, "The music has stopped.")

    assert list(buttons(stopped)) == []
