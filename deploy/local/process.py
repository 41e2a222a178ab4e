"""One process of the run: what it is (data), how it is started, and how long it waits before it starts again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

LOG_LIMIT = 10 * 2**20  # bytes of one log file; one older file is kept beside it


class Stage(IntEnum):
    """The order in which processes are stopped."""

    SERVICES = 0
    SIDECARS = 1
    PERIPHERY = 2
    DATABASE = 3
    OBSERVERS = 4


@dataclass(frozen=True, kw_only=True)
class Process:
    """What has to run. Without `ready` it is a step: it counts as ready when it has ended with 0."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    ready: Callable[[], Awaitable[bool]] | None = None
    every: float = 0.0  # seconds after which a step runs again; 0: never
    stage: Stage = Stage.SERVICES
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 7.0  # seconds from stop_signal to SIGKILL
    death_signal: str = "KILL"  # what it gets when the supervisor dies; empty: it survives that


class Backoff:
    """Seconds to wait before each restart: none, then 1, 2, 4 … 60; forgotten after 10 minutes of readiness."""

    CEILING = 60.0
    FORGIVEN = 600.0

    def __init__(self) -> None:
        self.failures = 0

    def next_delay(self, ready_for: float) -> float:
        """Count one end of a process that had been ready for so many seconds."""
        if ready_for >= self.FORGIVEN:
            self.failures = 0
        delay = min(self.CEILING, 2.0 ** (self.failures - 1)) if self.failures else 0.0
        self.failures += 1
        return delay


async def spawn(process: Process, directory: Path, log: Path) -> asyncio.subprocess.Process:
    """Start it in a session of its own, so that a Ctrl-C reaches the supervisor alone, with its output in `log`."""
    command = process.command
    if process.death_signal:
        command = ("setpriv", "--pdeathsig", process.death_signal, *command)
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            env=dict(process.environment),
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )


def end_group(leader: int) -> None:
    """End what a process that has ended had started; `spawn` made it the leader of a group of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def cap_log(log: Path, limit: int = LOG_LIMIT) -> None:
    """Move a log that has grown over its limit aside; the writer appends, so it goes on at the new start."""
    if log.exists() and log.stat().st_size > limit:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        with log.open("r+b") as file:
            file.truncate(0)


def last_words(log: Path, lines: int = 5) -> str:
    """Return the last lines of a log, of structured ones the message alone."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            tail = deque(file, maxlen=lines)
    except OSError:
        return ""
    return "\n".join(f"  {_message(line)}" for line in tail)


def _message(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return line.rstrip()
    return str(entry.get("message", line)).rstrip() if isinstance(entry, dict) else line.rstrip()
