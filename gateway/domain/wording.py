"""What somebody's message asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>")
_LONGEST = 1000  # characters; the contract's limit for a query


def query_in(content: str, attachments: Iterable[str] = (), embedded: Iterable[str] = ()) -> str:
    """Return what to play: the first address, else the first file, else the first thing it shows, else its words.

    Empty: it asks for nothing.
    """
    addresses = _ADDRESS.findall(content)
    words = " ".join(_MENTION.sub(" ", content).split())
    return next(iter((*addresses, *attachments, *embedded)), words)[:_LONGEST]


def songs_in(content: str, files: Collection[str] = ()) -> list[str]:
    """Return what to play, in its order: of each line its addresses, else its words; what is said beside files is talk.

    A line without a letter or a digit, as one of emoji, asks for nothing.
    """
    if files:
        songs = [*_ADDRESS.findall(content), *files]
    else:
        songs = [song for line in content.splitlines() for song in _ADDRESS.findall(line) or (_words(line),)]
    return [song[:_LONGEST] for song in songs if song]


def _words(line: str) -> str:
    words = " ".join(_MENTION.sub(" ", line).split())
    return words if any(map(str.isalnum, _KEYCAP.sub("", words))) else ""
