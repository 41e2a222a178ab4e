"""Buckets have one owner at a time, whoever dies, hangs or comes back."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.ext.asyncio import create_async_engine

from kit import metrics, tables
from kit.lease import Leases, share

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy import Connection

BUCKETS = 8
TTL = 2.0  # seconds; a busy machine has half of a second to renew in
WITHIN = 60.0
_numbers = itertools.count()


@pytest_asyncio.fixture
async def table(database_url: str) -> str:
    """A table of leases nobody holds."""
    name = f"lease_{next(_numbers)}"

    def create(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            tables.create_leases(name, buckets=BUCKETS)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database_url))
    async with engine.begin() as connection:
        await connection.run_sync(create)
    await engine.dispose()
    return name


class Owner:
    """An instance, with what it was told."""

    def __init__(self, database_url: str, table: str, name: str, **how: Any) -> None:
        self.told: list[tuple[str, int, int]] = []
        self._changed = asyncio.Condition()
        self.leases = Leases(database_url, table, name, TTL, gained=self._gained, lost=self._lost, **how)

    async def _gained(self, bucket: int, epoch: int) -> None:
        await self._tell("gained", bucket, epoch)

    async def _lost(self, bucket: int, epoch: int) -> None:
        assert self.leases.held(bucket) != epoch
        await self._tell("lost", bucket, epoch)

    async def _tell(self, what: str, bucket: int, epoch: int) -> None:
        async with self._changed:
            self.told.append((what, bucket, epoch))
            self._changed.notify_all()

    @property
    def held(self) -> dict[int, int]:
        """Buckets it was told it has, and their epochs."""
        found: dict[int, int] = {}
        for what, bucket, epoch in self.told:
            if what == "gained":
                found[bucket] = epoch
            elif found.get(bucket) == epoch:
                del found[bucket]
        return found

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what it was told makes the condition true."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), WITHIN)


@asynccontextmanager
async def owning(database_url: str, table: str, name: str, **how: Any) -> AsyncIterator[Owner]:
    """Run an instance."""
    owner = Owner(database_url, table, name, **how)
    async with owner.leases:
        yield owner


@asynccontextmanager
async def out_of_reach(owner: Owner) -> AsyncIterator[None]:
    """Let the database be out of an owner's reach."""
    announce = owner.leases._rows.announce

    async def cannot() -> tuple[int, dict[str, int]]:
        raise ConnectionError

    owner.leases._rows.announce = cannot  # type: ignore[method-assign]  # as a wire that is cut
    yield
    owner.leases._rows.announce = announce  # type: ignore[method-assign]


async def ended(database_url: str, table: str, count: int) -> None:
    """Wait until so many leases have ended."""
    connection = await asyncpg.connect(database_url)
    async with asyncio.timeout(WITHIN):
        while await connection.fetchval(f"SELECT count(*) FROM {table} WHERE expires_at < now()") != count:  # noqa: ASYNC110
            await asyncio.sleep(TTL / 20)
    await connection.close()


async def die(owner: Owner) -> None:
    """Renew no more, and release nothing, as a killed process."""
    owner.leases._stopping.set()

    async def nothing() -> None:
        """Stay silent."""

    owner.leases._hand_over = nothing  # type: ignore[method-assign]  # what a killed process does not do
    await owner.leases.release_all()


async def test_one_instance_has_all_buckets_and_gives_them_back(database_url: str, table: str) -> None:
    async with owning(database_url, table, "a") as a:
        await a.until(lambda: len(a.held) == BUCKETS)

        assert a.leases.all_held() == dict.fromkeys(range(BUCKETS), 1)
        assert metrics.leases[table]() == metrics.LeaseFigures(held=BUCKETS, buckets=BUCKETS)
    assert a.held == {}
    async with owning(database_url, table, "b") as b:
        await b.until(lambda: len(b.held) == BUCKETS)

        assert set(b.held.values()) == {2}


async def test_a_second_instance_gets_its_fair_share_and_no_bucket_has_two_owners(
    database_url: str,
    table: str,
) -> None:
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(owning(database_url, table, "a"))
        await a.until(lambda: len(a.held) == BUCKETS)
        b = await stack.enter_async_context(owning(database_url, table, "b"))
        await b.until(lambda: len(b.held) == BUCKETS // 2)

        assert len(a.held) == BUCKETS // 2
        assert a.held.keys().isdisjoint(b.held)
        assert set(b.held.values()) == {2}


async def test_a_third_instance_gets_its_share_though_it_cannot_be_the_same_for_all(
    database_url: str,
    table: str,
) -> None:
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(owning(database_url, table, "a"))
        await a.until(lambda: len(a.held) == BUCKETS)
        b = await stack.enter_async_context(owning(database_url, table, "b"))
        await b.until(lambda: len(b.held) == BUCKETS // 2)
        c = await stack.enter_async_context(owning(database_url, table, "c"))
        await c.until(lambda: len(c.held) == 2)
        await a.until(lambda: len(a.held) == 3)
        await b.until(lambda: len(b.held) == 3)

        assert sorted([*a.held, *b.held, *c.held]) == [*range(BUCKETS)]


@pytest.mark.parametrize(
    ("held", "shares"),
    [
        ({"a": 0, "b": 1}, {"a": 0, "b": 1}),
        ({"a": 2, "b": 2, "c": 0}, {"a": 2, "b": 1, "c": 1}),
        ({"a": 0, "b": 2, "c": 2}, {"a": 1, "b": 2, "c": 1}),
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 0}, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 0}),
    ],
)
def test_the_fewest_change_hands(held: dict[str, int], shares: dict[str, int]) -> None:
    buckets = sum(held.values())

    assert {owner: share(owner, held, buckets) for owner in held} == shares


async def test_nobody_takes_more_than_the_most(database_url: str, table: str) -> None:
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(owning(database_url, table, "a", most=3))
        await a.until(lambda: len(a.held) == 3)
        b = await stack.enter_async_context(owning(database_url, table, "b", most=3))
        await b.until(lambda: len(b.held) == 3)

        assert len(a.held) == 3
        assert a.held.keys().isdisjoint(b.held)


async def test_what_a_dead_instance_held_goes_to_those_who_live(database_url: str, table: str) -> None:
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(owning(database_url, table, "a"))
        b = await stack.enter_async_context(owning(database_url, table, "b"))
        await b.until(lambda: len(b.held) == BUCKETS // 2)
        await die(a)
        await b.until(lambda: len(b.held) == BUCKETS)


async def test_a_restarted_instance_takes_its_own_back_at_once_under_new_epochs(
    database_url: str,
    table: str,
) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"UPDATE {table} SET owner = 'a', epoch = 5, expires_at = now() + interval '1 h'")
    await connection.close()
    async with owning(database_url, table, "a") as a:
        await a.until(lambda: len(a.held) == BUCKETS)

        assert set(a.leases.all_held().values()) == {6}


async def test_an_owner_that_was_replaced_under_its_own_name_loses_what_it_held(
    database_url: str,
    table: str,
) -> None:
    async with owning(database_url, table, "a") as old:
        await old.until(lambda: len(old.held) == BUCKETS)
        connection = await asyncpg.connect(database_url)
        await connection.execute(f"UPDATE {table} SET epoch = epoch + 1, expires_at = now() + interval '1 h'")
        await connection.close()
        await old.until(lambda: not old.held)

        assert old.leases.all_held() == {}


async def test_an_owner_that_cannot_renew_stops_before_its_lease_ends(database_url: str, table: str) -> None:
    async with owning(database_url, table, "a") as a:
        await a.until(lambda: len(a.held) == BUCKETS)
        async with out_of_reach(a):
            await a.until(lambda: not a.held)
            connection = await asyncpg.connect(database_url)
            too_late = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE expires_at < now()")
            await connection.close()

        assert too_late == 0


async def test_an_owner_that_goes_on_until_another_begins_keeps_what_nobody_took(database_url: str, table: str) -> None:
    async with owning(database_url, table, "a", until_taken=True) as a:
        await a.until(lambda: len(a.held) == BUCKETS)
        async with out_of_reach(a):
            await ended(database_url, table, BUCKETS)
            assert a.leases.all_held() == {}
            told = list(a.told)
        await ended(database_url, table, 0)

        assert a.told == told


async def test_an_owner_that_goes_on_until_another_begins_stops_when_it_sees_one(database_url: str, table: str) -> None:
    async with owning(database_url, table, "a", until_taken=True) as a:
        await a.until(lambda: len(a.held) == BUCKETS)
        async with out_of_reach(a), owning(database_url, table, "b") as b:
            await b.until(lambda: len(b.held) == BUCKETS)
            assert len(a.held) == BUCKETS
        await a.until(lambda: [what for what, _, epoch in a.told if epoch == 1].count("lost") == BUCKETS)


async def test_a_busy_event_loop_loses_no_lease(database_url: str, table: str) -> None:
    async with owning(database_url, table, "a") as a:
        await a.until(lambda: len(a.held) == BUCKETS)
        time.sleep(2 * TTL)  # noqa: ASYNC251  (this is the fault)

        assert len(a.leases.all_held()) == BUCKETS
        assert [what for what, _, _ in a.told] == ["gained"] * BUCKETS


async def test_a_planned_stop_releases_only_after_the_work_has_let_go(database_url: str, table: str) -> None:
    async with AsyncExitStack() as stack:
        b_told: list[int] = []
        a = await stack.enter_async_context(owning(database_url, table, "a"))
        await a.until(lambda: len(a.held) == BUCKETS)
        let_go = a.leases._lost

        async def slowly(bucket: int, epoch: int) -> None:
            connection = await asyncpg.connect(database_url)
            b_told.append(await connection.fetchval(f"SELECT count(*) FROM {table} WHERE owner = 'a'"))
            await connection.close()
            await let_go(bucket, epoch)

        a.leases._lost = slowly
        await a.leases.release_all()

        assert b_told == [BUCKETS] * BUCKETS
