"""The engine drives nodes from what was committed, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from audio import playback, voicing
from audio.domain.node import NodeEvent, NodeEventKind
from audio.domain.player import BUCKETS, Status, bucket_of
from kit import actor
from kit.errors import Reason, Refused
from tests.audio.rig import NodeWorld, Rig, command, engine, give, play, sounds
from tests.audio.values import CHANNEL, DJ, GUILD
from tests.audio.voices import FakeVoice

if TYPE_CHECKING:
    from audio.adapters.memory import MemoryStore


async def test_play_brings_the_bot_into_the_channel_and_the_track_to_sound(rig: Rig, world: NodeWorld) -> None:
    player = await play(rig.store, "a")
    seen = await rig.outcomes.wait(GUILD, player.version)

    assert seen
    assert rig.voice.asked == [(GUILD, CHANNEL, False)]
    assert [what[0] for what in world.said] == ["connect", "start"]
    assert world.starts() == [("a.wav", 0)]
    assert (await rig.until(GUILD, sounds("a"))).node == "one"


async def test_the_next_track_starts_when_one_ends_and_silence_follows_the_last(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.end(GUILD)
    await rig.until(GUILD, sounds("b"))
    rig.nodes.end(GUILD)
    await rig.until(GUILD, lambda player: player.status is Status.IDLE)

    assert world.starts() == [("a.wav", 0), ("b.wav", 0)]


async def test_an_end_event_that_comes_twice_ends_one_track(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "abc")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=9_900)
    rig.nodes.tell(GUILD, NodeEventKind.ENDED, reason="finished")
    rig.nodes.tell(GUILD, NodeEventKind.ENDED, reason="finished")
    await rig.until(GUILD, sounds("b"))
    player = await command(rig.store, lambda change: playback.seek(change, DJ, 1))

    assert await rig.outcomes.wait(GUILD, player.version)
    assert [name for name, _ in world.starts()] == ["a.wav", "b.wav"]


async def test_pause_resume_seek_and_skip_reach_the_node_in_order(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    for what in (
        lambda change: playback.pause(change, DJ),
        lambda change: playback.seek(change, DJ, 5000),
        lambda change: playback.resume(change, DJ),
        lambda change: playback.skip(change, DJ, 0),
    ):
        player = await command(rig.store, what)
        assert await rig.outcomes.wait(GUILD, player.version)

    assert [what[0] for what in world.said] == ["connect", "start", "pause", "seek", "pause", "start"]
    assert world.said[3][2] == 5000


async def test_stop_is_silence_in_the_channel_and_leave_takes_the_bot_away(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    player = await command(rig.store, lambda change: playback.stop(change, DJ))
    assert await rig.outcomes.wait(GUILD, player.version)
    assert (world.said[-1][0], player.queue_length) == ("stop", 0)
    player = await command(rig.store, lambda change: playback.leave(change, DJ))
    assert await rig.outcomes.wait(GUILD, player.version)

    assert world.player(GUILD) is None
    assert rig.voice.asked[-1] == (GUILD, 0, False)


async def test_what_cannot_be_loaded_is_left_out_with_its_reason(rig: Rig, world: NodeWorld) -> None:
    world.refused = {"b.wav"}
    await play(rig.store, "bc")
    await rig.until(GUILD, sounds("c"))

    (_, item, ending), *_ = rig.store.tables.guilds[GUILD].history
    assert (item.track.title, ending.reason, ending.detail) == ("b", "failed", "it is no sound file")


async def test_after_five_failures_in_a_minute_the_player_stops(rig: Rig, world: NodeWorld) -> None:
    world.refused = {f"{letter}.wav" for letter in "abcdefgh"}
    player = await play(rig.store, "abcdefgh")
    await rig.until(GUILD, lambda player: player.status is Status.IDLE)

    assert len(world.starts()) == 5
    assert await rig.outcomes.wait(GUILD, player.version, known=await rig.store.player(GUILD))
    assert (await rig.store.player(GUILD)).queue_length == 3


async def test_a_channel_out_of_reach_is_told_to_the_caller_and_given_up(rig: Rig, world: NodeWorld) -> None:
    rig.voice.refusal = Reason.VOICE_CHANNEL_FORBIDDEN
    player = await play(rig.store, "a")
    seen = await rig.outcomes.wait(GUILD, player.version)

    assert seen
    assert (seen.problem, seen.current, seen.voice_channel_id) == ("VOICE_CHANNEL_FORBIDDEN", None, 0)
    assert world.said == []


async def test_music_goes_on_where_it_is_when_another_channel_is_out_of_reach(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    said = list(world.said)
    rig.voice.refusal = Reason.VOICE_CHANNEL_NOT_FOUND
    player = await command(rig.store, lambda change: playback.join(change, DJ, CHANNEL + 1))
    seen = await rig.outcomes.wait(GUILD, player.version)

    assert seen
    assert (seen.problem, seen.voice_channel_id, seen.queue_length) == ("VOICE_CHANNEL_NOT_FOUND", CHANNEL, 1)
    rig.nodes.end(GUILD)
    await rig.until(GUILD, sounds("b"))
    assert [what[0] for what in world.said[len(said) :]] == ["start"]
    assert rig.voice.asked == [(GUILD, CHANNEL, False), (GUILD, CHANNEL + 1, False)]


async def test_a_gateway_that_is_away_is_asked_again(rig: Rig) -> None:
    rig.voice.refusal = Reason.UNAVAILABLE
    player = await play(rig.store, "a")
    assert await rig.outcomes.wait(GUILD, player.version) is None
    rig.voice.refusal = None

    await rig.until(GUILD, sounds("a"))


async def test_somebody_who_moves_the_bot_is_followed(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    rig.voice.say(GUILD, CHANNEL + 1)
    await rig.until(GUILD, lambda player: player.voice_channel_id == CHANNEL + 1 and sounds("a")(player))

    assert world.said[-1][0] == "connect"
    assert world.starts() == [("a.wav", 0)]


async def test_somebody_who_sends_the_bot_away_means_it(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=4014, by_remote=True)
    rig.voice.say(GUILD, 0)
    player = await rig.until(GUILD, lambda player: player.status is Status.IDLE)

    assert (player.voice_channel_id, player.queue_length) == (0, 0)
    assert [asked for asked in rig.voice.asked if asked[1]] == [(GUILD, CHANNEL, False)]


async def test_what_is_played_right_after_leaving_is_not_taken_away_when_discord_tells_of_the_leaving(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voicing, "_PATIENCE", 0.05)
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    rig.voice.silent = True
    player = await command(rig.store, lambda change: playback.leave(change, DJ))
    assert await rig.outcomes.wait(GUILD, player.version)
    await play(rig.store, "b")
    await rig.until(GUILD, lambda _: len(rig.voice.asked) == 3)
    rig.voice.say(GUILD, 0)
    rig.voice.silent = False
    await rig.until(GUILD, sounds("b"))

    assert [channel for _, channel, _ in rig.voice.asked][:3] == [CHANNEL, 0, CHANNEL]


@pytest.mark.parametrize("code", [4004, 4006])  # the token was refused, though the node connected; the session ended
async def test_a_voice_session_that_discord_ended_is_renewed_from_the_second_heard_last(
    rig: Rig, world: NodeWorld, code: int
) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=4000)
    rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=code, by_remote=True)
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)
    await rig.until(GUILD, sounds("a"))

    assert rig.voice.asked == [(GUILD, CHANNEL, False), (GUILD, CHANNEL, True)]
    assert world.starts()[1][1] in range(4000, 4500)


async def test_what_was_stopped_without_voice_does_not_sound_when_voice_is_back(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    rig.voice.silent = True
    rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=4006, by_remote=True)
    await rig.until(GUILD, lambda _: len(rig.voice.asked) == 2)
    player = await command(rig.store, lambda change: playback.stop(change, DJ))
    rig.voice.say(GUILD, CHANNEL)
    assert await rig.outcomes.wait(GUILD, player.version)

    found = world.player(GUILD)
    assert found
    assert found.user_data is None


async def test_a_connection_that_breaks_again_and_again_is_given_up(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    for _ in range(6):
        await rig.until(GUILD, sounds("a"))
        starts = len(world.starts())
        rig.nodes.tell(GUILD, NodeEventKind.VOICE_CLOSED, code=4006, by_remote=True)
        await rig.until(GUILD, lambda player, starts=starts: player.problem or len(world.starts()) > starts)  # type: ignore[misc]  # mypy infers no lambda with a default
    player = await rig.until(GUILD, lambda player: player.problem)

    assert (player.voice_channel_id, player.problem) == (0, "VOICE_CHANNEL_FORBIDDEN")


async def test_a_channel_that_discord_never_confirms_is_asked_for_again_with_a_new_server(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voicing, "_PATIENCE", 0.05)
    rig.voice.silent = True
    await play(rig.store, "a")
    await rig.until(GUILD, lambda _: len(rig.voice.asked) == 2)
    rig.voice.silent = False
    await rig.until(GUILD, sounds("a"))

    assert [renew for _, _, renew in rig.voice.asked] == [False, True, True]


async def test_an_old_snapshot_that_comes_late_changes_nothing(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "a")
    await rig.until(GUILD, sounds("a"))
    old = rig.voice.snapshots[GUILD]
    rig.voice.say(GUILD, CHANNEL)
    await rig.until(GUILD, lambda _: world.said[-1][0] == "connect")
    rig.voice.deliver(old)
    player = await command(rig.store, lambda change: playback.seek(change, DJ, 1))
    assert await rig.outcomes.wait(GUILD, player.version)

    assert [what[2].session_id for what in world.said if what[0] == "connect"] == [
        old.session_id,
        rig.voice.snapshots[GUILD].session_id,
    ]


async def test_a_dead_node_costs_seconds_and_no_track(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=3000)
    await asyncio.sleep(0)
    world.kill("one")
    await rig.until(GUILD, lambda _: not rig.nodes.opened)
    world.revive("one")
    await rig.until(GUILD, lambda _: len(world.starts()) == 2)
    await rig.until(GUILD, sounds("a"))

    assert world.starts()[1][1] in range(3000, 3500)


async def test_a_track_whose_session_breaks_as_it_is_told_to_sound_does_not_count_on(
    rig: Rig, world: NodeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_session(*_: object) -> None:
        rig.nodes.inbox.put_nowait(NodeEvent(bucket_of(GUILD), "one", 0, NodeEventKind.SESSION_LOST))
        while not rig.nodes.inbox.empty():  # noqa: ASYNC110  (a queue tells nobody)
            await asyncio.sleep(0)

    with monkeypatch.context() as silent:
        silent.setattr(rig.nodes, "_say", lambda *_, **__: None)
        await play(rig.store, "a")
        await rig.until(GUILD, lambda player: world.starts())
    conductor = rig.ownership._conductors[GUILD]
    monkeypatch.setattr(rig.store, "take_voice", break_session)
    rig.nodes.tell(GUILD, NodeEventKind.STARTED)
    conductor.look()
    await rig.until(GUILD, lambda player: player.status is Status.PLAYING)

    assert conductor.sample() is None


async def test_a_track_that_an_earlier_owner_had_asked_for_does_not_stay_when_a_slow_node_starts_it_at_last(
    rig: Rig, world: NodeWorld
) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    before = await command(rig.store, lambda change: playback.skip(change, DJ, 0))
    await rig.until(GUILD, sounds("b"))
    late = NodeEvent(bucket_of(GUILD), "one", GUILD, NodeEventKind.STARTED, play_seq=before.play_seq - 1)
    rig.nodes.inbox.put_nowait(late)
    await rig.until(GUILD, lambda _: len(world.starts()) == 3)

    assert [name for name, _ in world.starts()] == ["a.wav", "b.wav", "b.wav"]


async def test_a_dead_nodes_players_move_to_another_node(memory: MemoryStore, voice: FakeVoice) -> None:
    world = NodeWorld({"one": True, "two": True})
    give(memory, 1)
    with actor.acting_as(actor.system()):
        async with engine(memory, world, voice) as rig:
            await rig.own(1)
            await play(memory, "a")
            await rig.until(GUILD, sounds("a"))
            rig.nodes.tell(GUILD, NodeEventKind.POSITION, position_ms=2000)
            await asyncio.sleep(0)
            world.kill("one")
            player = await rig.until(GUILD, lambda player: player.node == "two" and sounds("a")(player))

    assert player.node == "two"
    assert world.starts()[1][1] in range(2000, 2500)


async def test_two_instances_conduct_different_guilds_and_either_takes_commands(
    memory: MemoryStore, world: NodeWorld
) -> None:
    with actor.acting_as(actor.system()):
        async with AsyncExitStack() as stack:
            voice, other_voice = FakeVoice(), FakeVoice()
            give(memory, 1)
            first = await stack.enter_async_context(engine(memory, world, voice))
            await first.own(1, range(16))
            second = await stack.enter_async_context(engine(memory, world, other_voice))
            await second.own(1, range(16, BUCKETS))
            memory.listeners[:] = [second.ownership.committed]  # the command is committed by the second alone
            player = await play(memory, "a")

            assert await second.outcomes.wait(GUILD, player.version)
            assert (voice.asked, other_voice.asked) == ([(GUILD, CHANNEL, False)], [])


async def test_while_the_store_is_away_the_music_goes_on_and_the_end_of_a_track_is_kept(
    rig: Rig, world: NodeWorld
) -> None:
    await play(rig.store, "ab")
    await rig.until(GUILD, sounds("a"))
    rig.store.away = Refused(Reason.UNAVAILABLE, part="postgres")
    with pytest.raises(Refused, match="UNAVAILABLE"):
        await play(rig.store, "c")
    rig.nodes.end(GUILD)
    await asyncio.sleep(0.1)
    rig.store.away = None
    await rig.until(GUILD, sounds("b"))

    assert world.starts() == [("a.wav", 0), ("b.wav", 0)]


async def test_a_stale_owner_is_fenced_and_writes_nothing(rig: Rig) -> None:
    await play(rig.store, "ab")
    before = await rig.until(GUILD, sounds("a"))
    give(rig.store, 2)
    rig.nodes.end(GUILD)
    await asyncio.sleep(0.1)

    assert await rig.store.player(GUILD) == before
