"""The adapter's sessions, whatever happens to their websockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from audio.domain.node import NodeAway, NodeEventKind, Start
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import TIMING, listening
from tests.audio.nodes.fake import PASSWORD
from tests.audio.nodes.proxy import Proxy

if TYPE_CHECKING:
    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears
    from tests.audio.nodes.fake import FakeNode

GUILD = 1
START = Start("a.flac", 0, paused=False, user_data={"play_seq": 1, "item_id": 5})
SESSION = (NodeEventKind.SESSION_LOST, NodeEventKind.SESSION_READY)


async def opened_and_playing(nodes: WavelinkNodes, ears: Ears) -> str:
    opened = await nodes.open(0, {})
    await nodes.start(0, "main", GUILD, START)
    await ears.until(NodeEventKind.STARTED)
    return opened["main"].session_id


@pytest.mark.parametrize("how", ["closed", "reset"])
async def test_a_session_whose_socket_ends_is_resumed(nodes: WavelinkNodes, ears: Ears, proxy: Proxy, how: str) -> None:
    session_id = await opened_and_playing(nodes, ears)

    if how == "closed":
        await proxy.close_connections(1001)
    else:
        proxy.reset_connections()
    ready = await ears.until(NodeEventKind.SESSION_READY)

    assert (ready.reason, ready.session_id) == ("resumed", session_id)
    assert [event.kind for event in ears.of(*SESSION)] == list(SESSION)
    (player,) = await nodes.players(0, "main")
    assert player.user_data == START.user_data


async def test_a_peer_that_falls_silent_is_given_up_and_its_session_resumed(proxy: Proxy) -> None:
    async with listening(proxy.uri, timing=replace(TIMING, heartbeat=0.5)) as (nodes, ears):
        session_id = await opened_and_playing(nodes, ears)

        proxy.silent = True
        await ears.until(NodeEventKind.SESSION_LOST)
        proxy.silent = False
        ready = await ears.until(NodeEventKind.SESSION_READY)

        assert (ready.reason, ready.session_id) == ("resumed", session_id)


async def test_what_happened_while_the_socket_was_away_is_told_once_it_is_back(
    nodes: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode
) -> None:
    session = fake.sessions[await opened_and_playing(nodes, ears)]
    session.waiting.append(
        {
            "op": "event",
            "type": "TrackEndEvent",
            "guildId": str(GUILD),
            "track": session.players[GUILD]["track"],
            "reason": "finished",
        }
    )
    await proxy.close_connections(1001)

    ended = await ears.until(NodeEventKind.ENDED)
    assert (ended.reason, ended.play_seq) == ("finished", 1)
    assert [event.kind for event in ears.events[-3:]] == [*SESSION, NodeEventKind.ENDED]


async def test_a_restarted_node_has_a_new_session(nodes: WavelinkNodes, ears: Ears, fake: FakeNode) -> None:
    old = await opened_and_playing(nodes, ears)

    await fake.stop()
    await ears.until(NodeEventKind.SESSION_LOST)
    with pytest.raises(NodeAway):
        await nodes.start(0, "main", GUILD, START)
    with pytest.raises(Refused, match=Reason.NO_NODE):
        nodes.choose(GUILD)
    await fake.start()
    ready = await ears.until(NodeEventKind.SESSION_READY)

    assert ready.reason == "new"
    assert ready.session_id != old
    assert await nodes.players(0, "main") == []
    assert nodes.choose(GUILD) == "main"


async def test_a_node_that_comes_late_is_announced(nodes: WavelinkNodes, ears: Ears, fake: FakeNode) -> None:
    await fake.stop()
    assert await nodes.open(0, {}) == {}

    await fake.start()
    ready = await ears.until(NodeEventKind.SESSION_READY)

    assert (ready.bucket, ready.node, ready.reason) == (0, "main", "new")


async def test_a_node_that_does_not_answer_in_time_is_announced_later(fake: FakeNode, proxy: Proxy) -> None:
    timing = replace(TIMING, open=0.3)
    async with Proxy(fake.uri) as slow, listening(proxy.uri, slow.uri, timing=timing) as (nodes, ears):
        slow.hold = lambda _: True
        assert set(await nodes.open(0, {})) == {"main"}

        slow.release()
        assert (await ears.until(NodeEventKind.SESSION_READY)).node == "node-1"


async def test_another_process_resumes_a_session_by_its_id(proxy: Proxy) -> None:
    async with listening(proxy.uri) as (first, ears):
        session_id = await opened_and_playing(first, ears)

    async with listening(proxy.uri) as (second, ears):
        opened = await second.open(0, {"main": session_id})
        (player,) = await second.players(0, "main")
        await proxy.say({"op": "playerUpdate", "guildId": str(GUILD), "state": {"position": 9000, "connected": True}})
        position = await ears.until(NodeEventKind.POSITION)

    assert opened["main"].resumed
    assert opened["main"].session_id == session_id
    assert player.user_data == START.user_data
    assert (position.play_seq, position.position_ms) == (1, 9000)


async def test_a_session_whose_old_socket_is_open_is_not_resumed_and_its_players_are_taken_away(
    proxy: Proxy, fake: FakeNode
) -> None:
    async with listening(proxy.uri) as (stopped, ears), listening(proxy.uri) as (owner, _):
        session_id = await opened_and_playing(stopped, ears)

        opened = await owner.open(0, {"main": session_id})

        assert not opened["main"].resumed
        assert opened["main"].session_id != session_id
        assert fake.sessions[session_id].players == {}
        assert not fake.sessions[session_id].resuming


async def test_a_session_that_waits_to_be_resumed_is_not_taken_for_lost(
    nodes: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await opened_and_playing(nodes, ears)
    proxy.session_not_found = True

    with pytest.raises(NodeAway, match="Session not found"):
        await nodes.pause(0, "main", GUILD, True)

    proxy.session_not_found = False
    await nodes.pause(0, "main", GUILD, True)
    assert ears.of(*SESSION) == []


async def test_statistics_may_come_before_the_session(nodes: WavelinkNodes, proxy: Proxy) -> None:
    proxy.stats_first = True

    opened = await nodes.open(0, {})

    assert opened["main"].session_id


async def test_a_message_that_makes_no_sense_does_not_end_the_session(
    nodes: WavelinkNodes, ears: Ears, proxy: Proxy
) -> None:
    await nodes.open(0, {})
    nonsense: list[Any] = [{"op": "event"}, {"op": "later"}, {"op": "event", "type": "Chapter", "guildId": "1"}, {}, []]
    for each in nonsense:
        await proxy.say(each)
    await nodes.start(0, "main", GUILD, START)

    await ears.until(NodeEventKind.STARTED)
    assert ears.of(*SESSION) == []


async def test_a_closed_bucket_is_left_in_peace(nodes: WavelinkNodes, ears: Ears, proxy: Proxy, fake: FakeNode) -> None:
    session_id = await opened_and_playing(nodes, ears)

    await nodes.close(0)
    with pytest.raises(NodeAway):
        await nodes.players(0, "main")
    await nodes.open(1, {})

    assert fake.sessions[session_id].players[GUILD]["track"] is not None
    assert len(proxy.seen("GET", "/v4/websocket")) == 2
    assert ears.of(*SESSION) == []


async def test_a_wrong_password_is_no_session(proxy: Proxy, fake: FakeNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.audio.nodes.conftest.PASSWORD", "wrong")
    async with listening(proxy.uri) as (nodes, _):
        assert await nodes.open(0, {}) == {}
        with pytest.raises(Refused, match=Reason.NO_NODE):
            await nodes.load("words", 1)


async def test_an_address_that_is_no_node_is_tried_again_and_the_password_never_logged(
    caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/v4/websocket", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    caplog.set_level("DEBUG")
    async with listening(f"http://127.0.0.1:{unused_tcp_port}") as (nodes, _):
        assert await nodes.open(0, {}) == {}
        with pytest.raises(NodeAway):
            await nodes.players(0, "main")
    await runner.cleanup()

    assert "no connection to the node" in caplog.text
    told = [str(record.__dict__) for record in caplog.records]
    assert not [text for text in told if PASSWORD in text]


async def test_the_buckets_of_a_node_have_sessions_of_their_own(nodes: WavelinkNodes, fake: FakeNode) -> None:
    opened = await asyncio.gather(*(nodes.open(bucket, {}) for bucket in range(32)))

    assert len({each["main"].session_id for each in opened}) == len(fake.sessions) == 32
