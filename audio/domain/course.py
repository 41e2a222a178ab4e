"""A player's course through a playlist: in any order, each of its tracks once before one comes again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audio.domain.track import Track


@dataclass(frozen=True)
class Course:
    """How far a player is in a playlist. `gone`: the playlist was looked for, and is there no more.

    A round is named by a number, which gives each track a place; the next track is the one with the next place. So none
    comes twice in a round, and what is added or removed meanwhile changes nothing of that.
    """

    playlist_id: str = ""
    round: int = 0  # zero: none has begun
    place: int = 0  # of the track that came last
    gone: bool = False


def on(course: Course, playlist_id: str) -> Course:
    """Return the course through a playlist; through another one than before it begins anew."""
    return course if course.playlist_id == playlist_id else Course(playlist_id)


def onward(course: Course, tracks: Sequence[Track], current: Track, fresh: int) -> tuple[Course, Track] | None:
    """Return the next of the tracks after the current one, and the course with it; None: there is none.

    From the number `fresh` on, none was given to a round yet. A round does not begin with what plays, unless there is
    nothing else.
    """
    known = {track.identity: track for track in tracks}
    others = {name: track for name, track in known.items() if name != current.identity}
    left = {_place(name, course.round): track for name, track in others.items()}
    ahead = [place for place in left if place > course.place]
    if course.round and ahead:
        return replace(course, place=min(ahead), gone=False), left[min(ahead)]
    if not known:
        return None
    number = next(number for number in count(fresh) if not others or _first(known, number) in others)
    name = _first(known, number)
    return replace(course, round=number, place=_place(name, number), gone=False), known[name]


def _first(names: Iterable[tuple[str, str]], number: int) -> tuple[str, str]:
    return min(names, key=lambda name: _place(name, number))


def _place(name: tuple[str, str], number: int) -> int:
    return int.from_bytes(blake2b(repr((name, number)).encode(), digest_size=7).digest())
