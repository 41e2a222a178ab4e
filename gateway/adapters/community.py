"""Worker's schedules, statistics and accounts at last.fm, as gateway asks for them, over the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import wire
from gateway.domain.lastfm import Permission
from gateway.domain.player import Page
from segue.worker.v1 import (
    lastfm_service_pb2,
    lastfm_service_pb2_grpc,
    schedule_service_pb2,
    schedule_service_pb2_grpc,
    stats_service_pb2,
    stats_service_pb2_grpc,
)

if TYPE_CHECKING:
    import grpc

    from gateway.domain.community import NewSchedule, Schedule, Stats
    from gateway.domain.lastfm import Linked


class WorkerSchedules:
    """Worker's schedules."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = schedule_service_pb2_grpc.ScheduleServiceStub(channel)

    async def create(self, guild_id: int, wanted: NewSchedule, *, request_id: str) -> Schedule:
        """Make one."""
        request = schedule_service_pb2.CreateScheduleRequest(
            guild_id=guild_id,
            kind=schedule_service_pb2.ScheduleKind.Value(f"SCHEDULE_KIND_{wanted.kind}"),
            channel_id=wanted.channel_id,
            text=wanted.text,
            time_of_day=wanted.time_of_day,
            time_zone=wanted.time_zone,
            request_id=request_id,
        )
        return wire.schedule((await self._stub.CreateSchedule(request)).schedule)

    async def page(self, guild_id: int, token: str, limit: int) -> Page[Schedule]:
        """List them."""
        request = schedule_service_pb2.ListSchedulesRequest(guild_id=guild_id, page_size=limit, page_token=token)
        answer = await self._stub.ListSchedules(request)
        return Page([wire.schedule(one) for one in answer.schedules], answer.next_page_token)

    async def enable(self, guild_id: int, schedule_id: str, *, enabled: bool, request_id: str) -> Schedule:
        """Let one go on, or pause."""
        request = schedule_service_pb2.UpdateScheduleRequest(
            guild_id=guild_id, schedule_id=schedule_id, enabled=enabled, request_id=request_id
        )
        return wire.schedule((await self._stub.UpdateSchedule(request)).schedule)

    async def delete(self, guild_id: int, schedule_id: str, *, request_id: str) -> Schedule:
        """End one."""
        request = schedule_service_pb2.DeleteScheduleRequest(
            guild_id=guild_id, schedule_id=schedule_id, request_id=request_id
        )
        return wire.schedule((await self._stub.DeleteSchedule(request)).schedule)


class WorkerStatistics:
    """Worker's statistics."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = stats_service_pb2_grpc.StatsServiceStub(channel)

    async def get(self, guild_id: int, period: str, *, own: bool) -> Stats:
        """Sum up a period."""
        request = stats_service_pb2.GetStatsRequest(
            guild_id=guild_id, period=stats_service_pb2.StatsPeriod.Value(f"STATS_PERIOD_{period}"), own=own
        )
        return wire.stats((await self._stub.GetStats(request)).stats)


class WorkerLastfm:
    """`gateway.personal.Lastfm`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = lastfm_service_pb2_grpc.LastfmServiceStub(channel)

    async def get(self) -> Linked | None:
        """Return what the person has linked."""
        return wire.linked(await self._stub.GetLastfmLink(lastfm_service_pb2.GetLastfmLinkRequest()))

    async def begin(self) -> Permission:
        """Begin to link one."""
        answer = await self._stub.BeginLastfmLink(lastfm_service_pb2.BeginLastfmLinkRequest())
        return Permission(answer.url, answer.token)

    async def finish(self, token: str, *, request_id: str) -> Linked:
        """Link the one that they have allowed."""
        request = lastfm_service_pb2.FinishLastfmLinkRequest(token=token, request_id=request_id)
        return wire.lastfm((await self._stub.FinishLastfmLink(request)).link)

    async def delete(self, *, request_id: str) -> Linked | None:
        """Forget it."""
        request = lastfm_service_pb2.DeleteLastfmLinkRequest(request_id=request_id)
        return wire.linked(await self._stub.DeleteLastfmLink(request))
