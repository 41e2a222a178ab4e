"""Red starts, answers and plays: what we imitate is Discord, and not what we know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.discord import is_contiguous, is_silent, is_unbroken, sounding, tenths
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import hears_end, hears_tenth
from tests.red.bot import PATIENCE

if TYPE_CHECKING:
    from tests.e2e.discord import Guild
    from tests.red.bot import Red

PAUSE = "⏯️"


async def starts(red: Red, guild: Guild, *tracks: str) -> int:
    """Ask for tracks, and wait until the first is heard; returns the index of the frame before."""
    after = await red.discord.last_index(guild)
    for track in tracks:
        await red.play(guild, track)
    await hears_tenth(red.discord, guild, 10, after)
    return after


async def goes_silent(red: Red, guild: Guild) -> None:
    await eventually(lambda: is_silent(red.discord, guild), within=PATIENCE, what="silence")


async def is_away(red: Red, guild: Guild) -> bool:
    """Tell whether Red is in no voice channel."""
    heard = await red.discord.voice(guild)
    return (heard["connected"], heard["channelId"]) == (False, None)


async def test_red_answers_commands_and_knows_the_server(red: Red, guild: Guild) -> None:
    server = (await red.ask(guild, "serverinfo"))["embeds"][0]["fields"]

    assert await red.told(guild, "ping") == "Pong."
    assert "play" in await red.told(guild, "help Audio")
    assert {field["name"]: field["value"] for field in server} == {
        "Users online": "0/5",
        "Text Channels": "1",
        "Voice Channels": "2",
        "Roles": "3",
        "Owner": "Olivia",
    }


async def test_red_asks_for_a_voice_channel_and_refuses_what_is_no_music(red: Red, guild: Guild) -> None:
    await red.discord.enter(guild, guild.owner, None)
    outside = await red.play(guild, "alpha")
    await red.discord.enter(guild, guild.owner, guild.voices[0])

    assert "Connect to a voice channel first." in outside
    assert "Nothing found." in await red.play(guild, "nothing")


async def test_two_tracks_are_heard_whole_and_in_order(red: Red, guild: Guild) -> None:
    after = await red.discord.last_index(guild)
    enqueued = [await red.play(guild, track) for track in ("alpha", "bravo")]
    queue = await red.told(guild, "queue")
    await hears_tenth(red.discord, guild, 39, after)
    heard = await red.discord.voice(guild)
    frames = await hears_end(red.discord, guild, 49, after)

    assert all("Track Enqueued" in answer for answer in enqueued)
    assert queue.index("alpha.wav") < queue.index("bravo.wav")
    assert (heard["dave"], heard["decryptErrors"]) == (True, 0)
    assert [tenth for tenth, _ in tenths(frames)] == [*range(40), *range(50)]
    assert all(frame.encrypted for frame in sounding(frames))
    assert is_contiguous(frames)


async def test_pause_is_silent_and_the_music_goes_on_where_it_was(red: Red, guild: Guild) -> None:
    after = await starts(red, guild, "long")
    paused = await red.told(guild, "pause")
    await goes_silent(red, guild)
    before = sounding(await red.discord.frames(guild, after))[-1]
    resumed = await red.told(guild, "pause")
    tenth = (before.media_ms or 0) // 100
    heard = await hears_tenth(red.discord, guild, tenth + 5, before.index)

    assert ("Track Paused" in paused, "Track Resumed" in resumed) == (True, True)
    assert (heard[0].media_ms or 0) // 100 in (tenth, tenth + 1)


async def test_skip_plays_the_next_and_stop_ends_it(red: Red, guild: Guild) -> None:
    await starts(red, guild, "long", "bravo")
    skipped = await red.told(guild, "skip")
    await hears_tenth(red.discord, guild, 2, await red.discord.last_index(guild))
    stopped = await red.told(guild, "stop")
    await goes_silent(red, guild)

    assert ("Track Skipped" in skipped, "Stopping" in stopped) == (True, True)


async def test_red_moves_in_the_track_and_lowers_its_sound(red: Red, guild: Guild) -> None:
    after = await starts(red, guild, "long")
    loud = (await red.discord.voice(guild, 200))["rms"]
    quieter = await red.told(guild, "volume 50")
    moved = await red.told(guild, "seek 6")
    await hears_tenth(red.discord, guild, 75, after)
    quiet = (await red.discord.voice(guild, 200))["rms"]

    assert ("50%" in quieter, "Moved 6s" in moved) == (True, True)
    assert quiet == pytest.approx(loud / 2, rel=0.1)
    assert "100%" in await red.told(guild, "volume 100")


async def test_disconnect_leaves_the_channel(red: Red, guild: Guild) -> None:
    await starts(red, guild, "long")

    assert "Disconnecting" in await red.told(guild, "disconnect")
    await eventually(lambda: is_away(red, guild), within=PATIENCE, what="Red has left")


async def test_a_person_pauses_by_the_emoji_below_the_message(red: Red, guild: Guild) -> None:
    await starts(red, guild, "long")
    now = await red.ask(guild, "now")

    async def offered() -> bool:
        messages = (await red.discord.get(f"/channels/{guild.text}/messages"))["messages"]
        shown = next(one for one in messages if one["id"] == now["id"])
        return len(shown["reactions"]) == 3

    await eventually(offered, within=PATIENCE, what="emojis below the message")
    pressed = {"channelId": guild.text, "userId": guild.owner, "messageId": now["id"], "emoji": PAUSE}
    await red.discord.post("/reactions", pressed)
    await goes_silent(red, guild)


async def test_a_session_that_is_resumed_plays_on_and_answers(red: Red, guild: Guild) -> None:
    after = await starts(red, guild, "long")
    before = await red.discord.get("/conduct")
    await red.discord.post("/faults", {"kind": "gateway_reconnect"})  # op 7

    async def resumed() -> bool:
        return bool((await red.discord.get("/conduct"))["resumed"] > before["resumed"])

    await eventually(resumed, within=PATIENCE, what="Red resumes its session")
    answered = await red.told(guild, "ping")
    frames = await hears_tenth(red.discord, guild, 40, after)

    assert answered == "Pong."
    assert is_unbroken(frames)
    assert (await red.discord.get("/conduct"))["identifiedAtMs"] == before["identifiedAtMs"]


async def test_a_session_that_discord_ends_is_begun_anew(red: Red, guild: Guild) -> None:
    before = (await red.discord.get("/conduct"))["identifiedAtMs"]
    await red.discord.post("/faults", {"kind": "invalid_session"})  # op 9

    async def identified() -> bool:
        return len((await red.discord.get("/conduct"))["identifiedAtMs"]) > len(before)

    await eventually(identified, within=PATIENCE, what="Red identifies anew")
    assert await red.told(guild, "ping") == "Pong."
    await starts(red, guild, "alpha")


@pytest.mark.parametrize("fault", [{"kind": "rest_429"}, {"kind": "rest_429", "global": True}, {"kind": "rest_5xx"}])
async def test_red_asks_again_where_discord_refused(red: Red, guild: Guild, fault: dict[str, object]) -> None:
    await red.discord.post("/faults", fault)
    assert await red.told(guild, "ping") == "Pong."


async def test_a_call_that_moves_to_another_voice_server_is_heard_on(red: Red, guild: Guild) -> None:
    await starts(red, guild, "long")
    await red.discord.post("/faults", {"kind": "voice_server_move", "guildId": guild.id})
    moved = await red.discord.last_index(guild)
    await hears_tenth(red.discord, guild, 60, moved)
