"""People who hear the wrong song choose the right one from a list that they alone see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.replies import message
from gateway.domain.cards import music
from gateway.domain.player import Track
from kit.errors import Reason, Refused
from tests.gateway.conftest import buttons, text
from tests.gateway.finding import track
from tests.gateway.test_domain import SAY

if TYPE_CHECKING:
    from segue.audio.v1 import player_pb2
    from tests.gateway.conftest import House


def candidate(title: str, uri: str) -> player_pb2.Track:
    made = track(title)
    made.uri, made.handle = uri, f"handle-of-{title}"
    return made


async def offered(house: House, *titles: str) -> Any:
    """Press the button below what plays; returns the answer."""
    house.audio.candidates = [candidate(title, f"https://example.com/{title}") for title in titles]
    playing = await house.simulator.command("play", query="wrong")
    return await house.click(playing["message"], "Wrong song?")


async def choose(house: House, answer: Any, value: str) -> Any:
    (select,) = buttons(answer["message"])
    body = {**await house.simulator.place(), "messageId": answer["message"]["id"], "customId": select["custom_id"]}
    return await house.simulator.call("POST", "/components", {**body, "values": [value]})


async def test_the_button_offers_what_may_be_meant_to_the_person_alone(house: House) -> None:
    answer = await offered(house, "alpha", "bravo")

    assert answer["ephemeral"]
    assert "Which song should it be?" in text(answer["message"])
    (select,) = buttons(answer["message"])
    assert [(one["label"], one["value"]) for one in select["options"]] == [
        ("alpha · Nobody · 0:12", "https://example.com/alpha"),
        ("bravo · Nobody · 0:12", "https://example.com/bravo"),
    ]


async def test_the_choice_takes_the_place_of_the_wrong_one(house: House) -> None:
    answer = await offered(house, "alpha", "bravo")
    item_id = house.audio.player.current.item_id

    chosen = await choose(house, answer, "https://example.com/bravo")

    assert text(chosen["message"]).strip() == "It is bravo now."
    assert buttons(chosen["message"]) == []
    (request,) = house.audio.asked("ReplaceQueueItem")
    assert (request.item_id, request.handle) == (item_id, "handle-of-bravo")


async def test_below_what_was_added_the_button_is_about_that(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    added = await house.simulator.command("play", query="wrong")
    house.audio.candidates = [candidate("right", "https://example.com/right")]

    answer = await house.click(added["message"], "Wrong song?")
    await choose(house, answer, "https://example.com/right")

    assert [item.track.title for item in house.audio.waiting] == ["right"]
    assert house.audio.player.current.track.title == "alpha"


async def test_a_choice_made_as_the_process_dies_has_one_effect_and_is_answered_by_the_next(house: House) -> None:
    answer = await offered(house, "alpha")
    house.audio.held = asyncio.Event()
    house.audio.arrived.clear()
    chosen = asyncio.create_task(choose(house, answer, "https://example.com/alpha"))
    await asyncio.wait_for(house.audio.arrived.wait(), 60)

    house.audio.held = None
    await house.restart()

    assert "It is alpha now." in text(await house.reads((await chosen)["message"], "It is alpha now."))
    assert len({request.request_id for request in house.audio.asked("ReplaceQueueItem")}) == 1
    assert len(house.audio.asked("ReplaceQueueItem")) == 2


async def test_a_file_is_chosen_by_its_path_and_no_other_comes_for_one_that_is_gone(house: House) -> None:
    await offered(house, "wrong")
    house.audio.candidates = [candidate("alpha", "songs/alpha.flac"), candidate("bravo", "songs/bravo.flac")]
    playing = await house.simulator.command("nowplaying")
    answer = await house.click(playing["message"], "Wrong song?")
    house.audio.candidates.pop()

    gone = await choose(house, answer, "songs/bravo.flac")
    chosen = await choose(house, answer, "songs/alpha.flac")

    assert "I found nothing for that." in text(gone["message"])
    assert "It is alpha now." in text(chosen["message"])


async def test_where_nothing_else_is_found_it_says_so(house: House) -> None:
    answer = await offered(house)

    assert answer["ephemeral"]
    assert "I found no other song like that." in text(answer["message"])
    assert buttons(answer["message"]) == []


async def test_somebody_elses_song_stays_and_the_list_too(house: House) -> None:
    answer = await offered(house, "alpha")
    house.audio.refusal = Refused(Reason.NOT_OWN_ITEM)

    refused = await choose(house, answer, "https://example.com/alpha")

    assert refused["ephemeral"]
    assert "Somebody else added that." in text(refused["message"])
    assert house.audio.player.current.track.title == "wrong"


TEXT = st.text(max_size=300)


@given(st.lists(st.builds(Track, TEXT, TEXT, st.none(), TEXT), max_size=10))
def test_what_is_offered_is_a_list_that_discord_takes(tracks: list[Track]) -> None:
    card = music.candidates(SAY, 2**63 - 1, tracks)
    (options,) = [row["components"][0]["options"] for row in message(card)["components"]] or [[]]

    assert len(options) <= len(tracks)
    assert all(1 <= len(one["label"]) <= 100 and 1 <= len(one["value"]) <= 100 for one in options)
    assert len({one["value"] for one in options}) == len(options)
