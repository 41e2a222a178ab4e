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

from tests.audionode.conftest import PASSWORD, Client, together
from tests.audionode.voice_double import VoiceDouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import trustme

    from tests.audionode.voice_double import VoiceSession

pytestmark = pytest.mark.skipif("LAVALINK_URL" in os.environ, reason="only a process of our own may be ended")
GUILD = 5
KILLED, TOLD = signal.SIGKILL, signal.SIGTERM


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
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        yield process, ready["port"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def playing(client: Client, double: VoiceDouble, *, resuming: bool) -> VoiceSession:
    """Open a session, resumable or not, and let it play; gives the voice connection it is heard on."""
    await client.connect()
    settings = await client.request(
        "PATCH", f"/v4/sessions/{client.session_id}", json={"resuming": resuming, "timeout": 60}
    )
    assert settings == {"resuming": resuming, "timeout": 60}
    await client.join(GUILD, double)
    await client.play(GUILD, "coded.wav")
    heard = double.sessions[-1]
    await double.until(lambda: len(heard.sounding) > 10)
    return heard


async def test_a_node_told_to_end_closes_clients_and_voice_in_order(
    authority: trustme.CA, ca_file: Path, music: Path
) -> None:
    await together(*(_is_told_to_end(authority, ca_file, music, resuming=resuming) for resuming in (False, True)))


async def _is_told_to_end(authority: trustme.CA, ca_file: Path, music: Path, *, resuming: bool) -> None:
    async with (
        node(music, ca_file) as (process, port),
        VoiceDouble(authority) as double,
        aiohttp.ClientSession() as http,
    ):
        client = Client(http, f"http://127.0.0.1:{port}")
        heard = await playing(client, double, resuming=resuming)

        process.send_signal(TOLD)
        await double.until(lambda: heard.close_code is not None)

        assert await asyncio.wait_for(process.wait(), 5) == 0
        await client.close()
        assert client.socket is not None
        assert client.socket.close_code == 1001
        assert heard.close_code == 1000
        assert [frame.silent for frame in heard.frames[-6:]] == [False] + [True] * 5


async def test_a_session_from_before_a_restart_is_not_resumed(
    authority: trustme.CA, ca_file: Path, music: Path
) -> None:
    await together(*(_is_restarted(authority, ca_file, music, number) for number in (KILLED, TOLD)))


async def _is_restarted(authority: trustme.CA, ca_file: Path, music: Path, number: signal.Signals) -> None:
    async with VoiceDouble(authority) as double, aiohttp.ClientSession() as http:
        async with node(music, ca_file) as (process, port):
            client = Client(http, f"http://127.0.0.1:{port}")
            heard = await playing(client, double, resuming=True)
            before = client.session_id
            process.send_signal(number)
            assert await asyncio.wait_for(process.wait(), 5) == (-KILLED if number is KILLED else 0)
            await client.close()
            assert client.socket is not None
            assert client.socket.close_code == (1006 if number is KILLED else 1001)
            await double.until(lambda: heard.close_code is not None)

        async with node(music, ca_file, port):
            socket = await client.connect(before)

            assert socket._response.headers["Session-Resumed"] == "false"
            assert client.session_id != before
            assert not client.messages[0]["resumed"]
            await client.close()
