"""What people mean by an option about one of many: the one that they chose, or its place, if they typed that."""

from __future__ import annotations

_ID = "id:"
_LONGEST_ID = 18  # digits
_LONGEST_PLACE = 6  # digits; the contract skips a million


def of(item_id: int) -> str:
    """Give what a choice stands for."""
    return f"{_ID}{item_id}"


def chosen(given: str) -> int:
    """Read the id that a choice stands for; zero: it was typed."""
    return _number(given.removeprefix(_ID), _LONGEST_ID) if given.startswith(_ID) else 0


def place(given: str) -> int:
    """Read the place that somebody typed, the first is 1; zero: it is none."""
    return _number(given.strip(), _LONGEST_PLACE)


def _number(digits: str, longest: int) -> int:
    return int(digits) if digits.isdecimal() and len(digits) <= longest else 0
