"""The journal of acknowledged interactions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gateway.adapters.postgres import PostgresJournal, upkeep
from gateway.domain.interaction import Interaction, Person, Role
from kit import postgres
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool

DANA = Person(1, 2, "Dana", (Role(3, "DJ"),), 2**62, owner=True, voice_channel_id=4)


def asked(number: int) -> Interaction:
    """Make an interaction."""
    return Interaction(number, 8, "token", DANA, "play", options={"query": "alpha"})


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool on an empty journal."""
    await migrate(database_url, ["gateway"])
    opened = await postgres.open_pool(settings("/nowhere", database_url), schema="gateway")
    yield opened
    await opened.execute("DELETE FROM interaction")
    await opened.close()


async def test_what_was_opened_and_not_closed_comes_back_as_it_was_in_order(pool: Pool) -> None:
    journal = PostgresJournal(pool, "gateway")
    for number in (12, 11, 13):
        await journal.open(asked(number))
    await journal.close(asked(11))

    assert await journal.unanswered() == [asked(12), asked(13)]


async def test_another_instances_interactions_are_left_to_it(pool: Pool) -> None:
    await PostgresJournal(pool, "gateway-2").open(asked(12))

    assert await PostgresJournal(pool, "gateway").unanswered() == []
    assert await PostgresJournal(pool, "gateway-2").unanswered() == [asked(12)]


async def test_what_discord_takes_no_answer_for_any_more_is_forgotten(pool: Pool) -> None:
    journal = PostgresJournal(pool, "gateway")
    await journal.open(asked(12))
    await pool.execute("UPDATE interaction SET acknowledged_at = now() - interval '15 minutes'")

    assert await journal.unanswered() == []
    assert await pool.fetchval("SELECT count(*) FROM interaction") == 0


async def test_upkeep_removes_a_batch_of_old_interactions(pool: Pool) -> None:
    journal = PostgresJournal(pool, "gateway")
    for number in (1, 2, 3):
        await journal.open(asked(number))
    await pool.execute("UPDATE interaction SET acknowledged_at = now() - interval '2 hours' WHERE id < 3")

    counts = [(await upkeep(pool).purge(1, timedelta(hours=1))).deleted_rows for _ in range(3)]

    assert counts == [1, 1, 0]
    assert await pool.fetchval("SELECT count(*) FROM interaction") == 1
