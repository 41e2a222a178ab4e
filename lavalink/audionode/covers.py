"""The covers of the music folder: the picture inside a file, else the one that lies beside it."""

import contextlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from audionode.errors import NotFoundError
from audionode.library import Library
from audionode.media import Media

PATH = "/artwork"
_BESIDE = ("cover.jpg", "cover.png", "folder.jpg")
_MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Cover:
    """A picture that browsers show; its type is read from its bytes, whatever its name says."""

    data: bytes
    content_type: str


class Covers:
    """`public_url` is where browsers reach this node."""

    def __init__(self, library: Library, public_url: str) -> None:
        self._library = library
        self._public_url = public_url.rstrip("/")

    def find(self, identifier: str) -> Cover:
        """The cover of a music file; NotFoundError or MediaError when there is none, or no such music."""
        name = self._library.name(identifier)
        with contextlib.closing(Media(self._library.open(name))) as media:
            cover = self._of(name, media)
        if cover is None:
            raise NotFoundError("the file has no cover")
        return cover

    def address(self, name: str, media: Media) -> str | None:
        """Where the cover of the opened file is served, None when it has none."""
        if self._of(name, media) is None:
            return None
        query = urlencode({"identifier": name}, quote_via=quote, safe="/", errors="surrogateescape")
        return f"{self._public_url}{PATH}?{query}"

    def _of(self, name: str, media: Media) -> Cover | None:
        inside = _cover(media.picture() or b"")
        folder = PurePosixPath(name).parent
        beside = (self._read(str(folder / file)) for file in _BESIDE)
        return inside or next(filter(None, beside), None)

    def _read(self, name: str) -> Cover | None:
        try:
            with self._library.open(name) as file:
                return _cover(file.read(_MAX_BYTES + 1) or b"")
        except (NotFoundError, OSError):  # there is none, or it cannot be read
            return None


def _cover(data: bytes) -> Cover | None:
    kind = _content_type(data)
    return Cover(data, kind) if kind and len(data) <= _MAX_BYTES else None


def _content_type(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None
