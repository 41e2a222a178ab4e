"""What `make soak` repeats: histories with kills, and simulated worlds, until a round fails or time is up."""

# ruff: noqa: S603, T201 - it runs the tools of the lock file and speaks to the person at the terminal
from __future__ import annotations

import argparse
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the round to begin at")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="after these no further round begins")
    given = parser.parse_args()
    end = time.monotonic() + given.minutes * 60
    for number in range(given.first, ROUNDS + 1):
        if time.monotonic() >= end:
            print(f"Time is up. To go on: make soak FROM={number}")
            return
        print(f"\n── round {number} of {ROUNDS}", flush=True)
        if not _passes(number):
            sys.exit(f"Round {number} failed. Again: make soak FROM={number}")
    print(f"{(ROUNDS - given.first + 1) * KILLS_A_ROUND} kills: nothing was lost.")


def _passes(number: int) -> bool:
    """Run one history and the next worlds."""
    seeds = {
        "HISTORY_SEED": str(number),
        "HISTORY_KILLS": str(KILLS_A_ROUND),
        "SIM_FIRST": str((number - 1) * WORLDS_A_ROUND + 1),
        "SIM_SEEDS": str(WORLDS_A_ROUND),
    }
    tests = ("tests/e2e/test_history.py", "tests/simulation/test_simulation.py")
    given = (f"{name}={value}" for name, value in seeds.items())
    command = ("env", *given, *PYTEST, *tests, "-k", "queues_are or no_world")
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    main()
