"""JobService: what runs later."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kit import idempotency, outbox
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc
from worker import wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import grpc

    from kit.postgres import Connection
    from worker.domain.job import Job
    from worker.enqueueing import Jobs

    Context = grpc.aio.ServicerContext[Any, Any]


class Enqueue(Protocol):
    """Puts a job into the queue, in the caller's transaction."""

    async def __call__(self, tx: Connection, kind: str) -> Job:
        """Return it as it was enqueued."""


class JobService(job_service_pb2_grpc.JobServiceServicer):
    """Shows jobs and enqueues them."""

    def __init__(
        self,
        jobs: Jobs,
        enqueue: Enqueue,
        transaction: Callable[[], AbstractAsyncContextManager[Connection]],
        wake: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._enqueue = enqueue
        self._transaction = transaction
        self._wake = wake

    async def ListJobs(
        self,
        request: job_service_pb2.ListJobsRequest,
        _context: Context,
    ) -> job_service_pb2.ListJobsResponse:
        """List jobs, the newest first."""
        page, token = await self._jobs.page(request.kind, request.page_size, request.page_token)
        return job_service_pb2.ListJobsResponse(jobs=map(wire.job, page), next_page_token=token)

    async def GetJob(
        self,
        request: job_service_pb2.GetJobRequest,
        _context: Context,
    ) -> job_service_pb2.GetJobResponse:
        """Show one job."""
        return job_service_pb2.GetJobResponse(job=wire.job(await self._jobs.get(request.job_id)))

    async def RunJob(
        self,
        request: job_service_pb2.RunJobRequest,
        _context: Context,
    ) -> job_service_pb2.RunJobResponse:
        """Enqueue a job now."""
        self._jobs.check_kind(request.kind)
        if request.validate_only:
            return job_service_pb2.RunJobResponse()
        async with self._transaction() as tx:

            async def effect() -> job_service_pb2.RunJobResponse:
                job = wire.job(await self._enqueue(tx, request.kind))
                await outbox.append(tx, guild_id=0, version=0, kind="job.enqueued", payload=job)
                return job_service_pb2.RunJobResponse(job=job)

            answer, _ = await idempotency.once(tx, idempotency.request_key(request), request, effect)
        self._wake()
        return answer
