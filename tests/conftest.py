"""What tests of every part may ask for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings

from tests.postgres import cluster, database_url

if TYPE_CHECKING:
    import pytest

__all__ = ["cluster", "database_url"]

settings.load_profile("ci")  # what a property is tried on depends on neither chance nor the machine's speed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave a line for each test that failed to whoever runs several stages: their own output is far up by the end."""
    failed = [report for outcome in ("failed", "error") for report in terminalreporter.getreports(outcome)]
    if (told := os.environ.get("SEGUE_TEST_FAILURES")) and failed:
        with Path(told).open("a") as file:
            file.writelines(f"{each.nodeid} ({each.when}): {_reason(each)}\n" for each in failed)


def _reason(report: pytest.TestReport) -> str:
    lines = report.longreprtext.splitlines()
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    return " | ".join([*errors[:1], *lines[-1:]])[:400]
