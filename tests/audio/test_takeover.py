"""A new owner finds a guild as the one before has left it, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from audio import playback
from audio.domain.node import NodeEvent, NodeEventKind
from audio.domain.player import bucket_of
from kit import actor
from kit.errors import Reason, Refused
from tests.audio.conftest import owner
from tests.audio.rig import FakeNodes, NodeWorld, Rig, command, engine, give, play, sounds
from tests.audio.values import DJ, GUILD

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from audio.adapters.memory import MemoryStore
    from tests.audio.voices import FakeVoice


async def test_after_kill_9_the_track_goes_on_untouched(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        await before_and_after(memory, world, voice, meanwhile=lambda _: None)
        player = await memory.player(GUILD)

    assert [what[0] for what in world.said] == ["connect", "start"]
    assert sounds("a")(player)


async def test_after_kill_9_an_end_that_nobody_heard_is_found(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        await before_and_after(memory, world, voice, meanwhile=lambda rig: rig.nodes.end(GUILD), then="b")

    assert world.starts() == [("a.wav", 0), ("b.wav", 0)]


async def test_after_kill_9_a_player_that_was_connected_and_not_started_yet_has_not_ended(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "ab")
            await rig.until(GUILD, sounds("a"))
            connect = FakeNodes.connect

            async def connect_and_lose_the_store(nodes: FakeNodes, *what: Any) -> None:
                await connect(nodes, *what)
                memory.away = Refused(Reason.UNAVAILABLE, part="postgres")

            monkeypatch.setattr(FakeNodes, "connect", connect_and_lose_the_store)
            world.kill("one")
            world.revive("one")
            async with asyncio.timeout(60):
                while not world.player(GUILD):  # noqa: ASYNC110  (the store is away)
                    await asyncio.sleep(0.005)
        monkeypatch.undo()
        memory.away = None
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert world.starts()[1][0] == "a.wav"


async def test_nothing_sounds_in_a_session_that_the_next_owner_would_not_find(
    rig: Rig, world: NodeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, connect, kept = rig.store.keep_session, rig.nodes.connect, []

    async def keep_at_the_second_time(*what: Any) -> None:
        monkeypatch.setattr(rig.store, "keep_session", keep)
        raise Refused(Reason.UNAVAILABLE, part="postgres")

    async def connect_and_look(bucket: int, node: str, *what: Any) -> None:
        kept.append(rig.store.tables.sessions[bucket][node] == rig.nodes.opened[bucket, node])
        await connect(bucket, node, *what)

    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    monkeypatch.setattr(rig.store, "keep_session", keep_at_the_second_time)
    monkeypatch.setattr(rig.nodes, "connect", connect_and_look)
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)

    assert kept == [True]


async def test_after_kill_9_a_track_that_nobody_was_told_of_and_that_ended_is_not_played_again(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            monkeypatch.setattr(rig.nodes, "_say", lambda *_, **__: None)
            player = await play(memory, "ab")
            await rig.until(GUILD, lambda _: world.starts())
            rig.nodes.end(GUILD)
        async with engine(memory, world, voice) as rig:
            give(memory, 2)
            ended = NodeEvent(
                bucket_of(GUILD), "one", GUILD, NodeEventKind.ENDED, reason="finished", play_seq=player.play_seq
            )
            rig.nodes.inbox.put_nowait(ended)
            await rig.own(2)
            await rig.until(GUILD, sounds("b"))

    assert world.starts() == [("a.wav", 0), ("b.wav", 0)]
    assert [ending.reason for _, _, ending in memory.tables.guilds[GUILD].history] == ["finished"]


async def test_after_kill_9_a_stuck_track_that_the_resumed_session_tells_of_at_once_is_left(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "ab")
            player = await rig.until(GUILD, sounds("a"))
        async with engine(memory, world, voice) as rig:
            give(memory, 2)
            stuck = NodeEvent(bucket_of(GUILD), "one", GUILD, NodeEventKind.STUCK, play_seq=player.play_seq)
            rig.nodes.inbox.put_nowait(stuck)
            await rig.own(2)
            await rig.until(GUILD, sounds("b"))


async def test_after_kill_9_a_command_that_was_acknowledged_and_not_done_is_done(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            await play(memory, "ab")
            await rig.until(GUILD, sounds("a"))
        await command(memory, lambda change: playback.pause(change, DJ))
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, lambda player: player.seen_version == player.wanted_version)

    assert world.said[-1] == ("pause", GUILD, True)


async def test_after_kill_9_a_seek_in_a_track_that_had_been_started_before_it_is_done(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as rig:
            monkeypatch.setattr(rig.nodes, "_say", lambda *_, **__: None)
            await play(memory, "a")
            await rig.until(GUILD, lambda _: world.starts())
        await command(memory, lambda change: playback.seek(change, DJ, 5000))
        async with owner(memory, world, voice, 2) as rig:
            await rig.until(GUILD, lambda _: world.said[-1] == ("seek", GUILD, 5000))


async def before_and_after(
    memory: MemoryStore, world: NodeWorld, voice: FakeVoice, *, meanwhile: Callable[[Rig], None], then: str = "a"
) -> None:
    async with owner(memory, world, voice, 1) as rig:
        await play(memory, "ab")
        await rig.until(GUILD, sounds("a"))
    meanwhile(rig)
    async with owner(memory, world, voice, 2) as rig:
        await rig.until(GUILD, sounds(then))
        # A later command shows that whatever was to be done has been done.
        player = await command(memory, lambda change: playback.seek(change, DJ, 1))
        assert await rig.outcomes.wait(GUILD, player.version)
        world.said.pop()
