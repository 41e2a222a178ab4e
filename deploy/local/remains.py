"""Ends what a dead supervisor left behind, and nothing else.

Every process of a run carries SEGUE_RUN (the run's private folder, a random name used once) and SEGUE_HOME in its
environment, and so do the processes it starts in turn. A process is ended through a pidfd taken before both were read,
so that the signal can reach no other process, not even one that got the same pid a moment later.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

GRACE = 2.0  # seconds in which postgres, told to quit when its supervisor died, ends by itself
LIMIT = 5.0  # seconds to wait for the end of what was killed; the kernel may hold one that waits for a disk
MARK = "SEGUE_RUN"


def remember(home: Path, directory: Path) -> None:
    """Note the private folder of the run that begins, for whoever cleans up after it."""
    note = home / "run-directory"
    fresh = note.with_suffix(".new")
    fresh.write_text(str(directory), encoding="utf-8")
    fresh.replace(note)


def sweep(home: Path, grace: float = 0.0) -> None:
    """End the processes of the run noted in this home, waiting `grace` seconds first, and remove its files."""
    note = home / "run-directory"
    try:
        directory = Path(note.read_text(encoding="utf-8"))
    except OSError:
        return
    deadline = time.monotonic() + grace
    while _members(home, directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    deadline = time.monotonic() + LIMIT
    while (remaining := _members(home, directory)) and time.monotonic() < deadline:
        for pid in remaining:
            _kill(pid, home, directory)
        time.sleep(0.05)
    (home / "run.json").unlink(missing_ok=True)
    if directory.name.startswith("segue-"):
        shutil.rmtree(directory, ignore_errors=True)
    note.unlink(missing_ok=True)


def _members(home: Path, directory: Path) -> list[int]:
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [pid for pid in pids if pid != os.getpid() and _belongs(pid, home, directory)]


def _belongs(pid: int, home: Path, directory: Path) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return {f"{MARK}={directory}".encode(), f"SEGUE_HOME={home}".encode()} <= set(environment)


def _kill(pid: int, home: Path, directory: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            if _belongs(pid, home, directory):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)
