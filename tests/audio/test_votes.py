"""What a guild lets its listeners decide together, and what somebody may do who listens alone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason
from segue.audio.v1 import player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import error_reason_pb2
from tests.audio.client import DJ, LISTENER, MANAGER, Client, refused
from tests.audio.stores import choose
from tests.audio.test_allowed_actions import TRIES, VOTED, disagreements
from tests.audio.values import GUILD

if TYPE_CHECKING:
    from audio.domain.policy import Action

ANOTHER, THIRD = 6, 7


async def ask(client: Client, action: str, who: int, **fields: Any) -> Any:
    """Ask for an action."""
    method, template = TRIES[action_of(action)]
    return await client(method, type(template)(guild_id=GUILD, **fields), who=who)


def action_of(name: str) -> Action:
    return next(action for action in TRIES if action == name)


async def allowed(client: Client, action: str, who: int) -> player_pb2.AllowedAction:
    player = await client.player(who)
    wanted = player_pb2.Action.Value(f"ACTION_{action}")
    return next(each for each in player.allowed_actions if each.action == wanted)


async def listening(client: Client, *people: int) -> None:
    client.rig.voice.move(*people)
    await client.rig.until(GUILD, lambda player: player.listeners == people)


@pytest.fixture
async def four(client: Client) -> Client:
    """A DJ's tracks, and a DJ and three people who listen to them; there is something for every action."""
    await client.play("a", "b", "c", "d")
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    await listening(client, DJ, LISTENER, ANOTHER, THIRD)
    return client


async def ready_for(client: Client, action: str) -> None:
    if action == "RESUME":
        await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))


@pytest.mark.parametrize("action", VOTED)
async def test_listeners_do_together_what_their_guild_votes_on(four: Client, action: str) -> None:
    await ready_for(four, action)
    await choose(four.rig.store, vote_shares={action: 75})
    before = await four.player(LISTENER)
    request_id = str(uuid.uuid4())
    for missing, who in ((2, LISTENER), (1, ANOTHER)):
        told = await allowed(four, action, who)
        assert (told.allowed, told.votes_missing) == (True, missing)
        answer = await ask(four, action, who, request_id=request_id)
        assert answer.votes_missing == missing
        assert await ask(four, action, who, request_id=request_id) == answer
        with refused(Reason.ALREADY_VOTED):
            await ask(four, action, who)
        told = await allowed(four, action, who)
        assert error_reason_pb2.ErrorReason.Name(told.reason) == "ERROR_REASON_ALREADY_VOTED"
        assert await disagreements(four, who) == []
    assert (await four.player(LISTENER)).current == before.current
    assert (await four.player(LISTENER)).version == before.version + 2
    last = await ask(four, action, THIRD)
    assert last.votes_missing == 0
    assert (await four.rig.store.player(GUILD)).votes == {}


@pytest.mark.parametrize("action", ["QUEUE_CLEAR", "QUEUE_SHUFFLE"])
async def test_what_only_djs_may_takes_no_dj_where_the_guild_votes_on_it_or_lets_everybody(
    four: Client, action: str
) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await ask(four, action, LISTENER)
    await choose(four.rig.store, vote_shares={action: 100})
    assert (await ask(four, action, LISTENER)).votes_missing == 3
    await choose(four.rig.store, vote_shares={action: 0})
    assert (await ask(four, action, LISTENER)).votes_missing == 0


@pytest.mark.parametrize("action", VOTED)
async def test_a_dj_and_a_manager_need_no_votes(four: Client, action: str) -> None:
    await ready_for(four, action)
    await choose(four.rig.store, vote_shares={action: 100})
    assert (await allowed(four, action, MANAGER)).votes_missing == 0
    assert (await ask(four, action, DJ)).votes_missing == 0


async def test_whoever_asked_for_the_track_starts_it_again_without_votes_and_stops_nothing_else(four: Client) -> None:
    await choose(four.rig.store, vote_shares=dict.fromkeys(VOTED, 100))
    await four.play("mine", placement=player_pb2.PLACEMENT_NEXT, who=LISTENER)
    await four("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    assert (await ask(four, "REPLAY", LISTENER)).votes_missing == 0
    assert (await ask(four, "REPLAY", ANOTHER)).votes_missing == 3
    assert (await ask(four, "STOP", LISTENER)).votes_missing == 3


async def test_votes_count_until_the_track_ends_and_only_those_of_who_still_listens(four: Client) -> None:
    await choose(four.rig.store, vote_shares={"STOP": 50, "QUEUE_CLEAR": 50})
    assert (await ask(four, "STOP", LISTENER)).votes_missing == 1
    await listening(four, DJ, ANOTHER, THIRD)
    assert (await allowed(four, "STOP", ANOTHER)).votes_missing == 1
    await four("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    assert (await four.rig.store.player(GUILD)).votes == {}


async def test_nobody_waits_for_the_votes_of_who_may_only_look(four: Client) -> None:
    await choose(four.rig.store, vote_shares={"STOP": 100}, blocked_user_ids=(ANOTHER,))
    assert (await allowed(four, "STOP", LISTENER)).votes_missing == 2
    assert await disagreements(four, LISTENER) == []
    assert (await ask(four, "STOP", LISTENER)).votes_missing == 2
    assert (await ask(four, "STOP", THIRD)).votes_missing == 1


async def test_a_vote_counts_no_more_once_the_guild_lets_its_person_only_look(four: Client) -> None:
    await choose(four.rig.store, vote_shares={"STOP": 100})
    await ask(four, "STOP", ANOTHER)
    await ask(four, "SKIP", ANOTHER)
    assert (await four.player(LISTENER)).vote_count == 1
    await choose(four.rig.store, vote_shares={"STOP": 100}, blocked_user_ids=(ANOTHER,))
    assert (await allowed(four, "STOP", LISTENER)).votes_missing == 2
    assert (await four.player(LISTENER)).vote_count == 0


async def test_what_somebody_else_has_done_needs_no_votes_any_more(four: Client) -> None:
    await choose(four.rig.store, vote_shares={"PAUSE": 50, "RESUME": 50})
    assert (await ask(four, "PAUSE", LISTENER)).votes_missing == 1
    await ask(four, "PAUSE", DJ)
    await ask(four, "RESUME", DJ)
    assert (await ask(four, "PAUSE", ANOTHER)).votes_missing == 1


async def test_who_listens_alone_may_do_what_a_dj_may_until_somebody_comes(client: Client) -> None:
    await client.play("a", "b", "c")
    await listening(client, LISTENER)
    assert await disagreements(client, LISTENER) == []
    louder = player_service_pb2.UpdatePlayerRequest(guild_id=GUILD, volume=50)
    assert (await client("UpdatePlayer", louder, who=LISTENER)).player.volume == 50
    await listening(client, LISTENER, ANOTHER)
    with refused(Reason.LEVEL_TOO_LOW):
        await client("UpdatePlayer", louder, who=LISTENER)
    assert await disagreements(client, LISTENER) == []


async def test_a_guild_may_leave_who_listens_alone_a_listener(client: Client) -> None:
    await choose(client.rig.store, lone_listener_is_dj=False)
    await client.play("a", "b")
    await listening(client, LISTENER)
    with refused(Reason.LEVEL_TOO_LOW):
        await client("ClearQueue", queue_service_pb2.ClearQueueRequest(guild_id=GUILD), who=LISTENER)
    assert await disagreements(client, LISTENER) == []
