"""What `allowed_actions` says is what validating a command says: for every action, level and state."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from audio.domain import policy
from audio.domain.policy import Action
from kit.errors import Reason
from kit.levels import Level
from segue.api.v1 import settings_pb2
from segue.audio.v1 import (
    filters_pb2,
    player_pb2,
    player_service_pb2,
    queue_service_pb2,
)
from segue.common.v1 import error_reason_pb2
from tests.audio.client import DJ, LISTENER, MANAGER, OUTSIDER, Client
from tests.audio.stores import HANDLES, choose
from tests.audio.values import CHANNEL, GUILD, track

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
    Action.QUEUE_REORDER: ("ReverseQueue", queue_service_pb2.ReverseQueueRequest()),
    Action.QUEUE_SHUFFLE: ("ShuffleQueue", queue_service_pb2.ShuffleQueueRequest()),
    Action.QUEUE_JUMP: ("JumpToQueueItem", queue_service_pb2.JumpToQueueItemRequest()),
    Action.REPLAY: ("Replay", player_service_pb2.ReplayRequest()),
    Action.VOLUME: ("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(volume=50)),
    Action.FILTERS: ("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(filters=filters_pb2.Filters())),
    Action.AUTOPLAY: ("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(autoplay=True)),
    Action.PREVIOUS: ("Previous", player_service_pb2.PreviousRequest()),
    Action.QUEUE_UNDO: ("UndoQueueEdit", queue_service_pb2.UndoQueueEditRequest()),
    Action.QUEUE_REDO: ("RedoQueueEdit", queue_service_pb2.RedoQueueEditRequest()),
    Action.QUEUE_REPLACE: (
        "ReplaceQueueItem",
        queue_service_pb2.ReplaceQueueItemRequest(handle=HANDLES.sign(track("right"))),
    ),
    Action.LOOP: ("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(loop_mode=player_pb2.LOOP_MODE_OFF)),
    Action.QUEUE_CLEAR: ("ClearQueue", queue_service_pb2.ClearQueueRequest()),
    Action.TRANSFER_DJ: ("TransferDj", player_service_pb2.TransferDjRequest(user_id=LISTENER)),
}


ANOTHER = 6
VOTED = [field.name.upper() for field in settings_pb2.VoteShares.DESCRIPTOR.fields]
OWN, FOREIGN, UNKNOWN = CHANNEL, CHANNEL + 1, CHANNEL + 2


def allowed(player: player_pb2.Player) -> dict[Action, bool]:
    """Read what `allowed_actions` says."""
    return {
        Action(player_pb2.Action.Name(each.action).removeprefix("ACTION_")): each.allowed
        for each in player.allowed_actions
    }


async def succeeds(client: Client, action: Action, who: int, **fields: Any) -> bool:
    """Validate an action."""
    method, template = TRIES[action]
    request = type(template)()
    request.CopyFrom(template)
    request.MergeFrom(type(template)(guild_id=GUILD, validate_only=True, **fields))
    try:
        await client(method, request, who=who)
    except grpc.aio.AioRpcError:
        return False
    return True


async def disagreements(client: Client, who: int) -> list[tuple[str, bool]]:
    """Try every action and return those where trying and `allowed_actions` differ."""
    player = await client.player(who)
    items = await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
    # Somebody else's item, since one's own may be removed below DJ.
    others = [item.item_id for item in items.items if item.requester_id != who]
    here = [*others, player.current.item_id] if player.current.requester_id != who else others
    found = []
    for action, is_allowed in allowed(player).items():
        fields = {}
        if action in {Action.QUEUE_REMOVE, Action.QUEUE_MOVE, Action.QUEUE_JUMP}:
            fields["item_id"] = others[0] if others else 99_999_999
        if action is Action.QUEUE_REPLACE:
            fields["item_id"] = next(filter(None, here), 99_999_999)
        if action is Action.TRANSFER_DJ:
            fields["user_id"] = LISTENER if player.dj_user_id != LISTENER else ANOTHER
        if await succeeds(client, action, who, **fields) != is_allowed:
            found.append((action.name, is_allowed))
    assert (await client.player(who)) == player
    return found


@pytest.mark.parametrize("share", [None, 0, 100])
@pytest.mark.parametrize("who", [MANAGER, DJ, LISTENER, OUTSIDER])
async def test_allowed_actions_say_yes_exactly_when_validating_succeeds(
    client: Client, who: int, share: int | None
) -> None:
    votes = {} if share is None else dict.fromkeys(VOTED, share)
    await choose(client.rig.store, vote_shares=votes, session_dj=share == 0)
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
    await client("UndoQueueEdit", queue_service_pb2.UndoQueueEditRequest(guild_id=GUILD))
    assert await disagreements(client, who) == []


def adding(player: player_pb2.Player) -> set[tuple[str, int]]:
    """Read why nothing may be added, and the limit."""
    actions = {player_pb2.ACTION_PLAY, player_pb2.ACTION_QUEUE_ADD}
    found = [each for each in player.allowed_actions if each.action in actions]
    return {(error_reason_pb2.ErrorReason.Name(each.reason), each.limit) for each in found}


async def test_a_full_queue_and_a_share_that_is_used_up_are_told_with_their_limits(client: Client) -> None:
    await choose(client.rig.store, max_queue_length=3, max_items_per_requester=2)
    mine = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[HANDLES.sign(track("a"))] * 2)
    await client("AddQueueItems", mine, who=LISTENER)
    assert adding(await client.player(LISTENER)) == {("ERROR_REASON_QUOTA_REACHED", 2)}
    assert await disagreements(client, LISTENER) == []
    for who in (DJ, MANAGER):
        assert adding(await client.player(who)) == {("ERROR_REASON_UNSPECIFIED", 0)}
        assert await disagreements(client, who) == []
    await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=mine.handles[:1]))
    for who in (LISTENER, DJ):
        assert adding(await client.player(who)) == {("ERROR_REASON_QUEUE_FULL", 3)}
        assert await disagreements(client, who) == []


@pytest.mark.parametrize("resumed", [False, True])
async def test_each_event_says_what_may_be_done_also_when_it_is_read_again(client: Client, resumed: bool) -> None:
    await choose(client.rig.store, max_items_per_requester=1)
    begun = (await client.player()).version
    stream = client.watch(who=LISTENER)
    await stream.read()
    request = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[HANDLES.sign(track("a"))])
    await client("AddQueueItems", request, who=LISTENER)
    if resumed:
        stream = client.watch(begun, who=LISTENER)
    event = await stream.read()
    assert event.version == begun + 1
    assert adding(event.player) == {("ERROR_REASON_QUOTA_REACHED", 1)}
    assert event.player.allowed_actions == (await client.player(LISTENER)).allowed_actions


async def tried(client: Client, who: int, named: int) -> tuple[bool, bool]:
    """Validate a join and a Play with a named channel; both are allowed in one's own, and neither changes anything."""
    before = await client.player(who)
    assert allowed(before)[Action.JOIN]
    assert allowed(before)[Action.PLAY]
    join = await succeeds(client, Action.JOIN, who, voice_channel_id=named)
    play = await succeeds(client, Action.PLAY, who, voice_channel_id=named)
    assert await client.player(who) == before
    return join, play


@pytest.mark.parametrize(
    ("who", "named", "is_possible"),
    [
        (LISTENER, OWN, True),
        (LISTENER, FOREIGN, False),
        (LISTENER, UNKNOWN, False),
        (DJ, OWN, True),
        (DJ, FOREIGN, True),
        (DJ, UNKNOWN, False),
        (MANAGER, OWN, True),
        (MANAGER, FOREIGN, True),
        (MANAGER, UNKNOWN, False),
    ],
)
async def test_what_is_allowed_in_the_own_channel_holds_for_a_named_one_where_level_and_discord_let_it(
    client: Client, who: int, named: int, is_possible: bool
) -> None:
    client.rig.voice.unreachable = {UNKNOWN: Reason.VOICE_CHANNEL_NOT_FOUND}

    assert await tried(client, who, named) == (is_possible, is_possible)
    await client.play("playing")
    assert await tried(client, who, named) == (is_possible, True)  # Play leaves the bot where it is
    await client("Stop", player_service_pb2.StopRequest(guild_id=GUILD))
    assert await tried(client, who, named) == (is_possible, True)
    assert client.rig.voice.asked == [(GUILD, CHANNEL, False)]


@pytest.mark.parametrize("action", Action)
def test_the_contract_lets_listeners_through_to_the_policy(action: Action) -> None:
    from kit import policy as method_policy  # noqa: PLC0415

    service = "QueueService" if action.startswith("QUEUE") else "PlayerService"
    declared = method_policy.of(f"/segue.audio.v1.{service}/{TRIES[action][0]}")
    assert declared
    assert Level(declared.floor) is Level.LISTENER
    assert policy.FLOORS[action] in {Level.LISTENER, Level.DJ}


def test_votes_are_taken_on_actions_only() -> None:
    assert set(VOTED) < set(Action)
