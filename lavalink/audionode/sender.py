"""One thread sends every player's frames, each at its own absolute deadlines, 20 ms apart."""

import heapq
import itertools
import logging
import threading
import time
from typing import Protocol

log = logging.getLogger(__name__)

PERIOD = 0.02
_STALL = 0.1  # later than this is a stalled machine: start a new rhythm instead of sending a burst


class Outlet(Protocol):
    """Something that sends one frame at each tick."""

    def tick(self) -> bool:
        """Send what is due; False when nothing will be due until `Sender.wake`. Must not block."""


class Sender(threading.Thread):
    """Ticks the outlets that are awake; those that have nothing to send cost nothing."""

    def __init__(self) -> None:
        super().__init__(name="sender", daemon=True)
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Outlet]] = []
        self._awake: set[Outlet] = set()
        self._woken: set[Outlet] = set()
        self._order = itertools.count()
        self._stopping = False

    def wake(self, outlet: Outlet) -> None:
        """Tick the outlet at once and from then on; nothing happens when it is already awake."""
        with self._changed:
            self._woken.add(outlet)
            if outlet not in self._awake:
                self._awake.add(outlet)
                heapq.heappush(self._due, (time.monotonic(), next(self._order), outlet))
                self._changed.notify()

    def stop(self) -> None:
        """End the thread after the current tick and wait for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self.join()

    def run(self) -> None:
        while (job := self._next()) is not None:
            deadline, outlet = job
            try:
                more = outlet.tick()
            except Exception:
                log.exception("an outlet failed and was put to sleep")
                more = False
            with self._changed:
                # An outlet woken during its own tick stays awake, or the wake-up would be lost.
                if not more and outlet not in self._woken:
                    self._awake.discard(outlet)
                    continue
                now = time.monotonic()
                base = now if now - deadline > _STALL else deadline
                heapq.heappush(self._due, (base + PERIOD, next(self._order), outlet))

    def _next(self) -> tuple[float, Outlet] | None:
        with self._changed:
            while not self._stopping:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    deadline, _, outlet = heapq.heappop(self._due)
                    self._woken.discard(outlet)
                    return deadline, outlet
                self._changed.wait(wait)
        return None
