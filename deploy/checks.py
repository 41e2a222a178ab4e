"""What `make test` runs: every stage, each with its duration; fails when one of them failed."""

# ruff: noqa: T201 - it speaks to the person at the terminal
from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

Result = tuple[str, int, float]
ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
APART = ("tests/e2e", "tests/audionode", "tests/simulation")
STAGES = {
    "ruff": (PYTHON, "-m", "ruff", "check", "."),
    "format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    "imports": (PYTHON, "-c", IMPORT_LINTER),
    "contract": (PYTHON, "proto/generate.py", "--check"),
    "tests": (PYTHON, "-m", "pytest", *(f"--ignore={folder}" for folder in APART)),
    "node": (PYTHON, "-m", "pytest", "tests/audionode"),
    "red": (PYTHON, "-m", "tests.red"),
    "types": (PYTHON, "-m", "mypy", "."),
    "simulation": (PYTHON, "-m", "pytest", "tests/simulation"),
    "e2e": (PYTHON, "-m", "pytest", "tests/e2e"),
    "containers": (PYTHON, "-m", "tests.containers"),
}
# What runs, in this order, while that stage does, and speaks after it: what waits most goes first.
BESIDE = {"tests": ("node", "red", "types", "simulation")}
GROUPS = {
    "lint": ("ruff", "format", "imports"),
    "types": ("types",),
    "red": ("red",),
    "containers": ("containers",),
    "all": ("ruff", "format", "imports", "contract", "tests", "e2e", "containers"),
}
FAILURES = ROOT / ".failures"  # where tests say what failed, to be read at the end of all
VERDICTS = {0: "passed", 77: "not run"}  # the second: what it needs is not here, as the stage says
# what tests need beside the lock file: any of the programs, and the Debian package that brings one
PROGRAMS = (
    (("git",), "git"),
    (("/usr/bin/chromium",), "chromium"),
    (("valkey-server", "redis-server"), "redis-server"),
    (("node",), "nodejs"),
    (("npm",), "npm"),
)


def missing_packages() -> list[str]:
    """Return the Debian packages without which the tests cannot run."""
    return [package for programs, package in PROGRAMS if not any(shutil.which(program) for program in programs)]


def main() -> None:
    """Run the stages of a group (default all) and print what each took."""
    stages = GROUPS[sys.argv[1] if len(sys.argv) > 1 else "all"]
    if "e2e" in stages and (missing := missing_packages()):
        sys.exit(f"The tests need Debian packages that are missing: apt-get install {' '.join(missing)}")
    FAILURES.write_text("")
    results = asyncio.run(_all(stages))
    print(f"\n{FAILURES.read_text()}")
    for name, code, seconds in results:
        print(f"  {name:<10} {VERDICTS.get(code, 'FAILED'):<7}  {seconds:6.1f} s")
    sys.exit(any(code not in VERDICTS for _, code, _ in results))


async def _all(stages: tuple[str, ...]) -> list[Result]:
    return [result for name in stages for result in await _with_others(name)]


async def _with_others(name: str) -> list[Result]:
    with tempfile.TemporaryFile("w+") as kept:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(_run(name))
            others = group.create_task(_in_turn(BESIDE.get(name, ()), kept))
        kept.seek(0)
        shutil.copyfileobj(kept, sys.stdout)
    return [first.result(), *others.result()]


async def _in_turn(stages: tuple[str, ...], told: IO[str]) -> list[Result]:
    return [await _run(name, told) for name in stages]


async def _run(name: str, told: IO[str] | None = None) -> Result:
    print(f"\n── {name}", flush=True, file=told)
    began = time.monotonic()
    # In a group of its own it hears of a Ctrl-C once, from here, and is left the time to clean up.
    command = ("setpriv", "--pdeathsig", "INT", "--", "env", f"SEGUE_TEST_FAILURES={FAILURES}", *STAGES[name])
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=told, stderr=told, process_group=0)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        os.killpg(process.pid, signal.SIGINT)
        await process.wait()
        raise
    return name, code, time.monotonic() - began


if __name__ == "__main__":
    main()
