"""`make test` says what is missing before it starts anything."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from deploy import checks
from deploy.local.settings import ROOT
from tests.local.test_run import until

if TYPE_CHECKING:
    from pathlib import Path


def test_missing_debian_packages_are_named_before_any_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["checks"])
    with pytest.raises(SystemExit) as end:
        checks.main()
    assert str(end.value) == (
        "The tests need Debian packages that are missing: apt-get install git chromium redis-server nodejs npm"
    )


def test_one_failed_stage_fails_the_whole_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "STAGES", {"ruff": ("false",), "format": ("true",), "imports": ("true",)})
    monkeypatch.setattr(sys, "argv", ["checks", "lint"])
    with pytest.raises(SystemExit) as end:
        checks.main()
    assert end.value.code == 1
    assert [line.split()[1] for line in capfd.readouterr().out.splitlines() if line.endswith(" s")] == [
        "FAILED",
        "passed",
        "passed",
    ]


def stage(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Two stages that wait for each other, and a third after the second; a folder for what they leave."""
    one, other = (str(tmp_path / name) for name in ("one", "other"))
    os.mkfifo(one)
    os.mkfifo(other)
    stages = {
        "tests": stage(f"echo first; echo > {one}; read _ < {other}; echo last"),
        "node": stage(f"read _ < {one}; echo beside >&2; echo > {other}; exit 3"),
        "red": stage("echo after it"),
    }
    monkeypatch.setattr(checks, "STAGES", stages)
    monkeypatch.setattr(checks, "BESIDE", {"tests": ("node", "red")})
    monkeypatch.setattr(checks, "GROUPS", {"some": ("tests",)})
    monkeypatch.setattr(sys, "argv", ["checks", "some"])
    return tmp_path


def test_stages_that_run_at_the_same_time_speak_one_after_the_other(
    beside: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        checks.main()
    assert end.value.code == 1
    said = [line for line in capfd.readouterr().out.splitlines() if line]
    assert said[:-3] == ["── tests", "first", "last", "── node", "beside", "── red", "after it"]
    assert [line.split()[:2] for line in said[-3:]] == [["tests", "passed"], ["node", "FAILED"], ["red", "passed"]]


WAITING = """
import pathlib, signal
try:
    pathlib.Path("{0}").touch()
    signal.pause()
except KeyboardInterrupt:
    pathlib.Path("{0}").unlink()
"""
TOGETHER = """
import sys
from deploy import checks
checks.STAGES = dict(zip(("tests", "node"), ((sys.executable, "-c", script) for script in sys.argv[2:])))
checks.BESIDE = {"tests": ("node",)}
checks.GROUPS = {"some": ("tests",)}
checks.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
async def test_whatever_ends_it_ends_all_that_runs_in_order(tmp_path: Path, number: signal.Signals) -> None:
    running = [tmp_path / name for name in ("one", "other")]
    scripts = [WAITING.format(path) for path in running]
    # What runs in the background may have been told to ignore a Ctrl-C, and with it all that it starts.
    command = ("env", "--default-signal=INT", sys.executable, "-c", TOGETHER, "some", *scripts)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    await until(lambda: all(path.exists() for path in running))
    process.send_signal(number)
    await process.communicate()
    assert process.returncode != 0
    await until(lambda: not any(path.exists() for path in running))
