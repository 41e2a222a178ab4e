"""What gateway needs of worker for schedules and statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gateway.domain.community import NewSchedule, Schedule, Stats
    from gateway.domain.player import Page


class Schedules(Protocol):
    """Schedules of guilds. Each method raises Refused; a repeated `request_id` has no second effect."""

    async def create(self, guild_id: int, wanted: NewSchedule, *, request_id: str) -> Schedule:
        """Make one."""

    async def page(self, guild_id: int, token: str, limit: int) -> Page[Schedule]:
        """List them, from the page that a token names; empty: from the first."""

    async def enable(self, guild_id: int, schedule_id: str, *, enabled: bool, request_id: str) -> Schedule:
        """Let one go on, or pause."""

    async def delete(self, guild_id: int, schedule_id: str, *, request_id: str) -> Schedule:
        """End one; return it as it was."""


class Statistics(Protocol):
    """What guilds listen to."""

    async def get(self, guild_id: int, period: str, *, own: bool) -> Stats:
        """Sum up a period of the contract, as `WEEK`; `own`: what the person asked for. Raises Refused."""


@dataclass(frozen=True)
class Community:
    """Both of it."""

    schedules: Schedules
    statistics: Statistics
