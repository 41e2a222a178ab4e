"""A track that one node cannot play, or must not play any longer, goes on at another."""

from __future__ import annotations

from audio.domain.node import NodeEvent, NodeEventKind
from audio.domain.player import BUCKETS, Status
from tests.audio.rig import NodeWorld, Rig, play, sounds
from tests.audio.values import GUILD


def started(world: NodeWorld) -> list[tuple[str, str, int]]:
    """Return what was started, where, and from which position."""
    return [(what[2].identifier, what[3], what[2].position_ms) for what in world.said if what[0] == "start"]


def drain(rig: Rig, node: str) -> None:
    for bucket in range(BUCKETS):
        rig.nodes.inbox.put_nowait(NodeEvent(bucket, node, 0, NodeEventKind.DRAINING))


async def test_a_track_that_cannot_be_loaded_is_tried_once_on_another_node_and_then_left_out(
    rig: Rig, world: NodeWorld
) -> None:
    world.up["two"] = True
    world.refused = {"a.wav"}
    await play(rig.store, "ab")
    player = await rig.until(GUILD, sounds("b"))

    tried = [(identifier, node) for identifier, node, _ in started(world)]
    first, second = (node for identifier, node in tried if identifier == "a.wav")
    assert {first, second} == {"one", "two"}
    assert tried[2:] == [("b.wav", player.node)]
    (entry,) = await rig.store.history(GUILD, None, 5)
    assert (entry.item.track.title, entry.ending.detail) == ("a", "it is no sound file")


async def test_a_track_that_breaks_goes_on_where_it_was_on_another_node(rig: Rig, world: NodeWorld) -> None:
    world.up["two"] = True
    await play(rig.store, "a")
    before = await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=4_000)
    rig.nodes.tell(GUILD, NodeEventKind.FAILED, reason="the source went away")
    after = await rig.until(GUILD, lambda player: player.is_heard and player.node != before.node)

    (_, _, begun), (_, node, again) = started(world)
    assert (begun, node) == (0, after.node)
    assert 4_000 <= again < 8_000
    assert await rig.store.history(GUILD, None, 5) == []


async def test_without_another_node_a_track_that_cannot_be_played_is_left_out_at_once(
    rig: Rig, world: NodeWorld
) -> None:
    world.refused = {"a.wav"}
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("b"))
    assert [identifier for identifier, _, _ in started(world)] == ["a.wav", "b.wav"]


async def test_players_leave_a_node_that_is_drained_and_nothing_is_lost(rig: Rig, world: NodeWorld) -> None:
    world.up["two"] = True
    await play(rig.store, "ab")
    before = await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=3_000)
    drain(rig, before.node)
    after = await rig.until(GUILD, lambda player: player.is_heard and player.node != before.node)

    identifier, node, position = started(world)[-1]
    assert (identifier, node, after.queue_length) == ("a.wav", after.node, 1)
    assert 3_000 <= position < 6_000
    assert ("destroy", GUILD, before.node) in world.said


async def test_players_stay_on_a_drained_node_that_is_the_only_one(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    drain(rig, "one")
    rig.nodes.end(GUILD)
    await rig.until(GUILD, lambda player: player.status is Status.IDLE)
    assert len(started(world)) == 1
