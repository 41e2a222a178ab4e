"""The engine on nodes that do what the real server has been seen to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from audio import playback
from audio.changes import Sample
from audio.domain.filters import PLAIN
from audio.domain.node import NodeEventKind
from audio.domain.player import Status
from kit import actor
from tests.audio.conftest import owner
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.values import CHANNEL, DJ, GUILD

if TYPE_CHECKING:
    from typing import Any

    from audio.adapters.memory import MemoryStore
    from audio.domain.node import PlayerState
    from tests.audio.voices import FakeVoice


def held(world: NodeWorld) -> PlayerState:
    """Return the guild's player as the node has it."""
    player = world.player(GUILD)
    assert player
    return player


def change(world: NodeWorld, **facts: Any) -> None:
    """Let the node's player become otherwise by itself."""
    for _, players in world.sessions.values():
        if GUILD in players:
            players[GUILD] = replace(players[GUILD], **facts)


def clean_up(rig: Rig, world: NodeWorld) -> None:
    """Let the node take the track away, as it does after about 66 seconds without voice; the player stays."""
    rig.nodes.tell(GUILD, NodeEventKind.ENDED, reason="cleanup")
    change(world, user_data=None)


async def skip_paused(rig: Rig, letters: str) -> None:
    """Skip a track that waits."""
    await play(rig.store, letters)
    await rig.until(GUILD, sounds(letters[0]))
    for what in (lambda change: playback.pause(change, DJ), lambda change: playback.skip(change, DJ, 0)):
        player = await command(rig.store, what)
        assert await rig.outcomes.wait(GUILD, player.version)


async def test_a_refused_track_does_not_bring_back_the_paused_one_before_it(rig: Rig, world: NodeWorld) -> None:
    world.refused = {"b.wav"}
    await skip_paused(rig, "ab")
    player = await rig.until(GUILD, lambda player: player.seen_version == player.wanted_version)

    assert player.status is Status.IDLE
    assert held(world).user_data is None
    assert [what[0] for what in world.said[-2:]] == ["start", "stop"]


async def test_what_comes_after_a_refused_track_replaces_the_paused_one_before_it(rig: Rig, world: NodeWorld) -> None:
    world.refused = {"b.wav"}
    await skip_paused(rig, "abc")
    player = await rig.until(GUILD, sounds("c"))

    state = held(world)
    assert state.user_data
    assert (state.user_data["play_seq"], state.paused) == (player.play_seq, False)


async def test_a_paused_track_that_the_node_cleaned_up_waits_again_where_it_was(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=4000)
    player = await command(rig.store, lambda change: playback.pause(change, DJ))
    assert await rig.outcomes.wait(GUILD, player.version)
    clean_up(rig, world)
    player = await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    (_, start), (_, again) = [(what[0], what[2]) for what in world.said if what[0] == "start"]
    assert (again.identifier, again.paused, again.user_data) == ("a.wav", True, start.user_data)
    assert again.position_ms in range(4000, 4500)
    assert (player.status, player.queue_length) == (Status.PAUSED, 1)
    assert rig.store.tables.guilds[GUILD].history == []


@pytest.mark.parametrize("order", ["closed first", "cleaned up first"])
async def test_a_track_cleaned_up_for_want_of_voice_goes_on_where_it_was_heard_when_voice_is_back(
    rig: Rig, world: NodeWorld, order: str
) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.voice.silent = True
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=4000)
    if order == "closed first":
        rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=4006, by_remote=True)
        clean_up(rig, world)
    else:
        clean_up(rig, world)
        rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=4006, by_remote=True)
    await rig.until(GUILD, lambda _: len(rig.voice.asked) == 2)
    rig.voice.say(GUILD, CHANNEL)
    await rig.until(GUILD, lambda player: player.heard_seq == player.play_seq and len(world.starts()) > 1)

    assert {name for name, _ in world.starts()} == {"a.wav"}
    assert world.starts()[-1][1] in range(4000, 4500)
    assert rig.store.tables.guilds[GUILD].history == []


async def test_a_player_found_without_voice_goes_on_where_it_was_heard_and_not_where_it_counted_to(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "ab")
            player = await rig.until(GUILD, sounds("a"))
        await memory.sample([Sample(GUILD, player.play_seq, 0, 3000)])
        change(world, connected=False, position_ms=9000)
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, lambda _: len(world.starts()) == 2)
            await rig.until(GUILD, sounds("a"))

    assert world.starts() == [("a.wav", 0), ("a.wav", 3000)]
    assert [what[0] for what in world.said] == ["connect", "start", "connect", "start"]


async def test_a_player_found_without_voice_does_not_keep_a_volume_that_nobody_wants_any_more(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "ab")
            await rig.until(GUILD, sounds("a"))
        change(world, connected=False, is_plain=False)
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert [what[2] for what in world.said if what[0] == "sound"] == [PLAIN]
