"""Whether what was found is the recording that is wanted: by its ISRC, else by title, artist and length."""

import re
from collections.abc import Iterable

from audionode.library import plain
from audionode.track import TrackInfo

_NEAR_MS, _NEAR_SHARE = 5_000, 0.05  # lengths that differ by more are of other recordings
# Words that make it another recording, unless both have them.
VERSIONS = frozenset(
    {"live", "cover", "covered", "tribute", "karaoke", "instrumental", "acoustic", "unplugged", "demo", "rehearsal"}
    | {"remix", "mashup", "bootleg", "nightcore", "sped", "slowed", "reverb", "8d", "reaction", "tutorial", "lesson"}
)
# Words that are said of the same recording, or not.
_NOISE = frozenset(
    {"official", "video", "audio", "music", "lyrics", "lyric", "visualizer", "visualiser", "hd", "hq", "4k", "mv"}
    | {"remaster", "remastered", "explicit", "clean", "album", "version", "original", "topic", "and", "the", "a"}
)
_GUESTS = re.compile(r"[(\[]?\b(feat|ft|featuring)\b[^()\[\]]*[)\]]?", re.IGNORECASE)
_REMASTERED = re.compile(r"\b(\d{4}\s+remaster(ed)?|remaster(ed)?\s+\d{4})\b", re.IGNORECASE)
_APOSTROPHES = re.compile("['’`]")  # noqa: RUF001 - it is one of those that are meant
_BETWEEN_ARTISTS = re.compile(r"[,;&/+]|\s(?:feat\.?|ft\.?|featuring|with|and|vs\.?|x)\s", re.IGNORECASE)
_SAME = 3.0  # better than any that is only alike


def best(wanted: TrackInfo, found: Iterable[TrackInfo]) -> TrackInfo | None:
    """The likeliest to be the wanted recording, of equals the first; None when none may be."""
    scored = [(worth, track) for track in found if (worth := score(wanted, track)) is not None]
    return max(scored, key=lambda each: each[0])[1] if scored else None


def score(wanted: TrackInfo, found: TrackInfo) -> float | None:
    """How likely it is the wanted recording, the more the better; None where it may be another one.

    It has to have every word of the title, the name of an artist, the length, and no word of another version.
    """
    if is_same(wanted, found):
        return _SAME
    near, apart = max(_NEAR_MS, wanted.length * _NEAR_SHARE), abs(wanted.length - found.length)
    if wanted.is_stream or found.is_stream or apart > near:
        return None
    title, author = _telling(_without_asides(wanted.title)), _words(found.author)
    asked, heard = _words(wanted.title) | _words(wanted.author), _words(found.title) | author
    if (asked ^ heard) & VERSIONS or not title or not title <= heard or not _names(heard, wanted.author):
        return None
    more = len(_telling(_without_asides(found.title)) - asked)
    return 1 / (1 + more) + 0.5 * _names(author, wanted.author) + 0.5 * (1 - apart / near)


def is_same(wanted: TrackInfo, found: TrackInfo) -> bool:
    """Whether both have the same ISRC."""
    return bool(wanted.isrc) and _code(wanted.isrc) == _code(found.isrc)


def _code(isrc: str | None) -> str:
    return (isrc or "").replace("-", "").upper()


def _names(heard: frozenset[str], author: str) -> bool:
    """Whether one of the artists is named."""
    artists = (_telling(name) for name in (*_BETWEEN_ARTISTS.split(author), author))
    return any(words and words <= heard for words in artists)


def _without_asides(title: str) -> str:
    return _REMASTERED.sub(" ", _GUESTS.sub(" ", title))


def _telling(text: str) -> frozenset[str]:
    """The words that tell it from others; all, where none does."""
    return _words(text) - _NOISE or _words(text)


def _words(text: str) -> frozenset[str]:
    """The words of a text, whatever their case and accents; of one without letters its signs."""
    return frozenset(plain(_APOSTROPHES.sub("", text)).split() or text.casefold().split())
