"""What a person chose for themselves; api owns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preferences:
    """The contract's `Preferences`."""

    language: str = ""  # empty: as Discord says
    private_answers: bool = False
    default_source: str = ""  # empty: those that are on
    keep_history: bool = True


@dataclass(frozen=True)
class Wish:
    """What a person wants to have otherwise; None: as before."""

    language: str | None = None
    private_answers: bool | None = None
    default_source: str | None = None
    keep_history: bool | None = None


DEFAULTS = Preferences()
