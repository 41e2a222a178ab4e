"""Whom and what a guild has blocked, and where the bot may be brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from audio import editing, playback, queueing
from audio.adapters.config import settings
from audio.domain import policy
from audio.domain.player import Update
from audio.domain.settings import GuildSettings
from kit.errors import Reason, Refused
from kit.levels import Level
from segue.api.v1 import settings_pb2
from segue.audio.v1 import player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import error_reason_pb2
from tests.audio.client import DJ, LISTENER, MANAGER, Client, refused
from tests.audio.rig import NodeWorld, Rig, command, play
from tests.audio.stores import HANDLES, choose
from tests.audio.test_allowed_actions import TRIES, disagreements
from tests.audio.values import CHANNEL, GUILD, track
from tests.audio.values import DJ as SOMEBODY

if TYPE_CHECKING:
    from audio.domain.policy import Action
    from audio.domain.track import Track

DJ_ROLE = 1
ELSEWHERE = CHANNEL + 1


async def reasons(client: Client, who: int) -> dict[str, str]:
    """Read why each action is not possible."""
    return {
        player_pb2.Action.Name(each.action).removeprefix("ACTION_"): error_reason_pb2.ErrorReason.Name(each.reason)
        for each in (await client.player(who)).allowed_actions
    }


@pytest.fixture
async def playing(client: Client) -> Client:
    """A player to which everything can be done, with an item of the listener in its queue."""
    await client.play("a", "b")
    await client.play("own", who=LISTENER)
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    return client


@pytest.mark.parametrize("action", TRIES)
async def test_who_is_blocked_may_look_and_do_nothing(playing: Client, action: Action) -> None:
    await choose(playing.rig.store, blocked_role_ids=(9, DJ_ROLE))
    method, template = TRIES[action]
    request = type(template)(guild_id=GUILD)
    request.MergeFrom(template)
    items = await playing("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
    if "item_id" in request.DESCRIPTOR.fields_by_name and action.startswith("QUEUE"):
        request.item_id = items.items[-1].item_id
    before = await playing.player()

    with refused(Reason.BLOCKED):
        await playing(method, request)
    assert await playing.player() == before
    assert await disagreements(playing, DJ) == []


async def test_who_is_blocked_does_not_get_at_their_own_tracks(playing: Client) -> None:
    await choose(playing.rig.store, blocked_user_ids=(LISTENER,))
    items = await playing("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD), who=LISTENER)
    own = items.items[-1]

    assert own.requester_id == LISTENER
    with refused(Reason.BLOCKED):
        removal = queue_service_pb2.RemoveQueueItemRequest(guild_id=GUILD, item_id=own.item_id)
        await playing("RemoveQueueItem", removal, who=LISTENER)
    assert await disagreements(playing, LISTENER) == []


async def test_who_is_blocked_is_told_so_for_each_action_but_those_of_a_higher_level(playing: Client) -> None:
    await choose(playing.rig.store, blocked_role_ids=(DJ_ROLE,), blocked_user_ids=(LISTENER,))

    assert set((await reasons(playing, DJ)).values()) == {"ERROR_REASON_BLOCKED"}
    assert set((await reasons(playing, LISTENER)).values()) == {"ERROR_REASON_BLOCKED", "ERROR_REASON_LEVEL_TOO_LOW"}


async def test_who_manages_the_server_is_never_blocked(playing: Client) -> None:
    before = await reasons(playing, MANAGER)
    await choose(playing.rig.store, blocked_user_ids=(MANAGER,))

    assert await reasons(playing, MANAGER) == before
    assert await disagreements(playing, MANAGER) == []


def from_web(name: str, uri: str, **facts: Any) -> Track:
    return track(name, uri=uri, identifier=uri, **facts)


SONG = from_web("The Song", "https://www.video.example/watch?v=Ab1", author="The Band")
BLOCKS = [
    ({"blocked_tracks": ["https://www.VIDEO.example/watch?v=Ab1"]}, Reason.TRACK_BLOCKED),
    ({"blocked_tracks": ["the SONG"]}, Reason.TRACK_BLOCKED),
    ({"blocked_artists": ["THE band"]}, Reason.ARTIST_BLOCKED),
    ({"blocked_domains": ["Video.example"]}, Reason.DOMAIN_BLOCKED),
    ({"blocked_domains": ["www.video.example"]}, Reason.DOMAIN_BLOCKED),
]
OTHERS = {
    "blocked_tracks": ["song", "https://www.video.example/watch?v=Ab2"],
    "blocked_artists": ["band"],
    "blocked_domains": ["o.example", "deo.example", "watch.www.video.example"],
}


def chosen(lists: dict[str, list[str]]) -> dict[str, Any]:
    """Return what audio learns of lists as people wrote them."""
    told = {name: {"values": values} for name, values in lists.items()}
    learnt = settings(json_format.ParseDict(told, settings_pb2.GuildSettings()))
    return {name: getattr(learnt, name) for name in lists}


@pytest.mark.parametrize(("lists", "reason"), [*BLOCKS, (OTHERS, None)])
def test_a_track_is_blocked_by_address_title_artist_or_domain_and_not_by_a_part_of_them(
    lists: dict[str, list[str]], reason: Reason | None
) -> None:
    assert policy.unwelcome(SONG, GuildSettings(**chosen(lists))) is reason


@given(st.text(), st.lists(st.text(min_size=1)))
def test_whatever_stands_for_an_address_can_be_judged(uri: str, domains: list[str]) -> None:
    found = policy.unwelcome(track(uri=f"https://[{uri}"), GuildSettings(blocked_domains=tuple(domains)))

    assert found in {None, Reason.DOMAIN_BLOCKED}


@pytest.mark.parametrize(("lists", "reason"), BLOCKS)
async def test_what_is_blocked_is_refused_alone_and_left_out_among_others(
    client: Client, lists: dict[str, list[str]], reason: Reason
) -> None:
    await choose(client.rig.store, **chosen(lists))
    await client.play("a")
    blocked, fine = HANDLES.sign(SONG), HANDLES.sign(track("b"))

    with refused(reason):
        await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[blocked]))
    with refused(reason):
        await client("Play", player_service_pb2.PlayRequest(guild_id=GUILD, handles=[blocked]), who=MANAGER)
    both = queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[blocked, fine])
    assert (await client("AddQueueItems", both)).left_out == 1
    assert await client.names() == ["b"]


async def test_a_player_that_goes_on_by_itself_picks_nothing_blocked(rig: Rig, world: NodeWorld) -> None:
    world.found = {"a": [track("a"), SONG, track("b")]}
    await choose(rig.store, **chosen({"blocked_artists": ["The Band"]}))
    await command(rig.store, lambda change: playback.update(change, SOMEBODY, Update(autoplay=True)))
    await play(rig.store, "a")
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    ((_, item),), _ = await rig.store.items(GUILD, None, 10)

    assert item.track.title == "b"


async def test_what_a_guild_chose_is_kept_with_its_player(store: Any) -> None:
    await choose(store, **chosen(OTHERS), blocked_user_ids=(5,), voice_channel_ids=(CHANNEL,))
    found = (await store.player(GUILD)).settings

    assert found == GuildSettings(version=1, **chosen(OTHERS), blocked_user_ids=(5,), voice_channel_ids=(CHANNEL,))
    async with store.change(GUILD) as change:
        blocked = policy.Caller(5, Level.LISTENER, CHANNEL)
        with pytest.raises(Refused, match=Reason.BLOCKED):
            await queueing.add(change, blocked, editing.asked_for([SONG], blocked))


async def test_the_bot_is_brought_only_into_channels_that_the_guild_chose(client: Client) -> None:
    await choose(client.rig.store, voice_channel_ids=(ELSEWHERE,))
    for who in (LISTENER, DJ, MANAGER):
        found = await reasons(client, who)
        assert {found["JOIN"], found["PLAY"]} == {"ERROR_REASON_VOICE_CHANNEL_UNWELCOME"}
        assert await disagreements(client, who) == []
        with refused(Reason.VOICE_CHANNEL_UNWELCOME):
            await client.play("a", who=who)
    await client("JoinChannel", player_service_pb2.JoinChannelRequest(guild_id=GUILD, voice_channel_id=ELSEWHERE))
    assert (await client.player()).voice_channel_id == ELSEWHERE
    for who in (DJ, MANAGER):
        assert await disagreements(client, who) == []


async def test_where_the_bot_is_already_it_may_play_on_whatever_the_guild_chooses_then(client: Client) -> None:
    await client.play("a", "b", who=MANAGER)
    await choose(client.rig.store, voice_channel_ids=(ELSEWHERE,))
    await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    await client("Previous", player_service_pb2.PreviousRequest(guild_id=GUILD))

    for who in (LISTENER, DJ):
        assert await disagreements(client, who) == []
