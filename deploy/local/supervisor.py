"""Keeps processes running: starts each when what it needs is ready, again when it ends, and stops all in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from deploy.local.process import Backoff, Process, cap_log, end_group, last_words, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

PROBE_INTERVAL = 0.05
LOG_CHECK_INTERVAL = 30.0
PATIENCE = 15.0  # seconds without news, after which the start says what it waits for
HOPELESS = 3  # ends of a process that has never been ready, after which the start is given up


class StartError(Exception):
    """The system cannot be started; the text says which part and what it said."""


class Supervisor:
    """Runs processes until `stop`; `changed` is called after every start with the pids of what runs."""

    def __init__(
        self,
        processes: Iterable[Process],
        *,
        directory: Path,
        logs: Path,
        say: Callable[[str], None],
        changed: Callable[[dict[str, int]], None],
    ) -> None:
        self._processes = list(processes)
        self._directory = directory
        self._logs = logs
        self._say = say
        self._changed = changed
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._ready = {process.name: asyncio.Event() for process in self._processes}
        self._tasks: list[asyncio.Task[None]] = []
        self._began = time.monotonic()
        self._stopping = False

    @property
    def pids(self) -> dict[str, int]:
        """Pids of the processes that run now, by name; steps are not among them."""
        return {p.name: self._running[p.name].pid for p in self._processes if p.ready and p.name in self._running}

    async def start(self) -> None:
        """Start everything and return when all of it has been ready once; steps nobody waits for may have failed.

        Raises StartError when that cannot be.
        """
        self._tasks = [asyncio.create_task(self._keep(process), name=process.name) for process in self._processes]
        self._tasks.append(asyncio.create_task(self._cap_logs(), name="logs"))
        all_ready = asyncio.create_task(self._wait_for(self._ready))
        try:
            await self._first_failure_or(all_ready)
        finally:
            all_ready.cancel()

    async def run(self) -> None:
        """Keep everything running; returns only by an error."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop all processes, stage by stage, and wait for their end; nothing is started again."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        alive = [process for process in self._processes if process.name in self._running]
        for _, stage in groupby(sorted(alive, key=attrgetter("stage")), key=attrgetter("stage")):
            await asyncio.gather(*(self._end(process) for process in stage))

    async def _first_failure_or(self, done: asyncio.Task[None]) -> None:
        pending: set[asyncio.Task[None]] = {done, *self._tasks}
        while not done.done():
            finished, pending = await asyncio.wait(pending, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                task.result()
            if not finished:
                self._say("still waiting for " + ", ".join(n for n, ready in self._ready.items() if not ready.is_set()))

    async def _wait_for(self, names: Iterable[str]) -> None:
        for name in names:
            await self._ready[name].wait()

    def _is_needed(self, step: Process) -> bool:
        return any(step.name in other.after for other in self._processes)

    async def _keep(self, process: Process) -> None:
        await self._wait_for(process.after)
        if process.ready is None:
            await self._repeat(process)
            return
        backoff = Backoff()
        while True:
            child = await self._spawn(process)
            ready_at = await self._watch(process, child)
            ready_for = time.monotonic() - ready_at if ready_at else 0.0
            delay = backoff.next_delay(ready_for)
            if not self._ready[process.name].is_set() and backoff.failures >= HOPELESS:
                raise StartError(self._complaint(process, child))
            when = f" in {delay:g} s" if delay else ""
            self._say(f"{process.name} ended ({_reason(child)}); starting it again{when}")
            if child.returncode != -signal.SIGKILL and (words := last_words(self._log(process), lines=1)):
                self._say(words)
            await asyncio.sleep(delay)

    async def _repeat(self, process: Process) -> None:
        while True:
            child = await self._spawn(process)
            code = await child.wait()
            self._running.pop(process.name, None)
            if code != 0:
                if self._is_needed(process) and not self._ready[process.name].is_set():
                    raise StartError(self._complaint(process, child))
                self._say(self._complaint(process, child))
            self._ready[process.name].set()
            if not process.every:
                return
            await asyncio.sleep(process.every)

    async def _spawn(self, process: Process) -> asyncio.subprocess.Process:
        child = await spawn(process, self._directory, self._log(process))
        self._running[process.name] = child
        if process.ready:
            self._changed(self.pids)
        return child

    async def _watch(self, process: Process, child: asyncio.subprocess.Process) -> float | None:
        """Wait for the end of a child; return when it had become ready, on the monotonic clock."""
        ready = asyncio.create_task(self._until_ready(process))
        try:
            await child.wait()
            return ready.result() if ready.done() else None
        finally:
            ready.cancel()
            if child.returncode is not None:
                self._running.pop(process.name, None)
                end_group(child.pid)

    async def _until_ready(self, process: Process) -> float:
        assert process.ready is not None
        while not await process.ready():  # noqa: ASYNC110 - readiness of another process has no event
            await asyncio.sleep(PROBE_INTERVAL)
        if not self._ready[process.name].is_set():
            self._say(f"{process.name} is ready ({time.monotonic() - self._began:.1f} s)")
            self._ready[process.name].set()
        return time.monotonic()

    async def _end(self, process: Process) -> None:
        child = self._running[process.name]
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(process.stop_signal)
        try:
            async with asyncio.timeout(process.stop_within):
                await child.wait()
        except TimeoutError:
            self._say(f"{process.name} did not stop within {process.stop_within:g} s and is killed")
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        end_group(child.pid)
        del self._running[process.name]

    async def _cap_logs(self) -> None:
        while True:
            for process in self._processes:
                cap_log(self._log(process))
            await asyncio.sleep(LOG_CHECK_INTERVAL)

    def _log(self, process: Process) -> Path:
        return self._logs / f"{process.name}.log"

    def _complaint(self, process: Process, child: asyncio.subprocess.Process) -> str:
        log = self._log(process)
        return f"{process.name} failed ({_reason(child)}); the end of {log}:\n{last_words(log)}"


def _reason(child: asyncio.subprocess.Process) -> str:
    code = child.returncode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"
