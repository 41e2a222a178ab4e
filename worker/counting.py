"""Statistics: tracks are counted as they end, and looked up by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from worker.domain.stats import Period, Stats

MOST = 10
"""Entries of each list."""


class Played(Protocol):
    """What was played."""

    async def stats(self, guild_id: int, user_id: int, since: datetime | None, most: int) -> Stats:
        """Sum up what was played for somebody (zero: for everybody) since an hour; None: since ever."""


class Counting:
    """Looks statistics up. `now` tells the time."""

    def __init__(self, played: Played, now: Callable[[], datetime]) -> None:
        self._played = played
        self._now = now

    async def stats(self, guild_id: int, user_id: int, period: Period) -> Stats:
        """Sum up a period, for everybody or for one person."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        since = hour - period.value if period.value else None
        return await self._played.stats(guild_id, user_id, since, MOST)
