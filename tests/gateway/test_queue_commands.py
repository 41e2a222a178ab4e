"""People change the queue in Discord, by what they chose while typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.audio.v1 import queue_service_pb2
from segue.audio.v1.player_pb2 import QueueItem
from tests.gateway.conftest import buttons, text
from tests.gateway.finding import track

if TYPE_CHECKING:
    from tests.gateway.conftest import House

EDIT = queue_service_pb2.QueueEdit(kind=queue_service_pb2.QUEUE_EDIT_KIND_ADDED, user_id=7, count=3)
REMOVED = queue_service_pb2.QUEUE_EDIT_KIND_REMOVED


async def queued(house: House, *queries: str) -> list[str]:
    """Play something and let these wait; returns what choices of them stand for."""
    for query in ("now", *queries):
        await house.simulator.command("play", query=query)
    return [f"id:{item.item_id}" for item in house.audio.waiting]


async def choices(house: House, command: str, option: str, words: str = "", **others: str) -> list[Any]:
    """Type half of an option."""
    body = {**await house.simulator.place(), "name": command, "focused": option, "options": {option: words, **others}}
    found: list[Any] = (await house.simulator.call("POST", "/autocomplete", body))["choices"]
    return found


def waiting(house: House) -> list[str]:
    """List the titles that wait."""
    return [item.track.title for item in house.audio.waiting]


@pytest.mark.parametrize(
    ("command", "option"), [("remove", "item"), ("remove", "to"), ("move", "item"), ("move", "before"), ("skip", "to")]
)
async def test_items_of_the_queue_are_offered_by_place_and_stand_for_their_ids(
    house: House, command: str, option: str
) -> None:
    ids = await queued(house, "alpha", "bravo")

    assert await choices(house, command, option) == [
        {"name": "1. alpha · Nobody", "value": ids[0]},
        {"name": "2. bravo · Nobody", "value": ids[1]},
    ]


async def test_items_are_found_by_words_in_any_case(house: House) -> None:
    ids = await queued(house, "alpha one", "alpha two", "bravo")

    found = await choices(house, "remove", "item", "TWO nobody")

    assert [choice["value"] for choice in found] == [ids[1]]


async def test_ones_own_items_are_offered_first_and_never_more_than_25(house: House) -> None:
    ids = await queued(house, *(f"song {number}" for number in range(30)))
    house.audio.waiting[-1].requester_id = int((await house.simulator.place())["userId"])

    found = await choices(house, "remove", "item", "song")

    assert [choice["value"] for choice in found] == [ids[-1], *ids[:24]]
    assert found[0]["name"] == "30. song 29 · Nobody"


async def test_an_item_is_found_by_its_place_before_those_that_have_the_number_in_their_words(house: House) -> None:
    ids = await queued(house, "song 2", "bravo", "song 0")
    house.audio.waiting += [QueueItem(item_id=number, track=track("more")) for number in range(1_004, 1_301)]

    assert [choice["value"] for choice in await choices(house, "remove", "item", "2")] == [ids[1], ids[0]]
    assert await choices(house, "remove", "to", "300") == [{"name": "300. more · Nobody", "value": "id:1300"}]
    assert [choice["value"] for choice in await choices(house, "remove", "item", "0")] == [ids[2]]
    assert await choices(house, "remove", "item", "9" * 7) == []


async def test_with_nothing_that_waits_nothing_is_offered(house: House) -> None:
    assert await choices(house, "remove", "item", "alpha") == []


async def test_remove_says_what_waits_no_more(house: House) -> None:
    ids = await queued(house, "alpha", "bravo")

    answer = await house.simulator.command("remove", item=ids[0])

    assert "Removed alpha from the queue." in text(answer["message"])
    assert not answer["ephemeral"]
    assert waiting(house) == ["bravo"]


async def test_remove_takes_a_rule_in_place_of_a_track(house: House) -> None:
    await queued(house, "alpha", "now", "bravo", "charlie")
    alpha, _, bravo, charlie = house.audio.waiting
    alpha.requester_id = int((await house.simulator.place("Dana"))["userId"])
    bravo.requester_id, charlie.requester_id = 8, 9
    house.audio.present = {9}

    by_person = await house.simulator.command("remove", member=str(alpha.requester_id))
    duplicates = await house.simulator.command("remove", duplicates=True)
    absent = await house.simulator.command("remove", absent=True)
    words = await house.simulator.command("remove", words="charlie")

    answers = (by_person, duplicates, absent, words)
    assert all("Removed one track from the queue." in text(one["message"]) for one in answers)
    assert waiting(house) == []


async def test_all_that_is_given_with_remove_has_to_apply(house: House) -> None:
    ids = await queued(house, "alpha", "now")

    answer = await house.simulator.command("remove", item=ids[0], duplicates=True)

    assert "Removed 0 tracks from the queue." in text(answer["message"])
    assert waiting(house) == ["alpha", "now"]


async def test_several_in_a_row_are_removed_at_once(house: House) -> None:
    ids = await queued(house, "alpha", "bravo", "charlie", "delta", "echo")

    answer = await house.simulator.command("remove", item=ids[1], to=ids[3])
    assert waiting(house) == ["alpha", "echo"]
    rest = await house.simulator.command("remove", to=ids[4])

    assert "Removed 3 tracks from the queue." in text(answer["message"])
    assert "Removed 2 tracks from the queue." in text(rest["message"])
    assert waiting(house) == []
    assert len(house.audio.asked("RemoveQueueItems")) == 2


async def test_a_rule_may_be_for_several_in_a_row(house: House) -> None:
    ids = await queued(house, "now", "alpha", "now", "now")

    answer = await house.simulator.command("remove", item=ids[1], to=ids[2], duplicates=True)

    assert "Removed one track from the queue." in text(answer["message"])
    assert waiting(house) == ["now", "alpha", "now"]


async def test_remove_without_anything_is_refused(house: House) -> None:
    await queued(house, "alpha")

    answer = await house.simulator.command("remove")

    assert answer["ephemeral"]
    assert "That does not say what to remove." in text(answer["message"])
    assert waiting(house) == ["alpha"]


async def test_undo_and_redo_say_what_whose_and_how_many(house: House) -> None:
    house.audio.edits = [queue_service_pb2.QueueEdit(kind=REMOVED, count=1), EDIT]

    undone = await house.simulator.command("undo")
    redone = await house.simulator.command("redo")
    await house.simulator.command("undo")
    unknown = await house.simulator.command("undo")
    refused = await house.simulator.command("undo")

    assert "Took back that <@7> added 3 tracks." in text(undone["message"])
    assert "Did again that <@7> added 3 tracks." in text(redone["message"])
    assert "Took back that somebody removed one track." in text(unknown["message"])
    assert refused["ephemeral"]
    assert "There is nothing to take back." in text(refused["message"])


async def test_redo_with_nothing_taken_back_is_refused(house: House) -> None:
    answer = await house.simulator.command("redo")

    assert answer["ephemeral"]
    assert "There is nothing to do again." in text(answer["message"])


async def test_move_puts_a_track_before_another_or_at_the_end(house: House) -> None:
    ids = await queued(house, "alpha", "bravo", "charlie")

    await house.simulator.command("move", item=ids[2], before=ids[0])
    assert waiting(house) == ["charlie", "alpha", "bravo"]
    answer = await house.simulator.command("move", item=ids[2])

    assert waiting(house) == ["alpha", "bravo", "charlie"]
    assert "Moved the track." in text(answer["message"])


async def test_skip_goes_on_with_the_track_that_was_chosen(house: House) -> None:
    ids = await queued(house, "alpha", "bravo")

    answer = await house.simulator.command("skip", to=ids[1])

    assert "bravo" in text(answer["message"])
    assert [request.item_id for request in house.audio.asked("JumpToQueueItem")] == [int(ids[1].removeprefix("id:"))]
    assert not house.audio.asked("Skip")


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("title", ["alpha", "bravo", "charlie"]),
        ("length", ["charlie", "bravo", "alpha"]),
        ("requester", ["bravo", "charlie", "alpha"]),
        ("reverse", ["alpha", "charlie", "bravo"]),
    ],
)
async def test_sort_puts_the_queue_in_the_order_that_was_chosen(house: House, by: str, titles: list[str]) -> None:
    await queued(house, "bravo", "charlie", "alpha")
    for item, length, person in zip(house.audio.waiting, (20, 10, 30), (1, 2, 3), strict=True):
        item.track.length.FromSeconds(length)
        item.requester_id = person

    answer = await house.simulator.command("sort", by=by)

    assert "Sorted the queue. See the new order with `/queue`." in text(answer["message"])
    assert waiting(house) == titles


async def test_shuffle_keeps_the_order_of_each_person_when_asked(house: House) -> None:
    await house.simulator.command("shuffle")
    await house.simulator.command("shuffle", keep=True)
    await house.simulator.command("shuffle", keep=False)

    kept = [request.keep_order_of_requesters for request in house.audio.asked("ShuffleQueue")]
    assert kept == [False, True, False]


async def test_clear_counts_what_it_removed(house: House) -> None:
    await queued(house, "alpha", "bravo")

    answer = await house.simulator.command("clear")

    assert "Removed 2 tracks from the queue." in text(answer["message"])
    assert waiting(house) == []


@pytest.mark.parametrize(
    ("command", "option"), [("remove", "item"), ("remove", "to"), ("move", "item"), ("skip", "to")]
)
@pytest.mark.parametrize("typed", ["alpha", "-1", "0", "1" * 30, "id:", "id:x", "²"])
async def test_what_was_typed_and_not_chosen_is_refused_without_asking_audio(
    house: House, command: str, option: str, typed: str
) -> None:
    await queued(house, "alpha")
    asked = len(house.audio.calls)

    body = {**await house.simulator.place(), "name": command, "options": {option: typed}}
    answer = await house.simulator.call("POST", "/commands", body)

    assert answer["ephemeral"]
    assert "Choose one of those that are shown while you type, or type its number." in text(answer["message"])
    assert len(house.audio.calls) == asked


@pytest.mark.parametrize("second", ["2", " 2 ", "\uff12"])
async def test_a_number_that_is_typed_means_what_stands_there(house: House, second: str) -> None:
    await queued(house, "alpha", "bravo", "charlie", "delta")

    removed = await house.simulator.command("remove", item=second)
    assert "Removed bravo from the queue." in text(removed["message"])
    await house.simulator.command("move", item="3", before=second)
    assert waiting(house) == ["alpha", "delta", "charlie"]
    skipped = await house.simulator.command("skip", to=second)
    assert "delta" in text(skipped["message"])


async def test_several_in_a_row_are_removed_from_number_to_number(house: House) -> None:
    ids = await queued(house, "alpha", "bravo", "charlie", "delta", "echo")

    answer = await house.simulator.command("remove", item="4", to=ids[1])

    assert "Removed 3 tracks from the queue." in text(answer["message"])
    assert waiting(house) == ["alpha", "echo"]


async def test_a_number_at_which_nothing_stands_is_refused(house: House) -> None:
    await queued(house, "alpha")

    answer = await house.simulator.command("remove", item="2")

    assert answer["ephemeral"]
    assert "That is not a track of the queue." in text(answer["message"])
    assert waiting(house) == ["alpha"]


async def test_a_track_that_has_gone_meanwhile_is_refused(house: House) -> None:
    ids = await queued(house, "alpha")
    await house.simulator.command("clear")

    answer = await house.simulator.command("remove", item=ids[0])

    assert answer["ephemeral"]
    assert "That track is not there any more." in text(answer["message"])


async def test_what_audio_refuses_is_refused_privately(house: House) -> None:
    house.audio.refusal = Refused(Reason.LEVEL_TOO_LOW, required="DJ")

    asked: dict[str, dict[str, Any]] = {"clear": {}, "shuffle": {}, "replay": {}, "sort": {"by": "title"}}
    for command, options in asked.items():
        answer = await house.simulator.command(command, **options)
        assert answer["ephemeral"]
    assert "Only DJs can do that." in text(answer["message"])


async def test_the_queue_is_turned_page_by_page_and_back_to_the_first(house: House) -> None:
    await queued(house, *(f"song-{number}" for number in range(1, 24)))
    house.audio.player.position_time.FromSeconds(1_700_000_000)

    first = await house.simulator.command("queue")
    second = await house.click(first["message"], "More")
    third = await house.click(second["message"], "More")
    again = await house.click(third["message"], "First page")

    assert "10. song-10" in text(first["message"])
    assert text(first["message"]).splitlines()[-3:-1] == ["… and 13 more", "The queue ends <t:1700000012:R>"]
    assert [text(page["message"]).splitlines()[-1] for page in (first, third)] == ["Page 1 of 3", "Page 3 of 3"]
    assert "11. song-11" in text(second["message"])
    assert "23. song-23" in text(third["message"])
    assert [button["label"] for button in buttons(third["message"])] == ["First page", "Page …"]
    assert text(again["message"]) == text(first["message"])
    assert {page["message"]["id"] for page in (second, third, again)} == {first["message"]["id"]}
    assert third["ephemeral"]


async def go_to(house: House, message: Any, page: str) -> Any:
    """Fill in the form behind the button of a page of the queue."""
    shown = (await house.click(message, "Page …"))["modal"]
    body = {**await house.simulator.place(), "customId": shown["custom_id"], "fields": {"page": page}}
    return await house.simulator.call("POST", "/modals", body)


async def test_a_page_of_the_queue_is_gone_to_by_its_number(house: House) -> None:
    await queued(house, *(f"song-{number}" for number in range(1, 36)))

    first = (await house.simulator.command("queue"))["message"]
    third = (await go_to(house, first, " 3 "))["message"]
    fourth = (await house.click(third, "More"))["message"]
    wide = (await go_to(house, fourth, "\uff12"))["message"]

    assert "20. song-20" not in text(third)
    assert "21. song-21" in text(third)
    assert "Page 3 of 4" in text(third)
    assert "31. song-31" in text(fourth)
    assert [button["label"] for button in buttons(fourth)] == ["First page", "Page …"]
    assert "Page 2 of 4" in text(wide)
    assert {page["id"] for page in (third, fourth, wide)} == {first["id"]}


@pytest.mark.parametrize("written", ["0", "5", "-1", "two", "1.5", "999999"])
async def test_a_page_that_is_not_there_is_refused_and_the_one_that_is_shown_stays(house: House, written: str) -> None:
    await queued(house, *(f"song-{number}" for number in range(1, 36)))
    first = (await house.simulator.command("queue"))["message"]

    refused = await go_to(house, first, written)

    assert refused["ephemeral"]
    assert "There is no such page. Choose one from 1 to 4." in text(refused["message"])
    assert text(await house.reads(first, "Page 1 of 4")) == text(first)


async def test_who_goes_to_a_page_of_a_queue_that_became_shorter_is_told_how_short(house: House) -> None:
    await queued(house, *(f"song-{number}" for number in range(1, 36)))
    first = (await house.simulator.command("queue"))["message"]
    del house.audio.waiting[5:]
    house.audio.player.queue_length = 5

    refused = await go_to(house, first, "2")
    shown = (await go_to(house, first, "1"))["message"]

    assert "There is no such page. There is only one page." in text(refused["message"])
    assert "5. song-5" in text(shown)
    assert buttons(shown) == []
