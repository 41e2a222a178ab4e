"""People choose for themselves in Discord, and see, take and delete what is kept about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import ParseDict

from segue.api.v1.access_service_pb2 import ExportMeResponse
from segue.audio.v1 import player_pb2, queue_service_pb2
from tests.gateway.audio import PAUSED
from tests.gateway.conftest import buttons, text
from tests.gateway.finding import track
from tests.gateway.test_panels import over, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

DEFAULTS: dict[str, Any] = {"language": "any", "private": False, "source": "any", "history": True}
SHOWN = (
    "Your preferences\nLanguage: the one of your Discord\nAnswers to your commands: everybody sees them\n"
    "Searches: everywhere\nWhat you listened to: offered to you, and counted in statistics"
)


@pytest.fixture(autouse=True)
async def as_before(house: House) -> AsyncIterator[None]:
    """Let nothing that was chosen here be so elsewhere."""
    yield
    house.api.is_away = False
    await house.simulator.command("preferences", **DEFAULTS)


async def me(house: House) -> int:
    return int((await house.simulator.place())["userId"])


async def suggested(house: House, words: str) -> list[str]:
    body = {**await house.simulator.place(), "name": "play", "focused": "query", "options": {"query": words}}
    return [choice["name"] for choice in (await house.simulator.call("POST", "/autocomplete", body))["choices"]]


def kept(**kinds: int) -> ExportMeResponse:
    """A page of what audio keeps: so many of each kind."""
    of_kinds = ((kind, one) for kind, count in kinds.items() for one in range(count))
    records = [{"kind": kind, "data": {"title": f"{kind} {one}"}} for kind, one in of_kinds]
    return ParseDict({"services": [{"service": "audio", "records": records}]}, ExportMeResponse())


async def test_who_chose_nothing_sees_what_is_so(house: House) -> None:
    answer = await house.simulator.command("preferences")

    assert answer["ephemeral"]
    assert text(answer["message"]).strip() == SHOWN


async def test_what_one_chooses_is_shown_and_what_one_leaves_out_stays(house: House) -> None:
    await house.simulator.command("preferences", language="de", source="soundcloud")
    answer = await house.simulator.command("preferences", private=True, history=False)
    mine = house.api.preferences[await me(house)]
    await house.simulator.command("preferences", **DEFAULTS)
    back = await house.simulator.command("preferences")

    assert text(answer["message"]).strip() == (
        "Deine Vorlieben\nSprache: Deutsch\nAntworten auf deine Befehle: nur du siehst sie\n"
        "Suche: SoundCloud\nWas du gehört hast: wird weder angeboten noch gezählt"
    )
    assert (mine.language, mine.default_source) == ("", "")
    assert text(back["message"]).strip() == SHOWN


async def test_who_wants_private_answers_alone_sees_them(house: House) -> None:
    await house.simulator.command("preferences", private=True)
    played = await house.simulator.command("play", query="alpha")
    refused = await house.simulator.command("seek", position="nowhere")
    other = await house.simulator.command("nowplaying", person="Dana")

    assert played["ephemeral"]
    assert "alpha" in text(played["message"])
    assert refused["ephemeral"]
    assert not other["ephemeral"]


async def test_a_private_answer_never_becomes_the_panel(house: House) -> None:
    await over(house)
    await house.simulator.command("preferences", private=True)
    played = await house.simulator.command("play", query="alpha")
    await house.click(played["message"], "Pause")
    await house.simulator.command("queue")  # what followed the answers is done by then
    before = await seen(house, played["message"])
    await show(house, "Pause", status=PAUSED)

    assert await seen(house, played["message"]) == before


async def seen(house: House, message: Any) -> Any:
    """Return a message of the channel as the person sees it."""
    place = await house.simulator.place()
    address = f"/channels/{place['channelId']}/messages"
    found = (await house.simulator.call("GET", address, params={"userId": place["userId"]}))["messages"]
    return next(one for one in found if one["id"] == message["id"])


async def test_what_nobody_asked_for_any_more_is_shown_without_a_name(house: House) -> None:
    await house.simulator.command("play", query="alpha")
    house.audio.player.current.requester_id = 0
    now = await house.simulator.command("nowplaying")
    queue = await house.simulator.command("queue")

    assert "<@" not in text(now["message"]) + text(queue["message"])
    assert "alpha" in text(queue["message"])
    assert "autoplay" not in text(queue["message"])


async def test_what_was_chosen_elsewhere_is_known_soon(house: House) -> None:
    assert not (await house.simulator.command("play", query="alpha"))["ephemeral"]
    await house.api.prefer(await me(house), private_answers=True)

    await house.simulator.until(lambda: house.simulator.command("nowplaying"), lambda answer: bool(answer["ephemeral"]))


async def test_while_api_is_away_everything_is_as_usual(house: House) -> None:
    house.api.is_away = True
    answer = await house.simulator.command("play", query="alpha", person="Luca")

    assert not answer["ephemeral"]


async def test_who_wants_no_history_is_not_offered_it(house: House) -> None:
    item = player_pb2.QueueItem(item_id=1, track=track("alpha"), requester_id=await me(house))
    house.audio.history.append(queue_service_pb2.HistoryEntry(entry_id=1, item=item))
    before = await suggested(house, "")
    await house.simulator.command("preferences", history=False)

    assert len(before) == 1
    assert "alpha" in before[0]
    assert await suggested(house, "") == []


async def test_suggestions_come_from_the_source_one_chose(house: House) -> None:
    await house.simulator.command("preferences", source="bandcamp")
    await suggested(house, "something else")

    assert [request.source for request in house.audio.asked("SearchTracks")] == ["bandcamp"]


async def test_what_is_kept_is_shown_by_kind(house: House) -> None:
    house.api.kept = [kept(history=12, queue=1, dreams=2)]
    answer = await house.simulator.command("privacy", show={})

    assert answer["ephemeral"]
    assert text(answer["message"]).strip().splitlines() == [
        "What I keep about you",
        "Other things: 2",
        "Tracks of yours that were played: 12",
        "Tracks of yours in queues: 1",
        "Take it with `/privacy export`, or delete it with `/privacy delete`.",
    ]


async def test_who_left_no_trace_is_told_so(house: House) -> None:
    answer = await house.simulator.command("privacy", show={})

    assert text(answer["message"]).strip() == "I keep nothing about you."


async def fetched(house: House, attachment: Any) -> bytes:
    """Read a file that came with a message."""
    path = attachment["url"].partition("/attachments/")[2]
    async with house.simulator.http.get(f"{house.simulator.page}/sim/v1/attachments/{path}") as response:
        return await response.read()


async def test_what_is_kept_comes_as_one_file_of_all_pages(house: House) -> None:
    first, second = kept(history=1), kept(history=2, queue=1)
    first.next_page_token = "1"
    house.api.kept = [first, second]
    answer = await house.simulator.command("privacy", export={})
    (attachment,) = answer["message"]["attachments"]

    assert answer["ephemeral"]
    assert text(answer["message"]).strip() == "This is what I keep about you."
    assert attachment["filename"] == "segue.json"
    assert json.loads(await fetched(house, attachment)) == {
        "audio": {
            "history": [{"title": "history 0"}, {"title": "history 0"}, {"title": "history 1"}],
            "queue": [{"title": "queue 0"}],
        }
    }


async def test_more_than_fits_into_a_file_is_left_out_with_a_word(house: House) -> None:
    first, second = kept(history=1), kept(queue=1)
    second.services[0].records[0].data.update({"title": "x" * 8_000_000})
    first.next_page_token = "1"
    house.api.kept = [first, second]
    answer = await house.simulator.command("privacy", export={})
    (attachment,) = answer["message"]["attachments"]

    assert "There is more than fits into one file." in text(answer["message"])
    assert list(json.loads(await fetched(house, attachment))["audio"]) == ["history"]


@pytest.mark.parametrize(
    ("pending", "told"), [([], "I have deleted"), (["audio"], "A part of me is away")], ids=["all", "one is away"]
)
async def test_what_is_kept_is_deleted_once_one_confirms_it(house: House, pending: list[str], told: str) -> None:
    house.api.pending = pending
    asked = await house.simulator.command("privacy", delete={})
    assert asked["ephemeral"]
    assert house.api.deleted == []
    done = await house.click(asked["message"], "Delete everything")

    assert house.api.deleted == [await me(house)]
    assert told in text(done["message"])
    assert buttons(done["message"]) == []
