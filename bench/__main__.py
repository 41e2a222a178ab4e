"""Measure what design promises: `make bench` starts systems of its own and prints one table."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import cache, commands, edges, faults, guilds, memory, node, queueing, rates, storms, takeover, watching
from bench.measuring import Row
from simulator import timecode
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

# These leave the system whole and share one; the others start systems of their own.
SHARING: dict[str, Callable[[Stack], Awaitable[list[Row]]]] = {
    "commands": commands.measure,
    "queue": queueing.measure,
    "watch": watching.measure,
    "node": node.measure,
    "memory": memory.measure,
}
ALONE: dict[str, Callable[[Path, Path], Awaitable[list[Row]]]] = {
    "takeover": takeover.measure,
    "faults": faults.measure,
    "edges": edges.measure,
    "cache": cache.measure,
    "rates": rates.measure,
    "guilds": guilds.measure,
    "storms": storms.measure,
}
HEAD = Row("", "measured", "goal", "stretch")
TRACKS = {"long": 12, "minutes": 600}


async def measure(parts: Collection[str], scratch: Path) -> list[Row]:
    """Run parts and return the table."""
    music = scratch / "music"
    music.mkdir()
    for name, seconds in TRACKS.items():
        timecode.write_wav(music / f"{name}.wav", seconds)
    rows: list[Row] = []
    if wanted := [name for name in SHARING if name in parts]:
        rows += await _shared(wanted, scratch / "shared", music)
    for name, alone in ALONE.items():
        if name in parts:
            rows += await alone(scratch / name, music)
    return rows


async def _shared(parts: Collection[str], home: Path, music: Path) -> list[Row]:
    async with Stack(home, music):  # the first start makes the database
        pass
    start = time.perf_counter()
    async with Stack(home, music) as stack:
        guild = await stack.discord.guild()
        await stack.discord.command(guild, guild.owner, "queue")
        seconds = time.perf_counter() - start
        rows = [Row("cold start to the first served command", f"{seconds:.1f} s", "<= 15 s", "<= 8 s")]
        for name in parts:
            rows += await SHARING[name](stack)
    return rows


def main() -> None:
    """Print the table of all parts, or of those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["all", *SHARING, *ALONE], default="all")
    chosen = parser.parse_args().parts
    parts = [*SHARING, *ALONE] if "all" in chosen else chosen
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        rows = [HEAD, *asyncio.run(measure(parts, Path(scratch)))]
    rows.append(Row("load average before and after", f"{before:.1f}, {os.getloadavg()[0]:.1f}"))
    what, value, goal = (max(len(getattr(row, name)) for row in rows) for name in ("what", "value", "goal"))
    for row in rows:
        sys.stdout.write(f"{row.what:<{what}}  {row.value:>{value}}  {row.goal:<{goal}}  {row.stretch}\n")


if __name__ == "__main__":
    main()
