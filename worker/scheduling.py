"""Schedules: making and changing them, and the job that posts what is due, each once."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused
from worker import paging
from worker.domain import schedule as schedules
from worker.domain.schedule import LATEST, LOST, MOST, ScheduleKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from worker.domain.job import Job, Result
    from worker.domain.schedule import Plan, Schedule
    from worker.domain.stats import Amount, Song
    from worker.running import Report

_AT_ONCE = 8
_SONGS = 50


class Rows(Protocol):
    """Where schedules are."""

    async def find(self, guild_id: int, schedule_id: str) -> Schedule | None:
        """Return a schedule of a guild."""

    async def page(self, guild_id: int, after: str | None, limit: int) -> list[Schedule]:
        """Return schedules, the oldest first, from the one made after `after` on."""

    async def count(self, guild_id: int) -> int:
        """Count the schedules of a guild."""

    async def due(self, now: datetime) -> list[Schedule]:
        """Return those that are due, the one that is due longest first."""

    async def advance(self, due: Schedule, next_at: datetime, *, sent: bool) -> None:
        """Let one that was due be due again, unless it is no longer what it was."""

    async def pause(self, due: Schedule, problem: str) -> None:
        """Let one that was due pause and say why, unless it is no longer what it was."""


class Songs(Protocol):
    """The songs of guilds."""

    async def most_played(self, guild_id: int, most: int) -> Sequence[tuple[Song, Amount]]:
        """Return the songs that were played most, the most played first."""


class Messages(Protocol):
    """Messages in Discord. Each method raises Refused."""

    async def check(self, guild_id: int, channel_id: int) -> None:
        """Refused(CHANNEL_NOT_WRITABLE) if nothing can be posted in a channel."""

    async def send(
        self, guild_id: int, channel_id: int, text: str, song: tuple[Song, Amount] | None, *, request_id: str
    ) -> None:
        """Post a text, a song, or both, once for each `request_id`."""


class Schedules:
    """What can be said about schedules. `now` tells the time."""

    def __init__(self, rows: Rows, messages: Messages, now: Callable[[], datetime]) -> None:
        self._rows, self._messages, self._now = rows, messages, now

    async def get(self, guild_id: int, schedule_id: str) -> Schedule:
        """Return a schedule. Raises Refused(SCHEDULE_NOT_FOUND)."""
        found = await self._rows.find(guild_id, schedule_id)
        if found is None:
            raise Refused(Reason.SCHEDULE_NOT_FOUND)
        return found

    async def page(self, guild_id: int, size: int, token: str) -> tuple[list[Schedule], str]:
        """Return a page, the oldest first, and the token of the next. Raises Refused(PAGE_TOKEN_INVALID)."""
        limit = paging.limit(size)
        found = await self._rows.page(guild_id, paging.read(token), limit + 1)
        shown = found[:limit]
        return shown, paging.token(shown[-1].schedule_id) if len(found) > limit else ""

    async def check_new(self, guild_id: int, plan: Plan) -> None:
        """Raise Refused for a plan that cannot be, or has no channel in the guild."""
        plan.check()
        await self._messages.check(guild_id, plan.channel_id)

    async def check_room(self, guild_id: int) -> None:
        """Raise Refused(TOO_MANY_SCHEDULES) if a guild has as many as it may have."""
        if await self._rows.count(guild_id) >= MOST:
            raise Refused(Reason.TOO_MANY_SCHEDULES, limit=str(MOST))

    async def check_change(self, known: Schedule, plan: Plan, *, enabled: bool) -> None:
        """Raise Refused for a plan that cannot take the place of another, or cannot be gone on with."""
        plan.check()
        if enabled and (plan.channel_id != known.plan.channel_id or known.next_at is None):
            await self._messages.check(known.guild_id, plan.channel_id)

    def next_time(self, plan: Plan, known: Schedule | None = None) -> datetime:
        """Return when a plan is due next; where it comes at the time of one that goes on, when that was to be."""
        if known and known.next_at and plan.clock == known.plan.clock:
            return known.next_at
        return plan.next_time(self._now())


class Scheduling:
    """The job `schedules`. `now` tells the time."""

    def __init__(self, rows: Rows, songs: Songs, messages: Messages, now: Callable[[], datetime]) -> None:
        self._rows, self._songs, self._messages, self._now = rows, songs, messages, now

    async def run(self, _: Job, __: Report) -> Result:
        """Post what is due; what is refused for the moment keeps nothing else from it. Raises the last such refusal."""
        outcomes: Counter[str] = Counter()
        refusal = None
        left = await self._rows.due(self._now())
        while left:
            some, left = left[:_AT_ONCE], left[_AT_ONCE:]
            for outcome in await asyncio.gather(*map(self._deal, some)):
                if isinstance(outcome, Refused):
                    refusal = outcome
                else:
                    outcomes[outcome] += 1
        if refusal:
            raise refusal
        return dict(outcomes)

    async def _deal(self, due: Schedule) -> str | Refused:
        try:
            return await self._post(due)
        except Refused as refused:
            if refused.reason not in LOST:
                return refused
            await self._rows.pause(due, refused.reason.value)
            return "lost"

    async def _post(self, due: Schedule) -> str:
        """Post one and set its next time. Whoever is killed between the two posts again, under the same request id."""
        now = self._now()
        assert due.next_at, "it is due"
        song = await self._song(due)
        is_late = now - due.next_at > LATEST
        has_words = bool(song) or due.plan.kind is ScheduleKind.DAILY_MESSAGE
        if has_words and not is_late:
            await self._send(due, song)
        await self._rows.advance(due, due.plan.next_time(now), sent=has_words and not is_late)
        return "late" if is_late else "sent" if has_words else "silent"

    async def _send(self, due: Schedule, song: tuple[Song, Amount] | None) -> None:
        assert due.next_at
        request_id = str(uuid.uuid5(uuid.UUID(due.schedule_id), due.next_at.isoformat()))
        plan = due.plan
        try:
            await self._messages.send(due.guild_id, plan.channel_id, plan.text, song, request_id=request_id)
        except Refused as refused:
            # It was posted by a worker that was killed then, and its text or song is another one by now.
            if refused.reason is not Reason.REQUEST_ID_REUSED:
                raise

    async def _song(self, due: Schedule) -> tuple[Song, Amount] | None:
        if due.plan.kind is not ScheduleKind.SONG_OF_THE_DAY:
            return None
        assert due.next_at
        songs = await self._songs.most_played(due.guild_id, _SONGS)
        return schedules.song_of(songs, due.next_at, schedules.zone_of(due.plan.time_zone))
