"""A node that is told to end, or killed, and what its clients find afterwards: as recorded in 13."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.audionode.conformance import Replay, Target, steps
from tests.audionode.conftest import PASSWORD, Client
from tests.audionode.test_conformance import all_endpoints
from tests.audionode.voice_double import VoiceDouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import trustme

    from tests.audionode.voice_double import VoiceSession

pytestmark = pytest.mark.skipif("LAVALINK_URL" in os.environ, reason="only a process of our own may be ended")
FILE = "13-shutdown"
ENDS = [at for at, step in enumerate(steps(FILE)) if "ws_close_code" in step]  # after a session and what plays in it


@asynccontextmanager
async def node(music: Path, ca_file: Path, port: int = 0) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run a node of its own; gives it and its port."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "lavalink",
        "NODE_PORT": str(port),
        "NODE_PASSWORD": PASSWORD,
        "MUSIC_DIR": str(music),
        "NODE_VOICE_CA": str(ca_file),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "audionode", env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
        yield process, ready["port"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def playing(replay: Replay, double: VoiceDouble, end: int) -> VoiceSession:
    """Open a session and let it play as recorded before an end; gives the voice connection it is heard on."""
    here = replay.target
    here.endpoints = all_endpoints(FILE, double.endpoint)
    await here.client.connect()
    for step in steps(FILE)[end - 2 : end]:
        await replay.request(step)
    heard = double.sessions[-1]
    await double.until(lambda: len(heard.sounding) > 10)
    return heard


async def ended(process: asyncio.subprocess.Process, replay: Replay, double: VoiceDouble, end: int) -> VoiceSession:
    """Let it play, end the process as it was ended then, and compare how both connections were closed."""
    heard = await playing(replay, double, end)
    recorded = steps(FILE)[end]
    number = getattr(signal, recorded["note"].partition(" ")[0])
    process.send_signal(number)
    await double.until(lambda: heard.close_code is not None)
    assert await asyncio.wait_for(process.wait(), 15) == (-number if number is signal.SIGKILL else 0)
    client = replay.target.client
    await client.close()
    assert client.socket is not None
    closed = {"ws_close_code": int(client.socket.close_code or 0), "voice_ws_close_code": int(heard.close_code or 0)}
    replay.compare(recorded["note"], {name: recorded[name] for name in closed}, closed)
    return heard


@pytest.mark.parametrize("end", ENDS)
async def test_a_node_that_ends_closes_clients_and_voice_as_recorded(
    authority: trustme.CA, ca_file: Path, music: Path, end: int
) -> None:
    async with (
        node(music, ca_file) as (process, port),
        VoiceDouble(authority) as double,
        aiohttp.ClientSession() as http,
    ):
        replay = Replay(FILE, Target(Client(http, f"http://127.0.0.1:{port}"), embedded=True, files="", web=""))
        heard = await ended(process, replay, double, end)
    assert not replay.mismatches, "\n".join(replay.mismatches)
    if "SIGTERM" in steps(FILE)[end]["note"]:
        assert [frame.silent for frame in heard.frames[-6:]] == [False] + [True] * 5


@pytest.mark.parametrize("end", ENDS[1:])  # those that were to be resumed
async def test_a_session_from_before_a_restart_is_not_resumed(
    authority: trustme.CA, ca_file: Path, music: Path, end: int
) -> None:
    restarted = next(step for step in steps(FILE) if step.get("note", "").startswith("after restart"))
    async with VoiceDouble(authority) as double, aiohttp.ClientSession() as http:
        async with node(music, ca_file) as (process, port):
            client = Client(http, f"http://127.0.0.1:{port}")
            replay = Replay(FILE, Target(client, embedded=True, files="", web=""))
            await ended(process, replay, double, end)
            before = client.session_id

        async with node(music, ca_file, port):
            socket = await client.connect(before)

            assert socket._response.headers["Session-Resumed"] == restarted["headers"]["Session-Resumed"]
            replay.compare(restarted["note"], restarted["messages"][0], client.messages[0])
            await client.close()
    assert client.session_id != before
    assert not replay.mismatches, "\n".join(replay.mismatches)
