"""The statements of an add, as audio sends them, on a bare asyncpg connection to the same database."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import psutil

from audio.adapters import statements
from audio.domain.edits import KEPT
from audio.domain.player import Player
from kit import idempotency, outbox, postgres

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.stack import Stack

GUILD = 1
TRACK = json.dumps({"source": "local", "identifier": "long.wav", "title": "long", "author": "", "length_ms": 12_000})
PAYLOAD = b"x" * 300
COUNT = 10  # with BEGIN and COMMIT


async def add_a_track(
    stack: Stack, timed: Callable[[Callable[[], Awaitable[object]]], Awaitable[list[float]]]
) -> tuple[list[float], int]:
    """Time the transaction of an add, for a guild of its own; return the samples and the number of statements."""
    dsn = psutil.Process(stack.run["pids"]["audio"]).environ()["DATABASE_URL"]
    connection = await asyncpg.connect(dsn, server_settings=postgres.session("audio", None))
    versions = itertools.count(1)
    try:
        await connection.execute(statements.CREATE, GUILD, 0)
        return await timed(lambda: _add(connection, next(versions))), COUNT
    finally:
        await connection.close()


async def _add(connection: asyncpg.Connection[asyncpg.Record], version: int) -> None:
    key = (GUILD, GUILD, str(uuid.uuid4()))
    async with connection.transaction():
        await connection.fetchrow(statements.LOCK, GUILD)
        await connection.fetchval(idempotency.CLAIM, *key, b"x" * 32)
        await connection.fetchval(statements.LAST_RANK, GUILD)
        await connection.fetchval(
            statements.INSERT, GUILD, version << 32, 1 << 32, version, [GUILD], [TRACK], [0], [0], [None]
        )
        await connection.execute(statements.LOG, GUILD, version, "ADDED", GUILD, 1, [], [], KEPT)
        player = Player(GUILD, version=version, position_at=datetime.now(UTC), queue_length=version)
        await connection.execute(
            statements.SAVE,
            GUILD,
            *(getattr(player, name) for name in statements.HEADER),
            *("{}", "{}", "{}", None, None, None, 0, 0, None, "", b"", ""),
        )
        await connection.execute(outbox.APPEND, GUILD, version, "player.queue", b"", "", PAYLOAD)
        await connection.execute(idempotency.REMEMBER, *key, PAYLOAD)
