"""What last.fm wants to know of what people hear, and what its errors ask for (https://www.last.fm/api/scrobbling)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from worker.domain.stats import Ended

KIND = "lastfm"
MOST = 50
"""Tracks that it takes at once."""
AWAY = 0
"""Stands for its error code where it gave no answer that can be understood."""

_TOO_SHORT_MS = 30_000
_LONG_ENOUGH_MS = 240_000


@dataclass(frozen=True, slots=True)
class Scrobble:
    """A track that somebody has heard. `chosen`: somebody asked for it."""

    artist: str
    title: str
    album: str
    seconds: int
    started_at: datetime
    chosen: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An account at last.fm that is told what a person hears."""

    name: str
    linked_at: datetime


class Verdict(enum.Enum):
    """What to do with tracks that were not taken."""

    LATER = enum.auto()  # tell them again
    NEVER = enum.auto()  # they are at fault
    UNLINKED = enum.auto()  # the person has taken back that their account is told anything
    UNFIT = enum.auto()  # the operator's settings are at fault, for everybody


_VERDICTS = {
    AWAY: Verdict.LATER,
    2: Verdict.UNFIT,  # there is no such service
    3: Verdict.UNFIT,  # there is no such method
    5: Verdict.UNFIT,  # there is no such format
    8: Verdict.LATER,  # the operation failed
    9: Verdict.UNLINKED,
    10: Verdict.UNFIT,  # there is no such API key
    11: Verdict.LATER,  # offline
    13: Verdict.UNFIT,  # the signature is wrong: the shared secret is another one
    16: Verdict.LATER,  # away for the moment
    26: Verdict.UNFIT,  # the API key was suspended
    29: Verdict.LATER,  # too many calls
}
_NOT_ALLOWED = {4, 14, 15}
"""Of a token: it is none (any more), nobody has allowed it, or it is too old."""


def verdict(code: int) -> Verdict:
    """Return what an error asks for."""
    return _VERDICTS.get(code, Verdict.NEVER)


def is_not_allowed(code: int) -> bool:
    """Tell whether an error says that a person has not allowed it."""
    return code in _NOT_ALLOWED


def heard(ended: Ended) -> Scrobble | None:
    """Return what is told of a track that has ended, if last.fm wants it.

    It began as long before its end as it was heard: where it paused, that is later than it was.
    """
    artist, title = _names(ended.song.title, ended.song.author)
    length = ended.length_ms or 0
    is_heard = ended.counts and length > _TOO_SHORT_MS and ended.heard_ms >= min(length / 2, _LONG_ENOUGH_MS)
    if not (is_heard and artist and title):
        return None
    started_at = ended.ended_at - timedelta(milliseconds=ended.heard_ms)
    return Scrobble(artist, title, ended.album, length // 1000, started_at, not ended.picked)


def _names(title: str, author: str) -> tuple[str, str]:
    """Return artist and title, those of a video only where its channel is of the artist whom its title names."""
    channel = author.strip().removesuffix(" - Topic")
    artist, _, rest = title.partition(" - ")
    if rest.strip() and _bare(artist) and _bare(artist) == _bare(channel.removesuffix("VEVO")):
        return artist.strip(), rest.strip()
    return channel, title.strip()


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
