"""Keeps the bot within what Discord allows: a token that begins 1,000 sessions in a day is reset.

All processes of the bot together begin one in five seconds. A session that is gone on with is none that begins.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)
_WARN_AT, _STOP_AT = 200, 800
_APART = 5.5  # seconds between two sessions; Discord wants five, by its own clock
_PAUSE = 60.0  # seconds between looks at whether a new day has begun


@dataclass(frozen=True)
class Turn:
    """When a session may begin: `wait` is in seconds, `count` of this day with it."""

    count: int
    wait: float


class Identifies(Protocol):
    """Counts the sessions of a day."""

    async def count(self, application_id: int, limit: int, apart: float) -> Turn | None:
        """Count one more, `apart` seconds after the one before, unless that makes more than `limit`: None."""


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
                turn = await self._identifies.count(application_id, _STOP_AT, _APART)
            except Refused as refusal:  # the count protects; without it, being away for longer would do more harm
                _log.warning("a session begins uncounted: %s", refusal)
                await self._sleep(_APART)
                return
            if turn:
                break
            self.stopped = f"The bot began {_STOP_AT} Discord sessions today; it begins no more before midnight UTC."
            _log.error(self.stopped)
            await self._sleep(_PAUSE)
        self.stopped = ""
        if turn.count >= _WARN_AT:
            _log.warning("%d Discord sessions today; at %d the bot stops until midnight UTC", turn.count, _STOP_AT)
        if turn.wait:
            await self._sleep(turn.wait)
