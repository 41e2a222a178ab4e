"""Whoever listens has a say, and music waits for those who left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audio import playback
from audio.domain import policy
from audio.domain.player import Player, Status
from audio.domain.policy import Action, Caller
from audio.domain.settings import GuildSettings
from kit import idempotency
from kit.errors import Reason
from kit.levels import Level
from segue.audio.v1 import player_pb2, player_service_pb2, queue_service_pb2
from tests.audio.client import DJ, LISTENER, Client, refused
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.stores import choose
from tests.audio.values import CHANNEL, GUILD
from tests.audio.values import DJ as SOMEBODY

if TYPE_CHECKING:
    from kit.postgres import Pool

ANOTHER, THIRD = 6, 7
ENDED = "SELECT payload FROM outbox WHERE guild_id = $1 AND kind = 'history.entry' ORDER BY id"


def skip(client: Client, who: int) -> Any:
    return client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD), who=who)


async def skipping(client: Client, who: int) -> player_pb2.AllowedAction:
    player = await client.player(who)
    return next(each for each in player.allowed_actions if each.action == player_pb2.ACTION_SKIP)


async def listening(client: Client, *people: int) -> None:
    """Let a DJ's track play to people."""
    await client.play("a", "b")
    client.rig.voice.move(*people)
    await client.rig.until(GUILD, lambda player: player.listeners == people)


async def test_listeners_skip_together_what_is_not_their_own(client: Client) -> None:
    await listening(client, DJ, LISTENER, ANOTHER, THIRD)
    allowed = await skipping(client, LISTENER)
    assert (allowed.allowed, allowed.votes_missing) == (True, 1)
    answer = await skip(client, LISTENER)
    assert (answer.votes_missing, answer.HasField("skipped"), answer.player.current.track.title) == (1, False, "a")
    assert (answer.player.vote_count, answer.player.listener_count) == (1, 4)
    with refused(Reason.ALREADY_VOTED):
        await skip(client, LISTENER)
    assert (await skipping(client, LISTENER)).reason
    assert (await skipping(client, ANOTHER)).votes_missing == 0
    answer = await skip(client, ANOTHER)
    assert (answer.skipped.track.title, answer.votes_missing, answer.player.vote_count) == ("a", 0, 0)


async def test_a_dj_and_whoever_listens_alone_skip_at_once(client: Client) -> None:
    await listening(client, DJ, LISTENER, ANOTHER)
    assert (await skip(client, DJ)).skipped.track.title == "a"
    client.rig.voice.move(LISTENER)
    await client.rig.until(GUILD, lambda player: player.listeners == (LISTENER,))
    assert (await skip(client, LISTENER)).skipped.track.title == "b"


async def test_what_plays_may_not_be_pushed_aside_without_a_vote(client: Client) -> None:
    await listening(client, DJ, LISTENER, ANOTHER, THIRD)
    with refused(Reason.VOTES_NEEDED):
        await client.play("x", placement=player_pb2.PLACEMENT_NOW, who=LISTENER)
    assert (await client.play("x", placement=player_pb2.PLACEMENT_NOW)).player.current.track.title == "x"


@pytest.mark.parametrize(
    ("listeners", "votes", "share", "missing"),
    [(4, 0, 50, 1), (5, 0, 50, 2), (5, 1, 50, 1), (3, 0, 100, 2), (3, 0, 0, 0), (1, 0, 100, 0), (10, 9, 100, 0)],
)
def test_the_guild_says_which_share_of_the_listeners_it_takes(
    listeners: int, votes: int, share: int, missing: int
) -> None:
    people = tuple(range(1, listeners + 1))
    given = {str(Action.SKIP): people[1 : votes + 1]}
    player = Player(1, listeners=people, votes=given, settings=GuildSettings(vote_share_percent=share))
    assert policy.votes_missing(Action.SKIP, Caller(1, Level.LISTENER, CHANNEL), player) == missing


def test_only_those_who_still_listen_have_a_vote() -> None:
    player = Player(1, listeners=(1, 2, 3, 4), votes={Action.SKIP: (8, 9)})
    assert policy.votes_missing(Action.SKIP, Caller(1, Level.LISTENER, CHANNEL), player) == 1


async def test_music_waits_while_nobody_is_there_and_goes_on_where_it_was(rig: Rig, world: NodeWorld) -> None:
    rig.voice.people = (DJ,)
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.voice.move()
    player = await rig.until(GUILD, lambda player: player.deserted and player.seen_version >= player.wanted_version)
    assert (player.status, world.said[-1][0]) == (Status.PAUSED, "pause")
    rig.voice.move(LISTENER)
    await rig.until(GUILD, lambda player: player.status is Status.PLAYING and not player.deserted)
    assert world.starts() == [("a.wav", 0)]


async def test_what_was_paused_before_everybody_left_stays_paused(rig: Rig) -> None:
    rig.voice.people = (DJ,)
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    await command(rig.store, lambda change: playback.pause(change, SOMEBODY))
    rig.voice.move()
    await rig.until(GUILD, lambda player: player.deserted)
    rig.voice.move(DJ)
    player = await rig.until(GUILD, lambda player: not player.deserted)
    assert player.status is Status.PAUSED


async def test_the_bot_leaves_a_deserted_channel_after_the_guilds_time(rig: Rig) -> None:
    await choose(rig.store, empty_channel_timeout_ms=30)
    rig.voice.people = (DJ,)
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.voice.move()
    player = await rig.until(GUILD, lambda player: not player.voice_channel_id)
    assert (player.status, player.queue_length) == (Status.IDLE, 0)
    assert (await rig.store.history(GUILD, None, 1))[0].ending.reason == "deserted"


async def test_a_bot_that_is_to_stay_waits_in_a_deserted_channel(rig: Rig) -> None:
    await choose(rig.store, empty_channel_timeout_ms=0, stay_connected=True)
    rig.voice.people = (DJ,)
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    rig.voice.move()
    await rig.until(GUILD, lambda player: player.deserted and player.seen_version >= player.wanted_version)
    await choose(rig.store, empty_channel_timeout_ms=0)
    await rig.until(GUILD, lambda player: not player.voice_channel_id)


async def test_what_people_added_who_have_left_can_be_removed(client: Client) -> None:
    await client.play("a")
    for who, name in ((DJ, "b"), (LISTENER, "c"), (DJ, "d"), (ANOTHER, "e")):
        await client.play(name, who=who)
    client.rig.voice.move(LISTENER, ANOTHER)
    await client.rig.until(GUILD, lambda player: player.listeners == (LISTENER, ANOTHER))
    removal = queue_service_pb2.RemoveQueueItemsRequest(guild_id=GUILD, absent=True)
    assert (await client("RemoveQueueItems", removal)).count == 2
    assert await client.names() == ["c", "e"]


async def heard_by(pool: Pool) -> list[tuple[int, ...]]:
    """Return for each track that ended who heard that, as others are told."""
    found = [idempotency.unpack(row["payload"]) for row in await pool.fetch(ENDED, GUILD)]
    return [tuple(each.listener_ids) for each in found if isinstance(each, queue_service_pb2.TrackEnded)]


async def test_who_is_in_the_channel_and_not_deafened_as_a_track_ends_has_heard_it(client: Client, pool: Pool) -> None:
    client.rig.voice.deaf = (ANOTHER,)
    await listening(client, DJ, LISTENER, ANOTHER)
    await skip(client, DJ)
    client.rig.voice.deaf = (LISTENER,)
    client.rig.voice.move(DJ, LISTENER, ANOTHER)
    await client.rig.until(GUILD, lambda player: player.deaf == (LISTENER,))
    await skip(client, DJ)

    assert await heard_by(pool) == [(DJ, LISTENER), (DJ, ANOTHER)]


async def test_who_listened_as_the_bot_was_sent_away_has_heard_the_track(client: Client, pool: Pool) -> None:
    client.rig.voice.deaf = (LISTENER,)
    await listening(client, DJ, LISTENER)
    client.rig.voice.say(GUILD, 0)
    player = await client.rig.until(GUILD, lambda player: not player.voice_channel_id)

    assert await heard_by(pool) == [(DJ,)]
    assert (player.listeners, player.deaf) == ((), ())
