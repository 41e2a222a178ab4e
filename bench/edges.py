"""How late commands come through slow, lossy and cut wires of one of two audio instances: row 6 of the faults."""

from __future__ import annotations

import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from audio.domain.player import bucket_of
from bench.measuring import Row, milliseconds
from bench.outages import hears, is_changed, play, seconds_until, silence
from tests.e2e.stack import Stack, eventually
from tests.e2e.wire import wired

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.discord import Guild
    from tests.e2e.wire import Wires

COMMANDS = 20
SLOW = 0.25  # seconds
chance = Random("edges")  # noqa: S311  (it decides what is sent again)
LAGS = {
    "as it is": lambda: 0.0,
    "+100 ms": lambda: 0.05,
    "+500 ms": lambda: 0.25,
    "5 % sent again after 200 ms": lambda: 0.2 * (chance.random() < 0.05),
}


async def measure(home: Path, music: Path) -> list[Row]:
    """Slow the wire to the database down, lose some, and cut it."""
    folder = home.with_name("wires")
    folder.mkdir()
    async with wired(folder) as wires:
        given, command = {"SEGUE_INSTANCES": "audio=2"}, ("tests.e2e.wire", str(folder))
        async with Stack(home, music, given, command) as stack:
            guild = await _beyond(stack, wires)
            rows = []
            for what, lag in LAGS.items():
                wires.postgres.lag = lag
                rows.append(await _lagging(stack, guild, what))
            wires.postgres.lag = LAGS["as it is"]
            rows.append(await _cut(stack, wires, guild))
    return rows


async def _beyond(stack: Stack, wires: Wires) -> Guild:
    """Let music play in a guild that `audio` owns and whose calls go to it, by which they are slow behind its wire."""
    while True:
        guild = await play(stack, "Edge")
        wires.postgres.lag = LAGS["+500 ms"]
        start = time.perf_counter()
        await is_changed(stack, guild)
        is_slow = time.perf_counter() - start > SLOW
        wires.postgres.lag = LAGS["as it is"]
        ((owner,),) = await stack.rows("SELECT owner FROM audio.bucket WHERE bucket = $1", bucket_of(int(guild.id)))
        if is_slow and owner == "audio":
            return guild
        await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})


async def _lagging(stack: Stack, guild: Guild, what: str) -> Row:
    samples = []
    for _ in range(COMMANDS):
        start = time.perf_counter()
        await eventually(partial(is_changed, stack, guild), within=30, what="a command is acknowledged")
        samples.append(time.perf_counter() - start)
    told = f"{milliseconds(samples):.0f} / {milliseconds(samples, 1.0):.0f} ms"
    return Row(f"wire to the database {what}: a command, median / longest", told)


async def _cut(stack: Stack, wires: Wires, guild: Guild) -> Row:
    """Cut the wire of `audio`; tell when commands are acknowledged again, and how long nothing was heard."""
    after = await hears(stack, guild)
    wires.postgres.cut()
    try:
        acknowledged = await seconds_until(partial(is_changed, stack, guild), "a command is acknowledged")
        await hears(stack, guild)
    finally:
        wires.postgres.mend()
    silent, _ = await silence(stack, guild, after)
    return Row("wire to the database cut: a command, silence", f"{acknowledged:.2f} s, {silent:.2f} s")
