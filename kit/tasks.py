"""Background tasks that have an owner: it logs their failures and ends them with itself."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self

from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from types import TracebackType

logger = logging.getLogger(__name__)

_LONGEST_PAUSE = 60.0


class Tasks:
    """Owns tasks from `async with` to its end, where those still running are cancelled and awaited."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cancel what still runs, and wait until it has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `work` beside everything else; a failure is logged."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(
        self,
        work: Callable[[], Awaitable[None]],
        name: str,
        *,
        pause: float = 1.0,
        longest: float = _LONGEST_PAUSE,
    ) -> asyncio.Task[Any]:
        """Run `work` again whenever it fails, after pauses from `pause` seconds, doubled up to the `longest`."""
        return self.spawn(self._keep(work, name, pause, longest), name)

    @staticmethod
    async def _keep(work: Callable[[], Awaitable[None]], name: str, pause: float, longest: float) -> None:
        loop = asyncio.get_running_loop()
        delay = pause
        while True:
            began = loop.time()
            try:
                return await work()
            except Refused as refused:
                logger.warning("task was refused and is run again", extra={"task": name, "reason": str(refused)})
            except Exception:
                logger.exception("task failed and is run again", extra={"task": name, "pause": delay})
            await asyncio.sleep(delay)
            ran_well = loop.time() - began > 2 * _LONGEST_PAUSE
            delay = pause if ran_well else min(delay * 2, longest)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("task failed", exc_info=error, extra={"task": task.get_name()})
