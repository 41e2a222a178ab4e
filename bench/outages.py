"""What people notice of a fault: how long nobody answers, and how long nothing is heard."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from tests.e2e.discord import sounding
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.e2e.discord import Frame, Guild
    from tests.e2e.stack import Stack

FRAME_MS = 20
PLAYED = 1.0  # seconds of sound before and after a fault
BREATH = 0.01  # seconds between two tries
PATIENCE = 40.0


async def seconds_until(probe: Callable[[], Awaitable[object]], what: str) -> float:
    """Ask until the answer is true; return how long that took."""
    start = time.perf_counter()
    await eventually(probe, within=PATIENCE, what=what)
    return time.perf_counter() - start


@asynccontextmanager
async def asking(probe: Callable[[], Awaitable[bool]]) -> AsyncIterator[list[float]]:
    """Ask without pause until there is a true answer after the block; give the times of all of them."""
    answered = [time.perf_counter()]

    async def ask() -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, KeyError):
                if await probe():
                    answered.append(time.perf_counter())
            await asyncio.sleep(BREATH)

    task = asyncio.create_task(ask())
    try:
        yield answered
        end = time.perf_counter()

        async def is_answered_again() -> bool:
            return answered[-1] > end

        await eventually(is_answered_again, within=PATIENCE, what="an answer")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def longest(moments: list[float]) -> float:
    """Return the longest time between two moments."""
    return max(after - before for before, after in itertools.pairwise(moments))


async def play(stack: Stack, name: str) -> Guild:
    """Found a guild that listens to a long track."""
    guild = await stack.discord.found_guild(name)
    await stack.enter(guild, guild.owner, guild.voices[0])
    answer = await stack.discord.command(guild, guild.owner, "play", query="minutes")
    if answer["ephemeral"]:
        raise RuntimeError(f"it does not play: {answer['message']}")
    return guild


async def quiet(stack: Stack, name: str) -> Guild:
    """Found a guild whose track is paused."""
    guild = await play(stack, name)
    await stack.discord.command(guild, guild.owner, "pause")
    return guild


async def hears(stack: Stack, guild: Guild) -> int:
    """Wait until a guild has heard sound for a while from now on; return the frame before it."""
    after = await stack.discord.last_index(guild)

    async def probe() -> bool:
        return len(sounding(await stack.discord.frames(guild, after))) * FRAME_MS >= PLAYED * 1_000

    await eventually(probe, within=PATIENCE, what="sound")
    return after


async def is_changed(stack: Stack, guild: Guild) -> bool:
    """Give a command, and tell whether it was acknowledged."""
    status, _ = await stack.rest("PATCH", f"/v1/guilds/{guild.id}/player", {"volume": 100})
    return status == 200


async def is_applied(stack: Stack, guild: Guild) -> bool:
    """Give a command that is heard, and tell whether it was."""
    status, body = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:replay", {})
    return bool(status == 200 and body["applied"])


async def silence(stack: Stack, guild: Guild, after: int) -> tuple[float, int]:
    """Return the longest silence since a frame, in seconds, and by how many ms of media the sound jumped there."""
    heard = sounding(await stack.discord.frames(guild, after))
    before, behind = max(itertools.pairwise(heard), key=_between)
    jump = ((behind.media_ms or 0) - (before.media_ms or 0) + 30_000) % 60_000 - 30_000  # times are known modulo 60 s
    return (_between((before, behind)) - FRAME_MS) / 1_000, jump


def _between(pair: tuple[Frame, Frame]) -> float:
    return pair[1].at_ms - pair[0].at_ms
