"""The music folder: opens its files and finds them by words; nothing outside it is ever read."""

import os
import re
import stat
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from audionode.errors import NotFoundError, SourceError
from audionode.track import TrackInfo

SUFFIXES = frozenset({".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".wav", ".webm", ".mka", ".aac"})
_MAX_FOUND = 50


class LocalFile(FileIO):
    """A file of the library; reading it never waits, so there is nothing to abort."""

    def abort(self) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class Piece:
    """A playable file; `album` and `artist` are empty where it names none."""

    track: TrackInfo
    album: str
    artist: str


Probe = Callable[[str], Piece]


@dataclass(frozen=True)
class _Entry:
    stamp: tuple[int, int]
    piece: Piece | None  # None: not playable
    words: str


class Library:
    """Files are named by their path below `root`, with slashes."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._index: dict[str, _Entry] = {}
        self._indexing = threading.Lock()

    def name(self, identifier: str) -> str:
        """The identifier without the root, when it is an absolute path below it."""
        path = Path(identifier)
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else identifier

    def open(self, name: str) -> LocalFile:
        """The file, NotFoundError unless it is a regular file whose real place is below the root.

        The check is made on the open file: what is checked is what is read.
        """
        try:
            descriptor = os.open(self._root / name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise NotFoundError("the file is not in the music folder") from error
        real = Path(f"/proc/self/fd/{descriptor}").readlink()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or not real.is_relative_to(self._root):
            os.close(descriptor)
            raise NotFoundError("the file is not in the music folder")
        return LocalFile(descriptor)

    def search(self, query: str, probe: Probe) -> list[TrackInfo]:
        """The tracks whose title, artist and file name hold every word of `query`, best first."""
        words = plain(query).split()
        wanted = " ".join(words)
        found = [
            (_rank(wanted, piece.track), name, piece.track)
            for name, piece, held in self._playable(probe)
            if words and all(word in held for word in words)
        ]
        return [track for _, _, track in sorted(found, key=lambda hit: hit[:2])[:_MAX_FOUND]]

    def pieces(self, probe: Probe) -> list[Piece]:
        """All that can be played, by folder and name."""
        return [piece for _, piece, _ in sorted(self._playable(probe), key=lambda each: each[0])]

    def _playable(self, probe: Probe) -> list[tuple[str, Piece, str]]:
        """The name of each file that can be played, what it is, and its words."""
        with self._indexing:
            self._refresh(probe)
            index = self._index
        return [(name, entry.piece, entry.words) for name, entry in index.items() if entry.piece is not None]

    def _refresh(self, probe: Probe) -> None:
        fresh: dict[str, _Entry] = {}
        for folder, _, files in os.walk(self._root):
            for file in files:
                path = Path(folder, file)
                if path.suffix.lower() in SUFFIXES:
                    name = path.relative_to(self._root).as_posix()
                    if entry := self._entry(name, path, probe):
                        fresh[name] = entry
        self._index = fresh

    def _entry(self, name: str, path: Path, probe: Probe) -> _Entry | None:
        try:
            status = path.stat()
        except OSError:  # removed since it was listed
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._index.get(name)
        if known is not None and known.stamp == stamp:
            return known
        try:
            piece = probe(name)
        except SourceError:
            return _Entry(stamp, None, "")
        return _Entry(stamp, piece, plain(f"{piece.track.title} {piece.track.author} {name}"))


def plain(text: str) -> str:
    """Lower case, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", kept))


def _rank(wanted: str, track: TrackInfo) -> int:
    title = plain(track.title)
    stem = plain(Path(track.identifier).stem)
    if wanted == plain(track.identifier):
        return 0
    if wanted in {title, stem}:
        return 1
    if title.startswith(wanted) or stem.startswith(wanted):
        return 2
    return 3 if all(word in title for word in wanted.split()) else 4
