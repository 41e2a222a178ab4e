"""Asking for jobs and looking at them."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from worker.domain.job import Job

_DEFAULT_PAGE = 25
_LARGEST_PAGE = 200


class JobRows(Protocol):
    """Where jobs are."""

    async def find(self, job_id: str) -> Job | None:
        """Return a job."""

    async def newest(self, kind: str, before: str | None, limit: int) -> list[Job]:
        """Return jobs (of a kind, unless it is empty), the newest first, from the one enqueued before `before` on."""


class Jobs:
    """What can be said about jobs."""

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
        if kind and kind not in self._kinds:
            return [], ""
        limit = min(size or _DEFAULT_PAGE, _LARGEST_PAGE)
        found = await self._rows.newest(kind, _read(token) if token else None, limit + 1)
        shown = found[:limit]
        return shown, _token(shown[-1]) if len(found) > limit else ""


def _token(last: Job) -> str:
    return base64.urlsafe_b64encode(uuid.UUID(last.job_id).bytes).decode()


def _read(token: str) -> str:
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(token)))
    except (binascii.Error, ValueError) as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error
