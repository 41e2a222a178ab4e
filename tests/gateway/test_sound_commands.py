"""People choose how the music is played, and read along."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

import protovalidate
import pytest

from gateway import wire
from gateway.domain.player import Change
from kit.errors import Reason, Refused
from segue.audio.v1 import catalog_service_pb2, player_pb2
from tests.gateway.conftest import buttons, text

if TYPE_CHECKING:
    from tests.gateway.conftest import House


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mode": "track"}, "This track repeats."),
        ({"mode": "track", "times": 1}, "This track repeats once more."),
        ({"mode": "track", "times": 3}, "This track repeats 3 more times."),
        ({"mode": "queue"}, "The queue repeats."),
    ],
)
async def test_loop_says_what_repeats_and_so_does_the_player_until_it_is_off(
    house: House, options: dict[str, Any], sentence: str
) -> None:
    await house.simulator.command("play", query="alpha")

    answer = await house.simulator.command("loop", **options)
    shown = [await house.simulator.command(name) for name in ("nowplaying", "queue")]
    off = await house.simulator.command("loop", mode="off")
    plain = await house.simulator.command("nowplaying")

    assert all(sentence in text(one["message"]) for one in (answer, *shown))
    assert "Nothing repeats." in text(off["message"])
    assert "repeats" not in text(plain["message"])


async def test_the_volume_is_shown_where_it_is_not_as_usual(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    answer = await house.simulator.command("volume", percent=0)
    muted = await house.simulator.command("nowplaying")
    await house.simulator.command("volume", percent=100)
    usual = await house.simulator.command("nowplaying")

    assert "The volume is 0%." in text(answer["message"])
    assert "The volume is 0%." in text(muted["message"])
    assert "volume" not in text(usual["message"])


async def test_a_volume_out_of_range_cannot_be_typed(house: House) -> None:
    await house.simulator.command("volume", percent=201, status=400)

    assert not house.audio.calls


async def test_autoplay_is_turned_on_and_off(house: House) -> None:
    on = await house.simulator.command("autoplay", mode="on")
    off = await house.simulator.command("autoplay", mode="off")

    assert "I go on by myself." in text(on["message"])
    assert "I stop." in text(off["message"])
    assert [request.autoplay for request in house.audio.asked("UpdatePlayer")] == [True, False]


async def test_a_preset_is_named_by_the_player_until_it_is_off(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    answer = await house.simulator.command("filter", preset={"name": "bass_boost"})
    shown = await house.simulator.command("nowplaying")
    off = await house.simulator.command("filter", preset={"name": "off"})
    plain = await house.simulator.command("nowplaying")

    assert "Filters: bass boost." in text(answer["message"])
    assert "Filters: bass boost." in text(shown["message"])
    assert "There are no filters." in text(off["message"])
    assert "Filters" not in text(plain["message"])


async def test_every_preset_of_the_contract_can_be_chosen(house: House) -> None:
    found = await house.simulator.call("GET", "/commands", params=await house.simulator.place())
    declared = next(command for command in found["commands"] if command["name"] == "filter")
    choices = declared["options"][0]["options"][0]["choices"]

    for choice in choices:
        await house.simulator.command("filter", preset={"name": choice["value"]})

    asked = [list(request.filters.presets) for request in house.audio.asked("UpdatePlayer")]
    assert sorted(asked) == [[], *([number] for number in range(1, 10))]


async def test_speed_and_pitch_are_chosen_in_percent_and_as_usual_again(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    fast = await house.simulator.command("filter", speed={"percent": 125})
    low = await house.simulator.command("filter", speed={"percent": 100, "pitch": 80})
    usual = await house.simulator.command("filter", speed={"percent": 100})
    await house.simulator.command("filter", status=400, speed={"percent": 24})

    chosen = [request.filters.timescale for request in house.audio.asked("UpdatePlayer")]
    assert [(one.speed, one.pitch) for one in chosen] == [(1.25, 1.0), (1.0, 0.8), (0.0, 0.0)]
    assert all("Filters: speed and pitch." in text(answer["message"]) for answer in (fast, low))
    assert "There are no filters." in text(usual["message"])


async def test_bass_middle_and_treble_are_chosen_in_decibels_and_as_usual_again(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    louder = await house.simulator.command("filter", equalizer={"bass": 12, "treble": -12})
    middle = await house.simulator.command("filter", equalizer={"middle": 6})
    usual = await house.simulator.command("filter", equalizer={})
    for tone in ("bass", "middle", "treble"):
        await house.simulator.command("filter", status=400, equalizer={tone: 13})
        await house.simulator.command("filter", status=400, equalizer={tone: -13})

    first, second, none = [request.filters for request in house.audio.asked("UpdatePlayer")]
    assert [band.band for band in first.equalizer] == [*range(5), *range(10, 15)]
    assert {round(20 * log10(1 + 4 * band.gain), 9) for band in first.equalizer} == {12, -12}
    assert [(band.band, round(20 * log10(1 + 4 * band.gain), 9)) for band in second.equalizer] == [
        (band, 6) for band in range(5, 10)
    ]
    assert not none.ListFields()
    assert all("Filters: equalizer." in text(answer["message"]) for answer in (louder, middle))
    assert "There are no filters." in text(usual["message"])


@pytest.mark.parametrize("decibels", range(-12, 13))
def test_every_loudness_that_can_be_chosen_is_one_of_the_contract(decibels: int) -> None:
    protovalidate.validate(wire.change(1, Change(tones=(decibels, decibels, decibels)), ""))


async def test_filters_are_saved_offered_used_and_deleted_by_name(house: House) -> None:
    await house.simulator.command("filter", preset={"name": "nightcore"})

    saved = await house.simulator.command("filter", save={"name": "*Party*"})
    offered = {name: await choices(house, name, "part") for name in ("use", "delete")}
    none = await choices(house, "use", "other")
    used = await house.simulator.command("filter", use={"name": "*Party*"})
    deleted = await house.simulator.command("filter", delete={"name": "*Party*"})

    assert r"Saved the filters as \*Party\*." in text(saved["message"])
    assert offered == {name: [{"name": "*Party*", "value": "*Party*"}] for name in ("use", "delete")}
    assert none == []
    assert "Filters: nightcore." in text(used["message"])
    assert r"Deleted \*Party\*." in text(deleted["message"])
    assert not house.audio.player.saved_filters


async def choices(house: House, subcommand: str, words: str) -> list[Any]:
    """Type half of a name."""
    options = {subcommand: {"name": words}}
    body = {**await house.simulator.place(), "name": "filter", "focused": "name", "options": options}
    found: list[Any] = (await house.simulator.call("POST", "/autocomplete", body))["choices"]
    return found


@pytest.mark.parametrize(
    ("subcommand", "sentence"),
    [
        ("use", "Nothing is saved under that name."),
        ("delete", "Nothing is saved under that name."),
        ("save", "No filters are set."),
    ],
)
async def test_filters_that_are_not_there_are_refused(house: House, subcommand: str, sentence: str) -> None:
    options: dict[str, Any] = {subcommand: {"name": "party"}}

    answer = await house.simulator.command("filter", **options)

    assert answer["ephemeral"]
    assert sentence in text(answer["message"])


async def test_who_may_not_change_the_sound_is_told_so_alone(house: House) -> None:
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")
    asked: dict[str, dict[str, Any]] = {
        "loop": {"mode": "queue"},
        "volume": {"percent": 50},
        "autoplay": {"mode": "on"},
        "filter": {"preset": {"name": "soft"}},
    }

    for name, options in asked.items():
        answer = await house.simulator.command(name, **options)
        assert answer["ephemeral"]
        assert "Only DJs can do that." in text(answer["message"])


async def test_times_go_with_a_track_only(house: House) -> None:
    house.audio.refusal = Refused(Reason.INVALID_ARGUMENT, fields={"loop_count": "it goes with LOOP_MODE_TRACK only"})

    answer = await house.simulator.command("loop", mode="queue", times=3)

    assert answer["ephemeral"]
    assert "Only a track can repeat so many times." in text(answer["message"])


async def test_what_the_player_picked_says_why_and_votes_are_counted(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    current = house.audio.player.current
    current.requester_id = 0
    current.pick.CopyFrom(player_pb2.AutoplayPick(reason=player_pb2.AUTOPLAY_REASON_SAME_ARTIST, because="bravo_"))
    house.audio.player.vote_count, house.audio.player.listener_count = 2, 4

    now = await house.simulator.command("nowplaying")
    queue = await house.simulator.command("queue")

    assert r"Picked because of bravo\_, by the same artist" in text(now["message"])
    assert "alpha · autoplay" in text(queue["message"])
    assert all("2 of 4 voted to skip" in text(one["message"]) for one in (now, queue))
    assert "<@0>" not in text(now["message"]) + text(queue["message"])


async def test_lyrics_are_read_page_by_page_and_of_another_track_from_the_start(house: House) -> None:
    house.audio.lyrics = lyrics(5, "one", 25)

    first = await house.simulator.command("lyrics")
    second = await house.click(first["message"], "More")
    old = await house.simulator.command("lyrics")
    house.audio.lyrics = lyrics(6, "two", 25)
    new = await house.click(old["message"], "More")

    assert first["ephemeral"]
    assert text(first["message"]).splitlines()[1:3] == ["Lyrics from *Somebody*", "one 1"]
    assert text(first["message"]).endswith("one 20")
    assert text(second["message"]).splitlines()[2:] == [f"one {number}" for number in range(21, 26)]
    assert [button["label"] for button in buttons(second["message"])] == ["First page"]
    assert text(new["message"]).splitlines()[2] == "two 1"


def lyrics(item_id: int, word: str, count: int) -> catalog_service_pb2.Lyrics:
    """Lyrics of so many lines."""
    lines = [catalog_service_pb2.LyricsLine(text=f"{word} {number}") for number in range(1, count + 1)]
    return catalog_service_pb2.Lyrics(item_id=item_id, provider="*Somebody*", lines=lines)


async def test_lyrics_that_nobody_can_look_for_are_refused(house: House) -> None:
    house.audio.refusal = Refused(Reason.NOT_SUPPORTED, missing="lavalyrics-plugin")

    answer = await house.simulator.command("lyrics")

    assert answer["ephemeral"]
    assert "No audio node can look for lyrics." in text(answer["message"])
