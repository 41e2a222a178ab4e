"""An import: what was asked for, and how far it is. Its tracks are added in parts, so that the first sounds at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kit.errors import Refused

KIND = "import"
AT_ONCE = 4
"""Lines that are searched for at the same time."""
LARGEST_PART = 100
"""Tracks that are added in one go: the longest import is no more edits of the queue than can be taken back."""
_LISTED = 50  # missed lines that are told


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `placement` is the contract's, as `NEXT`."""

    lines: Sequence[str]
    source: str
    placement: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `pending` holds what was found and is to be added next, in that order.

    A part that was perhaps added already, because its worker died, is the same again: it is known by `parts`, the
    number of those before it. `reason` and `metadata` say what the last attempt was refused for.
    """

    total: int = 0
    done: int = 0
    added: int = 0
    left_out: int = 0
    missed: int = 0
    missed_lines: Sequence[str] = ()
    pending: Sequence[str] = ()
    parts: int = 0
    most: int = LARGEST_PART
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def is_over(progress: Progress) -> bool:
    """Tell whether nothing is left to do."""
    return progress.done == progress.total and not progress.pending


def is_due(wish: Wish, progress: Progress) -> bool:
    """Tell whether what is pending is to be added now.

    A part is as large as all before it together, so that the first track waits for one search. What comes next would
    stand in reverse if it came in parts.
    """
    if progress.done == progress.total:
        return True
    return wish.placement != "NEXT" and len(progress.pending) >= min(max(1, progress.added), progress.most)


def to_search(wish: Wish, progress: Progress) -> Sequence[str]:
    """Return the lines to search for next."""
    return wish.lines[progress.done :][: min(AT_ONCE, max(1, progress.done))]


def searched(progress: Progress, lines: Sequence[str], handles: Sequence[str | None]) -> Progress:
    """Return the progress once each of `lines` was searched for: its best match, or None."""
    missed = [line for line, handle in zip(lines, handles, strict=True) if handle is None]
    return dataclasses.replace(
        progress,
        done=progress.done + len(lines),
        missed=progress.missed + len(missed),
        missed_lines=[*progress.missed_lines, *missed][:_LISTED],
        pending=[*progress.pending, *filter(None, handles)],
    )


def part(wish: Wish, progress: Progress) -> Sequence[str]:
    """Return what is to be added in one go."""
    return progress.pending if wish.placement == "NEXT" else progress.pending[: progress.most]


def put(progress: Progress, size: int, left_out: int) -> Progress:
    """Return the progress once a part of `size` was taken, but for what the guild does not want of it."""
    return dataclasses.replace(
        progress,
        added=progress.added + size - left_out,
        left_out=progress.left_out + left_out,
        pending=progress.pending[size:],
        parts=progress.parts + 1,
    )


def narrowed(progress: Progress, size: int) -> Progress:
    """Return the progress once a part of `size` was too large for what the queue still takes: half of it may fit."""
    return dataclasses.replace(progress, most=size // 2)


def refused(progress: Progress, refusal: Refused) -> Progress:
    """Return the progress with what stopped it."""
    return dataclasses.replace(progress, reason=refusal.reason.value, metadata=refusal.metadata)
