"""The statements of an add, as audio sends them, on a bare asyncpg connection to the same database."""

from __future__ import annotations

import itertools
import json
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import psutil

from audio.adapters import statements
from audio.domain.edits import KEPT
from audio.domain.player import Player
from kit import idempotency, outbox, postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.e2e.stack import Stack

GUILD = 1
TRACK = json.dumps({"source": "local", "identifier": "long.wav", "title": "long", "author": "", "length_ms": 12_000})
PAYLOAD = b"x" * 300
GAP = 1 << 32
COUNT = 10  # with BEGIN and COMMIT


@asynccontextmanager
async def adding(stack: Stack) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Give what adds so many tracks to a guild of its own in one transaction."""
    dsn = psutil.Process(stack.run["pids"]["audio"]).environ()["DATABASE_URL"]
    connection = await asyncpg.connect(dsn, server_settings=postgres.session("audio", None))
    [last] = await connection.fetchrow("SELECT version FROM player WHERE guild_id = $1", GUILD) or [0]
    versions = itertools.count(last + 1)
    try:
        await connection.execute(statements.CREATE, GUILD, 0)
        yield lambda count: _add(connection, next(versions), count)
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection[asyncpg.Record], version: int, count: int) -> None:
    key = (GUILD, GUILD, str(uuid.uuid4()))
    tracks = ([GUILD] * count, [TRACK] * count, [0] * count, [0] * count, [None] * count)
    async with connection.transaction():
        await connection.fetchrow(statements.LOCK, GUILD)
        await connection.fetchval(idempotency.CLAIM, *key, b"x" * 32)
        last = await connection.fetchval(statements.LAST_RANK, GUILD)
        await connection.fetchval(statements.INSERT, GUILD, (last or 0) + GAP, GAP, version, *tracks)
        await connection.execute(statements.LOG, GUILD, version, "ADDED", GUILD, count, [], [], KEPT)
        player = Player(GUILD, version=version, position_at=datetime.now(UTC), queue_length=version)
        await connection.execute(
            statements.SAVE,
            GUILD,
            *(getattr(player, name) for name in statements.HEADER),
            *("{}", "{}", "{}", None, None, None, 0, 0, None, "", b"", ""),
        )
        await connection.execute(outbox.APPEND, GUILD, version, "player.queue", b"", "", PAYLOAD)
        await connection.execute(idempotency.REMEMBER, *key, PAYLOAD)
