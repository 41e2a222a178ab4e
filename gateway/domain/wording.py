"""What somebody's message asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>")
_LONGEST = 1000  # characters; the contract's limit for a query


def query_in(content: str, attachments: Iterable[str] = (), embedded: Iterable[str] = ()) -> str:
    """Return what to play: the first address, else the first file, else the first thing it shows, else its words.

    Empty: it asks for nothing.
    """
    addresses = _ADDRESS.findall(content)
    words = " ".join(_MENTION.sub(" ", content).split())
    return next(iter((*addresses, *attachments, *embedded)), words)[:_LONGEST]
