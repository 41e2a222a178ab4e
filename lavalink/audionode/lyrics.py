"""Lyrics as LavaLyrics answers them, out of plain text or out of the lines of an .lrc file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Self

_STAMP = re.compile(r"\[(\d+):(\d{1,2})(?:[.:](\d{1,3}))?\]\s*")
_WORD_STAMP = re.compile(r"<\d+:\d{1,2}(?:\.\d{1,3})?>\s*")
_OFFSET = re.compile(r"(?im)^\[offset:\s*([+-]?\d+)\s*\]")


@dataclass(frozen=True)
class Line:
    """What is sung from `at` milliseconds on, until the next line."""

    at: int
    text: str

    def to_json(self, end: int | None) -> dict[str, Any]:
        duration = None if end is None else end - self.at
        return {"timestamp": self.at, "duration": duration, "line": self.text, "plugin": {}}


@dataclass(frozen=True)
class Lyrics:
    """`provider` is where they lay; `lines` are in order, and empty when nothing says what is sung when."""

    provider: str
    text: str
    lines: tuple[Line, ...] = ()

    @classmethod
    def read(cls, text: str, provider: str) -> Self | None:
        """The lyrics of a text, which has times or none; None when it has no words."""
        shift = _OFFSET.search(text)
        timed = sorted(_timed(text, int(shift[1]) if shift else 0), key=attrgetter("at"))
        words = "\n".join(line.text for line in timed) if timed else text.strip()
        return cls(provider, words, tuple(timed)) if words.strip() else None

    def to_json(self) -> dict[str, Any]:
        """The LavaLyrics object."""
        ends = [line.at for line in self.lines[1:]] + [None]
        lines = [line.to_json(end) for line, end in zip(self.lines, ends, strict=False)]
        return {"sourceName": "local", "provider": self.provider, "text": self.text, "lines": lines, "plugin": {}}


def _timed(text: str, sooner: int) -> Iterator[Line]:
    for row in text.splitlines():
        words, stamps = row.strip(), []
        while stamp := _STAMP.match(words):
            stamps.append(stamp)
            words = words[stamp.end() :]
        for minutes, seconds, fraction in (stamp.groups("0") for stamp in stamps):
            at = (int(minutes) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
            yield Line(max(at - sooner, 0), _WORD_STAMP.sub("", words))
