"""The order of a queue: gap ranks.

Each item has a whole-number rank. New items are put a gap apart at the end; a moved item takes the middle between
its new neighbours. Where the gap is used up, the whole queue is ranked anew, and the move is tried again.
"""

from __future__ import annotations

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
    if after is None:
        return (before or 0) + GAP
    low = after - 2 * GAP if before is None else before
    middle = (low + after) // 2
    return middle if low < middle < after else None


def renewed(count: int) -> range:
    """Return fresh ranks for a whole queue."""
    return appended(None, count)
