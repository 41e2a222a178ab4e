"""ScheduleService: what a guild has done by the clock."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kit import actor, idempotency, outbox
from kit.errors import Reason, Refused
from segue.worker.v1 import schedule_service_pb2 as messages
from segue.worker.v1 import schedule_service_pb2_grpc
from worker import wire
from worker.domain.schedule import MOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    import grpc

    from kit.postgres import Connection
    from worker.domain.schedule import Plan, Schedule
    from worker.scheduling import Schedules

    Context = grpc.aio.ServicerContext[Any, Any]


class Rows(Protocol):
    """Changes schedules, in the caller's transaction."""

    async def insert(
        self, tx: Connection, guild_id: int, creator_id: int, plan: Plan, next_at: datetime
    ) -> Schedule | None:
        """Make a schedule; None: the guild has as many as it may have."""

    async def lock(self, tx: Connection, guild_id: int, schedule_id: str) -> Schedule | None:
        """Return a schedule of a guild, which stays as it is until the transaction ends."""

    async def change(self, tx: Connection, known: Schedule, plan: Plan, next_at: datetime | None) -> Schedule:
        """Put a plan in the place of that of a locked schedule; `next_at` None: it pauses."""

    async def delete(self, tx: Connection, guild_id: int, schedule_id: str) -> Schedule | None:
        """End a schedule; None: it is gone."""


class ScheduleService(schedule_service_pb2_grpc.ScheduleServiceServicer):
    """Makes, shows, changes and ends schedules."""

    def __init__(
        self, schedules: Schedules, rows: Rows, transaction: Callable[[], AbstractAsyncContextManager[Connection]]
    ) -> None:
        self._schedules, self._rows, self._transaction = schedules, rows, transaction

    async def CreateSchedule(
        self, request: messages.CreateScheduleRequest, _context: Context
    ) -> messages.CreateScheduleResponse:
        """Make a schedule."""
        if request.validate_only:
            await self._schedules.check_new(request.guild_id, wire.plan(request))
            await self._schedules.check_room(request.guild_id)
            return messages.CreateScheduleResponse()
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(
                tx, idempotency.request_key(request), request, lambda: self._create(tx, request)
            )
        return answer

    async def ListSchedules(
        self, request: messages.ListSchedulesRequest, _context: Context
    ) -> messages.ListSchedulesResponse:
        """List schedules, the oldest first."""
        page, token = await self._schedules.page(request.guild_id, request.page_size, request.page_token)
        return messages.ListSchedulesResponse(schedules=map(wire.schedule, page), next_page_token=token)

    async def GetSchedule(
        self, request: messages.GetScheduleRequest, _context: Context
    ) -> messages.GetScheduleResponse:
        """Show one schedule."""
        found = await self._schedules.get(request.guild_id, request.schedule_id)
        return messages.GetScheduleResponse(schedule=wire.schedule(found))

    async def UpdateSchedule(
        self, request: messages.UpdateScheduleRequest, _context: Context
    ) -> messages.UpdateScheduleResponse:
        """Change a schedule."""
        if request.validate_only:
            known = await self._schedules.get(request.guild_id, request.schedule_id)
            await self._checked(known, request)
            return messages.UpdateScheduleResponse(schedule=wire.schedule(known))
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(
                tx, idempotency.request_key(request), request, lambda: self._update(tx, request)
            )
        return answer

    async def DeleteSchedule(
        self, request: messages.DeleteScheduleRequest, _context: Context
    ) -> messages.DeleteScheduleResponse:
        """End a schedule."""
        if request.validate_only:
            known = await self._schedules.get(request.guild_id, request.schedule_id)
            return messages.DeleteScheduleResponse(schedule=wire.schedule(known))
        async with self._transaction() as tx:
            answer, _ = await idempotency.once(
                tx, idempotency.request_key(request), request, lambda: self._delete(tx, request)
            )
        return answer

    async def _create(self, tx: Connection, request: messages.CreateScheduleRequest) -> messages.CreateScheduleResponse:
        plan, guild_id = wire.plan(request), request.guild_id
        await self._schedules.check_new(guild_id, plan)
        made = await self._rows.insert(tx, guild_id, actor.current().user_id, plan, self._schedules.next_time(plan))
        if made is None:
            raise Refused(Reason.TOO_MANY_SCHEDULES, limit=str(MOST))
        created = wire.schedule(made)
        await outbox.append(tx, guild_id=guild_id, version=0, kind="schedule.created", payload=created)
        return messages.CreateScheduleResponse(schedule=created)

    async def _update(self, tx: Connection, request: messages.UpdateScheduleRequest) -> messages.UpdateScheduleResponse:
        known = await self._rows.lock(tx, request.guild_id, request.schedule_id)
        if known is None:
            raise Refused(Reason.SCHEDULE_NOT_FOUND)
        plan, enabled = await self._checked(known, request)
        next_at = self._schedules.next_time(plan, known) if enabled else None
        changed = wire.schedule(await self._rows.change(tx, known, plan, next_at))
        await outbox.append(tx, guild_id=request.guild_id, version=0, kind="schedule.changed", payload=changed)
        return messages.UpdateScheduleResponse(schedule=changed)

    async def _checked(self, known: Schedule, request: messages.UpdateScheduleRequest) -> tuple[Plan, bool]:
        """Return what a schedule is to be, and whether it is to go on."""
        plan = wire.changed(known.plan, request)
        enabled = request.enabled if request.HasField("enabled") else known.next_at is not None
        await self._schedules.check_change(known, plan, enabled=enabled)
        return plan, enabled

    async def _delete(self, tx: Connection, request: messages.DeleteScheduleRequest) -> messages.DeleteScheduleResponse:
        gone = await self._rows.delete(tx, request.guild_id, request.schedule_id)
        if gone is None:
            raise Refused(Reason.SCHEDULE_NOT_FOUND)
        deleted = wire.schedule(gone)
        await outbox.append(tx, guild_id=request.guild_id, version=0, kind="schedule.deleted", payload=deleted)
        return messages.DeleteScheduleResponse(schedule=deleted)
