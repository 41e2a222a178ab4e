"""What `make test` runs: every stage, each with its duration; fails when one of them failed."""

# ruff: noqa: S603, T201 - it runs the tools of the lock file and speaks to the person at the terminal
from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
STAGES = {
    "ruff": (PYTHON, "-m", "ruff", "check", "."),
    "format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    "types": (PYTHON, "-m", "mypy", "."),
    "imports": (PYTHON, "-c", IMPORT_LINTER),
    "contract": (PYTHON, "proto/generate.py", "--check"),
    "tests": (PYTHON, "-m", "pytest", "--ignore=tests/e2e"),
    "e2e": (PYTHON, "-m", "pytest", "tests/e2e"),
    "red": (PYTHON, "-m", "tests.red"),
    "containers": (PYTHON, "-m", "tests.containers"),
}
GROUPS = {
    "lint": ("ruff", "format", "imports"),
    "types": ("types",),
    "red": ("red",),
    "containers": ("containers",),
    "all": tuple(STAGES),
}
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
    results = [(name, *_run(name)) for name in stages]
    print()
    for name, code, seconds in results:
        print(f"  {name:<10} {VERDICTS.get(code, 'FAILED'):<7}  {seconds:6.1f} s")
    sys.exit(any(code not in VERDICTS for _, code, _ in results))


def _run(name: str) -> tuple[int, float]:
    print(f"\n── {name}", flush=True)
    began = time.monotonic()
    code = subprocess.run(STAGES[name], cwd=ROOT, check=False).returncode
    return code, time.monotonic() - began


if __name__ == "__main__":
    main()
