"""What every part measures with: calls that are timed in turn, and the rows of the table."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

K = TypeVar("K")
Call: TypeAlias = "Callable[[], Awaitable[object]]"
Samples: TypeAlias = "Sequence[float]"  # seconds


@dataclass(frozen=True)
class Row:
    """One line of the table: `goal` must be reached, `stretch` is wanted."""

    what: str
    value: str
    goal: str = ""
    stretch: str = ""


async def in_turn(calls: Mapping[K, Call], rounds: int, *, block: int = 1) -> dict[K, list[float]]:
    """Time calls in rounds, so that what else the machine does meets all of them alike; the first tenth warms up.

    In a round each is called `block` times, then the next.
    """
    samples: dict[K, list[float]] = {name: [] for name in calls}
    warming = rounds // 10 + 1
    for number in range(warming + rounds):
        for name, call in calls.items():
            for _ in range(block):
                start = time.perf_counter()
                await call()
                if number >= warming:
                    samples[name].append(time.perf_counter() - start)
    return samples


def milliseconds(samples: Samples, quantile: float = 0.5) -> float:
    """Return a quantile of samples as milliseconds."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] * 1_000


def told(samples: Samples) -> str:
    """Write the median and the 99th percentile."""
    return f"{milliseconds(samples):.2f} / {milliseconds(samples, 0.99):.1f} ms"


def ratio(above: Samples, below: Samples) -> str:
    """Write how many times one median is the other."""
    return f"{milliseconds(above) / milliseconds(below):.2f}"
