"""People ask for music by a list of what was found, by a file, and in the menu of a message."""

from __future__ import annotations

import base64
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from gateway.domain.wording import query_in
from tests.gateway.conftest import buttons, text
from tests.gateway.test_import_command import reads
from tests.gateway.test_panels import over
from tests.gateway.test_wrong_song import candidate

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def found(house: House, *titles: str, **options: Any) -> Any:
    """Search for what is there, by words of its own; returns the answer."""
    house.audio.candidates = [candidate(title, f"https://example.com/{title}") for title in titles]
    house.audio.found = list(house.audio.candidates)
    return await house.simulator.command("search", query=f"words {uuid.uuid4()}", **options)


async def choose(house: House, answer: Any, *titles: str) -> Any:
    """Choose from the list below an answer."""
    (select,) = buttons(answer["message"])
    body = {**await house.simulator.place(), "messageId": answer["message"]["id"], "customId": select["custom_id"]}
    return await house.simulator.call(
        "POST", "/components", {**body, "values": [f"https://example.com/{title}" for title in titles]}
    )


async def test_several_of_what_was_found_are_played_at_once(house: House) -> None:
    answer = await found(house, "alpha", "bravo", "charlie", placement="next")
    chosen = await choose(house, answer, "charlie", "alpha")

    (request,) = house.audio.asked("Play")
    assert answer["ephemeral"]
    assert "3 songs were found." in text(answer["message"])
    assert list(request.handles) == ["handle-of-charlie", "handle-of-alpha"]
    assert request.placement == 2
    assert not chosen["ephemeral"]


async def test_one_source_is_searched_where_it_is_named(house: House) -> None:
    await found(house, "alpha", source="soundcloud")

    assert [request.source for request in house.audio.asked("SearchTracks")] == ["soundcloud"]


async def test_nothing_found_is_said(house: House) -> None:
    answer = await found(house)

    assert text(answer["message"]).startswith("Nothing was found that can be chosen.")
    assert buttons(answer["message"]) == []


async def test_an_uploaded_file_is_played_from_where_discord_keeps_it(house: House) -> None:
    file = {"filename": "song.ogg", "content": base64.b64encode(b"OggS").decode()}
    await house.simulator.command("playfile", file=file)

    (request,) = house.audio.asked("Play")
    assert re.fullmatch(r"https://cdn\.\S+/attachments/\d+/\d+/song\.ogg", request.query)


@pytest.mark.parametrize(
    ("content", "query"),
    [
        ("listen: <https://example.com/a> and https://example.com/b", "https://example.com/a"),
        ("<@1234> First Light", "First Light"),
    ],
)
async def test_what_a_message_names_is_played_from_its_menu(house: House, content: str, query: str) -> None:
    place = await house.simulator.place()
    written = await house.simulator.call("POST", "/messages", {**place, "content": content})
    message = {**place, "name": "Play this", "messageId": written["message"]["id"]}
    await house.simulator.call("POST", "/commands", message)

    (request,) = house.audio.asked("Play")
    assert request.query == query


async def test_a_message_that_names_nothing_is_told_so(house: House) -> None:
    place = await house.simulator.place()
    written = await house.simulator.call("POST", "/messages", {**place, "content": "<@1234>"})
    answer = await house.simulator.call(
        "POST", "/commands", {**place, "name": "Play this", "messageId": written["message"]["id"]}
    )

    assert answer["ephemeral"]
    assert house.audio.asked("Play") == []


async def test_help_lists_every_command_on_pages(house: House) -> None:
    place = await house.simulator.place()
    declared = (await house.simulator.call("GET", "/commands", params=place))["commands"]
    answer = await house.simulator.command("help")
    told = text(answer["message"])
    while any(button["label"] == "More" for button in buttons(answer["message"])):
        answer = await house.click(answer["message"], "More")
        told += text(answer["message"])

    assert answer["ephemeral"]
    assert [one["name"] for one in declared if one["type"] == 1 and f"/{one['name']}" not in told] == ["help"]


def test_an_address_comes_before_a_file_and_that_before_what_is_shown_and_that_before_words() -> None:
    assert query_in("see https://a.example/x", ["https://b.example"], ["https://c.example"]) == "https://a.example/x"
    assert query_in("see", ["https://b.example"], ["https://c.example"]) == "https://b.example"
    assert query_in("see", (), ["https://c.example"]) == "https://c.example"
    assert query_in(" two \n words <:smile:12> ") == "two words"
    assert len(query_in("x" * 4000)) == 1000


async def say(house: House, words: str, person: str = "Liam") -> str:
    """Write a message that mentions the bot; return the channel."""
    world = await house.simulator.call("GET", "/world")
    place = await house.simulator.place(person)
    await house.simulator.call("POST", "/messages", {**place, "content": f"<@{world['bot']['id']}> {words}"})
    return place["channelId"]


async def answered(house: House, channel: str) -> Any:
    """Wait for the answer below the newest message of a person; returns both."""

    async def newest() -> Any:
        return (await house.simulator.call("GET", f"/channels/{channel}/messages"))["messages"][-2:]

    return await house.simulator.until(
        newest, lambda found: (found[1].get("message_reference") or {}).get("message_id") == found[0]["id"]
    )


async def test_who_mentions_the_bot_is_played_what_they_say(house: House) -> None:
    channel = await say(house, "play  First   Light")
    _, answer = await answered(house, channel)

    (request,) = house.audio.asked("Play")
    assert request.query == "First Light"
    assert "First Light" in text(answer)


async def test_who_wants_private_answers_is_answered_below_what_they_say_as_everybody_is(house: House) -> None:
    await house.simulator.command("preferences", private=True)
    _, answer = await answered(house, await say(house, "play First Light"))
    await house.simulator.command("preferences", private=False)
    await over(house)

    await reads(house, answer, "The music has stopped. Start something with `/play`.")


async def test_a_refusal_stands_below_what_was_said(house: House) -> None:
    channel = await say(house, "skip")
    _, answer = await answered(house, channel)

    assert text(answer).startswith("Nothing is playing.")


async def test_what_is_no_command_or_needs_more_is_left_alone(house: House) -> None:
    for words in ("hello", "play", "import", "volume", "unknown command"):
        await say(house, words)
    channel = await say(house, "pause")
    said, _ = await answered(house, channel)

    assert said["content"].endswith("pause")
    assert house.audio.asked("Play") == []
