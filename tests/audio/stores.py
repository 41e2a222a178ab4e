"""The Postgres store over empty tables, and what a guild chose."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from audio import wire
from audio.adapters.postgres import PostgresStore
from audio.choosing import Choosing
from audio.domain.handles import Handles
from audio.domain.player import Origin
from audio.domain.settings import GuildSettings
from kit import actor, postgres
from tests.audio.values import GUILD

if TYPE_CHECKING:
    from kit.postgres import Pool

TABLES = ("player", "queue_item", "history", "position", "voice", "request", "outbox", "bucket_owner", "edit", "node")
HANDLES = Handles(b"a key for tests that is long enough")


async def empty(pool: Pool) -> None:
    async with postgres.transaction(pool) as tx:
        for table in TABLES:
            await tx.execute(f"DELETE FROM {table}")
        await tx.execute("UPDATE bucket SET owner = '', epoch = 0, expires_at = '-infinity', sessions = '{}'")


def postgres_store(pool: Pool) -> PostgresStore:
    return PostgresStore(
        pool,
        encode=partial(wire.player, sign=HANDLES.sign),
        encode_end=partial(wire.ended, sign=HANDLES.sign),
        decode=partial(wire.player_back, verify=HANDLES.verify),
        origin=lambda: Origin("00-trace", b"actor", "ref"),
    )


async def choose(store: Any, **settings: Any) -> None:
    """Let the guild's settings be so, and the others as they are from the start."""
    version = (await store.player(GUILD)).settings.version + 1
    with actor.acting_as(actor.system()):
        await Choosing(store).apply(GUILD, GuildSettings(version=version, **settings))
