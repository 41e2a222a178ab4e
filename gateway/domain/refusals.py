"""What Discord refused lately: at 10,000 within ten minutes it bans the bot's address."""

from __future__ import annotations

from collections import deque

_WINDOW = 600.0  # seconds
_WORTH_A_WORD = 1_000
_MOST = 9_000


class Refusals:
    """Refusals within the window; at `most` nothing more is to be asked. Times are in seconds that never go back."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._at: deque[float] = deque()

    def note(self, now: float) -> int:
        """Count one more; return how many there are if that is worth a word, else zero."""
        while self._at and self._at[0] + _WINDOW <= now:
            self._at.popleft()
        self._at.append(now)
        count = len(self._at)
        return 0 if count % _WORTH_A_WORD else count

    @property
    def free_at(self) -> float:
        """When Discord may be asked again; zero: it may."""
        return self._at[-self._most] + _WINDOW if len(self._at) >= self._most else 0.0
