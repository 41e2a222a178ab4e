"""A seek is done, whatever becomes of the track meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audio import playback
from audio.changes import Sample
from audio.domain.node import NodeAway, NodeEventKind
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.values import DJ, GUILD

if TYPE_CHECKING:
    import pytest


async def test_a_track_that_ends_while_somebody_seeks_to_its_start_has_not_failed(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    player = await command(rig.store, lambda change: playback.seek(change, DJ, 500))
    assert await rig.outcomes.wait(GUILD, player.version)
    rig.nodes.tell(GUILD, NodeEventKind.ENDED, reason="finished")
    await rig.until(GUILD, sounds("b"))

    assert [ending.reason for _, _, ending in rig.store.tables.guilds[GUILD].history] == ["finished"]


async def test_a_seek_that_a_dying_node_did_not_do_is_done_when_the_track_goes_on(
    rig: Rig, world: NodeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    monkeypatch.setattr(rig.nodes, "seek", away)
    await command(rig.store, lambda change: playback.seek(change, DJ, 5000))
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert world.starts()[1] == ("a.wav", 5000)


async def test_a_position_from_before_a_seek_that_is_told_after_it_is_not_where_the_track_is(
    rig: Rig, world: NodeWorld
) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    player = await command(rig.store, lambda change: playback.seek(change, DJ, 5000))
    assert await rig.outcomes.wait(GUILD, player.version)
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=100)
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert world.starts()[1][1] >= 5000


async def test_a_position_that_was_kept_after_a_seek_of_which_its_owner_had_not_heard_is_not_where_to_go_on(
    rig: Rig, world: NodeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    monkeypatch.setattr(rig.nodes, "seek", away)
    await command(rig.store, lambda change: playback.seek(change, DJ, 5000))
    await rig.store.sample([Sample(GUILD, player.play_seq, 0, 100)])
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert world.starts()[1] == ("a.wav", 5000)


async def away(*_: object) -> None:
    raise NodeAway
