"""The levels of permission, for rules that may know no contract."""

from __future__ import annotations

import enum


class Level(enum.IntEnum):
    """What a person is in a guild; each level includes those before it. The numbers are the contract's."""

    PUBLIC = 1
    SIGNED_IN = 2
    MEMBER = 3
    LISTENER = 4
    DJ = 5
    MANAGER = 6
    OWNER = 7
    OPERATOR = 8
