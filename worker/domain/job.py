"""Jobs and what they come to."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Counts = dict[str, dict[str, int]]
"""What a run removed, by service and kind of row."""

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
    result: Counts
    error: str
    traceparent: str


def after_failure(attempts: int) -> Status:
    """Return where a job stands when its `attempts`-th run has failed."""
    return Status.FAILED if attempts >= MOST_ATTEMPTS else Status.QUEUED


def added(counts: Counts, service: str, removed: Mapping[str, int]) -> Counts:
    """Return `counts` with what a service has just removed."""
    before = counts.get(service, {})
    return {**counts, service: {kind: before.get(kind, 0) + number for kind, number in removed.items()}}
