"""The order of a queue: gap ranks.

Each item has a whole-number rank. New items are put a gap apart at the end; a moved item takes the middle between
its new neighbours. Where the gap is used up, the whole queue is ranked anew, and the move is tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP = 2**32


def appended(last: int | None, count: int) -> range:
    """Return `count` ranks behind the last one."""
    start = (last or 0) + GAP
    return range(start, start + count * GAP, GAP)


def prepended(first: int | None, count: int) -> range:
    """Return `count` ranks before the first one."""
    end = GAP if first is None else first
    return range(end - count * GAP, end, GAP)


def between(before: int | None, after: int | None) -> int | None:
    """Return a rank between two neighbours (None: the queue's edge); None when there is no room."""
    found = _spread(before, after, 1)
    return found[0] if found else None


def among(order: Sequence[int], known: Mapping[int, int]) -> dict[int, int] | None:
    """Return ranks for those items of an order that have none, the others keep theirs; None when there is no room."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    before = None
    for item_id in (*order, None):
        if item_id is not None and item_id not in known:
            waiting.append(item_id)
            continue
        after = None if item_id is None else known[item_id]
        fresh = _spread(before, after, len(waiting))
        if fresh is None:
            return None
        found.update(zip(waiting, fresh, strict=True))
        waiting, before = [], after
    return found


def renewed(count: int) -> range:
    """Return fresh ranks for a whole queue."""
    return appended(None, count)


def _spread(before: int | None, after: int | None, count: int) -> range | None:
    if after is None:
        return appended(before, count)
    low = after - (count + 1) * GAP if before is None else before
    step = (after - low) // (count + 1)
    return range(low + step, low + step * (count + 1), step) if step else None
