"""The journal of acknowledged interactions."""

from __future__ import annotations

from dataclasses import replace
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

KEPT: list[int] = []


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
    journal = PostgresJournal(pool, KEPT.append)
    for number in (12, 11, 13):
        await journal.open(asked(number))
    await journal.close(asked(11))

    assert await journal.unanswered() == [asked(12), asked(13)]


async def test_what_is_told_again_is_as_it_was_taken_first_and_of_what_was_answered_the_id_is_left(pool: Pool) -> None:
    journal = PostgresJournal(pool, KEPT.append)
    taken = [await journal.open(asked(12)), await journal.open(replace(asked(12), guild_locale="ja"))]
    await journal.close(asked(12))
    taken.append(await journal.open(asked(12)))

    assert taken == [asked(12), asked(12), None]
    assert KEPT[-1] == 12
    assert [tuple(row) for row in await pool.fetch("SELECT id, asked FROM interaction")] == [(12, None)]


async def test_whoever_is_connected_next_finds_what_another_instance_left(pool: Pool) -> None:
    await PostgresJournal(pool, KEPT.append).open(asked(12))

    assert await PostgresJournal(pool, KEPT.append).unanswered() == [asked(12)]


async def test_what_discord_takes_no_answer_for_any_more_is_forgotten(pool: Pool) -> None:
    journal = PostgresJournal(pool, KEPT.append)
    await journal.open(asked(12))
    await pool.execute("UPDATE interaction SET taken_at = now() - interval '15 minutes'")

    assert await journal.unanswered() == []
    assert await pool.fetchval("SELECT count(*) FROM interaction") == 0


async def test_upkeep_removes_a_batch_of_old_interactions(pool: Pool) -> None:
    journal = PostgresJournal(pool, KEPT.append)
    for number in (1, 2, 3):
        await journal.open(asked(number))
    await pool.execute("UPDATE interaction SET taken_at = now() - interval '2 hours' WHERE id < 3")

    counts = [(await upkeep(pool).purge(1, timedelta(hours=1))).deleted_rows for _ in range(3)]

    assert counts == [1, 1, 0]
    assert await pool.fetchval("SELECT count(*) FROM interaction") == 1
