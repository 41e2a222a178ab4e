"""Where features are on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MOST_GUILDS = 10_000
"""Guilds that one flag can name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Flag:
    """The contract's `Flag`."""

    name: str
    version: int = 0
    percent: int = 100
    on_in: frozenset[int] = frozenset()
    off_in: frozenset[int] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Switch:
    """What somebody wants to have otherwise; percent None: as before."""

    percent: int | None
    on_in: AbstractSet[int]
    off_in: AbstractSet[int]
    reset_in: AbstractSet[int]


def switched(flag: Flag, switch: Switch) -> Flag:
    """Return the flag as somebody wants it, without a new version."""
    named = switch.on_in | switch.off_in | switch.reset_in
    return dataclasses.replace(
        flag,
        percent=flag.percent if switch.percent is None else switch.percent,
        on_in=flag.on_in - named | switch.on_in,
        off_in=flag.off_in - named | switch.off_in,
    )
