"""What `allowed_actions` says is what validating a command says: for every action, level and state."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from audio.domain import policy
from audio.domain.policy import Action
from segue.audio.v1 import (
    player_pb2,
    player_service_pb2,
    queue_service_pb2,
)
from tests.audio.client import DJ, LISTENER, OUTSIDER, Client
from tests.audio.stores import HANDLES
from tests.audio.values import GUILD, track

TRIES: dict[Action, tuple[str, Any]] = {
    Action.JOIN: ("JoinChannel", player_service_pb2.JoinChannelRequest()),
    Action.LEAVE: ("LeaveChannel", player_service_pb2.LeaveChannelRequest()),
    Action.PLAY: ("Play", player_service_pb2.PlayRequest(handles=[HANDLES.sign(track("z"))])),
    Action.PAUSE: ("Pause", player_service_pb2.PauseRequest()),
    Action.RESUME: ("Resume", player_service_pb2.ResumeRequest()),
    Action.STOP: ("Stop", player_service_pb2.StopRequest()),
    Action.SKIP: ("Skip", player_service_pb2.SkipRequest()),
    Action.SEEK: ("Seek", player_service_pb2.SeekRequest(position=Duration())),
    Action.QUEUE_ADD: ("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(handles=[HANDLES.sign(track("z"))])),
    Action.QUEUE_REMOVE: ("RemoveQueueItem", queue_service_pb2.RemoveQueueItemRequest()),
    Action.QUEUE_MOVE: ("MoveQueueItem", queue_service_pb2.MoveQueueItemRequest()),
    Action.QUEUE_CLEAR: ("ClearQueue", queue_service_pb2.ClearQueueRequest()),
}


async def disagreements(client: Client, who: int) -> list[tuple[str, bool]]:
    """Try every action and return those where trying and `allowed_actions` differ."""
    player = await client.player(who)
    items = await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
    # Somebody else's item, since one's own may be removed below DJ.
    others = [item.item_id for item in items.items if item.requester_id != who]
    found = []
    for allowed in player.allowed_actions:
        action = Action(player_pb2.Action.Name(allowed.action).removeprefix("ACTION_"))
        method, request = TRIES[action]
        request.guild_id, request.validate_only = GUILD, True
        if action in {Action.QUEUE_REMOVE, Action.QUEUE_MOVE}:
            request.item_id = others[0] if others else 99_999_999
        try:
            await client(method, request, who=who)
            succeeded = True
        except grpc.aio.AioRpcError:
            succeeded = False
        if succeeded != allowed.allowed:
            found.append((action.name, allowed.allowed))
    assert (await client.player(who)) == player
    return found


@pytest.mark.parametrize("who", [DJ, LISTENER, OUTSIDER])
async def test_allowed_actions_say_yes_exactly_when_validating_succeeds(client: Client, who: int) -> None:
    assert await disagreements(client, who) == []
    handle = HANDLES.sign(track("queued"))
    request = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[handle, handle])
    await client("AddQueueItems", request, who=9)
    assert await disagreements(client, who) == []
    await client.play("playing", "next")
    assert await disagreements(client, who) == []
    await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))
    assert await disagreements(client, who) == []
    await client("Stop", player_service_pb2.StopRequest(guild_id=GUILD))
    assert await disagreements(client, who) == []


def test_the_policys_floors_are_those_of_the_contract() -> None:
    from kit import policy as method_policy  # noqa: PLC0415

    for action, (method, _) in TRIES.items():
        service = "QueueService" if action.startswith("QUEUE") else "PlayerService"
        declared = method_policy.of(f"/segue.audio.v1.{service}/{method}")
        assert declared
        if action is not Action.QUEUE_REMOVE:  # its floor lets people remove their own
            assert int(declared.floor) == policy.FLOORS[action]
