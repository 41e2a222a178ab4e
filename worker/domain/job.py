"""Jobs and what they come to."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any

from kit.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kit.errors import Reason

Result = dict[str, Any]
"""What a run came to, as JSON: how many rows a purge removed by service and kind, what a canary found by node and
source, how far an import is, how many scheduled messages were sent, silent, late or lost, how many tracks last.fm was
told, ignored, or will be told later, and how many were dropped.
"""

MOST_ATTEMPTS = 5
"""A job that was begun so often without an end has failed for good."""

_PASSING = {
    Code.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED,
    Code.RESOURCE_EXHAUSTED,
    Code.ABORTED,
    Code.INTERNAL,
}


class Status(enum.StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One run of a kind of job. `guild_id` and `user_id`: where and for whom; zero unless a person asked for it."""

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
    guild_id: int
    user_id: int
    input: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for in a guild: what the job is given, and what is told of it until it begins."""

    guild_id: int = 0
    user_id: int = 0
    input: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    result: Result = dataclasses.field(default_factory=dict)


def after_failure(attempts: int) -> Status:
    """Return where a job stands when its `attempts`-th run has failed."""
    return Status.FAILED if attempts >= MOST_ATTEMPTS else Status.QUEUED


def after_refusal(attempts: int, reason: Reason) -> Status:
    """Return where a job stands when its `attempts`-th run was refused: what does not pass by itself ends it."""
    return after_failure(attempts) if reason.code in _PASSING else Status.FAILED


def added(result: Result, service: str, removed: Mapping[str, int]) -> Result:
    """Return `result` with what a service has just removed."""
    before = result.get(service, {})
    return {**result, service: {kind: int(before.get(kind, 0)) + number for kind, number in removed.items()}}
