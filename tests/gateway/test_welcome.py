"""Who comes into a server is welcomed where it wants that, and where Discord tells the bot who comes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from kit.errors import Reason
from segue.gateway.v1 import message_service_pb2, message_service_pb2_grpc
from tests.gateway.test_messages import SYSTEM, posted, text_channel

if TYPE_CHECKING:
    from tests.gateway.conftest import House

NAME = "*@everyone* \u202eeve"
GRANTED = 1 << 15 | 1 << 19
ESCAPED = "\\*\\@everyone\\* eve"


async def come(house: House, name: str) -> str:
    """Let somebody come into the guild; return their id."""
    guild = await house.simulator.guild()
    made = await house.simulator.call("POST", "/members", {"guildId": guild["id"], "name": name})
    return str(made["id"])


async def welcomes(house: House, **settings: Any) -> int:
    """Let the guild welcome people in a new channel; return it."""
    channel_id = await text_channel(house)
    guild = await house.simulator.guild()
    await house.api.choose(int(guild["id"]), welcome_channel_id=channel_id, **settings)
    return channel_id


async def check(house: House, channel_id: int) -> Any:
    """Ask as api whether people could be welcomed."""
    guild = await house.simulator.guild()
    request = message_service_pb2.CheckWelcomeRequest(guild_id=int(guild["id"]), channel_id=channel_id)
    async with house.calling("api", SYSTEM) as call:
        return await call(message_service_pb2_grpc.MessageServiceStub, "CheckWelcome", request)


async def outcome(house: House, channel_id: int) -> str:
    """Ask until the bot is connected; return why people cannot be welcomed, or nothing."""

    async def ask() -> str:
        try:
            await check(house, channel_id)
        except grpc.aio.AioRpcError as error:
            return error.details() or ""
        return ""

    return str(await house.simulator.until(ask, lambda found: found != Reason.UNAVAILABLE.sentence))


async def said(house: House, channel_id: int) -> Any:
    """Wait until something is said in a channel; return it."""
    (message,) = await house.simulator.until(lambda: posted(house, channel_id), bool)
    return message


async def test_a_person_is_welcomed_by_name_and_nobody_is_pinged(house: House) -> None:
    channel_id = await welcomes(house, welcome_text="Hello, {user}: {server} has {count} members")
    await come(house, NAME)
    message = await said(house, channel_id)
    guild = await house.simulator.guild()

    assert message["content"].startswith(f"Hello, {ESCAPED}: {guild['name']} has ")
    assert (message["mentions"], message["mention_everyone"]) == ([], False)


async def test_a_person_is_pinged_where_the_guild_wants_it_and_nobody_else(house: House) -> None:
    channel_id = await welcomes(house, welcome_text="@everyone {user} <@1>", welcome_mention=True)
    user_id = await come(house, uuid.uuid4().hex[:8])
    message = await said(house, channel_id)

    assert message["content"] == f"@everyone <@{user_id}> <@1>"
    assert ([user["id"] for user in message["mentions"]], message["mention_everyone"]) == ([user_id], False)


async def test_without_a_text_the_bot_finds_one_itself(house: House) -> None:
    channel_id = await welcomes(house)
    await come(house, "Nora")
    guild = await house.simulator.guild()

    assert (await said(house, channel_id))["content"] == f"Welcome to {guild['name']}, Nora!"


async def test_where_nobody_is_to_be_welcomed_nobody_is(house: House) -> None:
    channel_id = await welcomes(house)
    guild = await house.simulator.guild()
    await house.api.choose(int(guild["id"]), welcome_channel_id=0)
    await come(house, "Nobody")
    other = await welcomes(house)
    await come(house, "Somebody")

    assert "Somebody" in (await said(house, other))["content"]
    assert await posted(house, channel_id) == []


async def test_api_can_ask_whether_people_can_be_welcomed(house: House) -> None:
    await check(house, await text_channel(house))
    with pytest.raises(grpc.aio.AioRpcError, match=Reason.CHANNEL_NOT_WRITABLE.sentence):
        await check(house, 1)


async def test_without_the_intent_the_bot_runs_and_says_what_is_off(house: House) -> None:
    channel_id = await text_channel(house)
    await house.simulator.call("POST", "/application", {"flags": 0}, status=204)
    await house.restart()
    without = await outcome(house, channel_id)
    await house.simulator.call("POST", "/application", {"flags": GRANTED}, status=204)
    await house.restart()

    assert (without, await outcome(house, channel_id)) == (Reason.MEMBERS_INTENT_MISSING.sentence, "")
    assert "turn on the Server Members Intent" in house.log()
