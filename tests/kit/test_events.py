"""Events: each once, in the order of each guild, whoever commits first and whoever dies."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio

from kit import actor, events, outbox
from kit.consuming import Consumer
from kit.errors import Reason, Refused
from kit.events import Events
from kit.postgres import transaction
from segue.common.v1 import event_service_pb2, event_service_pb2_grpc
from segue.worker.v1 import job_service_pb2
from tests.kit.serving import Brought, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc

    from kit.postgres import Connection, Pool

WITHIN = 60.0
PAYLOAD = job_service_pb2.RunJobRequest(kind="purge")


@pytest_asyncio.fixture(autouse=True)
async def nothing_happened(pool: Pool) -> AsyncIterator[None]:
    """Begin with an empty outbox, as the system, and leave nothing in it."""
    await pool.execute("DELETE FROM outbox")
    with actor.acting_as(actor.system(7)):
        yield
    await pool.execute("DELETE FROM outbox")


@pytest_asyncio.fixture
async def cursors(pool: Pool, database_url: str) -> AsyncIterator[None]:
    """A consumer that has read nothing yet, and a table for its effects."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "worker"})
    await connection.execute("DELETE FROM event_cursor")
    await connection.execute(
        "CREATE TABLE effect (id integer GENERATED ALWAYS AS IDENTITY, guild_id bigint, version bigint)"
    )
    await connection.execute("GRANT ALL ON effect TO segue_worker")
    yield
    await connection.execute("DROP TABLE effect")
    await connection.execute("DELETE FROM event_cursor")
    await connection.close()


@asynccontextmanager
async def served(pool: Pool, found: Events | None = None) -> AsyncIterator[grpc.aio.Channel]:
    """Serve the events of a schema to worker."""
    async with serving(events=found or Events(pool)) as address, Brought("worker", address) as channel:
        yield channel


def read(channel: grpc.aio.Channel, cursor: int = 0) -> Any:
    """Read events behind a cursor."""
    stub: Any = event_service_pb2_grpc.EventServiceStub(channel)
    return stub.ReadEvents(event_service_pb2.ReadEventsRequest(cursor=cursor))


async def append(tx: Connection, guild_id: int, version: int) -> None:
    await outbox.append(tx, guild_id=guild_id, version=version, kind="test.happened", payload=PAYLOAD)


async def happen(pool: Pool, guild_id: int, *versions: int) -> None:
    for version in versions:
        async with transaction(pool) as tx:
            await append(tx, guild_id, version)


async def take(stream: Any, count: int) -> list[event_service_pb2.Event]:
    """Read so many events."""
    found: list[event_service_pb2.Event] = []
    while len(found) < count:
        answer = await asyncio.wait_for(anext(stream), WITHIN)
        found += answer.batch.events
    return found


def seen(found: list[event_service_pb2.Event]) -> list[tuple[int, int]]:
    return [(event.guild_id, event.version) for event in found]


async def test_what_happened_comes_first_and_then_what_happens(pool: Pool) -> None:
    await happen(pool, 1, 1, 2)
    async with served(pool) as channel, aclosing(read(channel)) as stream:
        past = await take(stream, 2)
        await happen(pool, 1, 3)
        future = await take(stream, 1)

    assert seen(past + future) == [(1, 1), (1, 2), (1, 3)]
    event = past[0]
    assert (event.kind, event.actor) == ("test.happened", actor.system(7))
    payload = job_service_pb2.RunJobRequest()
    assert event.payload.Unpack(payload)
    assert payload == PAYLOAD
    assert event.time.ToSeconds() > 0


async def test_a_reader_goes_on_behind_its_cursor_with_any_instance_in_batches_that_are_bounded(pool: Pool) -> None:
    await happen(pool, 1, *range(1, events.BATCH + 3))
    async with served(pool) as channel, aclosing(read(channel)) as stream:
        first = await anext(stream)
    async with served(pool) as channel, aclosing(read(channel, first.cursor)) as stream:
        rest = await take(stream, 2)

    assert len(first.batch.events) == events.BATCH
    assert seen(rest) == [(1, events.BATCH + 1), (1, events.BATCH + 2)]


async def test_an_event_that_is_committed_late_is_not_left_out(pool: Pool) -> None:
    found = Events(pool)
    async with served(pool, found) as channel, aclosing(read(channel)) as stream:
        await happen(pool, 9, 1)
        assert seen(await take(stream, 1)) == [(9, 1)]
        before = await found.look()
        async with transaction(pool) as late:
            await append(late, 1, 1)
            await happen(pool, 2, 1, 2)

            assert [await found.look() for _ in range(3)] == [before] * 3
        assert seen(await take(stream, 3)) == [(1, 1), (2, 1), (2, 2)]


async def append_and_fail(pool: Pool) -> None:
    async with transaction(pool) as tx:
        await append(tx, 1, 1)
        await tx.execute("SELECT 1 / 0")


async def test_what_was_undone_is_not_waited_for(pool: Pool) -> None:
    async with served(pool) as channel, aclosing(read(channel)) as stream:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await append_and_fail(pool)
        await happen(pool, 2, 1)

        assert seen(await take(stream, 1)) == [(2, 1)]


async def test_silence_is_filled_with_heartbeats_and_the_end_is_told(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)
    await happen(pool, 1, 1)
    async with AsyncExitStack() as stack:
        async with serving(events=Events(pool)) as address:
            channel = await stack.enter_async_context(Brought("worker", address))
            stream = read(channel)
            await take(stream, 1)
            silence = [await anext(stream) for _ in range(2)]
        last = [answer async for answer in stream][-1]

    assert all(answer.HasField("heartbeat") and answer.cursor for answer in silence)
    assert last.end.reason == event_service_pb2.STREAM_END_REASON_MOVED


@pytest.mark.parametrize("caller", ["edge", "gateway", "audio"])
async def test_events_are_for_worker_and_api_alone(pool: Pool, caller: str) -> None:
    async with serving(events=Events(pool)) as address, Brought(caller, address) as channel:
        with pytest.raises(Refused) as caught:
            await anext(read(channel))

    assert caught.value.reason is Reason.CALLER_REFUSED


class Effects:
    """Writes down each event, and dies in the middle of some."""

    def __init__(self, pool: Pool, chance: random.Random) -> None:
        self._pool, self._chance = pool, chance
        self.deaths = 0

    async def __call__(self, tx: Connection, event: event_service_pb2.Event) -> None:
        await tx.execute("INSERT INTO effect (guild_id, version) VALUES ($1, $2)", event.guild_id, event.version)
        if self.deaths < 10 and self._chance.random() < 0.05:
            self.deaths += 1
            raise Refused(Reason.UNAVAILABLE, part="this consumer")

    async def until(self, count: int) -> list[tuple[int, int]]:
        """Wait for so many effects; return them in their order."""
        async with asyncio.timeout(WITHIN):
            while await self._pool.fetchval("SELECT count(*) FROM effect") < count:  # noqa: ASYNC110  (Postgres tells nobody)
                await asyncio.sleep(0.02)
        rows = await self._pool.fetch("SELECT guild_id, version FROM effect ORDER BY id")
        return [(row["guild_id"], row["version"]) for row in rows]


async def consume(pool: Pool, channel: grpc.aio.Channel, effects: Effects) -> None:
    """Consume, again after each death, as Tasks.keep does."""
    while True:
        try:
            await Consumer(pool, channel, "worker", effects).run()
        except Refused:
            continue


async def write(pool: Pool, guild_id: int, versions: int, chance: random.Random) -> None:
    """Change a guild so often; what was written waits for a while before it is committed."""
    for version in range(1, versions + 1):
        async with transaction(pool) as tx:
            await tx.fetchval("SELECT pg_advisory_xact_lock($1)", guild_id)
            await append(tx, guild_id, version)
            await asyncio.sleep(chance.random() * 0.01)


@pytest.mark.usefixtures("cursors")
async def test_consumers_that_die_have_each_effect_once_and_in_order(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_LOOK", 0.002)
    guilds, versions = 6, 40
    chance = random.Random(5)
    effects = Effects(pool, chance)
    async with served(pool) as one, served(pool) as other:
        consuming = [asyncio.ensure_future(consume(pool, channel, effects)) for channel in (one, other)]
        await asyncio.gather(*(write(pool, guild_id, versions, chance) for guild_id in range(1, guilds + 1)))
        done = await effects.until(guilds * versions)
        for task in consuming:
            task.cancel()
        await asyncio.wait(consuming)

    assert effects.deaths == 10
    by_guild = [[version for guild_id, version in done if guild_id == each] for each in range(1, guilds + 1)]
    assert by_guild == [list(range(1, versions + 1))] * guilds
