"""What worker means, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from segue.worker.v1 import job_service_pb2

if TYPE_CHECKING:
    from datetime import datetime

    from worker.domain import job as jobs


def job(found: jobs.Job) -> job_service_pb2.Job:
    """Return a job as the contract has it."""
    result = Struct()
    result.update(found.result)
    return job_service_pb2.Job(
        job_id=found.job_id,
        kind=found.kind,
        status=job_service_pb2.JobStatus.Value(f"JOB_STATUS_{found.status.name}"),
        attempts=found.attempts,
        created_at=_time(found.created_at),
        started_at=_time(found.started_at),
        finished_at=_time(found.finished_at),
        result=result if found.result else None,
        error=found.error,
    )


def _time(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
