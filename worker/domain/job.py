"""Jobs and what they come to."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Result = dict[str, dict[str, int | str]]
"""What a run came to: how many rows a purge removed by service and kind, what a canary found by node and source."""

MOST_ATTEMPTS = 5
"""A job that was begun so often without an end has failed for good."""


class Status(enum.StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One run of a kind of job."""

    job_id: str
    kind: str
    status: Status
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: Result
    error: str
    traceparent: str


def after_failure(attempts: int) -> Status:
    """Return where a job stands when its `attempts`-th run has failed."""
    return Status.FAILED if attempts >= MOST_ATTEMPTS else Status.QUEUED


def added(result: Result, service: str, removed: Mapping[str, int]) -> Result:
    """Return `result` with what a service has just removed."""
    before = result.get(service, {})
    return {**result, service: {kind: int(before.get(kind, 0)) + number for kind, number in removed.items()}}
