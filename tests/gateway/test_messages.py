"""Worker lets gateway post messages: once, with its words, and never pinging anybody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest

from kit.errors import Reason
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import message_service_pb2, message_service_pb2_grpc

if TYPE_CHECKING:
    from tests.gateway.conftest import House

SYSTEM = actor_pb2.Actor(surface=actor_pb2.SURFACE_SYSTEM)


async def text_channel(house: House) -> int:
    """Make a text channel that nobody has written in."""
    guild = await house.simulator.guild()
    made = await house.simulator.call(
        "POST", "/channels", {"guildId": guild["id"], "name": uuid.uuid4().hex[:12], "type": 0}
    )
    return int(made["id"])


async def send(house: House, channel_id: int, *, caller: str = "worker", **fields: Any) -> Any:
    """Let worker post a message."""
    guild_id = int((await house.simulator.guild())["id"])
    request = message_service_pb2.SendMessageRequest(guild_id=guild_id, channel_id=channel_id, **fields)
    async with house.calling(caller, SYSTEM) as call:
        return await call(message_service_pb2_grpc.MessageServiceStub, "SendMessage", request)


async def posted(house: House, channel_id: int) -> list[Any]:
    """Read a channel."""
    found = await house.simulator.call("GET", f"/channels/{channel_id}/messages")
    return list(found["messages"])


async def test_placeholders_are_filled_in_and_nobody_is_pinged(house: House) -> None:
    channel_id = await text_channel(house)
    answer = await send(house, channel_id, text="@everyone: **{server}** has {count} members on {date}, {unknown} {}")
    (message,) = await posted(house, channel_id)
    guild = await house.simulator.guild()

    assert message["id"] == str(answer.message_id)
    start, _, rest = message["content"].partition(" members on ")
    assert start.startswith(f"@everyone: **{guild['name']}** has ")
    assert rest.startswith("<t:")
    assert rest.endswith(":D>, {unknown} {}")
    assert (message["mention_everyone"], message["mentions"]) == (False, [])


async def test_a_song_is_named_in_the_words_of_the_catalogue(house: House) -> None:
    channel_id = await text_channel(house)
    song = message_service_pb2.SongOfTheDay(title="A *star*", author="@Ann", uri="https://example.com/a", plays=3)
    await send(house, channel_id, text="Today:", song=song)
    (message,) = await posted(house, channel_id)

    words = "Song of the day: **[A \\*star\\*](https://example.com/a)** by \\@Ann, played 3 times here."
    assert message["content"] == f"Today:\n🎵 {words}"


async def test_the_same_request_posts_one_message(house: House) -> None:
    channel_id, request_id = await text_channel(house), str(uuid.uuid4())
    first, again = [await send(house, channel_id, text="once", request_id=request_id) for _ in range(2)]

    assert first == again
    assert len(await posted(house, channel_id)) == 1


async def test_what_was_posted_and_not_remembered_is_not_posted_again(house: House, database_url: str) -> None:
    channel_id, request_id = await text_channel(house), str(uuid.uuid4())
    first = await send(house, channel_id, text="once", request_id=request_id)
    database = await asyncpg.connect(database_url)
    await database.execute("DELETE FROM gateway.request WHERE request_id = $1", request_id)
    await database.close()
    again = await send(house, channel_id, text="once", request_id=request_id)

    assert first == again
    assert len(await posted(house, channel_id)) == 1


async def test_a_channel_that_is_gone_or_no_text_channel_is_refused_and_trying_posts_nothing(house: House) -> None:
    channel_id = await text_channel(house)
    await send(house, channel_id, text="dry", validate_only=True)
    assert await posted(house, channel_id) == []
    await house.simulator.call("DELETE", "/channels", {"channelId": str(channel_id)}, status=204)

    for lost in (channel_id, 1):
        for validate_only in (False, True):
            with pytest.raises(grpc.aio.AioRpcError, match=Reason.CHANNEL_NOT_WRITABLE.sentence):
                await send(house, lost, text="lost", validate_only=validate_only)


async def test_only_worker_may_let_gateway_post(house: House) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await send(house, await text_channel(house), caller="audio", text="no")

    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
