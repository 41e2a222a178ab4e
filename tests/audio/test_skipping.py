"""Segments that are left out: asked of the node, and known where the track goes on after one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from audio import playback
from audio.choosing import Choosing
from audio.domain.filters import Sound
from audio.domain.node import NodeAway, NodeEvent, NodeEventKind
from audio.domain.player import bucket_of
from audio.domain.settings import GuildSettings
from kit import actor
from segue.audio.v1 import player_pb2, player_service_pb2
from tests.audio.conftest import owner
from tests.audio.rig import NodeWorld, Rig, command, engine, give, play, sounds
from tests.audio.values import DJ, GUILD

if TYPE_CHECKING:
    import pytest

    from audio.adapters.memory import MemoryStore
    from tests.audio.client import Client
    from tests.audio.voices import FakeVoice


def told(world: NodeWorld) -> list[Sound]:
    return [what[2] for what in world.said if what[0] == "sound"]


def skip(rig: Rig, end_ms: int) -> None:
    """Let the node leave a segment out."""
    rig.nodes.tell(GUILD, NodeEventKind.SKIPPED, position_ms=end_ms)


async def test_the_guilds_wish_reaches_the_node_while_a_track_plays(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    for version, wanted in enumerate((True, False), 1):
        await Choosing(rig.store).apply(GUILD, GuildSettings(version=version, skip_segments=wanted))
        await rig.until(GUILD, lambda player: player.seen_version == player.wanted_version)

    assert told(world) == [Sound(skipping=True), Sound()]
    assert len(world.starts()) == 1


async def test_who_watches_hears_where_the_track_goes_on_after_a_segment(client: Client) -> None:
    await client.play("a")
    stream = client.watch()
    before = await seen(stream, lambda player: player.status == player_pb2.PLAYER_STATUS_PLAYING)
    skip(client.rig, 6000)
    after = await seen(stream, lambda player: player.version > before.version)
    stream.cancel()

    assert 6000 <= after.position.ToMilliseconds() < 12_000
    assert after.position_time.ToDatetime() > before.position_time.ToDatetime()
    assert (await client.player()).position.ToMilliseconds() >= 6000


async def seen(stream: Any, what: Any) -> player_pb2.Player:
    """Return the first player of a stream that is as told."""
    while True:
        message: player_service_pb2.WatchPlayerResponse = await stream.read()
        if message.HasField("player") and what(message.player):
            return message.player


async def test_a_faster_track_goes_on_at_the_segments_end_all_the_same(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    async with rig.store.change(GUILD) as change:
        faster = {"timescale": {"speed": 2.0, "rate": 1.0}}
        await change.save(replace(change.player, filters=faster), "playback", wake=True)
    await rig.until(GUILD, lambda player: player.seen_version == player.wanted_version)
    skip(rig, 6000)
    player = await rig.until(GUILD, lambda player: player.position_ms >= 6000)
    assert player.position_ms < 12_000


async def test_after_a_segment_a_dead_nodes_track_goes_on_behind_it(rig: Rig, world: NodeWorld) -> None:
    world.up["two"] = True
    await play(rig.store, "a")
    player = await rig.until(GUILD, sounds("a"))
    skip(rig, 6000)
    await rig.until(GUILD, lambda player: player.position_ms >= 6000)
    world.kill(player.node)
    await rig.until(GUILD, lambda player: player.node == "two" and player.is_heard)

    assert world.starts()[1][1] >= 6000


async def test_the_next_owner_knows_of_a_segment_that_was_left_out_while_nobody_listened(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "a")
            await rig.until(GUILD, sounds("a"))
        for _, players in world.sessions.values():
            players |= {guild: replace(player, position_ms=6500) for guild, player in players.items()}
        async with engine(memory, world, voice) as rig:
            give(memory, 2)
            told = NodeEvent(bucket_of(GUILD), "one", GUILD, NodeEventKind.SKIPPED, position_ms=6000)
            rig.nodes.inbox.put_nowait(told)
            await rig.own(2)
            await rig.until(GUILD, lambda player: 6500 <= player.position_ms < 8500)

    assert len(world.starts()) == 1


async def test_who_sought_meanwhile_is_where_they_wanted_to_be(
    rig: Rig, world: NodeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    monkeypatch.setattr(rig.nodes, "seek", away)
    await command(rig.store, lambda change: playback.seek(change, DJ, 2000))
    skip(rig, 6000)
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert world.starts()[1] == ("a.wav", 2000)


async def away(*_: object) -> None:
    raise NodeAway


async def test_a_segment_of_a_track_that_is_over_moves_nothing(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.end(GUILD)
    player = await rig.until(GUILD, sounds("b"))
    late = NodeEvent(bucket_of(GUILD), "one", GUILD, NodeEventKind.SKIPPED, play_seq=player.play_seq - 1)
    rig.nodes.inbox.put_nowait(replace(late, position_ms=9000))
    skip(rig, 4000)
    player = await rig.until(GUILD, lambda player: player.position_ms >= 4000)

    assert player.position_ms < 9000
