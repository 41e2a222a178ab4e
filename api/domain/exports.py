"""What exports of playlists say: ours, and those of Vocard, Red and JMusicBot."""

from __future__ import annotations

import base64
import json
import re
import struct
from dataclasses import dataclass
from typing import Any

from kit.errors import Reason, Refused

LONGEST = 200
"""Characters of words that are searched for."""
_LONGEST_ADDRESS = 1000
_ADDRESSES = ("http://", "https://")
_COMMENTS = ("#", "//")
_VOCARD_HEAD = "!Remember do not change this file!"
_VOCARD_RAW = "----------->Raw Info<-----------"
_VOCARD_LINE = re.compile(r"^\d+\. (.*) \[[\d:]+\]$")
_VERSIONED = 1 << 30  # of the head of a track in lavaplayer's words; below it is the length of the rest
_OLDEST_WITH_ADDRESS = 2
_LENGTH = 8  # bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A track that an export names. `handle`: as this deployment signed it, if it did; `query` finds it."""

    query: str
    handle: str = ""

    @property
    def is_address(self) -> bool:
        """Tell whether it is looked up, and not searched for."""
        return self.query.lower().startswith(_ADDRESSES)


def read(text: str) -> list[Wanted]:
    """Return what an export names, in order. Raises IMPORT_UNREADABLE if that is nothing."""
    text = text.removeprefix("\ufeff").strip()
    if text.startswith("{"):
        found = _document(text)
    elif text.startswith(_VOCARD_HEAD):
        found = _vocard(text)
    else:
        found = [_wanted(line) for line in text.splitlines() if not line.strip().startswith(_COMMENTS)]
    wanted = [each for each in found if each.query]
    if not wanted:
        raise Refused(Reason.IMPORT_UNREADABLE)
    return wanted


def _document(text: str) -> list[Wanted]:
    """Read a JSON document: ours, alone or as ExportPlaylist answers it, or that of Red."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.IMPORT_UNREADABLE) from error
    inner = found.get("document")
    found = inner if isinstance(inner, dict) else found
    tracks, links = (_listed(found, name) for name in ("tracks", "playlist"))
    return [_track(track) for track in tracks if isinstance(track, dict)] or [_wanted(link) for link in links]


def _listed(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _track(track: dict[str, Any]) -> Wanted:
    """Read a track of ours, or of Red, who has what is known of it one level deeper."""
    info = track.get("info")
    about = info if isinstance(info, dict) else track
    handle = about.get("handle")
    found = _found(about.get("title"), about.get("author"), about.get("uri"))
    return Wanted(found.query, handle if isinstance(handle, str) else "")


def _vocard(text: str) -> list[Wanted]:
    """Read Vocard's file: titles for people, and behind them all tracks in lavaplayer's words, in one line."""
    shown, _, raw = text.partition(_VOCARD_RAW)
    tracks = [_encoded(each) for each in raw.strip().split(",") if each]
    if tracks and all(tracks):
        return [track for track in tracks if track]
    matches = (_VOCARD_LINE.match(line) for line in shown.splitlines())
    return [_wanted(match[1]) for match in matches if match]


def _encoded(text: str) -> Wanted | None:
    """Read a track in lavaplayer's words: title, author, length, id, whether it is a stream, and its address."""
    try:
        data = base64.b64decode(text, validate=True)
        (head,) = struct.unpack_from(">I", data)
        version, place = (data[4], 5) if head & _VERSIONED else (1, 4)
        title, place = _text(data, place)
        author, place = _text(data, place)
        _, place = _text(data, place + _LENGTH)
        has_address = version >= _OLDEST_WITH_ADDRESS and data[place + 1]
        address = _text(data, place + 2)[0] if has_address else ""
    except (ValueError, struct.error, IndexError):
        return None
    return _found(title, author, address)


def _text(data: bytes, place: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">H", data, place)
    end = place + 2 + length
    return data[place + 2 : end].decode(errors="replace"), end


def _found(title: object, author: object, uri: object) -> Wanted:
    """Prefer the address, which names one track alone."""
    if isinstance(uri, str) and uri.lower().startswith(_ADDRESSES):
        return _wanted(uri)
    return _wanted(" ".join(each for each in (title, author) if isinstance(each, str)))


def _wanted(line: object) -> Wanted:
    """Read a line: an address, or words; what is too long for an address is none."""
    if not isinstance(line, str):
        return Wanted("")
    words = " ".join("".join(c if c.isprintable() else " " for c in line).split())
    is_address = words.lower().startswith(_ADDRESSES) and " " not in words
    if is_address:
        return Wanted(words if len(words) <= _LONGEST_ADDRESS else "")
    return Wanted(words[:LONGEST])
