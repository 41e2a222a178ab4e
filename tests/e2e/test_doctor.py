"""`make doctor CHANNEL=…` plays two seconds into a channel, and says what keeps it from that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.local.examination import UnwellError, play
from deploy.local.settings import LocalSettings
from tests.e2e.test_first_light import hears_tenth

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack


async def test_two_seconds_are_heard_and_then_the_bot_is_gone(stack: Stack, discord: Discord, guild: Guild) -> None:
    after = await discord.last_index(guild)

    said = await play(LocalSettings(segue_home=stack.home), guild.voices[0], "alpha")

    await hears_tenth(discord, guild, 15, after)
    assert said.startswith("Played 2 s of alpha in ")
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    assert body["player"]["status"] == "PLAYER_STATUS_IDLE"


async def test_music_that_plays_is_left_alone(stack: Stack, playing: Guild) -> None:
    with pytest.raises(UnwellError, match="Music plays in"):
        await play(LocalSettings(segue_home=stack.home), playing.voices[0], "alpha")


async def test_a_channel_that_the_bot_does_not_see_and_a_song_that_is_not_there_are_told(
    stack: Stack, guild: Guild
) -> None:
    with pytest.raises(UnwellError, match="The bot sees no channel 7: "):
        await play(LocalSettings(segue_home=stack.home), "7")
    with pytest.raises(UnwellError, match="No match"):
        await play(LocalSettings(segue_home=stack.home), guild.voices[0], "no such song at all")


async def test_without_a_run_there_is_nothing_to_play_with(tmp_path: Path) -> None:
    with pytest.raises(UnwellError, match="start it with make up"):
        await play(LocalSettings(segue_home=tmp_path), "7")
