"""A node that joins tracks goes on by itself, and the engine finds that it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audio import playback, queueing
from audio.domain.node import NodeEventKind
from audio.domain.player import LoopMode, Status, Update
from kit import actor
from tests.audio.conftest import owner
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.values import DJ, GUILD

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.adapters.memory import MemoryStore
    from audio.domain.player import Player
    from tests.audio.voices import FakeVoice


@pytest.fixture
def world() -> NodeWorld:
    return NodeWorld(joins=True)


def handed(world: NodeWorld) -> str:
    """Return what the node would go on with."""
    following = world.handed.get(GUILD)
    return following.identifier if following else ""


async def until_handed(rig: Rig, world: NodeWorld, identifier: str) -> Player:
    return await rig.until(GUILD, lambda _: handed(world) == identifier)


async def begun(rig: Rig, world: NodeWorld, letters: str) -> None:
    """Let the first of some tracks sound, and the second be handed over."""
    await play(rig.store, letters)
    await rig.until(GUILD, sounds("a"))
    await until_handed(rig, world, "b.wav")


def after(before: Player) -> Callable[[Player], bool]:
    return lambda player: player.is_heard and player.play_seq > before.play_seq


async def names(memory: MemoryStore) -> list[str]:
    items, _ = await memory.items(GUILD, None, 100)
    return [item.track.title for _, item in items]


def history(memory: MemoryStore) -> list[tuple[str, str]]:
    return [(item.track.title, ending.reason) for _, item, ending in memory.tables.guilds[GUILD].history]


async def test_a_node_goes_on_by_itself_through_the_whole_queue(
    rig: Rig, world: NodeWorld, memory: MemoryStore
) -> None:
    await play(rig.store, "abc")
    await rig.until(GUILD, sounds("a"))
    for name in "bc":
        await until_handed(rig, world, f"{name}.wav")
        rig.nodes.end(GUILD)
        await rig.until(GUILD, sounds(name))
    rig.nodes.end(GUILD)
    await rig.until(GUILD, lambda player: player.status is Status.IDLE)

    assert world.starts() == [("a.wav", 0)]
    assert history(memory) == [("a", "finished"), ("b", "finished"), ("c", "finished")]


async def test_what_is_handed_over_follows_every_edit_of_the_queue(rig: Rig, world: NodeWorld) -> None:
    await begun(rig, world, "abcd")
    items, _ = await rig.store.items(GUILD, None, 10)
    first, second = items[0][1].item_id, items[1][1].item_id
    await command(rig.store, lambda change: queueing.move(change, DJ, second, first, 0))
    await until_handed(rig, world, "c.wav")
    await command(rig.store, lambda change: queueing.remove(change, DJ, second))
    await until_handed(rig, world, "b.wav")
    await command(rig.store, lambda change: queueing.clear(change, DJ, 0))
    await until_handed(rig, world, "")
    await play(rig.store, "e")
    await until_handed(rig, world, "e.wav")


@pytest.mark.parametrize("mode", [LoopMode.TRACK, LoopMode.QUEUE])
async def test_a_single_track_that_loops_is_handed_over_to_itself(rig: Rig, world: NodeWorld, mode: LoopMode) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    await command(rig.store, lambda change: playback.update(change, DJ, Update(loop_mode=mode)))
    for _ in range(3):
        before = await until_handed(rig, world, "a.wav")
        rig.nodes.end(GUILD)
        await rig.until(GUILD, after(before))

    assert world.starts() == [("a.wav", 0)]


async def test_an_edit_that_comes_while_a_node_goes_on_wins(
    rig: Rig, world: NodeWorld, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(rig, world, "abc")
    items, _ = await rig.store.items(GUILD, None, 10)
    hand_over = rig.nodes.hand_over

    async def too_late(bucket: int, node: str, guild_id: int, start: object) -> int | None:
        monkeypatch.undo()
        rig.nodes.end(GUILD)
        return await hand_over(bucket, node, guild_id, start)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(rig.nodes, "hand_over", too_late)
    await command(rig.store, lambda change: queueing.remove(change, DJ, items[0][1].item_id))
    await rig.until(GUILD, sounds("c"))

    assert world.starts() == [("a.wav", 0), ("c.wav", 0)]
    assert history(memory) == [("a", "finished")]
    assert await names(memory) == []


async def test_what_another_instance_committed_is_handed_over_too(rig: Rig, world: NodeWorld) -> None:
    await begun(rig, world, "ab")
    rig.store.listeners.clear()
    await command(rig.store, lambda change: queueing.clear(change, DJ, 0))
    await until_handed(rig, world, "")


async def test_a_track_that_begins_by_itself_and_fails_is_skipped(
    rig: Rig, world: NodeWorld, memory: MemoryStore
) -> None:
    await begun(rig, world, "abc")
    rig.nodes.end(GUILD)
    rig.nodes.tell(GUILD, NodeEventKind.FAILED, reason="It broke.")
    await rig.until(GUILD, sounds("c"))

    assert history(memory) == [("a", "finished"), ("b", "failed")]


async def test_after_kill_9_a_boundary_that_nobody_saw_is_found(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await begun(rig, world, "abc")
        rig.nodes.end(GUILD)
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, sounds("b"))
            await until_handed(rig, world, "c.wav")

    assert world.starts() == [("a.wav", 0)]
    assert history(memory) == [("a", "finished")]


async def test_after_kill_9_a_track_is_not_played_that_was_removed_before_it_began(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await begun(rig, world, "abc")
        items, _ = await memory.items(GUILD, None, 10)
        await command(memory, lambda change: queueing.remove(change, DJ, items[0][1].item_id))
        rig.nodes.end(GUILD)
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, sounds("c"))

    assert world.starts() == [("a.wav", 0), ("c.wav", 0)]


async def test_after_kill_9_what_was_handed_over_is_not_handed_over_again(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await begun(rig, world, "abc")
        async with owner(memory, world, voice, 2) as rig:
            player = await command(memory, lambda change: playback.seek(change, DJ, 1))
            assert await rig.outcomes.wait(GUILD, player.version)
            rig.nodes.end(GUILD)
            await rig.until(GUILD, sounds("b"))

    assert [what[2].identifier for what in world.said if what[0] == "hand over" and what[2]] == ["b.wav", "c.wav"]


async def test_nothing_is_handed_over_to_a_node_that_does_not_join_tracks(rig: Rig, world: NodeWorld) -> None:
    world.joins = False
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.end(GUILD)
    await rig.until(GUILD, sounds("b"))

    assert [what[0] for what in world.said] == ["connect", "start", "start"]
