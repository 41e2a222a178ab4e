"""The panel as people see and use it: its tree of components, each button, each list, and what a guild chose of it."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.api.v1 import settings_pb2
from segue.audio.v1 import player_pb2, queue_service_pb2
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.finding import track
from tests.gateway.test_panels import message, messages, over, show
from tests.gateway.test_sound_commands import lyrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 11, 14, 17
COVER = "https://example.com/cover.png"
PRESSED = ["Previous", "Pause", "Skip", "Stop", "Shuffle", "Loop: off", "Autoplay"]


def bare(component: Any) -> Any:
    """Leave out of a tree what Discord adds, and the moments that pass."""
    if isinstance(component, list):
        return [bare(one) for one in component]
    if isinstance(component, dict):
        return {name: bare(value) for name, value in component.items() if name != "id"}
    return re.sub(r"<t:\d+:R>", "<t>", component) if isinstance(component, str) else component


def button(custom_id: str, label: str, emoji: str, *, grey: bool = False) -> dict[str, Any]:
    """A button as Discord has it."""
    named = {"custom_id": f"segue:{custom_id}", "label": label, "emoji": {"name": emoji}}
    return {"type": BUTTON, "style": 2, **named, "disabled": grey}


def choosing(custom_id: str, placeholder: str, *options: tuple[str, str]) -> dict[str, Any]:
    """A row with a list to choose one of."""
    listed = [{"label": label, "value": value, "default": False} for label, value in options]
    asked = {"custom_id": f"segue:{custom_id}", "placeholder": placeholder, "min_values": 1, "max_values": 1}
    return {"type": ROW, "components": [{"type": SELECT, **asked, "options": listed}]}


@pytest.fixture
async def panel(house: House) -> AsyncIterator[Any]:
    """The panel of a guild where one track plays, two wait, and one was played before."""
    for query in ("alpha", "bravo", "charlie"):
        await house.simulator.command("play", query=query)
    house.audio.player.current.track.artwork_uri = COVER
    house.audio.player.queue_duration.FromSeconds(24)
    house.audio.player.returnable_count = 1
    item = player_pb2.QueueItem(item_id=90, track=track("before"), requester_id=7)
    house.audio.history.append(queue_service_pb2.HistoryEntry(entry_id=1, item=item))
    yield (await house.simulator.command("nowplaying"))["message"]
    await over(house)


def tree(deed: str) -> list[dict[str, Any]]:
    """What is in the box, but for the lines between."""
    return [
        {
            "type": SECTION,
            "components": [{"type": TEXT, "content": "### Playing\n**alpha**\nNobody · 0:12"}],
            "accessory": {"type": THUMBNAIL, "media": {"url": COVER}},
        },
        {
            "type": SECTION,
            "components": [
                {
                    "type": TEXT,
                    "content": "Asked for by <@7>\nEnds <t>\n2 tracks wait, 0:24\nThe queue ends <t>",
                }
            ],
            "accessory": button("wrong:101", "Wrong song?", "❓"),
        },
        {"type": TEXT, "content": "**Next**\n1. bravo · <@7>\n2. charlie · <@7>"},
        {"type": TEXT, "content": f"1 of 4 voted to skip\n{deed}"},
        {
            "type": ROW,
            "components": [
                button("panel-previous:101", "Previous", "⏮️"),
                button("panel-pause", "Pause", "⏸️"),
                button("panel-skip:101", "Skip", "⏭️"),
                button("panel-stop", "Stop", "⏹️"),
                button("favorite:101", "Favorite", "❤️"),
            ],
        },
        {
            "type": ROW,
            "components": [
                button("panel-shuffle", "Shuffle", "🔀"),
                button("panel-loop:TRACK", "Loop: off", "🔁"),
                button("panel-autoplay:on", "Autoplay", "♾️"),
                button("panel-lyrics", "Lyrics", "🎤"),
                button("panel-queue", "Queue", "📜"),
            ],
        },
        choosing("panel-jump", "Jump to a track", ("1. bravo · Nobody", "102"), ("2. charlie · Nobody", "103")),
        choosing(
            *("panel-effects", "Change the sound", ("Off", "off"), ("Bass boost", "bass_boost")),
            *(("Treble boost", "treble_boost"), ("Nightcore", "nightcore"), ("Vaporwave", "vaporwave")),
            *(("8D", "eight_d"), ("Karaoke", "karaoke"), ("Soft", "soft"), ("Tremolo", "tremolo")),
            ("Vibrato", "vibrato"),
        ),
    ]


async def test_the_panel_is_one_box_of_all_that_one_wants_to_know_and_do(house: House, panel: Any) -> None:
    liam = (await house.simulator.place())["userId"]
    house.audio.player.vote_count, house.audio.player.listener_count = 1, 4
    answer = await house.click(panel, "Pause")
    resumed = await house.click(answer["message"], "Resume")

    (box,) = bare(resumed["message"]["components"])
    assert (box["type"], box["accent_color"]) == (CONTAINER, 0x1DB7A6)
    assert [one for one in box["components"] if one["type"] == SEPARATOR] == [{"type": SEPARATOR}] * 3
    assert [one for one in box["components"] if one["type"] != SEPARATOR] == tree(f"<@{liam}> resumed.")


@pytest.mark.parametrize(
    ("label", "method", "shown"),
    [
        ("Previous", "Previous", ("before", "went back to the track before.")),
        ("Pause", "Pause", ("### Paused", "At 0:00 of 0:12", "paused.")),
        ("Skip", "Skip", ("bravo", "asked for the next track.")),
        ("Stop", "Stop", ("The music has stopped.", "stopped the music.")),
        ("Shuffle", "ShuffleQueue", ("alpha", "shuffled the queue.")),
        ("Loop: off", "UpdatePlayer", ("This track repeats.", "changed how it plays.")),
        ("Autoplay", "UpdatePlayer", ("alpha", "changed how it plays.")),
    ],
)
async def test_a_button_does_what_stands_on_it_and_the_panel_shows_it(
    house: House, panel: Any, label: str, method: str, shown: tuple[str, ...]
) -> None:
    answer = await house.click(panel, label, "Dana")

    dana = (await house.simulator.place("Dana"))["userId"]
    assert [str(actor.user_id) for name, _, actor in house.audio.calls if name == method] == [dana]
    assert answer["message"]["id"] == panel["id"]
    assert not answer["ephemeral"]
    assert all(part in text(answer["message"]) for part in shown)
    assert f"<@{dana}>" in text(answer["message"])
    assert answer["message"] == await message(house, panel)


async def test_loop_goes_round_and_autoplay_back_and_forth(house: House, panel: Any) -> None:
    seen = []
    for label in ("Loop: off", "Loop: track", "Loop: queue", "Autoplay", "Autoplay"):
        panel = (await house.click(panel, label))["message"]
        lit = [one["label"] for one in buttons(panel) if one.get("style") == 1]
        seen.append((house.audio.player.loop_mode, house.audio.player.autoplay, lit))

    assert seen == [
        (player_pb2.LOOP_MODE_TRACK, False, ["Loop: track"]),
        (player_pb2.LOOP_MODE_QUEUE, False, ["Loop: queue"]),
        (player_pb2.LOOP_MODE_OFF, False, []),
        (player_pb2.LOOP_MODE_OFF, True, ["Autoplay"]),
        (player_pb2.LOOP_MODE_OFF, False, []),
    ]


async def test_one_jumps_to_a_track_of_the_list_and_not_to_one_that_is_gone(house: House, panel: Any) -> None:
    jumped = await house.choose(panel, "segue:panel-jump", "103")
    house.audio.waiting.clear()
    gone = await house.choose(panel, "segue:panel-jump", "102")

    assert "charlie" in text(jumped["message"])
    assert "jumped to this track." in text(jumped["message"])
    assert gone["ephemeral"]
    assert "not there any more" in text(gone["message"])


async def test_the_list_of_jumps_is_as_long_as_discord_takes_it(house: House, panel: Any) -> None:
    for number in range(30):
        await house.simulator.command("play", query=f"song {number}")
    answer = await house.simulator.command("nowplaying")

    (jump,) = [one for one in buttons(answer["message"]) if one["custom_id"] == "segue:panel-jump"]
    assert [option["label"] for option in jump["options"]][-1] == "25. song 22 · Nobody"
    assert "3. song 0" in text(answer["message"])
    assert "4. song 1" not in text(answer["message"])


async def test_an_effect_is_chosen_from_the_list_and_taken_back(house: House, panel: Any) -> None:
    soft = await house.choose(panel, "segue:panel-effects", "soft")
    off = await house.choose(panel, "segue:panel-effects", "off")

    assert "Filters: soft." in text(soft["message"])
    assert "Filters" not in text(off["message"])


async def test_lyrics_and_the_queue_are_shown_to_oneself(house: House, panel: Any) -> None:
    house.audio.lyrics = lyrics(101, "word", 3)
    read = [await house.click(panel, label) for label in ("Lyrics", "Queue")]

    assert [answer["ephemeral"] for answer in read] == [True, True]
    assert "word 1" in text(read[0]["message"])
    assert "2. charlie" in text(read[1]["message"])
    assert await message(house, panel) == panel


async def test_buttons_that_would_only_be_refused_are_grey(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha")

    assert [one["label"] for one in buttons(answer["message"]) if one.get("disabled")] == ["Previous", "Shuffle"]
    assert "segue:panel-jump" not in [one["custom_id"] for one in buttons(answer["message"])]
    await over(house)


@pytest.mark.parametrize("label", PRESSED)
async def test_who_may_not_is_told_so_alone_and_the_panel_stays(house: House, panel: Any, label: str) -> None:
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")

    answer = await house.click(panel, label)

    house.audio.refusal = None
    assert answer["ephemeral"]
    assert "Only DJs can do that." in text(answer["message"])
    assert await message(house, panel) == panel


@pytest.mark.parametrize(("custom_id", "value"), [("panel-jump", "102"), ("panel-effects", "soft")])
async def test_who_may_not_choose_is_told_so_alone(house: House, panel: Any, custom_id: str, value: str) -> None:
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")

    answer = await house.choose(panel, f"segue:{custom_id}", value)

    house.audio.refusal = None
    assert answer["ephemeral"]
    assert "Only DJs can do that." in text(answer["message"])
    assert await message(house, panel) == panel


@pytest.mark.parametrize("label", ["Previous", "Skip"])
async def test_a_button_that_was_shown_with_another_track_does_nothing_to_this_one(
    house: House, panel: Any, label: str
) -> None:
    await house.simulator.command("skip")

    late = await house.click(panel, label)

    assert late["ephemeral"]
    assert "not there any more" in text(late["message"])
    assert house.audio.player.current.track.title == "bravo"


async def test_a_button_pressed_after_a_restart_works(house: House, panel: Any) -> None:
    await house.restart()

    answer = await house.click(panel, "Pause")

    assert "### Paused" in text(answer["message"])


@asynccontextmanager
async def chosen(house: House, **settings: Any) -> AsyncIterator[None]:
    """Let the guild choose settings, and take them back."""
    guild_id = int((await house.simulator.guild())["id"])
    await house.api.choose(guild_id, **settings)
    yield
    await over(house)
    await house.api.choose(guild_id)


async def test_a_guild_chooses_which_buttons_there_are_and_their_order(house: House) -> None:
    wanted = [settings_pb2.PANEL_BUTTON_STOP, settings_pb2.PANEL_BUTTON_FAVORITE, settings_pb2.PANEL_BUTTON_PAUSE]
    async with chosen(house, panel_buttons=wanted):
        answer = await house.simulator.command("play", query="alpha")

        assert labels(answer["message"]) == ["Wrong song?", "Stop", "Favorite", "Pause"]


async def test_a_guild_chooses_the_channel_where_the_panel_is(house: House) -> None:
    guild = await house.simulator.guild()
    room = await house.simulator.call("POST", "/channels", {"guildId": guild["id"], "name": "music", "type": 0})
    async with chosen(house, music_channel_id=int(room["id"])):
        answer = await house.simulator.command("play", query="alpha")
        (posted,) = await house.simulator.until(lambda: messages(house, room["id"]), bool)
        again = await house.simulator.command("nowplaying")
        await show(house, "Pause", status=player_pb2.PLAYER_STATUS_PAUSED)
        (paused,) = await messages(house, room["id"])

        for told in (answer, again):
            assert "alpha" in text(told["message"])
            assert f"The player is in <#{room['id']}>." in text(told["message"])
            assert buttons(told["message"]) == []
        assert "Pause" in labels(posted)
        assert (paused["id"], "Resume" in labels(paused)) == (posted["id"], True)
    await house.simulator.call("DELETE", "/channels", {"channelId": room["id"]}, status=204)


async def test_the_status_of_the_voice_channel_shows_the_song_where_the_guild_wants_it(house: House) -> None:
    room = await house.voice_channel("Lounge")

    async def status() -> str:
        channels = (await house.simulator.guild())["channels"]
        return str(next(one["status"] for one in channels if one["id"] == room))

    await house.simulator.command("play", query="alpha")
    await show(house, voice_channel_id=int(room))
    unwanted = await status()
    async with chosen(house, voice_status=True):
        await show(house)
        shown = await status()
        await over(house)

        assert (unwanted, shown, await status()) == ("", "alpha · Nobody", "")
