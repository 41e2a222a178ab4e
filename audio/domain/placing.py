"""Which audio node takes a player."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAYING_PER_CORE = 50
"""Players with filters that keep one core busy; without, it is several times more."""
_FAR = 5
"""What another voice region weighs: as much as half a machine's load."""
# Discord names voice servers `rotterdam123.discord.media` and `c-ams07-1a2b3c.discord.media`.
_REGION = re.compile(r"(?:c-)?([a-z]+(?:-[a-z]+)*)")


@dataclass(frozen=True)
class Place:
    """A node that takes players, by its last statistics. `cpu` and `missing` are shares: of time, and of frames."""

    name: str
    region: str = ""
    playing: int = 0
    cores: int = 1
    cpu: float = 0.0
    missing: float = 0.0


def ranked(places: Iterable[Place], key: str, endpoint: str = "") -> list[str]:
    """Return the names of nodes, the best first.

    Load counts in tenths: nodes within the same tenth are equal, and share the keys among themselves, each key always
    in the same way. One per cent of missing frames weighs as much as a tenth of load.
    """
    region = region_of(endpoint)
    scored = sorted((_strain(place, region), _lot(key, place.name), place.name) for place in places)
    return [name for _, _, name in scored]


def region_of(endpoint: str) -> str:
    """Return the region in the name of a voice server; empty: it tells none."""
    found = _REGION.match(endpoint.lower())
    return found[1] if found else ""


def _strain(place: Place, region: str) -> int:
    load = int(10 * place.cpu) + int(10 * place.playing / (_PLAYING_PER_CORE * place.cores)) + int(100 * place.missing)
    is_near = not region or (place.region != "" and region.startswith(place.region.lower()))
    return load + (0 if is_near else _FAR)


def _lot(key: str, name: str) -> bytes:
    return blake2b(f"{key} {name}".encode()).digest()
