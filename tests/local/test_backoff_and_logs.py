"""How long a restart waits, and that logs stay small."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deploy.local.process import Backoff, cap_log, last_words

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_restart_is_immediate_and_later_ones_wait_up_to_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.next_delay(1) for _ in range(9)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_ten_minutes_of_readiness_clear_the_count() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.next_delay(599)
    assert backoff.next_delay(600) == 0
    assert backoff.next_delay(0) == 1


def test_a_log_over_its_limit_moves_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "audio.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 101)
        cap_log(log, limit=100)
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "audio.log.1").read_bytes() == b"x" * 101


def test_last_words_show_the_message_of_structured_lines(tmp_path: Path) -> None:
    log = tmp_path / "audio.log"
    log.write_text("first\nplain\n" + json.dumps({"level": "ERROR", "message": "no such host"}) + "\n")
    assert last_words(log, lines=2) == "  plain\n  no such host"
