"""The clock of the machine."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """`audio.clock.Clock`."""

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)
