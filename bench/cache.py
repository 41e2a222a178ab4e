"""What a search costs while Redis works, hangs and is gone: row 5 of the table of faults."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from bench.measuring import Row, in_turn, milliseconds, told
from tests.e2e.stack import Stack
from tests.kit.redis import redis

if TYPE_CHECKING:
    from pathlib import Path

SEARCHES = 200


async def measure(home: Path, music: Path) -> list[Row]:
    """Search for words that no cache knows."""
    words = itertools.count()
    taken: dict[str, list[float]] = {}
    async with redis(music) as server, Stack(home, music, {"REDIS_URL": server.url()}) as stack:

        async def search() -> None:
            status, _ = await stack.rest("GET", f"/v1/search?query=long%20{next(words)}")
            assert status == 200

        taken |= await in_turn({"works": search}, SEARCHES)
        server.hang()
        taken |= await in_turn({"hangs": search}, SEARCHES)
        server.go_on()
        await server.stop()
        taken |= await in_turn({"is gone": search}, SEARCHES)
    rows = [Row(f"search, Redis {state}, p50 / p99", told(samples)) for state, samples in taken.items()]
    working, hanging, gone = (milliseconds(samples, 0.99) for samples in taken.values())
    slower = f"{hanging / working:.2f}, {gone / working:.2f}"
    return [*rows, Row("search, p99 while Redis hangs, is gone / works", slower, "<= 2")]
