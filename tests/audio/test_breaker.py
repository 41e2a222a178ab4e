"""When a source is left alone, and when it is tried again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audio.domain.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, TRIAL, WINDOW, Breaker, BreakerState

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def failing(times: int, *, since: float = 0.0) -> Breaker:
    breaker = Breaker()
    for second in range(times):
        breaker = breaker.failed(since + second)
    return breaker


def test_three_failures_open_it_and_fewer_do_not() -> None:
    assert failing(FAILURES - 1).state(FAILURES) is CLOSED
    assert failing(FAILURES).state(FAILURES) is OPEN


def test_failures_of_long_ago_do_not_count() -> None:
    breaker = failing(FAILURES - 1).failed(WINDOW + FAILURES)

    assert (breaker.state(WINDOW + FAILURES), breaker.failures(WINDOW + FAILURES)) == (CLOSED, 1)


def test_failures_among_more_successes_are_bad_luck() -> None:
    breaker = Breaker()
    for second in range(30):
        breaker = breaker.failed(second) if second % 3 == 0 else breaker.worked(second)

    assert breaker.state(30) is CLOSED


def test_a_source_whose_searches_work_and_whose_tracks_all_fail_is_broken() -> None:
    breaker = Breaker()
    for second in range(FAILURES):
        breaker = breaker.worked(second).failed(second)

    assert breaker.state(FAILURES) is OPEN


def test_after_a_pause_one_try_is_let_through_and_closes_it_when_it_works() -> None:
    breaker = failing(FAILURES)
    later = FAILURES + FIRST_PAUSE
    assert breaker.state(later) is HALF_OPEN
    trying = breaker.tried(later)
    assert trying.state(later) is OPEN
    assert trying.state(later + TRIAL) is HALF_OPEN  # nobody told what came of it

    assert trying.worked(later + 1) == Breaker()


def test_a_failed_try_doubles_the_pause_up_to_ten_minutes() -> None:
    breaker, now, pauses = failing(FAILURES), float(FAILURES), []
    for _ in range(8):
        now += breaker.pause
        breaker = breaker.tried(now).failed(now)
        pauses.append(breaker.pause)

    assert pauses[:3] == [2 * FIRST_PAUSE, 4 * FIRST_PAUSE, 8 * FIRST_PAUSE]
    assert max(pauses) == pauses[-1] == LONGEST_PAUSE


def test_what_began_before_it_opened_neither_closes_it_nor_keeps_it_open_longer() -> None:
    breaker = failing(FAILURES)

    assert breaker.worked(FAILURES) == breaker == breaker.failed(FAILURES)


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from(["worked", "failed", "tried"])), max_size=100))
def test_whatever_happens_a_source_that_works_is_used_again_within_ten_minutes(said: list[tuple[float, str]]) -> None:
    breaker, now = Breaker(), 0.0
    for seconds, what in said:
        now += seconds
        breaker = getattr(breaker, what)(now)
    assert breaker.pause <= LONGEST_PAUSE
    now += LONGEST_PAUSE

    assert breaker.state(now) is not OPEN
    assert breaker.tried(now).worked(now).state(now) is CLOSED
