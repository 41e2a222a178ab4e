"""Worlds one after the other, in processes of their own: what runs there is told in plain values."""

from __future__ import annotations

import gc
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.planted import PLANTED
from tests.simulation.world import World, simulate

MOST = 1_000  # worlds in which a planted defect has to be found
_TOLD = 120  # events that a failure tells
_COLLECTED = 25  # worlds between two times that memory is freed: it takes as long as half a world


@dataclass(frozen=True)
class Outcome:
    """What a row of worlds came to: the first that went wrong, or the least that each of them had."""

    seed: int = 0
    wrong: str = ""
    commands: int = 1 << 30
    crashes: int = 1 << 30
    done: frozenset[str] = field(default_factory=frozenset)


def workers() -> ProcessPoolExecutor:
    """Return two processes."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_prepare)


def run(seeds: range, planted: str = "") -> Outcome:
    """Run worlds until one goes wrong."""
    outcome = Outcome()
    with PLANTED[planted]() if planted else nullcontext():
        for number, seed in enumerate(seeds):
            if number % _COLLECTED == 0:
                gc.collect()
            try:
                world = simulate(seed)
            except Exception as error:  # noqa: BLE001  (whatever it is, it is what the seed finds)
                return Outcome(seed, _story(seed, error))
            outcome = Outcome(
                seed,
                commands=min(outcome.commands, world.commands),
                crashes=min(outcome.crashes, world.crashes),
                done=outcome.done | world.judge.names,
            )
    return outcome


def find(planted: str) -> Outcome:
    """Look for a planted defect."""
    return run(range(1, MOST + 1), planted)


def story(seed: int) -> str:
    """Run one world and tell its end."""
    return "\n".join(_events(simulate(seed)))


def _prepare() -> None:
    # The killed leave coroutines that nobody awaits, and what lives already need not be looked at for each world.
    warnings.simplefilter("ignore", RuntimeWarning)
    gc.disable()
    gc.freeze()


def _story(seed: int, error: Exception) -> str:
    world: World = error.world  # type: ignore[attr-defined]
    repeat = f"SIM_FIRST={seed} SIM_SEEDS=1 python -m pytest tests/simulation -k world"
    return "\n".join([*_events(world), f"seed {seed}: {error!r}", f"again: {repeat}"])


def _events(world: World) -> list[str]:
    told = list(world.judge.told)[-_TOLD:]
    return [f"{at:9.4f} {what:<10} {' '.join(map(str, facts))}" for at, what, facts in told]
