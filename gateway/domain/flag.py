"""Where a feature is on, as whoever runs the bot switched it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SHARES = 100


@dataclass(frozen=True)
class Flag:
    """The contract's `Flag`."""

    name: str
    percent: int = _SHARES
    on_in: frozenset[int] = frozenset()
    off_in: frozenset[int] = frozenset()


def is_on(flag: Flag, guild_id: int) -> bool:
    """Tell whether it is on in a guild: where that is not said of the guild itself, if its share is among the first.

    A guild has the same share at all times and everywhere, and another one of each flag.
    """
    if guild_id in flag.on_in or guild_id in flag.off_in:
        return guild_id in flag.on_in
    digest = hashlib.sha256(f"{flag.name}:{guild_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % _SHARES < flag.percent
