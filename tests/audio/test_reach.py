"""Gateway is asked whether the bot can go into a channel before a command leads it there."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from kit.errors import Reason
from segue.audio.v1 import player_service_pb2, queue_service_pb2
from tests.audio.client import LISTENER, PLAYING, Client, refused
from tests.audio.stores import HANDLES
from tests.audio.values import CHANNEL, GUILD, track

OTHER = CHANNEL + 1


def join(channel_id: int = 0, **more: Any) -> player_service_pb2.JoinChannelRequest:
    return player_service_pb2.JoinChannelRequest(guild_id=GUILD, voice_channel_id=channel_id, **more)


def play(channel_id: int = 0, **more: Any) -> player_service_pb2.PlayRequest:
    handles = [HANDLES.sign(track("new"))]
    return player_service_pb2.PlayRequest(guild_id=GUILD, handles=handles, voice_channel_id=channel_id, **more)


@pytest.mark.parametrize("validate_only", [False, True])
@pytest.mark.parametrize("make", [join, play])
@pytest.mark.parametrize("reason", [Reason.VOICE_CHANNEL_NOT_FOUND, Reason.VOICE_CHANNEL_FORBIDDEN, Reason.UNAVAILABLE])
async def test_a_command_into_a_channel_out_of_reach_changes_nothing(
    client: Client, reason: Reason, make: Any, validate_only: bool
) -> None:
    handles = [HANDLES.sign(track("waiting"))]
    await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles))
    before = await client.player()
    client.rig.voice.unreachable = {CHANNEL: reason, OTHER: reason}
    for channel_id in (0, CHANNEL, OTHER):
        request = make(channel_id, validate_only=validate_only)
        with refused(reason):
            await client(type(request).__name__.removesuffix("Request"), request)

    assert await client.player() == before
    assert await client.names() == ["waiting"]
    assert client.rig.voice.asked == []


async def test_music_goes_on_untouched_when_a_join_elsewhere_is_refused(client: Client) -> None:
    await client.play("a", "b")
    before, said = await client.player(), list(client.world.said)
    client.rig.voice.unreachable = {OTHER: Reason.VOICE_CHANNEL_FORBIDDEN}
    with refused(Reason.VOICE_CHANNEL_FORBIDDEN):
        await client("JoinChannel", join(OTHER))
    after = await client.player()

    assert (after.version, after.status, after.voice_channel_id) == (before.version, PLAYING, CHANNEL)
    assert client.world.said == said


async def test_only_a_command_that_moves_the_bot_asks_gateway(client: Client) -> None:
    await client("JoinChannel", join(OTHER, validate_only=True))
    await client.play("a")
    client.rig.voice.unreachable = {CHANNEL: Reason.UNAVAILABLE, OTHER: Reason.UNAVAILABLE}
    await client.play("b")
    await client("JoinChannel", join())
    await client("Stop", player_service_pb2.StopRequest(guild_id=GUILD))
    await client.play("c")
    await client("LeaveChannel", player_service_pb2.LeaveChannelRequest(guild_id=GUILD))

    assert client.rig.voice.checked == [(GUILD, OTHER), (GUILD, CHANNEL)]


async def test_a_repeated_command_has_its_answer_while_gateway_is_away(client: Client) -> None:
    request = join(request_id=str(uuid.uuid4()))
    first = await client("JoinChannel", request)
    await client("LeaveChannel", player_service_pb2.LeaveChannelRequest(guild_id=GUILD))
    client.rig.voice.unreachable = {CHANNEL: Reason.UNAVAILABLE}

    assert await client("JoinChannel", request) == first
    assert client.rig.voice.checked == [(GUILD, CHANNEL)]


async def test_a_command_refused_for_lack_of_gateway_may_be_repeated(client: Client) -> None:
    request = play(request_id=str(uuid.uuid4()))
    client.rig.voice.unreachable = {CHANNEL: Reason.UNAVAILABLE}
    with refused(Reason.UNAVAILABLE):
        await client("Play", request)
    client.rig.voice.unreachable = {}

    assert (await client("Play", request)).item.track.title == "new"


async def test_what_somebody_may_not_do_is_refused_without_asking(client: Client) -> None:
    for method, request in (("JoinChannel", join(OTHER)), ("Play", play(OTHER))):
        with refused(Reason.FOREIGN_VOICE_CHANNEL):
            await client(method, request, who=LISTENER)

    assert client.rig.voice.checked == []
