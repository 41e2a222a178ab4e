"""Messages that are to be posted once: within some minutes, one with the same nonce is the one that stands."""

from __future__ import annotations

import time
from typing import Any

from simulator.world.refusal import Refusal

_KEPT = 300.0  # seconds
_LONGEST = 25


class Nonces:
    """What was posted lately with `enforce_nonce`."""

    def __init__(self) -> None:
        self._posted: dict[tuple[str, str], tuple[float, Any]] = {}

    def find(self, path: str, body: dict[str, Any]) -> Any | None:
        """Return the answer to an earlier post that this one repeats."""
        _, answer = self._posted.get((path, self._nonce(body)), (0.0, None))
        return answer

    def keep(self, path: str, body: dict[str, Any], answer: Any) -> None:
        """Remember what was posted, and forget what was posted long ago."""
        now = time.monotonic()
        self._posted = {key: posted for key, posted in self._posted.items() if now - posted[0] < _KEPT}
        if nonce := self._nonce(body):
            self._posted[path, nonce] = now, answer

    @staticmethod
    def _nonce(body: dict[str, Any]) -> str:
        nonce = str(body.get("nonce") or "")
        if len(nonce) > _LONGEST:
            raise Refusal.form("nonce", f"Must be {_LONGEST} or fewer in length.")
        return nonce if body.get("enforce_nonce") else ""
