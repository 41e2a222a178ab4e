"""`make test` says what is missing before it starts anything."""

from __future__ import annotations

import shutil
import sys

import pytest

from deploy import checks


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
