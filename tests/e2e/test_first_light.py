"""A person in Discord types commands and listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.discord import (
    SOUNDING_AFTER_PAUSE,
    Discord,
    Frame,
    Guild,
    is_contiguous,
    is_silent,
    joined,
    sounding,
    tenths,
)
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAYING = 20.0
SEEK_TOLERANCE_MS = 100
LONGEST_WINDOW_MS = 10_000  # longer than either track


async def hears_tenth(discord: Discord, guild: Guild, tenth: int, after: int) -> list[Frame]:
    """Wait until a tenth of a second of a track is heard; return the sounding frames since `after`."""

    async def probe() -> list[Frame]:
        heard = sounding(await discord.frames(guild, after))
        return heard if any(frame.media_ms == tenth * 100 for frame in heard) else []

    return await eventually(probe, within=PLAYING, what=f"tenth {tenth} is heard")


async def hears_end(discord: Discord, guild: Guild, last_tenth: int, after: int) -> list[Frame]:
    """Wait until five silent frames follow the last tenth of a track."""

    async def probe() -> list[Frame]:
        frames = await discord.frames(guild, after)
        ended = [f for f in frames[-5:] if f.silent]
        return frames if len(ended) == 5 and any(f.media_ms == last_tenth * 100 for f in frames) else []

    return await eventually(probe, within=PLAYING, what=f"silence after tenth {last_tenth}")


def buttons(component: Any) -> Iterator[str]:
    """Yield the custom ids of all buttons and lists in a message."""
    beside = [component["accessory"]] if "accessory" in component else []
    for child in (*component.get("components", ()), *beside):
        if child.get("custom_id"):
            yield child["custom_id"]
        yield from buttons(child)


def button(message: Any, name: str) -> str:
    """Return the custom id of a button, of which the name is known."""
    return next(one for one in buttons(message) if one.split(":")[1] == name)


async def test_two_tracks_are_heard_whole_and_in_order(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    after = await discord.last_index(guild)
    await discord.enter(guild, owner, guild.voices[0])

    first = await discord.command(guild, owner, "play", query="alpha")
    second = await discord.command(guild, owner, "play", query="bravo")
    await hears_tenth(discord, guild, 59, after)
    halves = [await discord.voice(guild, LONGEST_WINDOW_MS)]
    frames = await hears_end(discord, guild, 79, after)
    halves.append(await discord.voice(guild, LONGEST_WINDOW_MS))

    assert "alpha" in str(first["message"])
    assert "bravo" in str(second["message"])
    assert tenths(frames) == joined(60, 80)
    assert is_contiguous(frames)
    assert all(frame.encrypted for frame in sounding(frames))
    assert [(half["dave"], half["decryptErrors"]) for half in halves] == [(True, 0)] * 2


async def test_pause_stops_the_sound_and_resume_goes_on_at_the_same_place(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    after = await discord.last_index(guild)
    await discord.enter(guild, owner, guild.voices[0])
    await discord.command(guild, owner, "play", query="alpha")
    await hears_tenth(discord, guild, 10, after)

    paused = await discord.command(guild, owner, "pause")
    await eventually(lambda: is_silent(discord, guild), within=PLAYING, what="silence after /pause")
    late = [frame for frame in sounding(await discord.frames(guild, after)) if frame.at_ms > paused["answerAtMs"]]
    await discord.command(guild, owner, "resume")
    frames = await hears_end(discord, guild, 59, after)

    assert len(late) <= SOUNDING_AFTER_PAUSE
    assert tenths(frames) == [(tenth, 5) for tenth in range(60)]


async def test_skip_changes_the_track(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    after = await discord.last_index(guild)
    await discord.enter(guild, owner, guild.voices[0])
    await discord.command(guild, owner, "play", query="alpha")
    await discord.command(guild, owner, "play", query="bravo")
    await hears_tenth(discord, guild, 10, after)

    await discord.command(guild, owner, "skip")
    frames = await hears_end(discord, guild, 79, after)

    # The first frame after the change holds the decoder's memory of the frame before it and may not be readable.
    heard = tenths(frames)
    change = heard.index((1, 5), 2)
    assert heard[change:] == [(tenth, 5) for tenth in range(1, 80)]
    assert heard[change - 1] in {(0, 4), (0, 5)}
    assert [tenth for tenth, _ in heard[: change - 2]] == list(range(change - 2))
    assert change < 60


async def test_seek_lands_within_100_ms_of_media_time(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    after = await discord.last_index(guild)
    await discord.enter(guild, owner, guild.voices[0])
    await discord.command(guild, owner, "play", query="long")
    before = await hears_tenth(discord, guild, 5, after)

    await discord.command(guild, owner, "seek", position="0:08")
    await hears_tenth(discord, guild, 85, before[-1].index)

    jumped = [f for f in sounding(await discord.frames(guild, after)) if (f.media_ms or 0) > 5_000]
    assert abs((jumped[0].media_ms or 0) - 8_000) <= SEEK_TOLERANCE_MS


async def test_the_buttons_under_the_answer_pause_resume_and_skip(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    after = await discord.last_index(guild)
    await discord.enter(guild, owner, guild.voices[0])
    answer = await discord.command(guild, owner, "play", query="long")
    await hears_tenth(discord, guild, 5, after)

    paused = await discord.click(guild, owner, answer["message"]["id"], button(answer["message"], "panel-pause"))
    await eventually(lambda: is_silent(discord, guild), within=PLAYING, what="silence after the pause button")
    paused_at = sounding(await discord.frames(guild, after))[-1]
    resume, skip = (button(paused["message"], name) for name in ("panel-resume", "panel-skip"))
    await discord.click(guild, owner, answer["message"]["id"], resume)
    await hears_tenth(discord, guild, (paused_at.media_ms or 0) // 100 + 3, paused_at.index)
    await discord.click(guild, owner, answer["message"]["id"], skip)

    await eventually(lambda: is_silent(discord, guild), within=PLAYING, what="silence after the skip button")


async def test_play_completes_what_one_types(discord: Discord, guild: Guild) -> None:
    body = {"guildId": guild.id, "channelId": guild.text, "userId": guild.owner, "name": "play"}

    answer = await discord.post("/autocomplete", {**body, "options": {"query": "brav"}, "focused": "query"})

    assert [choice["name"] for choice in answer["choices"] if "bravo" in choice["name"].lower()]


async def test_a_refusal_is_private_and_carries_a_reference(discord: Discord, guild: Guild) -> None:
    answer = await discord.command(guild, guild.owner, "play", query="alpha")

    assert answer["ephemeral"]
    assert answer["message"]["content"] or answer["message"]["embeds"] or answer["message"]["components"]


async def test_join_queue_nowplaying_stop_and_leave_do_what_they_say(discord: Discord, guild: Guild) -> None:
    owner = guild.owner
    await discord.enter(guild, owner, guild.voices[1])

    joined = await discord.command(guild, owner, "join")
    assert guild.voices[1] in str(joined["message"])
    await eventually(lambda: _is_in(discord, guild, guild.voices[1]), within=PLAYING, what="the bot joins")
    after = await discord.last_index(guild)
    for query in ("long", "bravo", "alpha"):
        await discord.command(guild, owner, "play", query=query)
    await hears_tenth(discord, guild, 5, after)

    queue = await discord.command(guild, owner, "queue")
    playing = await discord.command(guild, owner, "nowplaying")
    assert queue["ephemeral"]
    assert not playing["ephemeral"]
    listed = str(queue["message"])
    assert listed.index("long") < listed.index("bravo") < listed.index("alpha")
    assert "long" in str(playing["message"])

    stopped = await discord.command(guild, owner, "stop")
    await eventually(lambda: is_silent(discord, guild), within=PLAYING, what="silence after /stop")
    empty = await discord.command(guild, owner, "queue")
    nothing = await discord.command(guild, owner, "nowplaying")
    assert not stopped["ephemeral"]
    assert [name for name in ("long", "bravo", "alpha") if name in str(empty["message"])] == []
    assert nothing["ephemeral"]
    assert await _is_in(discord, guild, guild.voices[1])

    left = await discord.command(guild, owner, "leave")
    await eventually(lambda: _is_in(discord, guild, None), within=PLAYING, what="the bot leaves")
    assert not left["ephemeral"]
    assert (await discord.command(guild, owner, "leave"))["ephemeral"]


async def _is_in(discord: Discord, guild: Guild, channel: str | None) -> bool:
    heard = await discord.voice(guild)
    return bool((heard["channelId"] if heard["connected"] else None) == channel)
