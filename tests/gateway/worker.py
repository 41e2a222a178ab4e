"""A stand-in for worker: one import, as far as a test says."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import Any

from segue.worker.v1 import import_service_pb2 as messages
from segue.worker.v1 import import_service_pb2_grpc, job_service_pb2

ID = "0190b5b4-0000-7000-8000-000000000001"


class Worker(import_service_pb2_grpc.ImportServiceServicer):
    """Keeps the requests to start one."""

    def __init__(self) -> None:
        self.shown = messages.TrackImport()
        self.started: list[Any] = []

    async def StartImport(self, request: Any, _: Any) -> Any:
        self.started.append(request)
        self.shown = messages.TrackImport(
            import_id=ID, status=job_service_pb2.JOB_STATUS_QUEUED, total=len(request.lines)
        )
        return messages.StartImportResponse(track_import=self.shown)

    async def GetImport(self, _: Any, __: Any) -> Any:
        return messages.GetImportResponse(track_import=self.shown)

    async def CancelImport(self, request: Any, _: Any) -> Any:
        assert request.import_id == ID
        self.shown.status = job_service_pb2.JOB_STATUS_CANCELLED
        return messages.CancelImportResponse(track_import=self.shown)
