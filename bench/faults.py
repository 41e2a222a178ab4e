"""How long faults are noticed when each part is there once: rows 1 to 4, 8 and 16 of the table of faults."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg

from bench.measuring import Row
from bench.outages import PLAYED, asking, hears, is_applied, is_changed, longest, play, seconds_until, silence
from bench.queueing import handle_of
from bench.takeover import node_died, sounds_again
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.discord import Guild

AT_ONCE = 100
KILLED = {
    **dict.fromkeys(("gateway", "api", "worker"), "3 s, 0 s"),
    **dict.fromkeys(("envoy-edge", "envoy-gateway", "envoy-audio", "envoy-api", "envoy-worker"), "2 s, 0 s"),
}
DISTURBED: tuple[dict[str, object], ...] = (
    {"kind": "gateway_close"},
    {"kind": "invalid_session"},
    {"kind": "voice_close", "code": 4006},
)


TROUBLES: tuple[dict[str, object], ...] = (
    {"kind": "rest_429", "retryAfterMs": 400, "durationMs": 900},
    {"kind": "rest_5xx", "durationMs": 500},
    {"kind": "rest_slow", "delayMs": 700, "count": 5},
)


async def measure(home: Path, music: Path) -> list[Row]:
    """Break each part once, one after the other."""
    async with Stack(home, music) as stack:
        listening, commanded = await play(stack, "Listening"), await play(stack, "Commanded")
        rows = [await _repeated(stack, commanded), *await _owner_killed(stack, listening, commanded)]
        for name, goal in KILLED.items():
            rows.append(await _killed(stack, name, listening, goal))
        rows += await _database_stopped(stack, commanded)
        rows.append(sounds_again("the only node is killed", *await node_died(stack, listening)))
        for fault in DISTURBED:
            rows.append(await _disturbed(stack, listening, fault))
        for trouble in TROUBLES:
            rows.append(await _troubled(stack, listening, trouble))
    return rows


async def _repeated(stack: Stack, guild: Guild) -> Row:
    """Make one request many times at once."""
    body = {"handles": [await handle_of(stack, "long")], "requestId": str(uuid.uuid4())}
    start = time.perf_counter()
    calls = [stack.rest("POST", f"/v1/guilds/{guild.id}/queue:add", body) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*calls)
    seconds = time.perf_counter() - start
    effects = {answer.get("firstItemId") for _, answer in answers}
    return Row(
        f"one request {AT_ONCE} times at once: all answered, effects", f"{seconds:.2f} s, {len(effects)}", "1 effect"
    )


async def _owner_killed(stack: Stack, listening: Guild, commanded: Guild) -> list[Row]:
    """Kill the only instance of audio."""
    after = await hears(stack, listening)
    os.kill(stack.run["pids"]["audio"], signal.SIGKILL)
    acknowledged, applied = await asyncio.gather(
        seconds_until(partial(is_changed, stack, commanded), "a command is acknowledged"),
        seconds_until(partial(is_applied, stack, commanded), "a command is heard"),
    )
    await hears(stack, listening)
    silent, _ = await silence(stack, listening, after)
    return [
        Row("the only audio is killed: a command is acknowledged", f"{acknowledged:.2f} s"),
        Row("the only audio is killed: a command is heard", f"{applied:.2f} s", "<= 12 s", "<= 6 s"),
        Row("the only audio is killed: silence", f"{silent:.2f} s", "0 s", "0 s"),
    ]


async def _killed(stack: Stack, name: str, listening: Guild, goal: str) -> Row:
    """Kill a process; tell how long what it serves was not answered, and how long nothing was heard."""
    paths = {
        "gateway": f"/v1/guilds/{listening.id}/members/{listening.owner}",
        "audio": f"/v1/guilds/{listening.id}/player",
        "worker": "/v1/jobs",
    }
    path = paths.get(name.removeprefix("envoy-"), "/v1/me")

    async def is_answered() -> bool:
        status, _ = await stack.rest("GET", path)
        return status == 200

    after = await hears(stack, listening)
    async with asking(is_answered) as answered:
        await stack.kill(name)
        await eventually(stack.is_healthy, within=30, what="the system is healthy again")
        await asyncio.sleep(PLAYED)
    silent, _ = await silence(stack, listening, after)
    return Row(f"{name} is killed: not answered, silence", f"{longest(answered):.2f} s, {silent:.2f} s", goal)


async def _database_stopped(stack: Stack, commanded: Guild) -> list[Row]:
    """Let Postgres stop at once, with all it was doing."""

    async def accepts() -> bool:
        try:
            return bool(await stack.rows("SELECT 1"))
        except (asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    old = stack.run["pids"]["postgres"]
    async with asking(partial(is_changed, stack, commanded)) as answered:
        os.kill(old, signal.SIGQUIT)
        await eventually(partial(stack.is_replaced, "postgres", old), within=30, what="postgres started again")
        await eventually(accepts, within=30, what="postgres accepts")
        accepted = time.perf_counter()
        healthy = await seconds_until(stack.is_healthy, "the system is healthy again")
        await asyncio.sleep(PLAYED)
    first = next(moment for moment in answered if moment > accepted)
    return [
        Row("postgres stops at once: no command acknowledged", f"{longest(answered):.2f} s"),
        Row("postgres accepts -> a command is acknowledged", f"{first - accepted:.2f} s"),
        Row("postgres accepts -> all healthy", f"{healthy:.2f} s", "<= 5 s"),
    ]


async def _disturbed(stack: Stack, listening: Guild, fault: dict[str, object]) -> Row:
    """Let Discord break a connection; tell when a slash command is answered, and how long nothing was heard."""
    discord = stack.discord

    async def is_answered() -> Any:
        return await discord.command(listening, listening.owner, "nowplaying")

    after = await hears(stack, listening)
    await discord.post("/faults", fault)
    answered = await seconds_until(is_answered, "a slash command is answered")
    await hears(stack, listening)
    silent, _ = await silence(stack, listening, after)
    what = f"{fault['kind']}: slash command answered, silence"
    return Row(what, f"{answered:.2f} s, {silent:.2f} s")


async def _troubled(stack: Stack, listening: Guild, trouble: dict[str, object]) -> Row:
    """Let Discord's REST interface limit, fail or be slow; tell when a slash command is acknowledged and answered."""
    await stack.discord.post("/faults", trouble)
    answer = await stack.discord.command(listening, listening.owner, "nowplaying")
    told = f"{answer['ackMs'] / 1_000:.2f}, {answer['answerMs'] / 1_000:.2f} s"
    return Row(f"{trouble['kind']}: slash command acknowledged, answered", told, "3 s")
