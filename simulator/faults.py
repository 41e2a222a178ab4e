"""The faults that are still to happen."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Fault:
    """One kind of fault; `until` is on the monotonic clock."""

    kind: str
    code: int = 0
    seconds: float = 0.0
    """How late an answer is, or when Discord lets the bot ask again."""
    count: int | None = None
    until: float | None = None


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Let a fault happen, from now on."""
        self._pending.append(fault)

    def take(self, kind: str) -> Fault | None:
        """Use up one occurrence of this kind, if there is one."""
        now = time.monotonic()
        self._pending = [
            f for f in self._pending if (f.count is None or f.count > 0) and (f.until is None or f.until > now)
        ]
        for fault in self._pending:
            if fault.kind == kind:
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None
