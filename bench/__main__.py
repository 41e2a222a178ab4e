"""Measure what design promises: `make bench` starts a system of its own and prints one table."""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bench import echo, sql
from kit import actor, client
from segue.audio.v1 import queue_service_pb2 as queue
from segue.audio.v1 import queue_service_pb2_grpc as queue_grpc
from segue.common.v1 import actor_pb2
from simulator import timecode
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.discord import Discord, Guild

ROUNDS = 200
PLAYS = 15
PLAYERS = 8
LISTENING = 10.0  # seconds
FRAME_MS = 20
MIB = 1 << 20


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    goal: str = ""


def milliseconds(samples: list[float], quantile: float = 0.5) -> float:
    """Return a quantile of samples in seconds as milliseconds."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] * 1_000


async def timed(call: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> list[float]:
    """Time a call, after some that warm up."""
    samples = []
    for number in range(rounds + rounds // 10):
        start = time.perf_counter()
        await call()
        if number >= rounds // 10:
            samples.append(time.perf_counter() - start)
    return samples


async def add_a_track(stack: Stack, guild: Guild) -> list[Row]:
    """Compare an add through two mTLS proxies with the same SQL alone and with an echo over gRPC."""
    _, played = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"query": "long"})
    request = queue.AddQueueItemsRequest(guild_id=int(guild.id), handles=[played["item"]["track"]["handle"]])
    async with stack.channel() as channel:
        stub = queue_grpc.QueueServiceStub(channel)
        edge = milliseconds(await timed(lambda: stub.AddQueueItems(request, metadata=stack.metadata, timeout=5)))
    sidecar = psutil.Process(stack.run["pids"]["gateway"]).environ()["SEGUE_MESH"]
    async with client.channel(sidecar, "audio") as channel:
        stub = queue_grpc.QueueServiceStub(channel)
        with actor.acting_as(_owner(guild)):
            mesh = milliseconds(await timed(lambda: stub.AddQueueItems(request)))
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:stop", {})
    samples, statements = await sql.add_a_track(stack, timed)
    bare, direct = milliseconds(samples), milliseconds(await echo.unary(timed))
    return [
        Row("add a track, gateway to audio through two mTLS proxies, p50", f"{mesh:.2f} ms"),
        Row(f"the same SQL alone ({statements} statements), p50", f"{bare:.2f} ms"),
        Row("direct grpc.aio echo, p50", f"{direct:.2f} ms"),
        Row("(add - SQL) / echo", f"{(mesh - bare) / direct:.1f}", "<= 4"),
        Row("add a track through the edge, with a token, p50", f"{edge:.2f} ms"),
    ]


def _owner(guild: Guild) -> actor_pb2.Actor:
    """Act as the guild's owner in Discord, as gateway does."""
    member = actor_pb2.Member(
        guild_id=int(guild.id), user_id=int(guild.owner), owner=True, voice_channel_id=int(guild.voices[0])
    )
    return actor_pb2.Actor(user_id=int(guild.owner), surface=actor_pb2.SURFACE_DISCORD, member=member)


async def interactions(discord: Discord, guild: Guild) -> list[Row]:
    """Measure the acknowledgement of interactions and the way from `/play` to the first packet."""
    firsts = []
    await discord.enter(guild, guild.owner, guild.voices[0])
    for _ in range(PLAYS):
        after = await discord.last_index(guild)
        played = await discord.command(guild, guild.owner, "play", query="long")

        async def sounds(after: int = after) -> float:
            return next((f.at_ms for f in await discord.frames(guild, after) if not f.silent), 0.0)

        first = await eventually(sounds, within=10, what="the first packet")
        received = played["answerAtMs"] - played["answerMs"]
        firsts.append((first - received) / 1_000)
        await discord.command(guild, guild.owner, "stop")
    asked = [await discord.command(guild, guild.owner, "queue") for _ in range(ROUNDS)]
    acks = [one["ackMs"] / 1_000 for one in asked]
    return [
        Row(
            f"interaction -> acknowledgement, p50 / p99 of {ROUNDS}",
            f"{milliseconds(acks):.1f} / {milliseconds(acks, 0.99):.1f} ms",
            "p99 <= 30 ms",
        ),
        Row(
            f"/play -> first packet, bot in the channel, p50 of {PLAYS - 1}",
            f"{milliseconds(firsts[1:]):.0f} ms",
            "<= 60 ms",
        ),
        Row("/play -> first packet, the bot still has to join", f"{firsts[0] * 1_000:.0f} ms"),
    ]


async def node(stack: Stack) -> list[Row]:
    """Let the node play in several guilds; measure its processor time and the rhythm of its packets."""
    discord = stack.discord
    guilds = [await discord.found_guild(f"Guild {number}") for number in range(PLAYERS)]
    for guild in guilds:
        await discord.enter(guild, guild.owner, guild.voices[0])
        await discord.command(guild, guild.owner, "play", query="minute")
    process = psutil.Process(stack.run["pids"]["node"])
    process.cpu_percent()
    await asyncio.sleep(LISTENING)
    share = process.cpu_percent() / 100
    gaps = []
    for guild in guilds:
        times = [frame.at_ms for frame in await discord.frames(guild) if not frame.silent][25:]
        gaps += [abs(after - before - FRAME_MS) / 1_000 for before, after in itertools.pairwise(times)]
        await discord.command(guild, guild.owner, "leave")
    return [
        Row(f"node: share of a core with {PLAYERS} players that encode", f"{share:.0%}"),
        Row("node: such players per core", f"{PLAYERS / share:.0f}", "40"),
        Row(
            "node: |gap - 20 ms| at the receiver, p50 / p99",
            f"{milliseconds(gaps):.2f} / {milliseconds(gaps, 0.99):.1f} ms",
        ),
    ]


def memory(stack: Stack) -> list[Row]:
    """Return the resident memory of every process."""
    rows = []
    for name, pid in sorted(stack.run["pids"].items()):
        goal = "<= 90 MiB" if name in {"gateway", "audio", "api", "worker"} else ""
        rows.append(Row(f"resident memory: {name}", f"{psutil.Process(pid).memory_info().rss / MIB:.0f} MiB", goal))
    return rows


async def main() -> None:
    """Run all benchmarks against one system and print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        music = Path(scratch) / "music"
        music.mkdir()
        timecode.write_wav(music / "long.wav", 12)
        timecode.write_wav(music / "minute.wav", 60)
        async with Stack(Path(scratch) / "home", music):  # the first start makes the database
            pass
        start = time.perf_counter()
        async with Stack(Path(scratch) / "home", music) as stack:
            guild = await stack.discord.guild()
            await stack.discord.command(guild, guild.owner, "queue")
            rows = [Row("cold start to the first served command", f"{time.perf_counter() - start:.1f} s", "<= 8 s")]
            rows += await interactions(stack.discord, guild)
            rows += await add_a_track(stack, guild)
            rows += memory(stack)
            rows += await node(stack)
    width = max(len(row.what) for row in rows)
    for row in rows:
        sys.stdout.write(f"{row.what:<{width}}  {row.value:>16}  {row.goal}\n")


if __name__ == "__main__":
    asyncio.run(main())
