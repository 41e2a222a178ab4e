"""Who reads along sees the line that is heard: by the player's clock, after a seek, and no longer than the song."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.stack import eventually
from tests.e2e.test_first_light import button, hears_tenth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

SONG, LENGTH = "long", 12
OVER = "This song is over."


@pytest.fixture(autouse=True)
def words(music: Path) -> Iterator[None]:
    """Let a line be sung in each second of the song, but for the first."""
    file = music / f"{SONG}.lrc"
    file.write_text("".join(f"[00:{second:02}.00]second {second}\n" for second in range(1, LENGTH)))
    yield
    file.unlink()


async def seen(discord: Discord, guild: Guild, message: Any) -> str:
    """Read a message that only the owner sees."""
    found = await discord.get(f"/channels/{guild.text}/messages?userId={guild.owner}")
    return str(next(one for one in found["messages"] if one["id"] == message["id"])["embeds"][0]["description"])


def second(shown: str) -> int:
    """Tell in which second the line is sung that is marked."""
    return int((re.findall(r"▶ \*\*second (\d+)", shown) or [0])[0])


async def heard(discord: Discord, guild: Guild) -> float:
    """Tell in which second of the song the channel is."""
    return ((await discord.frames(guild))[-1].media_ms or 0) / 1000


async def test_the_line_that_is_heard_is_marked_also_after_a_seek_until_the_song_is_over(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    after = await discord.last_index(guild)
    await stack.enter(guild, guild.owner, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query=SONG)
    await hears_tenth(discord, guild, 10, after)
    message = (await discord.command(guild, guild.owner, "lyrics"))["message"]

    async def is_marked(least: int) -> bool:
        before = await heard(discord, guild)
        line = second(await seen(discord, guild, message))
        return least <= line <= before + 1

    await eventually(lambda: is_marked(3), within=10, what="the line is marked that is heard")
    await discord.command(guild, guild.owner, "seek", position="8")
    await eventually(lambda: is_marked(8), within=10, what="the line after the seek is marked")

    async def is_over() -> bool:
        return OVER in await seen(discord, guild, message)

    await eventually(is_over, within=20, what="the answer says that the song is over")
    assert "▶" not in await seen(discord, guild, message)


async def test_who_stops_following_is_left_alone(stack: Stack, discord: Discord, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query=SONG)
    message = (await discord.command(guild, guild.owner, "lyrics"))["message"]
    stopped = await discord.click(guild, guild.owner, message["id"], button(message, "lyrics"))
    kept = await seen(discord, guild, message)

    assert stopped["message"]["id"] == message["id"]
    assert kept.splitlines()[0] == "second 1"
    await discord.command(guild, guild.owner, "seek", position="9")
    follows = await discord.click(guild, guild.owner, message["id"], button(stopped["message"], "follow_lyrics"))
    assert second(follows["message"]["embeds"][0]["description"]) >= 9
