"""Edits of a queue, as far as they can be taken back."""

from __future__ import annotations

import enum
from dataclasses import dataclass

KEPT = 20
"""The edits of a guild that can be taken back."""


class EditKind(enum.StrEnum):
    """What an edit did. The names are the contract's."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    MOVED = "MOVED"
    SWAPPED = "SWAPPED"
    REORDERED = "REORDERED"
    REPLACED = "REPLACED"


@dataclass(frozen=True)
class Edit:
    """One edit. `edit_id` is the version of the player that it led to; items know by it what added or removed them.

    `before` and `after` say where things stood: of MOVED the item, its rank and the item behind it (zero: none), of
    SWAPPED the two items, of REORDERED all of them in their order, of REPLACED the item that goes and the one that
    takes its place when this is taken back or done again; of the others nothing.
    """

    edit_id: int
    kind: EditKind
    user_id: int
    count: int
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
