"""People in Discord type commands and press buttons."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.common.v1 import actor_pb2
from tests.gateway.conftest import labels, text
from tests.gateway.finding import track

if TYPE_CHECKING:
    from tests.gateway.conftest import House

PANEL = ("Previous", "Pause", "Skip", "Stop", "Favorite", "Shuffle", "Loop: off", "Autoplay", "Lyrics", "Queue")
REFERENCE = re.compile(r"\(`[0-9a-f]{8}`\)$")


async def test_play_answers_with_what_plays_and_its_buttons(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha")

    assert answer["deferred"]
    assert not answer["ephemeral"]
    assert "alpha" in text(answer["message"])
    assert labels(answer["message"]) == ["Wrong song?", *PANEL]


async def test_audio_learns_who_asks_from_where_and_what_they_may(house: House) -> None:
    await house.move("Dana", "Lounge")
    await house.simulator.command("play", person="Dana", query="alpha")
    await house.move("Dana", None)

    _, request, actor = house.audio.calls[0]
    assert actor.surface == actor_pb2.SURFACE_DISCORD
    assert actor.member.guild_id == request.guild_id
    assert actor.member.user_id == actor.user_id
    assert actor.member.display_name == "Dana"
    assert [role.name for role in actor.member.roles] == ["DJ"]
    assert actor.member.permissions
    assert not actor.member.owner
    assert str(actor.member.voice_channel_id) == await house.voice_channel("Lounge")


async def test_a_second_track_tells_its_place_in_the_queue(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    second = await house.simulator.command("play", query="bravo")
    third = await house.simulator.command("play", query="charlie")

    assert "bravo" in text(second["message"])
    assert "Plays next" in text(second["message"])
    assert "Number 2 in the queue" in text(third["message"])


@pytest.mark.parametrize(
    ("chosen", "placement"),
    [
        ({}, player_pb2.PLACEMENT_END),
        ({"placement": "next"}, player_pb2.PLACEMENT_NEXT),
        ({"placement": "now"}, player_pb2.PLACEMENT_NOW),
    ],
)
async def test_play_puts_a_track_where_it_was_told(house: House, chosen: dict[str, Any], placement: int) -> None:
    await house.simulator.command("play", query="alpha", **chosen)

    assert [request.placement for request in house.audio.asked("Play")] == [placement]


async def test_play_says_when_it_will_play_and_what_was_left_out(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    house.audio.left_out = 2

    answer = await house.simulator.command("play", query="bravo")

    assert text(answer["message"]).splitlines()[-2:] == [
        "Plays in 0:12",
        "2 tracks were left out: this server does not want them.",
    ]


async def test_previous_goes_back_to_what_was_played_before(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    refused = await house.simulator.command("previous")
    item = player_pb2.QueueItem(item_id=90, track=track("before"), requester_id=7)
    house.audio.history.append(queue_service_pb2.HistoryEntry(entry_id=1, item=item))

    answer = await house.simulator.command("previous")

    assert refused["ephemeral"]
    assert "Nothing was played before this." in text(refused["message"])
    assert "before" in text(answer["message"])


async def test_the_pause_button_pauses_then_resumes_and_says_so(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha")

    paused = await house.click(answer["message"], "Pause")
    resumed = await house.click(paused["message"], "Resume")

    assert [name for name, _, _ in house.audio.calls] == ["Play", "Pause", "Resume"]
    assert text(paused["message"]).startswith("\n### Paused")
    assert text(resumed["message"]).startswith("\n### Playing")
    assert resumed["message"]["id"] == answer["message"]["id"]


async def test_the_skip_button_skips_only_the_track_it_was_shown_with(house: House) -> None:
    first = await house.simulator.command("play", query="alpha")
    await house.simulator.command("play", query="bravo")

    skipped = await house.simulator.command("skip")
    late = await house.click(first["message"], "Skip")

    assert "Skipped alpha." in text(skipped["message"])
    assert "bravo" in text(skipped["message"])
    assert [request.item_id for request in house.audio.asked("Skip")] == [0, 101]
    assert late["ephemeral"]
    assert "not there any more" in text(late["message"])


async def test_the_skip_button_shows_what_plays_instead(house: House) -> None:
    first = await house.simulator.command("play", query="alpha")
    await house.simulator.command("play", query="bravo")

    skipped = await house.click(first["message"], "Skip")

    assert "asked for the next track." in text(skipped["message"])
    assert "bravo" in text(skipped["message"])
    assert skipped["message"]["id"] == first["message"]["id"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("pause", "Paused"),
        ("skip", "Skipped alpha."),
        ("stop", "Stopped, and cleared the queue."),
        ("nowplaying", "Playing"),
        ("replay", "Playing"),
        ("shuffle", "Shuffled the queue."),
        ("clear", "Removed 0 tracks"),
        ("history", "Nothing was played yet."),
        ("queue", "alpha"),
        ("join", "I am in <#42>."),
        ("leave", "left the voice channel"),
    ],
)
async def test_each_command_says_what_it_did(house: House, command: str, sentence: str) -> None:
    await house.simulator.command("play", query="alpha")

    answer = await house.simulator.command(command)

    assert sentence in text(answer["message"])
    assert answer["ephemeral"] == (command in {"queue", "history"})


async def test_resume_goes_on(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    await house.simulator.command("pause")

    answer = await house.simulator.command("resume")

    assert "Playing" in text(answer["message"])


async def test_the_queue_lists_what_waits_in_order(house: House) -> None:
    for query in ("alpha", "bravo", "charlie"):
        await house.simulator.command("play", query=query)

    answer = await house.simulator.command("queue")

    shown = text(answer["message"])
    assert shown.index("alpha") < shown.index("1. bravo") < shown.index("2. charlie")


async def test_seek_takes_minutes_and_seconds(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    answer = await house.simulator.command("seek", position="1:05")

    assert house.audio.asked("Seek")[0].position.seconds == 65
    assert "1:05" in text(answer["message"])


async def test_seek_goes_on_and_back_and_says_where_it_is(house: House) -> None:
    await house.simulator.command("play", query="alpha")

    on = await house.simulator.command("seek", position="+30")
    back = await house.simulator.command("seek", position="-0:10")

    assert "Moved to 0:30." in text(on["message"])
    assert "Moved to 0:20." in text(back["message"])
    assert not any(request.HasField("position") for request in house.audio.asked("Seek"))


async def test_a_position_that_is_none_is_refused_without_asking_audio(house: House) -> None:
    answer = await house.simulator.command("seek", position="1:99")

    assert answer["ephemeral"]
    assert "`1:30`" in text(answer["message"])
    assert not house.audio.calls


async def test_a_refusal_is_one_sentence_one_way_out_and_a_reference_and_leaves_nothing_public(house: House) -> None:
    place = await house.simulator.place()
    path = f"/channels/{place['channelId']}/messages?userId={(await house.simulator.guild())['ownerId']}"
    before = (await house.simulator.call("GET", path))["messages"]

    answer = await house.simulator.command("pause")

    assert answer["ephemeral"]
    assert text(answer["message"]).startswith("Nothing is playing. Start something with `/play`.")
    assert REFERENCE.search(text(answer["message"]).strip())
    assert (await house.simulator.call("GET", path))["messages"] == before


async def test_a_refused_click_is_answered_privately_and_leaves_the_message(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha")
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")

    refused = await house.click(answer["message"], "Skip")

    assert refused["ephemeral"]
    assert "Only DJs can do that." in text(refused["message"])
    assert refused["message"]["id"] != answer["message"]["id"]


async def test_the_first_response_does_not_wait_for_audio(house: House) -> None:
    house.audio.held = asyncio.Event()
    asked = asyncio.create_task(house.simulator.command("play", query="alpha"))
    await asyncio.wait_for(house.audio.arrived.wait(), 60)

    place = await house.simulator.place()
    messages = (await house.simulator.call("GET", f"/channels/{place['channelId']}/messages"))["messages"]
    assert messages[-1]["flags"] & 1 << 7  # "is thinking …"
    house.audio.held.set()

    assert "alpha" in text((await asked)["message"])


async def test_foreign_text_neither_formats_nor_mentions(house: House) -> None:
    answer = await house.simulator.command("play", query="**loud** @everyone <@1> \u202egpj.exe")

    shown = text(answer["message"])
    assert r"\*\*loud\*\* \@everyone \<\@1\> gpj.exe" in shown
    assert answer["message"]["mentions"] == []


async def test_words_are_completed_once_and_an_address_is_not_looked_up(house: House) -> None:
    body = {**await house.simulator.place(), "name": "play", "focused": "query"}

    words = await house.simulator.call("POST", "/autocomplete", body | {"options": {"query": "alp"}})
    await house.simulator.call("POST", "/autocomplete", body | {"options": {"query": "Alp "}})
    address = await house.simulator.call("POST", "/autocomplete", body | {"options": {"query": "https://a.b/c"}})

    assert words["choices"][0] == {"name": "alp 1 · Nobody · 0:12", "value": "alp 1 Nobody"}
    assert [choice["value"] for choice in address["choices"]] == ["https://a.b/c"]
    assert len(house.audio.asked("SearchTracks")) == 1


async def test_when_nothing_can_be_looked_up_one_can_send_what_one_typed(house: House) -> None:
    house.audio.refusal = Refused(Reason.NO_NODE)
    body = {**await house.simulator.place(), "name": "play", "focused": "query", "options": {"query": "brav"}}

    answer = await house.simulator.call("POST", "/autocomplete", body)

    assert answer["choices"] == [{"name": "brav", "value": "brav"}]


async def test_of_all_commands_only_those_for_managers_are_hidden_from_others(house: House) -> None:
    async def shown(person: str) -> set[str]:
        found = await house.simulator.call("GET", "/commands", params=await house.simulator.place(person))
        return {command["name"] for command in found["commands"]}

    everything = await shown("Olivia")

    assert everything - await shown("Liam") == {"settings", "schedule"}
    assert await shown("Liam") == await shown("Dana")
