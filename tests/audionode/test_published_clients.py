"""Three published clients drive one scenario on the node; what they do is heard on the voice gateway.

wavelink and lavalink.py are installed by the project's own lock file, in this interpreter's environment; the one of
npm's by the lock file beside its driver, in a folder of this run. Each has a process of its own.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trustme

from tests.audionode.conftest import PASSWORD, together
from tests.audionode.relay import Relay
from tests.audionode.test_playing import assert_contiguous
from tests.audionode.voice_double import DEFAULT_CHANNEL, VoiceDouble, VoiceSession, decoded, pitches, seconds_of

CLIENTS = Path(__file__).parents[1] / "clients"
ROOT = CLIENTS.parents[1]
GUILD = 4711
USER = 170939974227591168
LOUD = 0.3  # the amplitude of the time-coded tracks


class Published:
    """One client in its process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.said: list[dict[str, Any]] = []
        self._process = process
        self._arrived = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def do(self, name: str, **arguments: Any) -> Any:
        """Have it done; an error of the client is an error of the test."""
        before = len(self.said)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": name, **arguments}).encode() + b"\n")
        answer = await self._until(lambda: [said for said in self.said[before:] if said.get("done") == name])
        assert "error" not in answer, answer
        return answer.get("result")

    async def event(self, name: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th event of this name."""
        return await self._until(lambda: [said for said in self.said if said.get("event") == name][count - 1 :])

    async def _until(self, find: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
        async with asyncio.timeout(60), self._arrived:
            await self._arrived.wait_for(lambda: find() or self._reader.done())
        assert find(), f"the client ended with {self._process.returncode}"
        return find()[0]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._arrived:
                self.said.append(json.loads(line))
                self._arrived.notify_all()
        async with self._arrived:
            self._arrived.notify_all()


@asynccontextmanager
async def running(command: list[str], folder: Path) -> AsyncIterator[Published]:
    """The client, until the block ends."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=pipe, stdout=pipe)
    client = Published(process)
    try:
        yield client
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 60)
        await client._reader


def python(driver: str) -> tuple[list[str], Path]:
    """Command and folder of a client of this environment."""
    return [sys.executable, "-m", f"tests.clients.{driver}"], ROOT


def npm(name: str, folder: Path) -> tuple[list[str], Path]:
    """Those of a client of npm's, installed from its lock file into this folder."""
    for program, package in {"node": "nodejs", "npm": "npm"}.items():
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt-get install {package}.")
    shutil.copytree(CLIENTS / name, folder, dirs_exist_ok=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return ["node", "drive.mjs"], folder


async def test_published_clients_play_steer_and_come_back(node: str, authority: trustme.CA, tmp_path: Path) -> None:
    of_npm = await asyncio.to_thread(npm, "lavalink-client", tmp_path)
    await together(
        _plays_steers_and_comes_back(node, authority, *python("drive_wavelink"), resumes=True),
        _plays_steers_and_comes_back(node, authority, *python("drive_lavalink_py"), resumes=False),
        _plays_steers_and_comes_back(node, authority, *of_npm, resumes=True),
    )


async def _plays_steers_and_comes_back(
    node: str, authority: trustme.CA, command: list[str], folder: Path, *, resumes: bool
) -> None:
    async with VoiceDouble(authority) as double, Relay(node) as relay, running(command, folder) as client:
        await client.do("connect", host="127.0.0.1", port=relay.port, password=PASSWORD, user=USER)
        assert not (await client.event("ready"))["resumed"]
        place = {
            "endpoint": double.endpoint,
            "channelId": str(DEFAULT_CHANNEL),
            "token": "t",
            "sessionId": f"s{relay.port}",
        }
        await client.do("join", guild=GUILD, voice=place)
        assert await client.do("load", words="coded wav") == ["coded.wav"]

        await _plays_and_pauses(client, double)
        await _seeks(client, double)
        await _changes_the_sound(client, double)
        await _stops(client, double)
        assert double.sessions[-1].errors == []

        await _is_cut_off_and_comes_back(client, double, relay, resumes=resumes)


async def _plays_and_pauses(client: Published, double: VoiceDouble) -> None:
    await client.do("play", index=0)
    assert (await client.event("start"))["identifier"] == "coded.wav"
    session = double.sessions[-1]
    await double.until(lambda: len(session.sounding) > 40)
    await client.do("pause", on=True)
    await double.until(lambda: all(frame.silent for frame in session.frames[-5:]))
    paused = len(session.frames)
    await client.do("pause", on=False)
    await double.until(lambda: len(session.frames) > paused + 20)
    assert not any(frame.silent for frame in session.frames[paused:])
    seconds = [second for second in session.seconds() if second >= 0]
    assert seconds == sorted(seconds)
    assert set(seconds) == set(range(seconds[-1] + 1))
    assert_contiguous(session)


async def _seeks(client: Published, double: VoiceDouble) -> None:
    await client.do("seek", position=5000)
    assert set(seconds_of(await _next(double, 20))) - {-1} == {5}


async def _changes_the_sound(client: Published, double: VoiceDouble) -> None:
    await client.do("volume", percent=50)
    assert _level(await _next(double, 20)) == pytest.approx(LOUD / 2, rel=0.1)
    await client.do("filters", volume=0.5, pitch=None)
    assert _level(await _next(double, 20)) == pytest.approx(LOUD / 4, rel=0.1)
    await client.do("filters", volume=0.5, pitch=2.0)
    heard = await _next(double, 20)
    assert 2 * 750 <= np.median(pitches(heard)) <= 2 * 1050  # of the seconds from 5 to 11
    await client.do("volume", percent=100)
    await client.do("filters", volume=1.0, pitch=1.0)


async def _stops(client: Published, double: VoiceDouble) -> None:
    await client.do("stop")
    assert (await client.event("end"))["reason"] == "stopped"
    await double.until(lambda: all(frame.silent for frame in double.sessions[-1].frames[-5:]))


async def _is_cut_off_and_comes_back(client: Published, double: VoiceDouble, relay: Relay, *, resumes: bool) -> None:
    first, started = double.sessions[-1], len(double.sessions[-1].sounding)
    await client.do("play", index=0)
    await double.until(lambda: len(first.sounding) > started + 60)
    relay.abort()
    again = await client.event("ready", 2)
    assert again["resumed"] is resumes
    if resumes:
        await _sounded_all_the_while(client, double, first, started)
    else:
        await double.until(lambda: len(double.sessions) == 2 and len(double.sessions[-1].sounding) > 20)
        heard = [second for second in double.sessions[-1].seconds() if second >= 0]
        assert min(heard) >= 1  # its last position was told at the start, and it counts on from there


async def _sounded_all_the_while(client: Published, double: VoiceDouble, session: VoiceSession, started: int) -> None:
    before = len(session.sounding)
    await double.until(lambda: len(session.sounding) > before + 30)
    assert double.sessions == [session]
    seconds = [second for second in seconds_of([frame.opus for frame in session.sounding[started:]]) if second >= 0]
    assert seconds == sorted(seconds)
    assert not any(frame.silent for frame in session.frames[-(len(session.sounding) - started) :])
    await client.do("stop")
    assert (await client.event("end", 2))["reason"] == "stopped"


async def _next(double: VoiceDouble, count: int) -> list[bytes]:
    """Packets that are sent after those that were ready before."""
    session = double.sessions[-1]
    await double.caught_up()
    begin = len(session.sounding) + 10
    await double.until(lambda: len(session.sounding) >= begin + count)
    return [frame.opus for frame in session.sounding[begin : begin + count]]


def _level(packets: list[bytes]) -> float:
    """The amplitude, without the packets in which the decoder settles."""
    return float(np.abs(decoded(packets)[5:]).max())
