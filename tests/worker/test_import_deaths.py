"""An import whose worker dies, at whichever call that is, is finished by the next as if nothing had happened."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from kit.postgres import transaction
from tests.contract.methods import GUILD
from tests.kit.world import ALICE
from tests.worker.audio import Audio, at_once
from tests.worker.test_imports import songs
from tests.worker.test_jobs import WITHIN, settled
from worker.adapters.postgres import PostgresJobs
from worker.domain.imports import KIND, Progress, Wish
from worker.domain.job import Asked, Status
from worker.importing import Importing, Part
from worker.running import Kind, Runner

if TYPE_CHECKING:
    from kit.postgres import Pool


class Direct:
    """`worker.importing.Music`, without a mesh in between."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

    async def find(self, _: int, line: str, __: str) -> str | None:
        """Find."""
        return next(iter(await self._audio.find(line)), None)

    async def play(self, part: Part) -> int:
        """Play."""
        return await self._audio.take("play", part.request_id, part.handles, first=part.placement == "NEXT")

    async def add(self, part: Part) -> int:
        """Add."""
        return await self._audio.take("add", part.request_id, part.handles, first=part.placement == "NEXT")


class Death:
    """Ends a worker at its n-th call."""

    def __init__(self, at: int) -> None:
        self._left = at
        self.reached = asyncio.Event()

    async def __call__(self, _: str) -> None:
        """Count a call; never return from the fatal one."""
        self._left -= 1
        if self._left == 0:
            self.reached.set()
            await asyncio.Event().wait()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("placement", ["END", "NEXT"])
async def test_a_worker_that_dies_at_any_call_loses_no_line_and_adds_none_twice(
    pool: Pool, moment: str, placement: str
) -> None:
    lines = ["song 0", "unknown", *songs(13)[1:]]
    store, fatal, died = PostgresJobs(pool), 0, True
    while died:
        fatal += 1
        audio, death = Audio(), Death(fatal)
        setattr(audio, moment, death)
        async with transaction(pool) as tx:
            asked = Asked(GUILD, ALICE, asdict(Wish(lines, "", placement)), asdict(Progress(total=len(lines))))
            assert await store.enqueue_asked(tx, KIND, asked)
        died = await _dies(store, audio, death)
        setattr(audio, moment, at_once)
        await _dies(store, audio, death)
        job = (await store.newest("", None, 1))[0]
        assert (job.status, job.result["added"], job.result["missed"]) == (Status.SUCCEEDED, 13, 1)
        assert audio.queue == songs(13)

    assert fatal > len(lines)


async def _dies(store: PostgresJobs, audio: Audio, death: Death) -> bool:
    """Run a worker until its death, or until its job is over; tell whether it died."""
    death.reached.clear()
    kinds = {KIND: Kind(Importing(Direct(audio)).run, every=None)}
    worker = asyncio.ensure_future(Runner(store, kinds, asyncio.sleep, stale_after=0).run())
    dying, over = asyncio.ensure_future(death.reached.wait()), asyncio.ensure_future(settled(store))
    done, _ = await asyncio.wait((dying, over), timeout=WITHIN, return_when=asyncio.FIRST_COMPLETED)
    for each in (worker, dying, over):
        each.cancel()
    await asyncio.gather(worker, dying, over, return_exceptions=True)
    return dying in done
