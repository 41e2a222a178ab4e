"""Commands, buttons and messages, with stock discord.py in another process."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator


async def press(simulator: Simulator, message: dict[str, Any], custom_id: str, *, status: int = 200) -> Any:
    """Let Liam press a button."""
    body = {**await simulator.place(), "messageId": message["id"], "customId": custom_id}
    return await simulator.call("POST", "/components", body, status=status)


async def read(simulator: Simulator, person: str | None = None) -> list[dict[str, Any]]:
    """Read the channel, as a person or as nobody."""
    params = {} if person is None else {"userId": (await simulator.place(person))["userId"]}
    channel_id = (await simulator.place())["channelId"]
    answer = await simulator.call("GET", f"/channels/{channel_id}/messages", params=params)
    messages: list[dict[str, Any]] = answer["messages"]
    return messages


async def test_a_deferred_command_waits_for_its_edited_answer(bot: Simulator) -> None:
    outcome = await bot.command("play", query="a song")
    assert outcome["deferred"]
    assert not outcome["ephemeral"]
    assert outcome["message"]["content"] == "Playing a song"
    assert outcome["message"]["interaction_metadata"]["id"] == outcome["interactionId"]
    assert 0 < outcome["ackMs"] <= outcome["answerMs"]
    assert outcome["answerAtMs"] > 1.7e12
    assert (await read(bot))[-1] == outcome["message"]


async def test_an_answer_that_is_deleted_and_given_in_private_is_the_private_one(bot: Simulator) -> None:
    outcome = await bot.command("refuse")
    assert outcome["ephemeral"]
    assert outcome["message"]["content"] == "No."
    assert outcome["message"]["id"] in {message["id"] for message in await read(bot, "Liam")}
    assert outcome["message"]["id"] not in {message["id"] for message in await read(bot, "Dana")}


async def test_autocomplete_gives_the_choices_for_half_typed_text(bot: Simulator) -> None:
    body = {**await bot.place(), "name": "play", "options": {"query": "he"}, "focused": "query"}
    answer = await bot.call("POST", "/autocomplete", body)
    assert answer["choices"] == [{"name": "he one", "value": "he-one"}, {"name": "he two", "value": "he-two"}]
    assert answer["ackMs"] > 0


async def test_a_button_edits_its_message(bot: Simulator) -> None:
    message = (await bot.command("play", query="x"))["message"]
    outcome = await press(bot, message, "pause")
    assert (outcome["message"]["id"], outcome["message"]["content"]) == (message["id"], "Paused")
    assert not outcome["deferred"]


async def test_a_button_may_answer_with_a_follow_up(bot: Simulator) -> None:
    message = (await bot.command("play", query="x"))["message"]
    outcome = await press(bot, message, "whisper")
    assert (outcome["deferred"], outcome["ephemeral"]) == (True, True)
    assert outcome["message"]["content"] == "only you"


async def test_what_nothing_came_of_is_listed_as_unanswered(bot: Simulator) -> None:
    message = (await bot.command("play", query="x"))["message"]
    late = await bot.command("late", status=504)
    bare = await press(bot, message, "nod")

    found = (await bot.call("GET", "/unanswered"))["interactions"]

    place = await bot.place()
    who = {"guildId": place["guildId"], "userId": place["userId"]}
    assert found[-2:] == [
        {"id": late["interactionId"], **who, "acknowledged": False},
        {"id": bare["interactionId"], **who, "acknowledged": True},
    ]


async def test_what_discord_refuses_is_refused(bot: Simulator) -> None:
    assert (await bot.command("shout"))["message"]["content"] == "400 50035"
    await bot.command("twice")
    await bot.until(lambda: read(bot), lambda found: found[-1]["content"] == "400 40060")
    late = await bot.command("late", status=504)
    assert late["message"] == "The application did not respond"
    await bot.until(lambda: read(bot), lambda found: found[-1]["content"] == "404 10062")
    message = (await bot.command("play", query="x"))["message"]
    await press(bot, message, "no such button", status=404)


async def test_people_type_only_what_discord_lets_them_type(bot: Simulator) -> None:
    await bot.command("nothing", status=404)
    await bot.command("play", status=400)
    await bot.command("play", query="x", loudness=3, status=400)
    await bot.command("sound", seconds="three", status=400)
    stranger = {**await bot.place(), "userId": "4", "name": "play", "options": {"query": "x"}}
    await bot.call("POST", "/commands", stranger, status=404)


async def test_the_bot_reads_what_a_person_writes(bot: Simulator) -> None:
    place = await bot.place()
    body = {"channelId": place["channelId"], "userId": place["userId"], "content": "good evening"}
    await bot.call("POST", "/messages", body)
    messages = await bot.until(lambda: read(bot), lambda found: found[-1]["author"]["bot"])
    assert messages[-1]["content"] == "Liam said good evening"


async def test_a_file_is_where_the_bot_can_fetch_it(bot: Simulator) -> None:
    place = await bot.place()
    file = {"filename": "my notes.txt", "content": base64.b64encode(b"la la").decode()}
    written = await bot.call("POST", "/messages", {**place, "content": "look", "attachments": [file]})
    [attachment] = written["message"]["attachments"]
    discord = f"http://127.0.0.1:{bot.ports[1]}"
    async with bot.http.get(f"{discord}{urlsplit(attachment['url']).path}") as answer:
        assert await answer.read() == b"la la"
    async with bot.http.get(f"{discord}/attachments/1/2/other.txt") as answer:
        assert answer.status == 404
