"""Sessions of a day are counted, warned about, and stopped before Discord resets the token."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

from gateway.adapters.postgres import PostgresIdentifies
from gateway.identifying import Gate
from kit import postgres
from kit.errors import Reason, Refused
from kit.migrate import migrate
from tests.kit.serving import settings

if TYPE_CHECKING:
    import pytest


class Counts:
    """Counts as told."""

    def __init__(self, *counts: int | None) -> None:
        self.counts = list(counts)

    async def count(self, application_id: int, limit: int) -> int | None:
        """Give the next."""
        return self.counts.pop(0)


async def test_it_warns_at_200(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate(Counts(199, 200), _no_sleep)

    with caplog.at_level(logging.WARNING):
        await gate.enter(1)
        assert not caplog.messages
        await gate.enter(1)

    assert "200 Discord sessions began today" in caplog.messages[0]


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
        async def count(self, application_id: int, limit: int) -> int | None:
            raise Refused(Reason.UNAVAILABLE, part="postgres")

    await Gate(Away(), _no_sleep).enter(1)


async def test_the_count_in_the_database_stops_at_its_limit(database_url: str) -> None:
    await migrate(database_url, ["gateway"])
    pool = await postgres.open_pool(settings("/nowhere", database_url), schema="gateway")
    identifies = PostgresIdentifies(pool)

    counted = [await identifies.count(77, 3) for _ in range(5)]
    shown = REGISTRY.get_sample_value("segue_discord_sessions_today")
    other = await identifies.count(78, 3)
    await pool.close()

    assert counted == [1, 2, 3, None, None]
    assert other == 1
    assert shown == 3


async def _no_sleep(_: float) -> None:
    raise AssertionError
