"""Foreign text made harmless in a Discord message."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\*_~|`\[\]<>@#])")
_DIRECTION_MARKS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_LONGEST_ADDRESS = 2048  # Discord's limit for pictures
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def whole(text: str) -> str:
    """Give text that can be stored and sent: without halves of characters, and without NUL."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def is_visible(text: str) -> bool:
    """Tell whether one sees anything of a text."""
    return any(unicodedata.category(c)[0] not in "CZ" for c in text)


def plain(text: str, limit: int) -> str:
    """Make one line of visible characters, at most `limit` long."""
    visible = "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text.translate(_DIRECTION_MARKS)
    )
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int) -> str:
    """Make one line that neither formats, mentions nor turns its surroundings around; `limit` counts what is seen."""
    line = plain(text, limit)
    escaped = _MARKDOWN.sub(r"\\\1", line)
    turns = any(unicodedata.bidirectional(c) in ("R", "AL") for c in line)
    return f"{_ISOLATE}{escaped}{_END_ISOLATE}" if turns else escaped


def address(uri: str) -> str:
    """Give an address that can stand in a link; empty where it cannot."""
    if not uri.startswith(("http://", "https://")) or any(c.isspace() or c in "<>" for c in uri):
        return ""
    link = uri.replace("(", "%28").replace(")", "%29")
    return link if len(link) <= _LONGEST_ADDRESS else ""
