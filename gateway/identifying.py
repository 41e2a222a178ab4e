"""Keeps the bot within what Discord allows: a token that begins 1,000 sessions in a day is reset."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)
_WARN_AT, _STOP_AT = 200, 800
_PAUSE = 60.0  # seconds between looks at whether a new day has begun


class Identifies(Protocol):
    """Counts the sessions of a day."""

    async def count(self, application_id: int, limit: int) -> int | None:
        """Count one more, unless that makes more than `limit`; returns the count of the day, None: too many."""


class Gate:
    """Lets sessions begin. `stopped` is a sentence while it lets none, else empty."""

    def __init__(self, identifies: Identifies, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._identifies = identifies
        self._sleep = sleep
        self.stopped = ""

    async def enter(self, application_id: int) -> None:
        """Wait until one more session may begin."""
        while True:
            try:
                count = await self._identifies.count(application_id, _STOP_AT)
            except Refused as refusal:  # the count protects; without it, being away for longer would do more harm
                _log.warning("a session begins uncounted: %s", refusal)
                return
            if count is not None:
                break
            self.stopped = f"The bot began {_STOP_AT} Discord sessions today; it begins no more before midnight UTC."
            _log.error(self.stopped)
            await self._sleep(_PAUSE)
        self.stopped = ""
        if count >= _WARN_AT:
            _log.warning("%d Discord sessions began today; at %d the bot stops until midnight UTC", count, _STOP_AT)
