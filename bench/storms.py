"""What a channel sees of a storm of changes to its player: edits of Segue's panel, and messages of Red's."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import aiohttp

from bench.measuring import Row
from bench.outages import play
from bench.red import absent, playing, red_alone
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild

RATE, SECONDS = 10, 20
SETTLING = 3.0  # seconds after the last change
EDITED, SENT = "MESSAGE_UPDATE", "MESSAGE_CREATE"


async def measure(home: Path, music: Path) -> list[Row]:
    """Pause, resume and change the volume of one player, over and over."""
    segue = await _segue(home, music)
    storm = f"a storm of {RATE} changes a second"
    rows = [Row(f"{storm}: edits of the panel in a minute", f"{_a_minute(segue[EDITED])}", "<= 60")]
    if missing := absent():
        return [*rows, *missing]
    red = await _red(home.with_name("red"), music)
    return [*rows, Row(f"{storm}, asked for in the channel: messages of Red in a minute", f"{_a_minute(red[SENT])}")]


def _a_minute(count: int) -> int:
    return round(count * 60 / SECONDS)


async def _segue(home: Path, music: Path) -> Counter[str]:
    async with Stack(home, music) as stack:
        guild = await play(stack, "Storm")
        player = f"/v1/guilds/{guild.id}/player"

        async def change(method: str, path: str, body: object) -> None:
            status, _ = await stack.rest(method, path, body)
            assert status == 200

        async with _counting(stack.discord, guild) as seen:
            await _storm(
                [
                    partial(change, "POST", f"{player}:pause", {}),
                    partial(change, "PATCH", player, {"volume": 80}),
                    partial(change, "POST", f"{player}:resume", {}),
                    partial(change, "PATCH", player, {"volume": 100}),
                ]
            )
        return seen


async def _red(home: Path, music: Path) -> Counter[str]:
    async with red_alone(home, music) as (_, red):
        guild = await playing(red, "Storm")
        asked = ("pause", "volume 80", "pause", "volume 100")
        async with _counting(red.discord, guild) as seen:
            await _storm([partial(red.write, guild, words) for words in asked])
        return seen - Counter({SENT: RATE * SECONDS})


async def _storm(changes: Iterable[Callable[[], Awaitable[object]]]) -> None:
    start = asyncio.get_running_loop().time()
    for number, change in zip(range(RATE * SECONDS), itertools.cycle(changes), strict=False):
        await asyncio.sleep(start + number / RATE - asyncio.get_running_loop().time())
        await change()


@asynccontextmanager
async def _counting(discord: Discord, guild: Guild) -> AsyncIterator[Counter[str]]:
    """Count what happens to the messages of a guild's channel, until a while after the block."""
    seen: Counter[str] = Counter()
    endless = aiohttp.ClientTimeout()
    async with discord.http.get(f"{discord.url}/sim/v1/events", timeout=endless) as events:

        async def count() -> None:
            async for line in events.content:
                if line.startswith(b"data: ") and (event := json.loads(line[6:]))["channelId"] == guild.text:
                    seen[event["type"]] += 1

        task = asyncio.create_task(count())
        yield seen
        await asyncio.sleep(SETTLING)
        task.cancel()
