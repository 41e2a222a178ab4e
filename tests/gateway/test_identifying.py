"""Sessions of a day are counted, warned about, and stopped before Discord resets the token."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

from gateway.adapters.postgres import PostgresIdentifies
from gateway.identifying import Gate, Turn
from kit import postgres
from kit.errors import Reason, Refused
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

DISCORDS_PACE = 5.0  # seconds between two sessions


class Counts:
    """Counts as told."""

    def __init__(self, *counts: int | None, wait: float = 0.0) -> None:
        self.turns = [count and Turn(count, wait) for count in counts]

    async def count(self, application_id: int, limit: int, apart: float) -> Turn | None:
        """Give the next."""
        return self.turns.pop(0) or None


async def test_it_warns_at_200(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate(Counts(199, 200), _no_sleep)

    with caplog.at_level(logging.WARNING):
        await gate.enter(1)
        assert not caplog.messages
        await gate.enter(1)

    assert "200 Discord sessions today" in caplog.messages[0]


async def test_it_stops_with_a_sentence_until_a_new_day() -> None:
    sentences = []

    async def sleep(_: float) -> None:
        sentences.append(gate.stopped)

    gate = Gate(Counts(None, None, 1), sleep)
    await gate.enter(1)

    assert len(sentences) == 2
    assert "800 Discord sessions" in sentences[0]
    assert gate.stopped == ""


async def test_a_session_begins_though_it_cannot_be_counted() -> None:
    class Away:
        async def count(self, application_id: int, limit: int, apart: float) -> Turn | None:
            raise Refused(Reason.UNAVAILABLE, part="postgres")

    waits: list[float] = []

    await Gate(Away(), _noting(waits)).enter(1)

    assert waits[0] > DISCORDS_PACE


async def test_a_session_waits_for_its_turn() -> None:
    waits: list[float] = []

    await Gate(Counts(2, wait=3.5), _noting(waits)).enter(1)

    assert waits == [3.5]


async def test_the_count_in_the_database_stops_at_its_limit(database_url: str) -> None:
    await migrate(database_url, ["gateway"])
    pool = await postgres.open_pool(settings("/nowhere", database_url), schema="gateway")
    identifies = PostgresIdentifies(pool)

    turns = [await identifies.count(77, 3, 10.0) for _ in range(5)]
    shown = REGISTRY.get_sample_value("segue_discord_sessions_today")
    other = await identifies.count(78, 3, 10.0)
    await pool.close()

    assert [turn and turn.count for turn in turns] == [1, 2, 3, None, None]
    assert [round(turn.wait / 10) for turn in turns if turn] == [0, 1, 2]
    assert other == Turn(1, 0.0)
    assert shown == 3


async def _no_sleep(_: float) -> None:
    raise AssertionError


def _noting(waits: list[float]) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return sleep
