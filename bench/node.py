"""How many players the embedded node carries, and whether all their frames arrive."""

from __future__ import annotations

import asyncio
import itertools
import statistics
from typing import TYPE_CHECKING

import psutil

from bench.measuring import Row, told
from bench.outages import FRAME_MS, hears, play

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.discord import Frame
    from tests.e2e.stack import Stack

PLAYERS = 8
ROUNDS = 3
LISTENING = 6.0  # seconds of each round
SETTLING = 1.0
PLAIN = "without filters"
FILTERS: dict[str, object] = {
    PLAIN: {},
    "with an equaliser": {"presets": ["FILTER_PRESET_BASS_BOOST"]},
    "with timescale": {"presets": ["FILTER_PRESET_NIGHTCORE"]},
}


async def measure(stack: Stack) -> list[Row]:
    """Let the node encode in several guilds, with each kind of filters in turn; measure its processor time."""
    guilds = [await play(stack, f"Guild {number}") for number in range(PLAYERS)]
    process = psutil.Process(stack.run["pids"]["node"])
    shares: dict[str, list[float]] = {name: [] for name in FILTERS}
    starts = [await hears(stack, guild) for guild in guilds]
    for name in itertools.chain.from_iterable([FILTERS] * ROUNDS):
        for guild in guilds:
            await stack.rest("PATCH", f"/v1/guilds/{guild.id}/player", {"filters": FILTERS[name]})
        await asyncio.sleep(SETTLING)
        shares[name].append(await _share(process))
    heard = [await stack.discord.frames(guild, start) for guild, start in zip(guilds, starts, strict=True)]
    for guild in guilds:
        await stack.discord.command(guild, guild.owner, "leave")
    return [*_carried(shares), *_arrived(heard)]


async def _share(process: psutil.Process) -> float:
    """Return the part of a core that a process uses for a while."""
    process.cpu_percent()
    await asyncio.sleep(LISTENING)
    return process.cpu_percent() / 100


def _carried(shares: dict[str, list[float]]) -> Iterator[Row]:
    for name, samples in shares.items():
        share = statistics.median(samples)
        goal = "40" if name == PLAIN else ""
        what = f"node: players per core {name} ({PLAYERS} take {share:.0%} of one)"
        yield Row(what, f"{PLAYERS / share:.0f}", stretch=goal)


def _arrived(heard: list[list[Frame]]) -> Iterator[Row]:
    due = sum(round((frames[-1].at_ms - frames[0].at_ms) / FRAME_MS) + 1 for frames in heard)
    missing = due - sum(len(frames) for frames in heard)
    yield Row(f"node: frames missing at the receiver, of {due:,} due", f"{missing} ({missing / due:.2%})")
    pairs = itertools.chain.from_iterable(itertools.pairwise(frames) for frames in heard)
    late = [abs(after.at_ms - before.at_ms - FRAME_MS) / 1_000 for before, after in pairs]
    yield Row("node: |gap - 20 ms| at the receiver, p50 / p99", told(late))
