"""The node answers as the real server did: LAVALINK_URL and LAVALINK_PASSWORD point the same suite at any node.

A node elsewhere reads the music of the suite from LAVALINK_MUSIC_DIR (the suite writes it there), and trusts the
authority in LAVALINK_VOICE_CA (certificate and key in one PEM) for voice; without these only 01, 03, 04, 05 are played.
An embedded node elsewhere must allow 127.0.0.1:LAVALINK_WEB_PORT, where the suite then serves music over HTTP, and
have NODE_YTDLP off for that.
"""

import asyncio
import json
import os
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp import web

from audionode.settings import PLUGINS, Limits
from tests.audionode.conformance import Replay, Target, settled, steps
from tests.audionode.conftest import PASSWORD, Client, StartNode, together
from tests.audionode.fixture_web import FixtureWeb
from tests.audionode.music import make_music
from tests.audionode.voice_double import VoiceDouble

URL = os.environ.get("LAVALINK_URL", "").replace("ws://", "http://").replace("wss://", "https://").rstrip("/")
MUSIC = os.environ.get("LAVALINK_MUSIC_DIR", "")
AUTHORITY = os.environ.get("LAVALINK_VOICE_CA", "")

needs_music = pytest.mark.skipif(bool(URL) and not MUSIC, reason="LAVALINK_MUSIC_DIR is not given")
needs_voice = pytest.mark.skipif(bool(URL) and not (MUSIC and AUTHORITY), reason="LAVALINK_VOICE_CA is not given")


@pytest.fixture(scope="module")
async def target(start_node: StartNode, music: Path) -> AsyncIterator[Callable[[], Any]]:
    """Makes targets: a new client of the node under test each time."""
    async with AsyncExitStack() as stack:
        folder = make_music(Path(MUSIC)) if MUSIC else music
        web_server = await stack.enter_async_context(FixtureWeb(folder, int(os.environ.get("LAVALINK_WEB_PORT", "0"))))
        url = URL
        if not url:
            limits = Limits(cleanup=6.0, load=1.0)  # and the sources of the server that was recorded
            start = start_node(
                limits, node_allow_private={web_server.host}, node_ytdlp=False, node_plugins_off=set(PLUGINS)
            )
            url = await stack.enter_async_context(start)
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def make() -> Target:
            client = Client(http, url, password=os.environ.get("LAVALINK_PASSWORD") or PASSWORD)
            await client.connect()
            stack.push_async_callback(client.close)
            embedded = (await client.request("GET", "/v4/info"))["lavaplayer"].startswith("PyAV")
            files = "" if embedded else f"{folder}/"
            return Target(client, embedded, files, web_server.host, elsewhere=bool(URL))

        yield make


@pytest.fixture
async def voice(authority: trustme.CA) -> AsyncIterator[VoiceDouble]:
    async with VoiceDouble(authority, dave=not URL) as made:
        yield made


@pytest.fixture
async def voices(authority: trustme.CA) -> AsyncIterator[Callable[[], Any]]:
    """Makes voice gateways."""
    async with AsyncExitStack() as stack:
        yield lambda: stack.enter_async_context(VoiceDouble(authority, dave=not URL))


def all_endpoints(file: str, endpoint: str) -> dict[str, str]:
    """Every endpoint that was reached in the recording leads to this one."""
    voices = [
        step["request"].get("body", {}) for step in steps(file) if step.get("status") == 200 and "request" in step
    ]
    bodies = [body["voice"] for body in voices if isinstance(body, dict) and "voice" in body]
    return {body["endpoint"]: endpoint for body in bodies}


@pytest.mark.parametrize("file", ["01-info-auth", "03-decode", "04-routeplanner", "05-session-patch"])
async def test_requests_without_music_are_answered_as_recorded(target: Callable[[], Any], file: str) -> None:
    replay = Replay(file, await target())
    await replay.run()
    assert not replay.mismatches, "\n".join(replay.mismatches)


@needs_music
async def test_tracks_are_looked_up_as_recorded(target: Callable[[], Any]) -> None:
    replay = Replay("02-loadtracks", await target())
    await replay.run()
    assert not replay.mismatches, "\n".join(replay.mismatches)


async def test_a_websocket_is_opened_and_refused_as_recorded(target: Callable[[], Any]) -> None:
    here = await target()
    recorded = {step["name"]: step for step in steps("01-info-auth") if step.get("name", "").startswith("ws ")}
    right = {"Authorization": here.client.password, "User-Id": "1"}
    attempts = {
        "ws no auth": {"User-Id": "1"},
        "ws wrong password": right | {"Authorization": "nope"},
        "ws no User-Id": {"Authorization": here.client.password},
        "ws User-Id 0": right | {"User-Id": "0"},
        "ws User-Id empty": right | {"User-Id": ""},
    }
    for name, headers in attempts.items():
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await here.client.http.ws_connect(f"{here.client.url}/v4/websocket", headers=headers)
        assert refused.value.status == recorded[name]["status"], name
        assert refused.value.headers is not None
        assert refused.value.headers["Lavalink-Api-Version"] == "4"
    for name, user in {"ws User-Id text": "abc", "ws User-Id negative": "-5", "ws ok": "1"}.items():
        async with here.client.http.ws_connect(
            f"{here.client.url}/v4/websocket", headers=right | {"User-Id": user}
        ) as socket:
            assert socket._response.headers["Session-Resumed"] == "false"
            assert socket._response.headers["Lavalink-Api-Version"] == "4"
            first = await socket.receive()
            assert str(int(first.type)) == recorded[name].get("type", "1"), name
            if name == "ws ok":
                second = await socket.receive()
                ops = [json.loads(message.data)["op"] for message in (first, second)]
                assert ops == ["ready", "stats"] or not here.embedded
                await socket.send_str("ignored")
                await socket.send_bytes(b"refused")
                assert (await socket.receive()).data == 1003
    unknown = Client(here.client.http, here.client.url, password=here.client.password)
    answered = (await unknown.connect("of nobody"))._response.headers
    wanted = recorded["ws unknown Session-Id"]["headers"]
    assert {name: answered[name] for name in wanted} == wanted
    await unknown.close()


@needs_voice
async def test_players_are_answered_and_told_as_recorded(
    target: Callable[[], Any], voices: Callable[[], Any], authority: trustme.CA, music: Path
) -> None:
    """Each recording has sessions and voice gateways of its own: all are played at the same time."""
    replays = await together(
        _players_without_voice(await target(), await voices()),
        _voice_servers_that_fail(await target(), authority),
        _playing(await target(), await voices()),
        _more_of_playing(await target(), await voices()),
        _filters(await target(), await voices()),
        _events_and_voice_closes(await target(), await target(), await voices(), await voices(), music),
    )
    mismatches = [f"{replay.file}: {mismatch}" for replay in replays for mismatch in replay.mismatches]
    assert not mismatches, "\n".join(mismatches)


async def _players_without_voice(here: Target, voice: VoiceDouble) -> Replay:
    here.endpoints = all_endpoints("06-player-no-voice", voice.endpoint)
    replay = Replay("06-player-no-voice", here)
    await replay.run()
    return replay


async def _voice_servers_that_fail(here: Target, authority: trustme.CA) -> Replay:
    async with AsyncExitStack() as stack:
        unknown = await _https(stack, trustme.CA().issue_cert("localhost"))
        other_name = await _https(stack, authority.issue_cert("other.invalid"))
        no_websocket = await _https(stack, authority.issue_cert("localhost"))
        silent = socket.create_server(("127.0.0.1", 0))
        stack.callback(silent.close)
        closing = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        stack.callback(closing.close)
        ports = [unknown, other_name, silent.getsockname()[1], closing.sockets[0].getsockname()[1], no_websocket]
        recorded = [
            step["request"]["body"]["voice"]["endpoint"]
            for step in steps("07-voice-connect-failures")
            if "request" in step and "body" in step["request"]
        ]
        here.endpoints = {name: f"localhost:{port}" for name, port in zip(recorded, ports, strict=False)}
        replay = Replay("07-voice-connect-failures", here)
        await replay.run()
    return replay


async def _https(stack: AsyncExitStack, certificate: trustme.LeafCert) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port: int = runner.addresses[0][1]
    return port


async def _playing(here: Target, voice: VoiceDouble) -> Replay:
    here.endpoints = all_endpoints("08-play", voice.endpoint)
    guild = 817327181659111454

    def played(position: int) -> Callable[[], Any]:
        return lambda: settled(here.client, guild, position)

    replay = Replay("08-play", here)
    await replay.run(
        {
            "noReplace=true while playing": played(200),
            "endTime 2500 while playing": played(400),
            "endTime 500 (already past)": played(700),
            "a failing play while playing (bad identifier): does music go on?": played(200),
        }
    )
    session = voice.sessions[-1]
    await voice.until(lambda: session.close_code is not None)
    assert session.close_code == 1000
    assert session.errors == []
    return replay


async def _more_of_playing(here: Target, voice: VoiceDouble) -> Replay:
    here.endpoints = all_endpoints("09-play-more", voice.endpoint)
    replay = Replay("09-play-more", here)
    await replay.run()
    return replay


async def _filters(here: Target, voice: VoiceDouble) -> Replay:
    here.endpoints = all_endpoints("10-filters", voice.endpoint)

    async def played() -> None:
        await settled(here.client, 66, 100)

    refused = ["volume 6", "volume -1", "timescale speed 0", "timescale speed -1"]
    refused += ["tremolo depth 2", "tremolo frequency 0", "vibrato frequency 15"]
    replay = Replay("10-filters", here)
    await replay.run(dict.fromkeys(refused, played))
    return replay


async def _events_and_voice_closes(
    here: Target, second: Target, voice: VoiceDouble, moved: VoiceDouble, music: Path
) -> Replay:
    folder = Path(MUSIC) if MUSIC else music
    shutil.copy(folder / "tone.wav", folder / "gone.wav")

    async def delete() -> None:
        (folder / "gone.wav").unlink()

    def close(code: int | str, guild: int) -> Callable[[], Any]:
        async def closing() -> None:
            await settled(here.client, guild, 300)
            if isinstance(code, int):
                await voice.close(code)
                final = code not in {4015, 1001}
            else:
                voice.abort()
                final = False
            if final:
                await here.client.event("WebSocketClosedEvent", guild)
            else:
                await voice.until(lambda: voice.sessions[-1].resumed)

        return closing

    codes: list[int | str] = [4014, 4006, 4017, 4004, 4011, 4015, 1001, 1000, 4022, 4021, "abort"]
    before: dict[str, Any] = {
        f"GET 2 s after voice close {code}": close(code, 2000 + number) for number, code in enumerate(codes)
    }
    before["play encoded of a deleted file"] = delete
    voice.refused_tokens.add("voice-token-9")
    endpoints = all_endpoints("11-events-and-voice-closes", voice.endpoint)
    changed = next(step for step in steps("11-events-and-voice-closes") if "server change" in step.get("name", ""))
    here.endpoints = endpoints | {changed["request"]["body"]["voice"]["endpoint"]: moved.endpoint}
    here.sessions["7hrxzuxra1igv33b"] = second.client
    replay = Replay("11-events-and-voice-closes", here)
    await replay.run(before)
    return replay
