"""People look at what was played, for all or for themselves, and play it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from segue.audio.v1 import queue_service_pb2
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.finding import track
from tests.gateway.test_queue_commands import choices, go_to, queued

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

SKIPPED, FAILED = queue_service_pb2.HISTORY_REASON_SKIPPED, queue_service_pb2.HISTORY_REASON_FAILED
SOMEBODY = 7


def played(house: House, *titles: str, by: int = SOMEBODY) -> None:
    """Let these have been played for somebody, the last one first."""
    for title in titles:
        entry = queue_service_pb2.HistoryEntry(entry_id=len(house.audio.history) + 1, reason=SKIPPED)
        entry.item.track.CopyFrom(track(title))
        entry.item.track.uri = f"https://music.example/{title}"
        entry.item.requester_id = by
        house.audio.history.append(entry)


async def me(house: House) -> int:
    return int((await house.simulator.place())["userId"])


def songs(message: Any) -> list[str]:
    """List the titles that a page of the history shows."""
    return [line.split(" ")[0] for line in text(message).splitlines() if "skipped <t:" in line]


async def test_a_page_of_the_history_is_gone_to_by_its_number_and_turned_from_there(house: House) -> None:
    played(house, *(f"song-{number}" for number in range(1, 36)))

    first = (await house.simulator.command("history"))["message"]
    third = (await go_to(house, first, "3"))["message"]
    fourth = (await house.click(third, "More"))["message"]
    refused = await go_to(house, fourth, "5")

    assert "Page 1 of 4" in text(first)
    assert songs(third) == [f"song-{number}" for number in range(21, 31)]
    assert "Page 3 of 4" in text(third)
    assert songs(fourth) == [f"song-{number}" for number in range(31, 36)]
    assert labels(fourth) == ["First page", "Page …"]
    assert refused["ephemeral"]
    assert "There is no such page. Choose one from 1 to 4." in text(refused["message"])
    assert text(await house.reads(first, "Page 4 of 4")) == text(fourth)


async def test_a_history_of_one_page_has_no_number(house: House) -> None:
    played(house, "alpha", "bravo")

    shown = (await house.simulator.command("history"))["message"]

    assert songs(shown) == ["alpha", "bravo"]
    assert "Page" not in text(shown)
    assert labels(shown) == []


async def test_ones_own_history_has_what_was_played_for_oneself_alone_on_every_page(house: House) -> None:
    played(house, "other", "another")
    played(house, *(f"mine-{number}" for number in range(1, 24)), by=await me(house))

    first = await house.simulator.command("history", mine=True)
    second = (await house.click(first["message"], "More"))["message"]
    third = (await go_to(house, second, "3"))["message"]
    again = (await house.click(third, "First page"))["message"]

    assert first["ephemeral"]
    assert text(first["message"]).strip().startswith("Played for you\n")
    assert [songs(page)[0] for page in (first["message"], second, third, again)] == [
        "mine-1",
        "mine-11",
        "mine-21",
        "mine-1",
    ]
    assert "Page 3 of 3" in text(third)
    assert {one["id"] for one in (second, third, again)} == {first["message"]["id"]}


async def test_who_heard_nothing_here_yet_is_told_so(house: House) -> None:
    played(house, "other")

    answer = await house.simulator.command("history", mine=True)

    assert "Nothing was played for you here yet." in text(answer["message"])


@pytest.fixture
async def as_before(house: House) -> AsyncIterator[None]:
    """Let listening history be switched on elsewhere."""
    yield
    await house.simulator.command("preferences", history=True)


@pytest.mark.usefixtures("as_before")
async def test_who_has_switched_listening_history_off_is_offered_nothing_of_it(house: House) -> None:
    person = await me(house)
    played(house, *(f"mine-{number}" for number in range(1, 24)), by=person)
    before = (await house.simulator.command("history", mine=True))["message"]
    await house.simulator.command("preferences", history=False)

    answer = await house.simulator.command("history", mine=True)
    paged = (await house.click(before, "More"))["message"]
    everybody = await house.simulator.command("history")

    assert answer["ephemeral"]
    assert all("Let me do so again with `/preferences`." in text(one) for one in (answer["message"], paged))
    assert buttons(paged) == []
    assert songs(everybody["message"])[0] == "mine-1"


@pytest.mark.parametrize("mine", [False, True])
async def test_what_was_played_is_played_again_several_at_once(house: House, mine: bool) -> None:
    played(house, "alpha", "bravo", "alpha", by=await me(house))
    offered = (await house.simulator.command("history", mine=mine))["message"]
    (select,) = buttons(offered)
    house.audio.candidates = [entry.item.track for entry in house.audio.history]

    body = {**await house.simulator.place(), "messageId": offered["id"], "customId": select["custom_id"]}
    uris = [one["value"] for one in select["options"]]
    answer = await house.simulator.call("POST", "/components", body | {"values": uris})

    assert uris == ["https://music.example/alpha", "https://music.example/bravo"]
    assert not answer["ephemeral"]
    assert [list(request.handles) for request in house.audio.asked("Play")] == [["handle-alpha", "handle-bravo"]]


async def test_what_is_offered_before_anything_is_typed_reaches_past_what_others_heard(house: House) -> None:
    played(house, *(f"other-{number}" for number in range(250)))
    played(house, "mine", by=await me(house))

    assert [one["name"].split(" · ")[0] for one in await choices(house, "play", "query")] == ["mine"]


async def test_before_anything_is_typed_one_is_offered_what_one_heard_last(house: House) -> None:
    await queued(house, "one", "two", "other")
    people = [int((await house.simulator.place())["userId"])] * 2 + [1]
    for number, (item, person) in enumerate([*zip(house.audio.waiting, people, strict=True)] * 2, 1):
        item.requester_id = person
        house.audio.history.append(queue_service_pb2.HistoryEntry(entry_id=number, item=item))

    offered = await choices(house, "play", "query")

    assert [choice["name"].split(" · ")[0] for choice in offered] == ["one", "two"]
    assert [choice["value"] for choice in await choices(house, "play", "query", "o")] == ["o"]
    assert not house.audio.asked("SearchTracks")


async def test_the_history_says_what_was_played_for_whom_and_how_it_ended(house: House) -> None:
    await queued(house, *(f"song-{number}" for number in range(1, 13)))
    for number, item in enumerate(house.audio.waiting):
        reason = (SKIPPED, FAILED)[number % 2]
        entry = queue_service_pb2.HistoryEntry(entry_id=number + 1, item=item, reason=reason)
        entry.ended_at.FromSeconds(1_700_000_000)
        house.audio.history.append(entry)

    first = await house.simulator.command("history")
    second = await house.click(first["message"], "More")

    lines = text(first["message"]).splitlines()
    assert lines[2:4] == [
        "song-1 · <@7>, skipped <t:1700000000:R>",
        "song-2 · <@7>, could not be played <t:1700000000:R>",
    ]
    assert "song-12" in text(second["message"])
    assert "song-1 " not in text(second["message"])
