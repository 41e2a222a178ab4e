"""How like a track is to another: the order of what may be meant where the wrong song plays."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.domain.track import Track

VERSIONS = frozenset(
    {"live", "cover", "remix", "karaoke", "instrumental", "acoustic", "nightcore", "sped", "slowed", "8d", "demo"}
)
"""Words that make a track another recording, unless both have them."""
_NEAR_MS, _NEAR_SHARE = 5_000, 0.05  # lengths that differ by no more may be of one recording


def others(wanted: Track, found: Sequence[Track]) -> list[Track]:
    """Return what was found, each once and the likeliest first, without the wanted one; of equals, the first found."""
    distinct: dict[tuple[str, str], Track] = {}
    for track in found:
        distinct.setdefault(track.identity, track)
    distinct.pop(wanted.identity, None)
    return sorted(distinct.values(), key=lambda track: distance(wanted, track))


def distance(wanted: Track, found: Track) -> float:
    """Return how unlike two tracks are; zero: by all that is known the same."""
    if wanted.isrc and wanted.isrc == found.isrc:
        return 0.0
    asked, heard = (_words(f"{track.title} {track.author}") for track in (wanted, found))
    missing = len(asked - heard) / max(1, len(asked))
    return missing + len((asked ^ heard) & VERSIONS) + _apart(wanted.length_ms, found.length_ms)


def _apart(one: int | None, other: int | None) -> float:
    """Return how far lengths are from each other, at most 1; None is without end."""
    if one is None or other is None:
        return float(one is not other)
    return min(1.0, abs(one - other) / max(_NEAR_MS, one * _NEAR_SHARE) / 2)


def _words(text: str) -> frozenset[str]:
    """Return the words of a text, whatever their case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(re.findall(r"[^\W_]+", "".join(each for each in letters if not unicodedata.combining(each))))
