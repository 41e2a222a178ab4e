"""What a player goes on with by itself when the queue is empty: chosen among candidates by what was played before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from audio.domain.endings import EndReason
from audio.domain.track import Pick, Track, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

COOLDOWN = 20
"""The tracks played last, none of which is picked again."""
MISSES = 3
"""Picks in a row that could not be played, after which no other one is tried."""
_STREAK = 3  # tracks of one artist in a row, after which another one comes
_SKIPPED, _SKIPPED_ARTIST, _PLAYED, _MOST_PLAYED = 3.0, 1.0, 0.5, 3
_WORTH = {Why.FAVORITE: 3.5, Why.RELATED: 3.0, Why.SAME_ARTIST: 2.0, Why.HISTORY: 1.0}


@dataclass(frozen=True)
class Candidate:
    """A track that could come next."""

    track: Track
    pick: Pick


@dataclass(frozen=True)
class Heard:
    """A track that was played before, and how that ended."""

    track: Track
    reason: EndReason
    picked: bool = False


def missed(heard: Sequence[Heard]) -> int:
    """Count the picks in a row, up to the newest, that could not be played."""
    return sum(1 for _ in takewhile(lambda each: each.picked and each.reason is EndReason.FAILED, heard))


def best(candidates: Sequence[Candidate], heard: Sequence[Heard], current: Track) -> Candidate | None:
    """Return the best candidate after a track; `heard`: what was played before it, the newest first.

    Of equals the first one wins. A track that was played lately never comes again, and the artist of the last tracks
    only if nobody else is left. What people skipped counts against a track and its artist, what they heard to its end
    for it.
    """
    lately = {current.identity, *(each.track.identity for each in heard[: COOLDOWN - 1])}
    fresh = [each for each in candidates if each.track.identity not in lately and not each.track.stream]
    others = [each for each in fresh if _artist(each.track) != _overplayed(heard, current)]
    skipped = Counter(each.track.identity for each in heard if each.reason is EndReason.SKIPPED)
    artists = Counter(_artist(each.track) for each in heard if each.reason is EndReason.SKIPPED)
    finished = Counter(each.track.identity for each in heard if each.reason is EndReason.FINISHED)

    def worth(candidate: Candidate) -> float:
        track = candidate.track
        liked = _PLAYED * min(finished[track.identity], _MOST_PLAYED)
        disliked = _SKIPPED * skipped[track.identity] + _SKIPPED_ARTIST * artists[_artist(track)]
        return _WORTH[candidate.pick.why] + liked - disliked

    return max(others or fresh, key=worth, default=None)


def _overplayed(heard: Sequence[Heard], current: Track) -> str | None:
    last = {_artist(track) for track in (current, *(each.track for each in heard[: _STREAK - 1]))}
    return last.pop() if len(last) == 1 and len(heard) >= _STREAK - 1 else None


def _artist(track: Track) -> str:
    return track.author.casefold()
