"""Asking for jobs, looking at them, and ending those that people asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused
from kit.levels import Level
from worker import paging
from worker.domain.imports import KIND as IMPORT

if TYPE_CHECKING:
    from collections.abc import Collection

    from worker.domain.job import Job


class JobRows(Protocol):
    """Where jobs are."""

    async def find(self, job_id: str) -> Job | None:
        """Return a job."""

    async def newest(self, kind: str, before: str | None, limit: int) -> list[Job]:
        """Return jobs (of a kind, unless it is empty), the newest first, from the one enqueued before `before` on."""

    async def under_way(self, guild_id: int, kind: str) -> Job | None:
        """Return the job of a kind that somebody asked for in a guild and that is not over."""


class Jobs:
    """What can be said about jobs. `kinds`: those that can be run at any time."""

    def __init__(self, rows: JobRows, kinds: Collection[str]) -> None:
        self._rows = rows
        self._kinds = kinds

    def check_kind(self, kind: str) -> None:
        """Raise Refused(JOB_NOT_FOUND) for a kind that does not exist."""
        if kind not in self._kinds:
            raise Refused(Reason.JOB_NOT_FOUND, kind=kind)

    async def get(self, job_id: str) -> Job:
        """Return a job. Raises Refused(JOB_NOT_FOUND)."""
        job = await self._rows.find(job_id)
        if job is None:
            raise Refused(Reason.JOB_NOT_FOUND)
        return job

    async def page(self, kind: str, size: int, token: str) -> tuple[list[Job], str]:
        """Return a page, the newest first, and the token of the next. Raises Refused(PAGE_TOKEN_INVALID)."""
        if kind and kind not in {*self._kinds, IMPORT}:
            return [], ""
        limit = paging.limit(size)
        found = await self._rows.newest(kind, paging.read(token), limit + 1)
        shown = found[:limit]
        return shown, paging.token(shown[-1].job_id) if len(found) > limit else ""


class Imports:
    """What can be said about imports."""

    def __init__(self, rows: JobRows) -> None:
        self._rows = rows

    async def get(self, guild_id: int, import_id: str) -> Job:
        """Return an import of a guild. Raises Refused(IMPORT_NOT_FOUND)."""
        job = await self._rows.find(import_id)
        if job is None or (job.kind, job.guild_id) != (IMPORT, guild_id):
            raise Refused(Reason.IMPORT_NOT_FOUND)
        return job

    async def check_free(self, guild_id: int) -> None:
        """Raise Refused(IMPORT_UNDER_WAY) if the guild has an import that is not over."""
        job = await self._rows.under_way(guild_id, IMPORT)
        if job:
            raise Refused(Reason.IMPORT_UNDER_WAY, import_id=job.job_id)

    async def to_cancel(self, guild_id: int, import_id: str, user_id: int, level: Level) -> Job:
        """Return an import that somebody may end. Raises Refused(IMPORT_NOT_FOUND, NOT_OWN_IMPORT, IMPORT_ENDED)."""
        job = await self.get(guild_id, import_id)
        if job.user_id != user_id and level < Level.DJ:
            raise Refused(Reason.NOT_OWN_IMPORT)
        if job.finished_at:
            raise Refused(Reason.IMPORT_ENDED)
        return job
