"""How soon a dashboard sees what was committed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, TypeAlias

import aiohttp

from bench.measuring import Row, milliseconds
from bench.queueing import handle_of
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

Heard: TypeAlias = list[tuple[float, bytes]]  # when, and the event as it came

SUBSCRIBERS = 200
CHANGES = 50
FOREVER = aiohttp.ClientTimeout(total=None)


async def measure(stack: Stack) -> list[Row]:
    """Let one and then many subscribers watch a guild over server-sent events, each with a token and a connection."""
    handle = await handle_of(stack, "long")
    guild = await stack.discord.found_guild("Watched")
    rows = []
    for count, goals in ((1, ()), (SUBSCRIBERS, ("50 / 250 ms", "15 / 80 ms"))):
        delays = await _watched(stack, guild, handle, count)
        times = f"{milliseconds(delays):.1f} / {milliseconds(delays, 0.99):.1f} ms"
        rows.append(Row(f"begin of a transaction -> event, {count} subscribers, p50 / p99", times, *goals))
    return rows


async def _watched(stack: Stack, guild: Guild, handle: str, count: int) -> list[float]:
    """Return how long after its transaction began every change was heard, by every subscriber."""
    everybody: list[Heard] = [[] for _ in range(count)]
    add = {"handles": [handle]}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=FOREVER) as http:
        tasks = [asyncio.create_task(_listen(http, stack, guild, heard)) for heard in everybody]
        await _all_heard(everybody, 1)
        for number in range(CHANGES):
            await stack.rest("POST", f"/v1/guilds/{guild.id}/queue:add", add)
            await _all_heard(everybody, number + 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    query = "SELECT version, extract(epoch FROM created_at)::float8 AS began FROM audio.outbox WHERE guild_id = $1"
    began = {row["version"]: row["began"] for row in await stack.rows(query, int(guild.id))}
    return [at - began[_version(event)] for heard in everybody for at, event in heard[1:]]


async def _listen(http: aiohttp.ClientSession, stack: Stack, guild: Guild, heard: Heard) -> None:
    url = f"{stack.run['edge']}/v1/guilds/{guild.id}/player:watch"
    async with http.get(url, headers={"authorization": f"Bearer {stack.token}"}) as answer:
        async for line in answer.content:
            if line.startswith(b"data:") and b'"player"' in line:
                heard.append((time.time(), line))


async def _all_heard(everybody: list[Heard], count: int) -> None:
    async def probe() -> bool:
        return all(len(heard) >= count for heard in everybody)

    await eventually(probe, within=20, what=f"everybody heard {count} events")


def _version(event: bytes) -> int:
    return int(json.loads(event.removeprefix(b"data:"))["version"])
