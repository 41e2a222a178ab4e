"""Who brings the bot into voice is the DJ of that session, if the guild wants one, until they hand it on or leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc_status import rpc_status
from hypothesis import given
from hypothesis import strategies as st

from audio.domain import player as players
from audio.domain.player import Player
from audio.domain.settings import GuildSettings
from kit.errors import Reason, Refused
from kit.status import decode
from segue.audio.v1 import player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import error_reason_pb2
from tests.audio.client import DJ, LISTENER, MANAGER, OUTSIDER, Client, refused
from tests.audio.stores import HANDLES, choose
from tests.audio.test_allowed_actions import disagreements
from tests.audio.values import CHANNEL, GUILD, track

if TYPE_CHECKING:
    from collections.abc import Sequence

ANOTHER, THIRD = 6, 7
people = st.lists(st.integers(1, 6), unique=True).map(tuple)


def session(dj_id: int, listeners: Sequence[int], blocked: Sequence[int] = ()) -> Player:
    settings = GuildSettings(session_dj=True, blocked_user_ids=blocked)
    return Player(1, voice_channel_id=CHANNEL, dj_id=dj_id, listeners=tuple(listeners), settings=settings)


@given(people, people)
def test_who_listens_the_longest_comes_first_whatever_order_they_are_told_in(
    known: tuple[int, ...], seen: tuple[int, ...]
) -> None:
    found = players.arranged(known, seen)

    stayed = [user_id for user_id in known if user_id in seen]
    assert sorted(found) == sorted(seen)
    assert list(found[: len(stayed)]) == stayed


@given(st.integers(0, 6), people, people)
def test_the_dj_is_one_who_listens_and_stays_it_for_as_long_as_they_do(
    dj_id: int, listeners: tuple[int, ...], blocked: tuple[int, ...]
) -> None:
    able = [user_id for user_id in listeners if user_id not in blocked]
    found = players.led(session(dj_id, listeners, blocked)).dj_id

    assert found == (dj_id if dj_id in able or not able else able[0])


@given(st.integers(1, 6), people)
def test_there_is_no_dj_without_a_session_or_where_the_guild_wants_none(dj_id: int, listeners: tuple[int, ...]) -> None:
    playing = session(dj_id, listeners)

    assert players.led(replace(playing, settings=GuildSettings())).dj_id == 0
    assert players.led(replace(playing, voice_channel_id=0)).dj_id == 0
    assert players.dismissed(playing).dj_id == 0


@given(st.integers(1, 6), st.integers(0, 6), st.booleans())
def test_only_who_begins_a_session_is_its_dj_by_that(user_id: int, dj_id: int, wanted: bool) -> None:
    settings = GuildSettings(session_dj=wanted)
    begun = players.summoned(Player(1, settings=settings), CHANNEL, user_id)
    moved = players.summoned(replace(begun, dj_id=dj_id), CHANNEL + 1, user_id)

    assert begun.dj_id == (user_id if wanted else 0)
    assert (moved.dj_id, moved.voice_channel_id) == (dj_id, CHANNEL + 1)


async def begun(client: Client, *listeners: int, who: int = LISTENER) -> None:
    """Let somebody begin a session in which these listen."""
    await choose(client.rig.store, session_dj=True)
    client.rig.voice.people = listeners
    await client.play("a", "b", who=who)
    await client.rig.until(GUILD, lambda player: player.is_heard and player.listeners == listeners)


def shuffle(client: Client, who: int) -> Any:
    return client("ShuffleQueue", queue_service_pb2.ShuffleQueueRequest(guild_id=GUILD), who=who)


def transfer(client: Client, who: int, to: int, **more: Any) -> Any:
    request = player_service_pb2.TransferDjRequest(guild_id=GUILD, user_id=to, **more)
    return client("TransferDj", request, who=who)


async def refusal(call: Any) -> Refused:
    """Return why a call is refused."""
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call
    error: Any = raised.value
    found = decode(rpc_status.from_call(error))
    assert found
    return found


async def led_by(client: Client, user_id: int) -> None:
    await client.rig.until(GUILD, lambda player: player.dj_id == user_id)


async def test_who_begins_does_what_a_dj_may_and_a_refusal_names_them(client: Client) -> None:
    await begun(client, ANOTHER, LISTENER)
    assert (await client.player()).dj_user_id == LISTENER
    await shuffle(client, LISTENER)
    waiting = await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
    removal = queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=waiting.items[0].item_id)
    refusals = [await refusal(shuffle(client, ANOTHER)), await refusal(client("RemoveQueueItem", removal, who=ANOTHER))]
    assert [each.reason for each in refusals] == [Reason.LEVEL_TOO_LOW, Reason.NOT_OWN_ITEM]
    assert {each.metadata["dj"] for each in refusals} == {str(LISTENER)}


async def test_nobody_is_the_dj_where_the_guild_does_not_say_so(client: Client) -> None:
    client.rig.voice.people = (LISTENER, ANOTHER)
    await client.play("a", "b", who=LISTENER)
    await client.rig.until(GUILD, lambda player: player.listeners == (LISTENER, ANOTHER))
    assert (await client.player()).dj_user_id == 0
    with refused(Reason.LEVEL_TOO_LOW):
        await shuffle(client, LISTENER)
    with refused(Reason.SESSION_DJ_OFF):
        await transfer(client, MANAGER, LISTENER)


async def test_a_session_begins_with_whatever_brings_the_bot(client: Client) -> None:
    await choose(client.rig.store, session_dj=True)
    leave = player_service_pb2.LeaveChannelRequest(guild_id=GUILD)
    joined = await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD), who=ANOTHER)
    await client("LeaveChannel", leave)
    played = await client.play("a", who=LISTENER)
    await client("LeaveChannel", leave)
    back = await client("Previous", player_service_pb2.PreviousRequest(guild_id=GUILD), who=ANOTHER)
    await client("LeaveChannel", leave)
    added = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[HANDLES.sign(track("b"))])
    item_id = (await client("AddQueueItems", added)).first_item_id
    jump = queue_service_pb2.JumpToQueueItemRequest(guild_id=GUILD, item_id=item_id)
    jumped = await client("JumpToQueueItem", jump, who=MANAGER)
    answers = (joined, played, back, jumped)
    assert [answer.player.dj_user_id for answer in answers] == [ANOTHER, LISTENER, ANOTHER, MANAGER]


async def test_the_dj_hands_it_on_and_has_it_no_longer(client: Client) -> None:
    await begun(client, LISTENER, ANOTHER)
    stream = client.watch(who=ANOTHER)
    await stream.read()
    answer = await transfer(client, LISTENER, ANOTHER)
    event = await stream.read()
    assert answer.player.dj_user_id == ANOTHER
    assert (event.change, event.player.dj_user_id) == (player_service_pb2.PLAYER_CHANGE_DJ, ANOTHER)
    with refused(Reason.LEVEL_TOO_LOW):
        await transfer(client, LISTENER, LISTENER)
    await shuffle(client, ANOTHER)


@pytest.mark.parametrize("who", [DJ, MANAGER])
async def test_djs_by_their_role_and_managers_take_it_and_give_it(client: Client, who: int) -> None:
    await begun(client, LISTENER, who, ANOTHER)
    assert (await transfer(client, who, who)).player.dj_user_id == who
    assert (await transfer(client, who, ANOTHER)).player.dj_user_id == ANOTHER


async def test_it_is_not_given_to_who_does_not_listen_or_has_it_and_a_trial_changes_nothing(client: Client) -> None:
    await begun(client, LISTENER, ANOTHER)
    for to, reason in ((OUTSIDER, Reason.LISTENER_NEEDED), (LISTENER, Reason.ALREADY_DJ)):
        with refused(reason):
            await transfer(client, LISTENER, to)
    before = await client.player()
    assert (await transfer(client, LISTENER, ANOTHER, validate_only=True)).player.dj_user_id == LISTENER
    with refused(Reason.LEVEL_TOO_LOW):
        await transfer(client, ANOTHER, ANOTHER)
    assert await client.player() == before


async def test_it_passes_to_who_listens_the_longest_when_the_dj_leaves_and_stays_with_who_has_it(
    client: Client,
) -> None:
    await begun(client, LISTENER, ANOTHER)
    client.rig.voice.move(THIRD, LISTENER, ANOTHER)
    await client.rig.until(GUILD, lambda player: player.listeners == (LISTENER, ANOTHER, THIRD))
    client.rig.voice.move(THIRD, ANOTHER)
    await led_by(client, ANOTHER)
    client.rig.voice.move(LISTENER, THIRD, ANOTHER)
    player = await client.rig.until(GUILD, lambda player: player.listeners == (ANOTHER, THIRD, LISTENER))
    assert player.dj_id == ANOTHER


async def test_who_comes_first_to_a_channel_that_all_have_left_is_the_dj_unless_it_was_another_who_is_back(
    client: Client,
) -> None:
    await begun(client, LISTENER, ANOTHER)
    client.rig.voice.move()
    player = await client.rig.until(GUILD, lambda player: player.deserted)
    assert player.dj_id == LISTENER
    client.rig.voice.move(THIRD)
    await led_by(client, THIRD)


async def test_the_session_ends_when_the_bot_leaves_and_the_next_one_has_its_own_dj(client: Client) -> None:
    await begun(client, LISTENER, ANOTHER)
    left = await client("LeaveChannel", player_service_pb2.LeaveChannelRequest(guild_id=GUILD), who=LISTENER)
    assert left.player.dj_user_id == 0
    assert (await client.play("c", who=ANOTHER)).player.dj_user_id == ANOTHER


async def test_turned_on_it_is_who_listens_the_longest_and_turned_off_nobody(client: Client) -> None:
    client.rig.voice.people = (ANOTHER, LISTENER)
    await client.play("a", who=LISTENER)
    await client.rig.until(GUILD, lambda player: player.listeners == (ANOTHER, LISTENER))
    await choose(client.rig.store, session_dj=True)
    assert (await client.player()).dj_user_id == ANOTHER
    await choose(client.rig.store, session_dj=True, blocked_user_ids=(ANOTHER,))
    assert (await client.player()).dj_user_id == LISTENER
    await choose(client.rig.store)
    assert (await client.player()).dj_user_id == 0


@pytest.mark.parametrize("who", [MANAGER, DJ, LISTENER, ANOTHER, OUTSIDER])
async def test_what_may_be_done_about_it_is_told_before(client: Client, who: int) -> None:
    await begun(client, LISTENER, ANOTHER)
    await client.play("of somebody else", who=THIRD)
    assert await disagreements(client, who) == []
    wanted = player_pb2.ACTION_TRANSFER_DJ
    told = next(each for each in (await client.player(who)).allowed_actions if each.action == wanted)
    too_low = error_reason_pb2.ERROR_REASON_LEVEL_TOO_LOW
    assert (told.allowed, told.reason) == ((True, 0) if who in {MANAGER, DJ, LISTENER} else (False, too_low))
