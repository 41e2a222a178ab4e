"""What people keep, as gateway shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.player import Track


@dataclass(frozen=True)
class Playlist:
    """A playlist without its tracks. `guild_id` zero: it is a person's; `length` is in seconds."""

    id: str
    name: str
    is_favorites: bool
    guild_id: int
    owner_id: int
    count: int
    length: float
    changeable: bool


@dataclass(frozen=True)
class Kept:
    """A track of a playlist."""

    id: int
    track: Track


@dataclass(frozen=True)
class Brought:
    """What an import came to: so many were added, and so many not found, of which the first are listed."""

    playlist: Playlist
    added: int
    missed: int
    missed_lines: Sequence[str]
