"""Running jobs: whichever worker is free takes the oldest; a run whose worker died is taken up by another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from kit import telemetry
from kit.errors import Refused, Unfit
from worker.domain.job import Job, Result, Status, after_failure, after_refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Report = Callable[[Result], Awaitable[None]]
    Work = Callable[[Job, Report], Awaitable[Result]]

logger = logging.getLogger(__name__)

HEARTBEAT = 2.0
STALE_AFTER = 8.0
_LOOK_EVERY = 1.0


@dataclass(frozen=True)
class Kind:
    """A kind of job, which is also enqueued by itself once in `every`, unless that is None."""

    work: Work
    every: timedelta | None = timedelta(hours=1)


class JobStore(Protocol):
    """Where jobs are. A run is known by its job and attempt: what an older attempt writes has no effect."""

    async def enqueue_recurring(self, kind: str, every: timedelta) -> None:
        """Enqueue a kind's run of the hour, or whatever `every` is, unless it is there."""

    async def claim(self, kinds: list[str], stale_after: float) -> Job | None:
        """Begin the oldest job that waits, or whose runner has been silent for `stale_after` seconds."""

    async def beat(self, job: Job) -> bool:
        """Say that the run goes on; False: it is not ours any more."""

    async def report(self, job: Job, result: Result) -> bool:
        """Keep what the run did so far; False: it is not ours any more, or was cancelled."""

    async def finish(self, job: Job, status: Status, *, error: str) -> None:
        """End the run."""


class NotOursError(Exception):
    """The run was taken up by another worker, or was cancelled."""


class Runner:
    """Runs jobs, one at a time in each `run`. `sleep` waits some seconds."""

    def __init__(
        self,
        store: JobStore,
        kinds: Mapping[str, Kind],
        sleep: Callable[[float], Awaitable[None]],
        *,
        stale_after: float = STALE_AFTER,
    ) -> None:
        self._store = store
        self._kinds = kinds
        self._sleep = sleep
        self._stale_after = stale_after
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Look for a job now."""
        self._wanted.set()

    async def run(self) -> None:
        """Run jobs until cancelled; a job under way is then left for the next worker."""
        while True:
            self._wanted.clear()
            for name, kind in self._kinds.items():
                if kind.every:
                    await self._store.enqueue_recurring(name, kind.every)
            while job := await self._store.claim(list(self._kinds), self._stale_after):
                with telemetry.linked(f"job {job.kind}", job.traceparent):
                    await self._run_one(job)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._wanted.wait()

    async def _run_one(self, job: Job) -> None:
        logger.info("job begins", extra={"job_id": job.job_id, "kind": job.kind, "attempt": job.attempts})
        try:
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat(job))
                await self._work(job)
                beating.cancel()
        except* NotOursError:
            logger.warning("job was cancelled, or taken up by another worker", extra={"job_id": job.job_id})
        if self._is_cancelled():  # before Python 3.13 a TaskGroup that ends for an own error keeps that to itself
            raise asyncio.CancelledError

    @staticmethod
    def _is_cancelled() -> bool:
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0

    async def _work(self, job: Job) -> None:
        async def report(result: Result) -> None:
            if not await self._store.report(job, result):
                raise NotOursError

        try:
            await report(await self._kinds[job.kind].work(job, report))
        except Refused as refused:
            await self._store.finish(job, after_refusal(job.attempts, refused.reason), error=str(refused))
            logger.warning("job was refused", extra={"job_id": job.job_id, "reason": str(refused)})
        except Unfit as unfit:
            await self._store.finish(job, Status.FAILED, error=str(unfit))
            logger.error("job cannot be done", extra={"job_id": job.job_id, "reason": str(unfit)})  # noqa: TRY400
        except NotOursError:
            raise
        except Exception as error:
            await self._store.finish(job, after_failure(job.attempts), error=type(error).__name__)
            logger.exception("job failed", extra={"job_id": job.job_id})
        else:
            await self._store.finish(job, Status.SUCCEEDED, error="")
            logger.info("job is done", extra={"job_id": job.job_id})

    async def _beat(self, job: Job) -> None:
        while True:
            await self._sleep(HEARTBEAT)
            if not await self._store.beat(job):
                raise NotOursError
