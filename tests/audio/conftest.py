"""Stores to judge: in memory, and in a real Postgres."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from audio.adapters.memory import MemoryStore
from audio.domain.player import Origin
from kit import actor, postgres
from kit.migrate import migrate
from tests.audio.client import Client, serving_audio
from tests.audio.rig import NodeWorld, Rig, engine, give
from tests.audio.stores import empty, postgres_store
from tests.audio.voices import FakeVoice
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from audio.adapters.postgres import PostgresStore
    from kit.postgres import Pool


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Audio's schema."""
    await migrate(database_url, ["audio"])
    opened = await postgres.open_pool(settings("/nowhere", database_url), schema="audio")
    yield opened
    await opened.close()


@pytest.fixture
async def client(pool: Pool) -> AsyncIterator[Client]:
    """Somebody who calls audio."""
    async with serving_audio(pool) as made:
        yield made


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, pool: Pool) -> AsyncIterator[MemoryStore | PostgresStore]:
    """A store that knows nothing yet."""
    with actor.acting_as(actor.system()):
        if request.param == "memory":
            yield MemoryStore(origin=lambda: Origin("00-trace", b"actor", "ref"))
        else:
            await empty(pool)
            yield postgres_store(pool)


@pytest.fixture
def world() -> NodeWorld:
    return NodeWorld()


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@asynccontextmanager
async def owner(memory: MemoryStore, world: NodeWorld, voice: FakeVoice, epoch: int) -> AsyncIterator[Rig]:
    """An instance that owns all buckets in an epoch; it ends as that of `engine`."""
    async with engine(memory, world, voice) as rig:
        give(memory, epoch)
        await rig.own(epoch)
        yield rig


@pytest.fixture
async def rig(memory: MemoryStore, world: NodeWorld, voice: FakeVoice) -> AsyncIterator[Rig]:
    with actor.acting_as(actor.system()):
        async with owner(memory, world, voice, 1) as made:
            yield made
