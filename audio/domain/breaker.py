"""When a source is left alone at a node because it fails there, and when it is tried again."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

WINDOW = 300.0
"""Seconds that an outcome counts."""
FAILURES = 3
"""So many failures within the window open a breaker, if they are at least as many as the successes."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds an open breaker stays open; doubled by each failed try."""
TRIAL = 15.0
"""Seconds that a try is waited for before another may begin."""
_REMEMBERED = 20


class BreakerState(enum.StrEnum):
    """Whether a source is used."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # the next that asks tries whether it works again


@dataclass(frozen=True)
class Breaker:
    """The breaker of one source at one node. Times are seconds of one clock that never goes back."""

    outcomes: tuple[tuple[float, bool], ...] = ()  # (when, whether it worked), the newest last
    opened_at: float | None = None
    pause: float = FIRST_PAUSE
    tried_at: float | None = None

    def state(self, now: float) -> BreakerState:
        """Return whether the source is used; an open breaker lets one try through once its pause is over."""
        if self.opened_at is None:
            return BreakerState.CLOSED
        is_tried = self.tried_at is not None and now < self.tried_at + TRIAL
        return BreakerState.OPEN if is_tried or now < self.opened_at + self.pause else BreakerState.HALF_OPEN

    def tried(self, now: float) -> Breaker:
        """Return it with a try under way, whose outcome decides."""
        return replace(self, tried_at=now) if self.opened_at is not None else self

    def worked(self, now: float) -> Breaker:
        """Return it after a success. What began before it opened closes nothing; a try does."""
        if self.opened_at is None:
            return replace(self, outcomes=self._with(now, worked=True))
        return self if self.tried_at is None else Breaker()

    def failed(self, now: float) -> Breaker:
        """Return it after a failure."""
        if self.opened_at is not None:
            return self if self.tried_at is None else self._opened(now, min(2 * self.pause, LONGEST_PAUSE))
        outcomes = self._with(now, worked=False)
        failures = sum(not worked for _, worked in outcomes)
        if failures >= FAILURES and 2 * failures >= len(outcomes):
            return self._opened(now, FIRST_PAUSE)
        return replace(self, outcomes=outcomes)

    def failures(self, now: float) -> int:
        """Return how many failures count now."""
        return sum(not worked for when, worked in self.outcomes if when > now - WINDOW)

    def _opened(self, now: float, pause: float) -> Breaker:
        return Breaker(outcomes=self._with(now, worked=False), opened_at=now, pause=pause)

    def _with(self, now: float, *, worked: bool) -> tuple[tuple[float, bool], ...]:
        recent = tuple(outcome for outcome in self.outcomes if outcome[0] > now - WINDOW)
        return (*recent, (now, worked))[-_REMEMBERED:]
