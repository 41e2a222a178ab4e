"""Reports: the newest wins, one under way per guild, none is given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway.domain.voice import Snapshot
from gateway.reporting import Reports
from kit.errors import Reason, Refused
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable


class Ear:
    """Audio, which may be away or slow."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.away = 0
        self.open = asyncio.Event()
        self.open.set()
        self.under_way = 0

    async def report(self, snapshot: Snapshot) -> None:
        """Take one."""
        self.under_way += 1
        assert self.under_way == 1
        try:
            await self.open.wait()
            if self.away:
                self.away -= 1
                raise Refused(Reason.UNAVAILABLE, part="audio")
            self.heard.append(snapshot.sequence)
        finally:
            self.under_way -= 1


def counting() -> Callable[[int], Snapshot]:
    """Make snapshots with rising sequences."""
    sequence = iter(range(1, 100))
    return lambda guild_id: Snapshot(guild_id, next(sequence), 0.0)


async def test_changes_while_one_is_under_way_become_one_more_report() -> None:
    ear = Ear()
    ear.open.clear()
    async with Tasks() as tasks:
        reports = Reports(counting(), ear, tasks.spawn, asyncio.sleep, holds=lambda _: True)
        reports.changed(1)
        await asyncio.sleep(0)
        for _ in range(5):
            reports.changed(1)
        ear.open.set()
        await _until(lambda: len(ear.heard) == 2)

    assert ear.heard == [1, 2]


async def test_a_failed_report_is_repeated_with_the_newest_snapshot_after_growing_pauses() -> None:
    ear, pauses = Ear(), []
    ear.away = 7

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with Tasks() as tasks:
        Reports(counting(), ear, tasks.spawn, sleep, holds=lambda _: True).changed(1)
        await _until(lambda: bool(ear.heard))

    assert ear.heard == [8]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


async def test_a_guild_that_the_bot_has_left_is_reported_no_more() -> None:
    def gone(_: int) -> Snapshot:
        raise Refused(Reason.GUILD_NOT_FOUND)

    ear = Ear()
    async with Tasks() as tasks:
        reports = Reports(gone, ear, tasks.spawn, asyncio.sleep, holds=lambda _: True)
        reports.changed(1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert ear.heard == []


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  # a plain stand-in has no event to wait for
            await asyncio.sleep(0)
