"""How soon another one does the work of an audio instance or a node that is gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from audio.domain.player import bucket_of
from bench.measuring import Row
from bench.outages import PLAYED, hears, is_applied, is_changed, play, seconds_until, silence
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.e2e.discord import Guild

Way: TypeAlias = "Callable[[Stack, str], AbstractAsyncContextManager[None]]"

INSTANCES = ("audio", "audio-2")
NODES = 2
BUCKETS = 32
BREATH = 0.05  # seconds
HELD = "SELECT bucket, epoch FROM audio.bucket WHERE owner = $1 AND expires_at > clock_timestamp()"
OWNED = "SELECT bucket, epoch FROM audio.bucket WHERE expires_at > clock_timestamp()"


@asynccontextmanager
async def _killed(stack: Stack, name: str) -> AsyncIterator[None]:
    os.kill(stack.run["pids"][name], signal.SIGKILL)
    yield


@asynccontextmanager
async def _kept_away(stack: Stack, name: str) -> AsyncIterator[None]:
    async def kill() -> None:
        while True:
            with contextlib.suppress(ProcessLookupError, KeyError):
                os.kill(stack.run["pids"][name], signal.SIGKILL)
            await asyncio.sleep(BREATH)

    task = asyncio.create_task(kill())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def _stopped(stack: Stack, name: str) -> AsyncIterator[None]:
    os.kill(stack.run["pids"][name], signal.SIGTERM)
    yield


@asynccontextmanager
async def _frozen(stack: Stack, name: str) -> AsyncIterator[None]:
    pid = stack.run["pids"][name]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


# Each process is started again at once the first time and later the next: those that wait for that come first.
WAYS: dict[str, Way] = {
    "killed, and started again": _killed,
    "stopped as planned": _stopped,
    "frozen": _frozen,
    "killed, and kept away": _kept_away,
}


@dataclass(frozen=True)
class Absence:
    """How long something was missing, in seconds, after an instance went."""

    owned: float
    acknowledged: float
    applied: float
    heard: float


async def measure(home: Path, music: Path) -> list[Row]:
    """Take audio instances and nodes away, each in several ways, and listen meanwhile."""
    async with Stack(home, music, {"SEGUE_INSTANCES": f"audio={len(INSTANCES)},node={NODES}"}) as stack:
        guilds: list[Guild] = []
        rows = []
        for what, way in WAYS.items():
            absences = [await _gone(stack, guilds, name, way) for name in INSTANCES]
            rows += list(_told(what, absences))
        died = [await node_died(stack, guilds[0]) for _ in range(NODES)]
    return [*rows, *(sounds_again(f"one of {NODES} nodes is killed", *one) for one in died)]


def sounds_again(what: str, silent: float, jump: int) -> Row:
    """Tell how long nothing was heard, and where in the track the sound went on."""
    return Row(f"{what}: silence, jump in the track", f"{silent:.2f} s, {jump:+} ms", "10 s, 2000 ms")


async def node_died(stack: Stack, guild: Guild) -> tuple[float, int]:
    """Kill the node that plays in a guild; return the silence and the jump."""
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    after = await hears(stack, guild)
    await stack.kill(body["player"]["node"])
    await hears(stack, guild)
    await eventually(stack.is_healthy, within=30, what="the system is healthy again")
    return await silence(stack, guild, after)


def _told(what: str, absences: list[Absence]) -> list[Row]:
    """Return the rows of one way, each with the worst that was seen."""
    rows = {
        "its buckets are owned again": ("owned", "<= 12 s", "<= 6 s"),
        "a command is acknowledged": ("acknowledged", "", ""),
        "a command is heard": ("applied", "", ""),
        "silence": ("heard", "0 s", "0 s"),
    }
    return [
        Row(f"audio {what}: {label}", f"{max(getattr(one, field) for one in absences):.2f} s", goal, stretch)
        for label, (field, goal, stretch) in rows.items()
    ]


async def _gone(stack: Stack, guilds: list[Guild], name: str, way: Way) -> Absence:
    await eventually(partial(_is_balanced, stack), within=60, what="both instances own their share")
    listening, commanded = await _two_of(stack, guilds, name)
    after = await hears(stack, listening)
    lost = {row["bucket"]: row["epoch"] for row in await stack.rows(HELD, name)}

    async def is_owned() -> bool:
        now = {row["bucket"]: row["epoch"] for row in await stack.rows(OWNED)}
        return all(now.get(bucket, 0) > epoch for bucket, epoch in lost.items())

    async with way(stack, name):
        owned, acknowledged, applied = await asyncio.gather(
            seconds_until(is_owned, "its buckets are owned again"),
            seconds_until(partial(is_changed, stack, commanded), "a command is acknowledged"),
            seconds_until(partial(is_applied, stack, commanded), "a command is heard"),
        )
        await asyncio.sleep(PLAYED)
    return Absence(owned, acknowledged, applied, (await silence(stack, listening, after))[0])


async def _is_balanced(stack: Stack) -> bool:
    shares = [len(await stack.rows(HELD, name)) for name in INSTANCES]
    return shares == [BUCKETS // len(INSTANCES)] * len(INSTANCES) and await stack.is_healthy()


async def _two_of(stack: Stack, guilds: list[Guild], name: str) -> list[Guild]:
    """Return two guilds that an instance owns, and found guilds until there are."""
    held = {row["bucket"] for row in await stack.rows(HELD, name)}
    while len(found := [guild for guild in guilds if bucket_of(int(guild.id)) in held]) < 2:
        guilds.append(await play(stack, f"Guild {len(guilds)}"))
    return found[:2]
