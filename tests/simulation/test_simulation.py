"""Nothing goes wrong in a thousand worlds, and what was made wrong on purpose is found.

`SIM_SEEDS` says in how many worlds, from the seed `SIM_FIRST` on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.simulation.misfortune import CRASHES
from tests.simulation.planted import PLANTED
from tests.simulation.runs import Outcome, find, run, story, workers
from tests.simulation.table import TABLE
from tests.simulation.world import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ProcessPoolExecutor

FIRST, SEEDS = int(os.environ.get("SIM_FIRST", "1")), int(os.environ.get("SIM_SEEDS", "1000"))
PER_TASK = 25

pytestmark = pytest.mark.timeout(600 + 3 * SEEDS)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with workers() as made:
        yield made
        made.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def found(pool: ProcessPoolExecutor) -> dict[str, Outcome]:
    return dict(zip(PLANTED, pool.map(find, PLANTED), strict=True))


def test_a_seed_tells_one_world_whatever_runs_it() -> None:
    with workers() as one, workers() as other:
        assert one.submit(story, FIRST).result() == other.submit(story, FIRST).result()


def test_no_world_goes_wrong(pool: ProcessPoolExecutor) -> None:
    last = FIRST + SEEDS
    rows = [range(first, min(first + PER_TASK, last)) for first in range(FIRST, last, PER_TASK)]
    done: set[str] = set()
    for outcome in pool.map(run, rows):
        assert not outcome.wrong, f"\n{outcome.wrong}"
        assert outcome.commands >= COMMANDS
        assert outcome.crashes >= CRASHES
        done |= outcome.done

    assert done == {command.__name__ for command in TABLE} or SEEDS < PER_TASK


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found(name: str, found: dict[str, Outcome]) -> None:
    print(f"seed {found[name].seed}: {found[name].wrong.splitlines()[-2:]}")  # noqa: T201  (which world found it)

    assert found[name].wrong
