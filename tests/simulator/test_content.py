"""What people write is told to whoever may know it, and is there only in part for everybody else."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator import raw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.conftest import Simulator

FILE = {"filename": "song.mp3", "content": "AAAA"}
HEADERS = {"Authorization": "Bot any"}


@asynccontextmanager
async def granted(simulator: Simulator, flags: int) -> AsyncIterator[None]:
    """Let the application have only these flags for a while."""
    await simulator.call("POST", "/application", {"flags": flags}, status=204)
    try:
        yield
    finally:
        await simulator.call("POST", "/application", {"flags": 1 << 15 | 1 << 19}, status=204)


async def write(simulator: Simulator, content: str, person: str = "Liam", **more: Any) -> Any:
    """Let a person write."""
    place = await simulator.place(person)
    where = {name: place[name] for name in ("channelId", "userId")}
    return (await simulator.call("POST", "/messages", where | {"content": content} | more))["message"]


async def read(simulator: Simulator, channel_id: str, message_id: str) -> Any:
    """Read a message as the bot does over REST."""
    url = f"http://127.0.0.1:{simulator.ports[1]}/api/v10/channels/{channel_id}/messages/{message_id}"
    async with simulator.http.get(url, headers=HEADERS) as response:
        return await response.json()


@pytest.mark.parametrize("flag", [1 << 18, 1 << 19])
async def test_who_asks_for_content_is_let_in_where_it_was_granted_in_either_way(alone: Simulator, flag: int) -> None:
    async with granted(alone, flag), raw.gateway(alone) as socket:
        await raw.identify(socket, raw.GUILDS | raw.MESSAGES | raw.CONTENT)
        await write(alone, "a song", attachments=[FILE])
        told = await socket.event("MESSAGE_CREATE")

    assert (told["content"], [file["filename"] for file in told["attachments"]]) == ("a song", ["song.mp3"])


async def test_who_asks_for_content_that_was_not_granted_is_not_let_in(alone: Simulator) -> None:
    async with granted(alone, 0), raw.gateway(alone) as socket:
        await socket.send(2, {"token": "any", "intents": raw.GUILDS | raw.CONTENT, "properties": {}})

        assert await socket.closed() == 4014


async def test_without_the_intent_only_mentions_of_the_bot_have_content(alone: Simulator) -> None:
    bot = (await alone.call("GET", "/world"))["bot"]["id"]
    async with raw.gateway(alone) as socket:
        await raw.identify(socket, raw.GUILDS | raw.MESSAGES)
        await write(alone, "a song", attachments=[FILE])
        await write(alone, f"<@{bot}> skip")
        told = [await socket.event("MESSAGE_CREATE") for _ in range(2)]

    assert [message["content"] for message in told] == ["", f"<@{bot}> skip"]
    assert told[0]["attachments"] == []


async def test_over_rest_content_is_there_for_who_was_granted_it(alone: Simulator) -> None:
    written = await write(alone, "a song")
    shown = await read(alone, written["channel_id"], written["id"])
    async with granted(alone, 0):
        hidden = await read(alone, written["channel_id"], written["id"])

    assert (shown["content"], hidden["content"]) == ("a song", "")


async def test_a_reply_names_what_it_replies_to(alone: Simulator) -> None:
    asked = await write(alone, "who knows this?")
    async with raw.gateway(alone) as socket:
        await raw.identify(socket)
        answered = await write(alone, "me", "Luca", replyTo=asked["id"])
        told = await socket.event("MESSAGE_CREATE")

    assert told["id"] == answered["id"]
    assert told["type"] == 19
    assert told["message_reference"]["message_id"] == told["referenced_message"]["id"] == asked["id"]


async def test_another_bot_is_a_bot(alone: Simulator) -> None:
    guild = await alone.guild()
    made = await alone.call("POST", "/members", {"guildId": guild["id"], "name": "Beep", "bot": True})
    async with raw.gateway(alone) as socket:
        await raw.identify(socket)
        await write(alone, "beep", "Beep")
        told = await socket.event("MESSAGE_CREATE")
    await alone.call("DELETE", "/members", {"guildId": guild["id"], "userId": made["id"]}, status=204)

    assert told["author"]["bot"] is True
