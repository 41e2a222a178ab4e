"""What `make soak` repeats: histories with kills and simulated worlds, round by round, until one fails or time is up.

`FROM` is the round to go on at, `MINUTES` after which no further round begins; without it, all are run.
"""

# ruff: noqa: S603, T201 - it runs the tools of the lock file and speaks to the person at the terminal
from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KILLS, KILLS_A_ROUND = 500, 12
WORLDS_A_ROUND = 1_000
ROUNDS = -(-KILLS // KILLS_A_ROUND)
PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=0")


def main() -> None:
    """Run rounds; say where to go on."""
    first = int(os.environ.get("FROM") or "1")
    end = time.monotonic() + float(os.environ.get("MINUTES") or "inf") * 60
    for number in range(first, ROUNDS + 1):
        if time.monotonic() >= end:
            print(f"Time is up. To go on: make soak FROM={number}")
            return
        print(f"\n── round {number} of {ROUNDS}", flush=True)
        if not _passes(number):
            sys.exit(f"Round {number} failed. Again: make soak FROM={number}")
    print(f"{(ROUNDS - first + 1) * KILLS_A_ROUND} kills: nothing was lost.")


def _passes(number: int) -> bool:
    """Run one history and the next worlds."""
    seeds = {
        "HISTORY_SEED": str(number),
        "HISTORY_KILLS": str(KILLS_A_ROUND),
        "SIM_FIRST": str((number - 1) * WORLDS_A_ROUND + 1),
        "SIM_SEEDS": str(WORLDS_A_ROUND),
    }
    tests = ("tests/e2e/test_history.py", "tests/simulation/test_simulation.py")
    command = (*PYTEST, *tests, "-k", "queues_are or no_world")
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **seeds}, check=False).returncode == 0


if __name__ == "__main__":
    main()
