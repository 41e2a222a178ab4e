"""People say where a song is searched for: with the command, or once for always."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway.app import _COMMANDS, _WORDS
from gateway.words import Languages
from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2, queue_service_pb2
from tests.gateway.conftest import text
from tests.gateway.finding import track
from tests.gateway.test_asking import answered, say
from tests.gateway.test_personal_commands import as_before, me  # noqa: F401  (a fixture)

if TYPE_CHECKING:
    from tests.gateway.conftest import House


def plays(house: House) -> list[tuple[str, str]]:
    """List what audio was asked to play, and from where."""
    return [(request.query, request.source) for request in house.audio.asked("Play")]


async def suggested(house: House, **options: str) -> list[Any]:
    """Type a query beside other options; return what is offered."""
    body = {**await house.simulator.place(), "name": "play", "focused": "query", "options": options}
    found: list[Any] = (await house.simulator.call("POST", "/autocomplete", body))["choices"]
    return found


async def test_a_song_is_played_from_the_source_that_is_chosen(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha", source="soundcloud")

    assert plays(house) == [("alpha", "soundcloud")]
    assert "alpha" in text(answer["message"])


async def test_who_chose_a_source_for_always_is_played_from_it_unless_they_choose_another(house: House) -> None:
    await house.simulator.command("preferences", source="bandcamp")
    place = await house.simulator.place()
    written = await house.simulator.call("POST", "/messages", {**place, "content": "charlie"})
    await house.simulator.command("play", query="alpha")
    await house.simulator.command("play", query="bravo", source="deezer")
    await house.simulator.call(
        "POST", "/commands", {**place, "name": "Play this", "messageId": written["message"]["id"]}
    )
    await answered(house, await say(house, "play delta"))

    expected = [("alpha", "bandcamp"), ("bravo", "deezer"), ("charlie", "bandcamp"), ("delta", "bandcamp")]
    assert plays(house) == expected


async def test_a_song_is_asked_for_where_it_was_at_first_though_gateway_is_killed_and_another_source_chosen(
    house: House,
) -> None:
    await house.simulator.command("preferences", source="bandcamp")
    house.audio.held = asyncio.Event()
    asked = asyncio.create_task(house.simulator.command("play", query="alpha"))
    await asyncio.wait_for(house.audio.arrived.wait(), 10)
    house.audio.held = None
    await house.stop()
    await house.api.prefer(await me(house), default_source="deezer")
    await house.start()
    await asked

    assert plays(house) == [("alpha", "bandcamp"), ("alpha", "bandcamp")]


async def test_what_is_offered_while_typing_is_from_the_source_that_is_chosen(house: House) -> None:
    await house.simulator.command("preferences", source="bandcamp")
    await suggested(house, source="youtube", query="some words")

    assert [request.source for request in house.audio.asked("SearchTracks")] == ["youtube"]


async def test_of_what_one_heard_only_that_is_offered_which_would_be_found_again(house: House) -> None:
    file, video = track("file"), track("video")
    video.source, video.uri = "youtube", "https://youtu.be/1"
    for one in (file, video):
        item = player_pb2.QueueItem(item_id=1, track=one, requester_id=await me(house))
        house.audio.history.append(queue_service_pb2.HistoryEntry(entry_id=1, item=item))

    assert [choice["value"] for choice in await suggested(house, query="")] == ["file Nobody", video.uri]
    assert [choice["value"] for choice in await suggested(house, query="", source="local")] == [
        "file Nobody",
        video.uri,
    ]
    assert [choice["value"] for choice in await suggested(house, query="", source="deezer")] == [video.uri]


async def test_where_a_source_has_no_such_song_the_person_alone_is_told(house: House) -> None:
    house.audio.refusal = Refused(Reason.NO_MATCH)
    answer = await house.simulator.command("play", query="alpha", source="applemusic")

    assert answer["ephemeral"]
    assert plays(house) == [("alpha", "applemusic")]


async def test_a_source_that_is_not_offered_cannot_be_chosen(house: House) -> None:
    body = {**await house.simulator.place(), "name": "play", "options": {"query": "alpha", "source": "anywhere"}}
    await house.simulator.call("POST", "/commands", body, status=400)

    assert plays(house) == []


def test_play_offers_the_sources_of_search() -> None:
    declared = {one["name"]: one["options"] for one in _COMMANDS.declared(Languages.read(_WORDS)) if "options" in one}
    offered = {
        name: [
            (choice["name"], choice["value"])
            for option in declared[name]
            if option["name"] == "source"
            for choice in option["choices"]
        ]
        for name in ("play", "search")
    }

    assert len(offered["play"]) == 7
    assert offered["play"] == offered["search"]
