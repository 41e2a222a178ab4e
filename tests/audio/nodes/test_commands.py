"""The adapter on a node that behaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import wavelink
from opentelemetry.sdk.trace import TracerProvider

from audio.domain.breaker import BreakerState
from audio.domain.filters import Sound
from audio.domain.node import (
    NodeAway,
    NodeEventKind,
    NodeRefused,
    NodeState,
    NodeStats,
    SourceStats,
    Start,
    VoiceState,
)
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import BOT_ID, listening

if TYPE_CHECKING:
    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears
    from tests.audio.nodes.fake import FakeNode
    from tests.audio.nodes.proxy import Proxy

GUILD = 1
VOICE = VoiceState("token", "voice.example:443", "discord-session", 77)


def play(identifier: str, play_seq: int) -> Start:
    return Start(identifier, 0, paused=False, user_data={"play_seq": play_seq, "item_id": 5})


async def test_a_new_session_is_opened_and_made_resumable(nodes: WavelinkNodes, proxy: Proxy) -> None:
    opened = await nodes.open(3, {})

    assert opened["main"].session_id
    assert not opened["main"].resumed
    assert [call.body for call in proxy.seen("PATCH")] == [{"resuming": True, "timeout": 300}]


async def test_a_track_starts_with_its_user_data_and_plays_on_the_voice_connection(
    nodes: WavelinkNodes, ears: Ears
) -> None:
    await nodes.open(3, {})
    await nodes.connect(3, "main", GUILD, VOICE)
    await nodes.start(3, "main", GUILD, Start("a.flac", 4000, paused=True, user_data={"play_seq": 9, "item_id": 5}))

    started = await ears.until(NodeEventKind.STARTED)
    (player,) = await nodes.players(3, "main")

    assert (started.bucket, started.node, started.guild_id, started.play_seq) == (3, "main", GUILD, 9)
    assert player.user_data == {"play_seq": 9, "item_id": 5}
    assert (player.position_ms, player.paused, player.connected, player.voice) == (4000, True, True, VOICE)


async def test_commands_reach_the_player(nodes: WavelinkNodes, ears: Ears, proxy: Proxy) -> None:
    await nodes.open(0, {})
    await nodes.start(0, "main", GUILD, play("a.flac", 1))
    await nodes.pause(0, "main", GUILD, True)
    await nodes.seek(0, "main", GUILD, 7000)
    await nodes.stop(0, "main", GUILD)
    ended = await ears.until(NodeEventKind.ENDED)
    await nodes.destroy(0, "main", GUILD)

    bodies = [call.body for call in proxy.seen("PATCH", f"/players/{GUILD}")][1:]
    assert bodies == [{"paused": True}, {"position": 7000}, {"track": {"encoded": None}}]
    assert (ended.reason, ended.play_seq) == ("stopped", 1)
    assert await nodes.players(0, "main") == []


async def test_a_node_without_sponsorblock_is_not_asked_to_leave_segments_out(
    nodes: WavelinkNodes, proxy: Proxy
) -> None:
    await nodes.open(0, {})
    await nodes.sound(0, "main", GUILD, Sound(skipping=True))
    assert len(proxy.seen("PATCH", f"/players/{GUILD}")) == 1
    assert proxy.seen("PUT") == []


async def test_segments_are_left_out_where_the_node_has_sponsorblock(
    nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy
) -> None:
    fake.info |= {"plugins": [{"name": "sponsorblock-plugin", "version": "3.0.0"}]}
    await nodes.open(0, {})
    await nodes.sound(0, "main", GUILD, Sound(skipping=True))
    await nodes.sound(0, "main", GUILD, Sound())

    (told,) = proxy.seen("PUT")
    (taken_back,) = proxy.seen("DELETE")
    assert told.path.endswith(f"/players/{GUILD}/sponsorblock/categories")
    assert (told.body, taken_back.path) == (["sponsor", "selfpromo", "interaction", "music_offtopic"], told.path)
    (player,) = await nodes.players(0, "main")
    assert not player.is_plain  # it does not show what it leaves out, so the next owner says what it wants anew


async def test_a_segment_that_was_left_out_is_told_with_the_place_where_its_track_goes_on(
    nodes: WavelinkNodes, ears: Ears, fake: FakeNode
) -> None:
    await nodes.open(0, {})
    await nodes.start(0, "main", GUILD, play("a.flac", 4))
    await ears.until(NodeEventKind.STARTED)
    (session,) = fake.sessions.values()
    segment = {"category": "sponsor", "start": 1000, "end": 3000}
    await session.event("SegmentsLoaded", GUILD, segments=[segment])
    await session.event("SegmentSkipped", GUILD, segment=segment)

    skipped = await ears.until(NodeEventKind.SKIPPED)
    assert (skipped.guild_id, skipped.play_seq, skipped.position_ms) == (GUILD, 4, 3000)


async def test_a_segment_that_was_left_out_while_nobody_listened_is_told_to_who_comes_next(
    fake: FakeNode, proxy: Proxy
) -> None:
    async with listening(proxy.uri) as (before, heard):
        session_id = (await before.open(0, {}))["main"].session_id
        await before.start(0, "main", GUILD, play("a.flac", 4))
        await heard.until(NodeEventKind.STARTED)
    segment = {"category": "sponsor", "start": 1000, "end": 3000}
    await fake.sessions[session_id].event("SegmentSkipped", GUILD, segment=segment)
    async with listening(proxy.uri) as (nodes, ears):
        await nodes.open(0, {"main": session_id})
        skipped = await ears.until(NodeEventKind.SKIPPED)

    assert (skipped.guild_id, skipped.play_seq) == (GUILD, None)


async def test_a_track_that_cannot_be_loaded_is_refused_with_the_nodes_sentence(
    nodes: WavelinkNodes, fake: FakeNode
) -> None:
    fake.broken["gone.flac"] = "This file is gone."
    await nodes.open(0, {})

    with pytest.raises(NodeRefused, match=r"This file is gone\.") as refused:
        await nodes.start(0, "main", GUILD, play("gone.flac", 1))

    assert refused.value.reason == "This file is gone."


async def test_a_bucket_that_was_not_opened_has_no_session(nodes: WavelinkNodes) -> None:
    with pytest.raises(NodeAway):
        await nodes.players(4, "main")


async def test_every_request_is_a_wavelink_nodes_and_the_pool_stays_empty(nodes: WavelinkNodes, proxy: Proxy) -> None:
    await nodes.open(0, {})
    await nodes.load("words", 1)
    await nodes.stats()

    assert {call.headers["User-Id"] for call in proxy.calls} == {str(BOT_ID)}
    assert {call.headers["Client-Name"] for call in proxy.calls} == {f"Wavelink/{wavelink.__version__}"}
    assert wavelink.Pool.nodes == {}


async def test_commands_carry_the_trace_and_health_polls_do_not(nodes: WavelinkNodes, proxy: Proxy) -> None:
    await nodes.open(0, {})
    with TracerProvider().get_tracer("test").start_as_current_span("command") as span:
        await nodes.pause(0, "main", GUILD, True)
        await nodes.stats()

    (command,) = proxy.seen("PATCH", f"/players/{GUILD}")
    (poll,) = proxy.seen("GET", "/v4/stats")
    assert f"{span.get_span_context().trace_id:032x}" in command.headers["traceparent"]
    assert "traceparent" not in poll.headers


async def test_a_node_is_described_for_operators(nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy) -> None:
    fake.info |= {
        "plugins": [{"name": "lavalyrics-plugin", "version": "1.0.0"}],
        "sourceManagers": ["local", "youtube"],
    }
    (before,) = await nodes.stats()
    await nodes.open(0, {})
    await nodes.start(0, "main", GUILD, play("a.flac", 1))
    (after,) = await nodes.stats()

    sources = tuple(SourceStats(name, BreakerState.CLOSED, 0) for name in ("local", "youtube"))
    assert (before.connected, before.state) == (False, NodeState.AWAY)
    assert after == NodeStats(
        "main",
        connected=True,
        version="4.2.2",
        players=1,
        playing_players=0,
        uptime_ms=5000,
        load=0.25,
        uri=proxy.uri,
        plugins=("lavalyrics-plugin",),
        sources=sources,
    )


async def test_a_node_is_chosen_only_while_there_is_a_session_with_it(nodes: WavelinkNodes) -> None:
    with pytest.raises(Refused) as refused:
        nodes.choose(GUILD)
    assert refused.value.reason is Reason.NO_NODE

    await nodes.open(0, {})
    assert nodes.choose(GUILD) == "main"
