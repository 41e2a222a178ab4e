"""Time and background work, as use cases ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager


class Clock(Protocol):
    """Time in seconds, from an arbitrary start."""

    def monotonic(self) -> float:
        """Return the time now; it never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def timeout(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Raise TimeoutError inside once the time is up; None: never."""
        ...


class Tasks(Protocol):
    """Owns work in the background: logs its failures, and ends it with itself."""

    def keep(self, work: Callable[[], Awaitable[None]], name: str, *, pause: float = 1.0) -> asyncio.Task[Any]:
        """Run `work`, again whenever it fails."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[Any]:
        """Run `work` once."""
        ...
