"""People read along: lyrics with times follow the song, until it ends or they press a button."""

from __future__ import annotations

import itertools
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import catalog_service_pb2, player_pb2
from tests.gateway.conftest import labels, text
from tests.gateway.test_sound_commands import lyrics

if TYPE_CHECKING:
    from tests.gateway.conftest import House

STOP, FOLLOW, OVER = "Stop following", "Follow the song", "This song is over."
IDS = itertools.count(10_000)
EVERY, COUNT = 100, 30  # seconds of a line, and lines


def synced(item_id: int, every: float = EVERY) -> catalog_service_pb2.Lyrics:
    """Lyrics of which each line is sung for so many seconds, the first after a pause as long."""
    found = lyrics(item_id, "line", COUNT)
    found.synced = True
    for number, line in enumerate(found.lines, 1):
        line.start.FromMilliseconds(round(1000 * every * number))
    return found


def at(house: House, seconds: float) -> None:
    """Let the player be at a position now."""
    house.audio.player.position.FromMilliseconds(round(1000 * seconds))
    house.audio.player.position_time.FromNanoseconds(time.time_ns())


def begin(house: House, line: int, every: float = EVERY) -> None:
    """Let what plays be in the middle of a line; no item's id comes twice."""
    house.audio.player.current.item_id = next(IDS)
    house.audio.lyrics = synced(house.audio.player.current.item_id, every)
    at(house, every * (line + 0.5))


async def sings(house: House, line: int, every: float = EVERY) -> None:
    """Play a song, and let it be in the middle of a line."""
    await house.simulator.command("play", query="alpha")
    begin(house, line, every)


async def followed(house: House, line: int = 10) -> Any:
    """Follow a song that is in the middle of a line; return the answer's message."""
    await sings(house, line)
    answer = await house.simulator.command("lyrics")
    assert answer["ephemeral"]
    return answer["message"]


async def looked(house: House, times: int = 2) -> None:
    """Wait until somebody looked so often at what plays, or what is sung."""
    before = house.audio.looks

    async def look() -> int:
        return house.audio.looks - before

    await house.simulator.until(look, lambda found: found >= times)


async def again(house: House, message: Any) -> Any:
    """Read a message once more."""
    return await house.reads(message, "")


def mark(message: Any) -> int:
    """The number of the line that is marked."""
    return int(re.findall(r"▶ \*\*line (\d+)", text(message))[0])


def marked(line: int) -> str:
    """The line that is sung, as it is marked."""
    return f"▶ **line {line}**"


async def test_the_line_that_is_sung_is_marked_among_its_neighbours(house: House) -> None:
    message = await followed(house, 10)

    assert text(message).strip().splitlines() == [
        "Lyrics from *Somebody*",
        *(f"line {number}" for number in (7, 8, 9)),
        marked(10),
        *(f"line {number}" for number in range(11, 19)),
    ]
    assert labels(message) == [STOP]


async def test_the_mark_goes_on_by_itself_and_the_lines_move_along(house: House) -> None:
    await sings(house, 4, every=1.5)
    message = (await house.simulator.command("lyrics"))["message"]
    moved = await house.simulator.until(lambda: again(house, message), lambda found: mark(found) > 8)

    assert "line 1\n" in text(message)
    assert "line 5\n" not in text(moved)
    assert len(text(moved).splitlines()) == len(text(message).splitlines())


@pytest.mark.parametrize("seconds", [EVERY * 20.5, EVERY * 2.5], ids=["forward", "back"])
async def test_after_a_seek_the_line_there_is_marked(house: House, seconds: float) -> None:
    message = await followed(house)
    at(house, seconds)

    assert await house.reads(message, marked(int(seconds / EVERY)))


async def test_twice_as_fast_the_lines_come_twice_as_fast(house: House) -> None:
    await sings(house, 5, every=20)
    house.audio.player.speed = 16.0
    message = (await house.simulator.command("lyrics"))["message"]

    assert await house.reads(message, marked(8))


async def test_nothing_is_edited_while_nothing_changes(house: House) -> None:
    message = await followed(house)
    await house.simulator.command("pause")
    await looked(house, 3)
    paused = await again(house, message)
    at(house, EVERY * 12.5)

    assert paused == message
    assert await house.reads(message, marked(12))


async def test_before_the_first_line_none_is_marked(house: House) -> None:
    message = await followed(house, 0)

    assert "▶" not in text(message)
    assert "line 1\n" in text(message)


async def test_a_line_without_words_is_a_pause(house: House) -> None:
    await sings(house, 10)
    house.audio.lyrics.lines[9].text = ""

    assert "▶ **♪**" in text((await house.simulator.command("lyrics"))["message"])


async def test_who_stops_following_reads_on_where_they_were_and_may_follow_again(house: House) -> None:
    message = await followed(house)
    stopped = (await house.click(message, STOP))["message"]
    at(house, EVERY * 20.5)
    await house.simulator.command("pause")
    read = await again(house, message)
    follows = (await house.click(stopped, FOLLOW))["message"]

    assert text(stopped).splitlines()[2] == "line 7"
    assert "▶" not in text(stopped)
    assert text(read) == text(stopped)
    assert labels(stopped) == ["First page", "More", FOLLOW]
    assert follows["id"] == message["id"]
    assert marked(20) in text(follows)


async def test_when_the_song_is_over_its_lyrics_stay_to_be_read(house: House) -> None:
    message = await followed(house)
    await house.simulator.command("stop")
    over = await house.reads(message, OVER)
    house.audio.refusal = Refused(Reason.NOTHING_PLAYING)
    refused = await house.click(over, FOLLOW)

    assert text(over).splitlines()[2] == "line 1"
    assert "▶" not in text(over)
    assert refused["ephemeral"]
    assert "Nothing is playing" in text(refused["message"])


async def test_what_comes_after_a_skip_is_followed_when_somebody_wants_it(house: House) -> None:
    await sings(house, 10)
    await house.simulator.command("play", query="bravo")
    message = (await house.simulator.command("lyrics"))["message"]
    await house.simulator.command("skip")
    begin(house, 20)
    over = await house.reads(message, OVER)

    assert marked(20) in text((await house.click(over, FOLLOW))["message"])


async def test_from_the_panel_they_follow_the_song_too(house: House) -> None:
    panel = (await house.simulator.command("play", query="alpha"))["message"]
    begin(house, 3)
    answer = await house.click(panel, "Lyrics")
    at(house, EVERY * 5.5)

    assert answer["ephemeral"]
    assert await house.reads(answer["message"], marked(5))
    assert text(await again(house, panel)) == text(panel)


async def test_below_a_message_lyrics_do_not_follow_by_themselves(house: House) -> None:
    await sings(house, 10)
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    await house.simulator.call("POST", "/messages", {**await house.simulator.place(), "content": f"<@{bot}> lyrics"})
    place = await house.simulator.place()

    async def last() -> Any:
        found = await house.simulator.call("GET", f"/channels/{place['channelId']}/messages")
        return found["messages"][-1]

    answer = await house.simulator.until(last, lambda found: "line 1\n" in text(found))
    assert labels(answer) == ["More", FOLLOW]


async def test_ones_newest_answer_alone_follows_a_song(house: House) -> None:
    first = await followed(house)
    second = (await house.simulator.command("lyrics"))["message"]
    other = (await house.simulator.command("lyrics", person="Dana"))["message"]
    at(house, EVERY * 12.5)
    await house.reads(second, marked(12))
    await house.reads(other, marked(12), "Dana")

    assert text(await again(house, first)) == text(first)


async def test_while_audio_is_away_the_answer_stands_and_goes_on_afterwards(house: House) -> None:
    message = await followed(house)
    house.audio.refusal = Refused(Reason.UNAVAILABLE, part="audio")
    await looked(house)
    kept = await again(house, message)
    house.audio.refusal = None
    at(house, EVERY * 12.5)

    assert kept == message
    assert await house.reads(message, marked(12))


async def test_the_next_process_follows_on(house: House) -> None:
    message = await followed(house)
    await house.restart()
    at(house, EVERY * 12.5)

    assert await house.reads(message, marked(12))
    assert labels(await again(house, message)) == [STOP]


async def test_a_song_that_ended_while_gateway_was_away_leaves_them_as_they_were(house: House) -> None:
    message = await followed(house)
    await looked(house)
    await house.stop()
    house.audio.player.ClearField("current")
    house.audio.player.status = player_pb2.PLAYER_STATUS_IDLE
    house.audio.refusal = Refused(Reason.NOTHING_PLAYING)
    await house.start()
    await looked(house, 1)
    house.audio.refusal = None
    await house.simulator.command("queue")

    assert await again(house, message) == message
    assert "failed" not in house.log().rpartition("declared the commands")[2]
