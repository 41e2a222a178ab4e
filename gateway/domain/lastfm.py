"""A person's account at last.fm, which is told what they hear; worker owns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Linked:
    """The contract's `LastfmLink`; `linked_at` is a Unix time."""

    name: str
    linked_at: float


@dataclass(frozen=True)
class Permission:
    """What a person is to allow at last.fm: where, and what last.fm knows it by."""

    url: str
    token: str
