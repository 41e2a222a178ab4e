"""From an identifier to tracks and covers, and from a track to its open file: the same checks on all ways."""

import contextlib
import re
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from audionode import lavasearch, services
from audionode.errors import NotFoundError, RefusedError, SourceError
from audionode.library import Library, Piece
from audionode.lyrics import Lyrics
from audionode.media import MAX_PICTURE, AudioFile, Media, MediaError, Picture
from audionode.mirroring import Mirror
from audionode.services import Services
from audionode.settings import Limits
from audionode.track import EXTRACTED, MIRRORED, PROBED, UNKNOWN_LENGTH, Loaded, TrackInfo, decode
from audionode.web import Guard, WebFile
from audionode.ytdlp import SEARCH_PREFIXES, YtDlp

SEARCH_PREFIX = "localsearch:"
ARTWORK = "/artwork"
_COVERS = ("cover.jpg", "cover.png", "folder.jpg")
_PLAYLIST_TYPES = frozenset(
    {"audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl", "application/vnd.apple.mpegurl"}
)
_PLS_TYPES = frozenset({"audio/x-scpls", "application/pls+xml"})
_MAX_PLAYLIST = 64 * 1024
_MAX_LYRICS = 256 * 1024
_LYRICS_TAG = re.compile(r"lyrics(-\w+)?|(un)?syncedlyrics")  # FFmpeg adds a language to ID3's
_M3U_PROBE = "m3u|hls-outer"

Waiting = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class _Playlist:
    """The one entry of a playlist that is played, as lavaplayer does it."""

    entry: str
    title: str | None
    is_m3u: bool


class Sources:
    """The music folder, the web, what yt-dlp knows, and what only has its name from a service.

    Everything here blocks and belongs on threads.
    """

    def __init__(
        self, library: Library, guard: Guard, limits: Limits, public_url: str, ytdlp: YtDlp | None = None
    ) -> None:
        self.names = PROBED if ytdlp is None else PROBED + EXTRACTED + MIRRORED
        self._ytdlp = ytdlp
        self._library = library
        self._public_url = public_url.rstrip("/")  # where browsers reach this node
        self._guard = guard
        self._limits = limits
        self._services = Services(guard, limits)
        self._mirror = None if ytdlp is None else Mirror(self._local, ytdlp)

    def load(self, identifier: str) -> Loaded:
        """SourceError or MediaError when there is something that cannot be played."""
        try:
            if identifier.startswith(SEARCH_PREFIX):
                found = self._library.search(identifier.removeprefix(SEARCH_PREFIX), self._probe_local)
                return Loaded("search", tuple(found)) if found else Loaded("empty")
            if identifier.startswith(("http://", "https://")):
                return self._load_link(identifier)
            if identifier.startswith(SEARCH_PREFIXES) and self._ytdlp is not None:
                return self._ytdlp.load(identifier)
            if identifier.startswith(lavasearch.PREFIXES):
                return lavasearch.group(identifier, self._library.pieces(self._probe_local))
            return Loaded("track", (self._load_local(self._library.name(identifier)).track,))
        except NotFoundError:
            return Loaded("empty")

    def decode(self, encoded: str) -> tuple[TrackInfo, int]:
        """The track and its position; ValueError when the string is damaged or of a source that is not served."""
        return decode(encoded, self.names)

    def open(self, track: TrackInfo, waiting: Waiting) -> Media:
        """The track's sound. The track may be forged: its identifier passes the checks of `load` again."""
        deadline = time.monotonic() + self._limits.extract
        if track.source in MIRRORED:
            track = self._matched(track, waiting, deadline)
        if track.source == "local":
            return Media(self._library.open(self._library.name(track.identifier)))
        if track.source in EXTRACTED:
            return self._open_extracted(track, waiting, deadline)
        file, playlist = self._open_web(track.identifier, self._limits.read, waiting)
        if playlist is not None:
            file, nested = self._open_web(playlist.entry, self._limits.read, waiting)
            _refuse_nested(file, nested)
        return Media(file)

    def search(self, query: str, types: Collection[str]) -> dict[str, Any] | None:
        """What LavaSearch answers of the music folder; None when nothing is found."""
        words = query.removeprefix(SEARCH_PREFIX)
        tracks = self._library.search(words, self._probe_local)
        return lavasearch.search(words, types, tracks, self._library.pieces(self._probe_local))

    def lyrics(self, track: TrackInfo) -> Lyrics | None:
        """Those beside the file, else those in its tags; SourceError or MediaError when there is no such file."""
        if track.source != "local":
            return None
        name = self._library.name(track.identifier)
        with contextlib.closing(Media(self._library.open(name))) as media:
            tagged = (text for tag, text in media.tags.items() if _LYRICS_TAG.fullmatch(tag))
            found = (Lyrics.read(text, "tags") for text in tagged)
            return self._lyrics_beside(name) or next(filter(None, found), None)

    def cover(self, identifier: str) -> Picture:
        """The cover of a local file; SourceError or MediaError when there is none, or no such file."""
        name = self._library.name(identifier)
        with contextlib.closing(Media(self._library.open(name))) as media:
            cover = self._cover(name, media)
        if cover is None:
            raise NotFoundError("the file has no cover")
        return cover

    def _matched(self, track: TrackInfo, waiting: Waiting, deadline: float) -> TrackInfo:
        if self._mirror is None:
            raise SourceError(f"nothing is played from {track.source} here")
        with waiting():
            return self._mirror.match(track, deadline)

    def _open_extracted(self, track: TrackInfo, waiting: Waiting, deadline: float) -> Media:
        if self._ytdlp is None:
            raise SourceError(f"nothing is played from {track.source} here")
        with waiting():
            url, headers = self._ytdlp.media(track.uri or track.identifier, deadline)
        return Media(WebFile(url, self._guard, timeout=self._limits.read, waiting=waiting, headers=headers))

    def _local(self) -> list[TrackInfo]:
        return [piece.track for piece in self._library.pieces(self._probe_local)]

    def _probe_local(self, name: str) -> Piece:
        try:
            return self._load_local(name)
        except MediaError as error:
            raise SourceError(str(error)) from error

    def _load_local(self, name: str) -> Piece:
        with contextlib.closing(Media(self._library.open(name))) as media:
            query = urlencode({"identifier": name}, quote_via=quote, safe="/", errors="surrogateescape")
            artwork = f"{self._public_url}{ARTWORK}?{query}" if self._cover(name, media) else None
            tags = media.tags
            return Piece(_describe(media, name, "local", artwork), tags.get("album", ""), tags.get("artist", ""))

    def _cover(self, name: str, media: Media) -> Picture | None:
        """The picture inside the opened file, else the one that lies beside it."""
        folder = PurePosixPath(name).parent
        beside = (self._picture(str(folder / file)) for file in _COVERS)
        return media.picture() or next(filter(None, beside), None)

    def _picture(self, name: str) -> Picture | None:
        try:
            with self._library.open(name) as file:
                return Picture.of(file.read(MAX_PICTURE + 1) or b"")
        except (NotFoundError, OSError):  # there is none, or it cannot be read
            return None

    def _lyrics_beside(self, name: str) -> Lyrics | None:
        try:
            with self._library.open(str(PurePosixPath(name).with_suffix(".lrc"))) as file:
                text = (file.read(_MAX_LYRICS) or b"").decode("utf-8-sig", "replace")
        except (NotFoundError, OSError):  # there are none, or they cannot be read
            return None
        return Lyrics.read(text, "lrc")

    def _load_link(self, url: str) -> Loaded:
        """What a service tells of the address, the audio that is there, or else what yt-dlp finds."""
        if self._ytdlp is not None and (link := services.read(url)) is not None:
            return self._services.load(link)
        try:
            return Loaded("track", (self._load_web(url),))
        except (MediaError, RefusedError):
            if self._ytdlp is None:
                raise
            return self._ytdlp.load(url)

    def _load_web(self, url: str) -> TrackInfo:
        file, playlist = self._open_web(url, self._limits.load, nullcontext)
        if playlist is None:
            return _describe_web(file)
        outer = file.url
        file, nested = self._open_web(playlist.entry, self._limits.load, nullcontext)
        _refuse_nested(file, nested)
        track = _describe_web(file)
        if not playlist.is_m3u:
            return replace(track, title=playlist.title or track.title)
        stream = replace(track, title="Unknown title", author="Unknown artist", isrc=None, probe=_M3U_PROBE)
        return replace(stream, identifier=outer, uri=outer, length=UNKNOWN_LENGTH, is_stream=True, is_seekable=False)

    def _open_web(self, url: str, timeout: float, waiting: Waiting) -> tuple[WebFile, _Playlist | None]:
        """The file at its beginning, or closed with the playlist it was."""
        file = WebFile(url, self._guard, timeout=timeout, waiting=waiting)
        is_m3u = file.content_type in _PLAYLIST_TYPES or re.search(r"\.m3u8?($|\?)", file.url) is not None
        is_pls = file.content_type in _PLS_TYPES or re.search(r"\.pls($|\?)", file.url) is not None
        if not (is_m3u or is_pls):
            return file, None
        with contextlib.closing(file):
            text = _text(file)
        return file, _m3u(text, file.url) if is_m3u else _pls(text, file.url)


def _refuse_nested(file: WebFile, playlist: _Playlist | None) -> None:
    if playlist is not None:
        file.close()
        raise SourceError("a playlist within a playlist is not read")


def _text(file: AudioFile) -> str:
    read = b""
    while len(read) < _MAX_PLAYLIST and (more := file.read(_MAX_PLAYLIST)):
        read += more
    return read.decode("utf-8", "replace")


def _m3u(text: str, base: str) -> _Playlist:
    if "#EXT-X-" in text:
        raise SourceError("HLS streams are not played")
    entry = next((line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")), None)
    if entry is None:
        raise SourceError("the playlist is empty")
    return _Playlist(urljoin(base, entry), None, is_m3u=True)


def _pls(text: str, base: str) -> _Playlist:
    pairs = dict(re.findall(r"(?m)^\s*(\w+)\s*=\s*(.*?)\s*$", text))
    if "File1" not in pairs:
        raise SourceError("the playlist is empty")
    return _Playlist(urljoin(base, pairs["File1"]), pairs.get("Title1"), is_m3u=False)


def _describe_web(file: WebFile) -> TrackInfo:
    with contextlib.closing(Media(file)) as media:
        return _describe(media, file.url, "http")


def _describe(media: Media, identifier: str, source: str, artwork: str | None = None) -> TrackInfo:
    """Hear one frame of the file, too: a text that merely looks like a container is none."""
    length, tags, seekable = media.length, media.tags, media.seekable
    if next(media.frames(), None) is None:
        raise MediaError("the file holds no sound")
    return TrackInfo(
        identifier=identifier,
        title=tags.get("title") or "Unknown title",
        author=tags.get("artist") or "Unknown artist",
        length=UNKNOWN_LENGTH if length is None else length,
        source=source,
        probe=media.probe,
        is_stream=length is None,
        is_seekable=seekable and length is not None,
        uri=identifier,
        artwork=artwork,
        isrc=tags.get("isrc") or tags.get("tsrc"),
    )
