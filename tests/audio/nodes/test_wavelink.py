"""The known defects of wavelink 3.5.2: each is shown on plain wavelink, and is none of the adapter's.

| what plain wavelink does | shown by |
|---|---|
| a clean close (1001) ends its listener for good, and the node counts as connected for ever | test_a_clean_close |
| so does a peer that answers no pings | test_a_silent_peer |
| so does a failure in the middle of `ready` | test_a_failure_in_the_middle_of_ready |
| players stay on a node that died, and nobody is told | test_a_node_that_dies |
| a voice server that is told before the voice state is not passed on | test_the_order_of_voice_events |
| a move to another channel is not passed on | test_a_move_without_a_new_voice_server |
| a voice connection that is never made leaves a player behind | test_a_voice_connection_that_is_never_made |
| a request may take 300 s | test_a_request_that_is_never_answered |
| a session cannot be resumed by another process | test_a_session_of_another_process |
| the listener's queue and autoplay ask for tracks by themselves | test_the_end_of_a_track |
| commands of a guild are sent beside each other, and no start has a volume of 0 | test_commands_of_one_guild |
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import wavelink
from wavelink.exceptions import ChannelTimeoutException

from audio.domain.node import NodeAway, NodeEventKind, Start, VoiceState
from tests.audio.nodes.conftest import BOT_ID, TIMING, listening
from tests.audio.nodes.fake import PASSWORD, FakeNode, track

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears
    from tests.audio.nodes.proxy import Proxy

GUILD = 1
VOICE = VoiceState("token", "voice.example:443", "discord-session", 77)
SERVER: Any = {"token": "token", "endpoint": "voice.example:443"}
STATE: Any = {"channel_id": "77", "session_id": "discord-session"}
SONG = wavelink.Playable(track("a.flac"))  # type: ignore[arg-type]


@dataclass
class Plain:
    """wavelink as it comes, with all of Discord that it needs."""

    uri: str
    http: aiohttp.ClientSession
    heartbeat: float = 30.0
    said: list[str] = field(default_factory=list)
    node: Any = None

    async def connect(self) -> None:
        client: Any = SimpleNamespace(user=SimpleNamespace(id=BOT_ID), dispatch=self._hear, get_channel=self._channel)
        self.client = client
        self.node = wavelink.Node(
            uri=self.uri,
            password=PASSWORD,
            session=self.http,
            heartbeat=self.heartbeat,
            inactive_player_timeout=None,
            inactive_channel_tokens=None,
        )
        await self.node._connect(client=client)

    async def ready(self) -> None:
        async with asyncio.timeout(60):
            while "wavelink_node_ready" not in self.said:  # noqa: ASYNC110  (it calls nobody)
                await asyncio.sleep(0.01)

    def player(self) -> Any:
        player: Any = wavelink.Player(self.client, self._channel(77), nodes=[self.node])
        player._guild = player.channel.guild
        self.node._players[GUILD] = player
        return player

    async def listener_ended(self) -> BaseException | None:
        """Wait for the end of its listener; return what ended it."""
        task = self.node._websocket.keep_alive_task
        await asyncio.wait([task], timeout=10)
        ended: BaseException | None = task.exception()
        return ended

    def _hear(self, event: str, *_: Any) -> None:
        self.said.append(event)

    def _channel(self, channel_id: int) -> Any:
        async def change_voice_state(**_: Any) -> None:
            """Discord never answers."""

        guild = SimpleNamespace(id=GUILD, change_voice_state=change_voice_state)
        return SimpleNamespace(id=channel_id, guild=guild, members=[])


@asynccontextmanager
async def plain(uri: str, **more: Any) -> AsyncIterator[Plain]:
    async with aiohttp.ClientSession() as http:
        made = Plain(uri, http, **more)
        await made.connect()
        await made.ready()
        yield made
        if made.node._websocket:
            await made.node._websocket.cleanup()


def play(play_seq: int) -> Start:
    return Start("a.flac", 0, paused=False, user_data={"play_seq": play_seq, "item_id": 5})


def sockets(proxy: Proxy) -> int:
    return len(proxy.seen("GET", "/v4/websocket"))


async def test_a_clean_close(proxy: Proxy, nodes: WavelinkNodes, ears: Ears) -> None:
    async with plain(proxy.uri) as wavelinks:
        await proxy.close_connections(1001)
        assert isinstance(await wavelinks.listener_ended(), TypeError)
        assert (wavelinks.node.status, sockets(proxy)) == (wavelink.NodeStatus.CONNECTED, 1)

    await nodes.open(0, {})
    await proxy.close_connections(1001)
    assert (await ears.until(NodeEventKind.SESSION_READY)).reason == "resumed"


async def test_a_silent_peer(proxy: Proxy) -> None:
    async with plain(proxy.uri, heartbeat=0.3) as wavelinks:
        proxy.silent = True
        assert isinstance(await wavelinks.listener_ended(), TypeError)
        assert (wavelinks.node.status, sockets(proxy)) == (wavelink.NodeStatus.CONNECTED, 1)

    proxy.silent = False
    async with listening(proxy.uri, timing=replace(TIMING, heartbeat=0.3)) as (nodes, ears):
        await nodes.open(0, {})
        proxy.silent = True
        await ears.until(NodeEventKind.SESSION_LOST)
        proxy.silent = False
        assert (await ears.until(NodeEventKind.SESSION_READY)).reason == "resumed"


async def test_a_failure_in_the_middle_of_ready(proxy: Proxy, nodes: WavelinkNodes, ears: Ears) -> None:
    proxy.session_not_found = True
    async with aiohttp.ClientSession() as http:
        wavelinks = Plain(proxy.uri, http)
        await wavelinks.connect()
        assert isinstance(await wavelinks.listener_ended(), wavelink.LavalinkException)
        assert (wavelinks.node.status, sockets(proxy)) == (wavelink.NodeStatus.CONNECTED, 1)
        await wavelinks.node._websocket.cleanup()

    assert await nodes.open(0, {}) == {}
    proxy.session_not_found = False
    assert (await ears.until(NodeEventKind.SESSION_READY)).reason == "new"


async def test_a_node_that_dies(proxy: Proxy, fake: FakeNode) -> None:
    async with FakeNode() as other, plain(proxy.uri) as wavelinks:
        player = wavelinks.player()
        async with listening(proxy.uri, other.uri) as (nodes, ears):
            await nodes.open(0, {})
            await nodes.start(0, "main", GUILD, play(1))
            await fake.stop()
            assert isinstance(await wavelinks.listener_ended(), TypeError)
            lost = await ears.until(NodeEventKind.SESSION_LOST)

            assert (player.node.status, wavelinks.said.count("wavelink_node_disconnected")) == (
                wavelink.NodeStatus.CONNECTED,
                0,
            )
            assert (lost.bucket, lost.node, nodes.choose(GUILD)) == (0, "main", "node-1")


async def test_the_order_of_voice_events(proxy: Proxy, nodes: WavelinkNodes) -> None:
    async with plain(proxy.uri) as wavelinks:
        player = wavelinks.player()
        await player.on_voice_server_update(SERVER)
        await player.on_voice_state_update(STATE)
        assert proxy.seen("PATCH", f"/players/{GUILD}") == []

    await nodes.open(0, {})
    await nodes.connect(0, "main", GUILD, VOICE)  # there are no halves of it that could come in any order
    (call,) = proxy.seen("PATCH", f"/players/{GUILD}")
    assert call.body["voice"] == {**SERVER, "sessionId": "discord-session", "channelId": "77"}


async def test_a_move_without_a_new_voice_server(proxy: Proxy, nodes: WavelinkNodes) -> None:
    async with plain(proxy.uri) as wavelinks:
        player = wavelinks.player()
        await player.on_voice_state_update(STATE)
        await player.on_voice_server_update(SERVER)
        await player.on_voice_state_update({**STATE, "channel_id": "78"})
        told = [call.body["voice"]["channelId"] for call in proxy.seen("PATCH", f"/players/{GUILD}")]
        assert told == ["77"]

    await nodes.open(0, {})
    await nodes.connect(0, "main", GUILD, VOICE)
    await nodes.connect(0, "main", GUILD, replace(VOICE, channel_id=78))
    told = [call.body["voice"]["channelId"] for call in proxy.seen("PATCH", f"/players/{GUILD}")][1:]
    assert told == ["77", "78"]


async def test_a_voice_connection_that_is_never_made(proxy: Proxy, nodes: WavelinkNodes, fake: FakeNode) -> None:
    async with plain(proxy.uri) as wavelinks:
        player: Any = wavelink.Player(wavelinks.client, wavelinks._channel(77), nodes=[wavelinks.node])
        with pytest.raises(ChannelTimeoutException) as timed_out:
            await player.connect(timeout=0.05, reconnect=False)
        assert not isinstance(timed_out.value, TimeoutError)  # so discord.py cleans nothing up
        assert list(wavelinks.node.players) == [GUILD]

    await nodes.open(0, {})
    proxy.hang = lambda call: call.method == "PATCH" and "voice" in call.body
    with pytest.raises(NodeAway):
        await nodes.connect(0, "main", GUILD, VOICE)
    assert len(proxy.seen("DELETE", f"/players/{GUILD}")) == 1
    assert await nodes.players(0, "main") == []


async def test_a_request_that_is_never_answered(proxy: Proxy) -> None:
    proxy.hang = lambda call: call.method == "PATCH" and call.path.endswith(f"/players/{GUILD}")
    async with plain(proxy.uri) as wavelinks:
        waiting = asyncio.create_task(wavelinks.player().play(SONG))
        async with listening(proxy.uri, timing=replace(TIMING, request=0.2)) as (nodes, _):
            await nodes.open(0, {})
            with pytest.raises(NodeAway):
                await nodes.pause(0, "main", GUILD, True)

        assert not waiting.done()
        assert wavelinks.http.timeout.total == 300
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_a_session_of_another_process(proxy: Proxy) -> None:
    async with plain(proxy.uri) as first:
        await first.player().play(SONG)
    async with plain(proxy.uri):
        assert "Session-Id" not in proxy.seen("GET", "/v4/websocket")[-1].headers

    async with listening(proxy.uri) as (before, ears):
        session_id = (await before.open(0, {}))["main"].session_id
        await before.start(0, "main", GUILD, play(1))
        await ears.until(NodeEventKind.STARTED)
    async with listening(proxy.uri) as (after, _):
        opened = await after.open(0, {"main": session_id})
        assert opened["main"].resumed
        assert [player.guild_id for player in await after.players(0, "main")] == [GUILD]


async def test_the_end_of_a_track(proxy: Proxy, nodes: WavelinkNodes, ears: Ears) -> None:
    async with plain(proxy.uri) as wavelinks:
        player = wavelinks.player()
        player.autoplay = wavelink.AutoPlayMode.enabled
        video = track("dQw4w9WgXcQ", sourceName="youtube", uri="https://youtu.be/dQw4w9WgXcQ")
        await player.play(wavelink.Playable(video))  # type: ignore[arg-type]
        await proxy.say(ended(video))
        await proxy.until(lambda: proxy.seen("GET", "/v4/loadtracks"))
        (recommended,) = {call.query["identifier"] for call in proxy.seen("GET", "/v4/loadtracks")}
        assert "watch?v=dQw4w9WgXcQ8&list=RD" in recommended

    asked = len(proxy.seen("GET", "/v4/loadtracks"))
    await nodes.open(0, {})
    await nodes.start(0, "main", GUILD, play(1))
    await proxy.say(ended(track("a.flac", {"play_seq": 1})))
    await ears.until(NodeEventKind.ENDED)
    await nodes.stop(0, "main", GUILD)
    assert len(proxy.seen("GET", "/v4/loadtracks")) == asked


def ended(what: dict[str, Any]) -> dict[str, Any]:
    return {"op": "event", "type": "TrackEndEvent", "guildId": str(GUILD), "track": what, "reason": "finished"}


async def test_commands_of_one_guild(proxy: Proxy, nodes: WavelinkNodes) -> None:
    def most() -> int:
        return max(count for path, count in proxy.most_at_once.items() if path.endswith(f"/players/{GUILD}"))

    async with plain(proxy.uri) as wavelinks:
        player = wavelinks.player()
        proxy.hold = lambda call: call.method == "PATCH" and call.path.endswith(f"/players/{GUILD}")
        together = asyncio.gather(*(player.play(SONG, volume=0) for _ in range(3)))
        await proxy.until(lambda: len(proxy.seen("PATCH", f"/players/{GUILD}")) == 3)
        assert player.current is SONG  # before the node has answered
        proxy.release()
        await together
        assert most() == 3
        assert {call.body["volume"] for call in proxy.seen("PATCH", f"/players/{GUILD}")} == {100}

    proxy.most_at_once.clear()
    await nodes.open(0, {})
    await asyncio.gather(*(nodes.start(0, "main", GUILD, play(number)) for number in range(3)))
    assert most() == 1
