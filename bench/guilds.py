"""What 2,500 guilds cost a bot: memory of each, and the time until it serves the first command; and the same of Red."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from bench.measuring import Row
from bench.red import absent
from simulator.world import keeping
from tests.e2e.stack import Stack, eventually
from tests.red.bot import red_on
from tests.simulator.conftest import simulator_at

if TYPE_CHECKING:
    from pathlib import Path

GUILDS = 2_500
ROLES, TEXTS, VOICES, PEOPLE = 15, 16, 4, 10  # of each guild
KIB = 1 << 10
PATIENCE = 90.0


async def measure(home: Path, music: Path) -> list[Row]:
    """Start each bot with one guild, then with many."""
    few, many = [await _segue(home.with_name(f"segue-{count}"), music, count) for count in (0, GUILDS)]
    rows = _rows("gateway", few, many, "<= 20 KiB")
    if missing := absent():
        return [*rows, *missing]
    few, many = [await _red(home.with_name(f"red-{count}"), music, count) for count in (0, GUILDS)]
    return [*rows, *_rows("Red", few, many, "")]


def _rows(name: str, few: tuple[float, int], many: tuple[float, int], goal: str) -> list[Row]:
    each = (many[1] - few[1]) / GUILDS / KIB
    return [
        Row(f"{name}: memory per guild at {GUILDS:,} guilds", f"{each:.1f} KiB", goal),
        Row(f"{name}: start to the first served command, with 1 / {GUILDS:,} guilds", f"{few[0]:.1f}, {many[0]:.1f} s"),
    ]


async def _segue(home: Path, music: Path, count: int) -> tuple[float, int]:
    """Return the seconds of a start, not the first, until a command is answered, and gateway's memory then."""
    _populate(home / "simulator", count)
    async with Stack(home, music) as stack:
        await _seen(stack, count)
    start = time.perf_counter()
    async with Stack(home, music) as stack:
        guild = await stack.discord.guild()
        await stack.discord.command(guild, guild.owner, "queue")
        seconds = time.perf_counter() - start
        await _seen(stack, count)
        return seconds, _resident(stack.run["pids"]["gateway"])


async def _seen(stack: Stack, count: int) -> None:
    async def seen() -> bool:
        _, body = await stack.rest("GET", "/v1/shards")
        return bool(sum(shard["guilds"] for shard in body["shards"]) > count)

    await eventually(seen, within=PATIENCE, what=f"{count} guilds are seen")


async def _red(home: Path, music: Path, count: int) -> tuple[float, int]:
    _populate(home, count)
    async with simulator_at(home) as simulator:
        start = time.perf_counter()
        async with red_on(simulator, music) as red:
            await red.ask(await red.discord.guild(), "ping")
            return time.perf_counter() - start, _resident(red.process.pid)


def _populate(home: Path, count: int) -> None:
    """Make a world in which the bot has long been in so many guilds more than the first."""
    home.mkdir(parents=True)
    world = keeping.load(home / "world.pickle")
    assert isinstance(world.clock, keeping.WallClock)
    world.clock.frozen = datetime(2026, 1, 2, tzinfo=UTC)
    people = [world.make_user(f"Person {number}").id for number in range(PEOPLE)]
    for number in range(count):
        guild = world.create_guild(f"Guild {number}", owner_id=people[0])
        for role in range(ROLES):
            world.create_role(guild.id, f"Role {role}")
        for channel in range(TEXTS + VOICES):
            world.create_channel(guild.id, f"channel-{channel}", type=0 if channel < TEXTS else 2)
        for person in people[1:]:
            world.add_member(guild.id, person)
    keeping.save(world, home / "world.pickle")


def _resident(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)
