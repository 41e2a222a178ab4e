"""What the processes hold in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from bench.measuring import Row
from bench.outages import quiet

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

MIB, KIB = 1 << 20, 1 << 10
WARM, PLAYERS = 10, 60
GOALS = dict.fromkeys(("gateway", "audio", "api", "worker"), ("<= 120 MiB", "<= 90 MiB"))


async def measure(stack: Stack) -> list[Row]:
    """Return the resident memory of every process, then what each player adds to it: connected, with a paused track."""
    rows = [
        Row(f"resident memory: {name}", f"{_resident(stack, name) / MIB:.0f} MiB", *GOALS.get(name, ()))
        for name in sorted(stack.run["pids"])
    ]
    await _quiet_players(stack, WARM)
    names = ("audio", "gateway", "node")
    before = {name: _resident(stack, name) for name in names}
    await _quiet_players(stack, PLAYERS - WARM)
    for name in names:
        added = (_resident(stack, name) - before[name]) / (PLAYERS - WARM)
        rows.append(Row(f"{name}: memory per player, between {WARM} and {PLAYERS} players", f"{added / KIB:.0f} KiB"))
    return rows


async def _quiet_players(stack: Stack, count: int) -> None:
    for number in range(count):
        await quiet(stack, f"Quiet {number}")


def _resident(stack: Stack, name: str) -> int:
    return int(psutil.Process(stack.run["pids"][name]).memory_info().rss)
