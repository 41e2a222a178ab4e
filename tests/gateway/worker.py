"""A stand-in for worker: one import, as far as a test says, schedules, statistics, and accounts at last.fm."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2

from segue.worker.v1 import import_service_pb2 as messages
from segue.worker.v1 import (
    import_service_pb2_grpc,
    job_service_pb2,
    schedule_service_pb2,
    schedule_service_pb2_grpc,
    stats_service_pb2,
    stats_service_pb2_grpc,
)
from tests.gateway.lastfm import Lastfm

ID = "0190b5b4-0000-7000-8000-000000000001"


class Schedules(schedule_service_pb2_grpc.ScheduleServiceServicer):
    """Keeps schedules by their ids, in their order."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    async def CreateSchedule(self, request: Any, _: Any) -> Any:
        schedule_id = f"0190b5b4-0000-7000-8000-{len(self.known):012}"
        fields = ("guild_id", "kind", "channel_id", "text", "time_of_day", "time_zone")
        self.known[schedule_id] = schedule_service_pb2.Schedule(
            schedule_id=schedule_id,
            enabled=True,
            next_time=Timestamp(seconds=2_000_000_000),
            **{name: getattr(request, name) for name in fields},
        )
        return schedule_service_pb2.CreateScheduleResponse(schedule=self.known[schedule_id])

    async def ListSchedules(self, request: Any, _: Any) -> Any:
        first = int(request.page_token or 0)
        shown = list(self.known.values())[first : first + request.page_size]
        more = first + request.page_size
        token = str(more) if more < len(self.known) else ""
        return schedule_service_pb2.ListSchedulesResponse(schedules=shown, next_page_token=token)

    async def UpdateSchedule(self, request: Any, _: Any) -> Any:
        schedule = self.known[request.schedule_id]
        schedule.enabled = request.enabled
        return schedule_service_pb2.UpdateScheduleResponse(schedule=schedule)

    async def DeleteSchedule(self, request: Any, _: Any) -> Any:
        return schedule_service_pb2.DeleteScheduleResponse(schedule=self.known.pop(request.schedule_id))

    def lose(self, schedule_id: str, reason: str) -> None:
        """Let a schedule pause because its channel is lost."""
        self.known[schedule_id].enabled = False
        self.known[schedule_id].error.CopyFrom(error_details_pb2.ErrorInfo(reason=reason, domain="segue"))


class Statistics(stats_service_pb2_grpc.StatsServiceServicer):
    """Tells what a test says."""

    def __init__(self) -> None:
        self.shown = stats_service_pb2.Stats()
        self.asked: list[Any] = []

    async def GetStats(self, request: Any, _: Any) -> Any:
        self.asked.append(request)
        return stats_service_pb2.GetStatsResponse(stats=self.shown)


class Worker(import_service_pb2_grpc.ImportServiceServicer):
    """Keeps the requests to start one."""

    def __init__(self) -> None:
        self.schedules = Schedules()  # type: ignore[abstract]  # gateway asks nothing of the method that is left out
        self.statistics = Statistics()
        self.lastfm = Lastfm()
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
