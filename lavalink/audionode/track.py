"""Lavaplayer's track strings: what a client hands back to name a track."""

import base64
import binascii
import io
import struct
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

VERSION = 3
HAS_VERSION = 1
UNKNOWN_LENGTH = 2**63 - 1
PROBED = ("local", "http")  # the sources whose tracks name their container
EXTRACTED = ("youtube", "soundcloud", "ytdlp")
MIRRORED = ("deezer", "applemusic", "spotify")  # they tell what a track is; its sound comes from another source


@dataclass(frozen=True)
class TrackInfo:
    """What is known of a track; `length` is in milliseconds, `probe` names the container as lavaplayer does.

    An extracted track has no container until it is played: its `uri` is the page that it is extracted from.
    """

    identifier: str
    title: str
    author: str
    length: int
    source: str
    probe: str = ""
    is_stream: bool = False
    is_seekable: bool = True
    uri: str | None = None
    artwork: str | None = None
    isrc: str | None = None

    def to_json(self, *, position: int = 0, user_data: dict[str, Any] | None = None) -> dict[str, Any]:
        """The Lavalink track object at `position` milliseconds."""
        info = {
            "identifier": self.identifier,
            "isSeekable": self.is_seekable,
            "author": self.author,
            "length": self.length,
            "isStream": self.is_stream,
            "position": position,
            "title": self.title,
            "uri": self.uri,
            "sourceName": self.source,
            "artworkUrl": self.artwork,
            "isrc": self.isrc,
        }
        return {
            "encoded": encode(self, position),
            "info": info,
            "pluginInfo": {"probeInfo": self.probe} if self.source in PROBED else {},
            "userData": user_data or {},
        }


@dataclass(frozen=True)
class Loaded:
    """What an identifier led to; `kind` is Lavalink's loadType, `name` a playlist's."""

    kind: str
    tracks: tuple[TrackInfo, ...] = ()
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """The Lavalink load result."""
        found: Any = [track.to_json() for track in self.tracks]
        match self.kind:
            case "empty":
                found = None
            case "track":
                found = found[0]
            case "playlist":
                found = playlist(self.name, found)
        return {"loadType": self.kind, "data": found}


def playlist(name: str, tracks: list[Any], **plugin_info: Any) -> dict[str, Any]:
    """The Lavalink playlist object."""
    return {"info": {"name": name, "selectedTrack": -1}, "pluginInfo": plugin_info, "tracks": tracks}


def unknown(identifier: str) -> TrackInfo:
    """A track of which nothing but its identifier is known."""
    source = "http" if identifier.startswith(("http://", "https://")) else "local"
    return TrackInfo(identifier, "Unknown title", "Unknown artist", 0, source, "", uri=identifier)


def encode(info: TrackInfo, position: int = 0) -> str:
    """The base64 string lavaplayer would make of the track."""
    body = io.BytesIO()
    body.write(struct.pack(">B", VERSION))
    _write_text(body, info.title)
    _write_text(body, info.author)
    body.write(struct.pack(">q", info.length))
    _write_text(body, info.identifier)
    body.write(struct.pack(">?", info.is_stream))
    for optional in (info.uri, info.artwork, info.isrc):
        body.write(struct.pack(">?", optional is not None))
        if optional is not None:
            _write_text(body, optional)
    _write_text(body, info.source)
    if info.source in PROBED:
        _write_text(body, info.probe)
    body.write(struct.pack(">q", position))
    payload = body.getvalue()
    return base64.b64encode(struct.pack(">I", len(payload) | HAS_VERSION << 30) + payload).decode()


def decode(encoded: str, sources: Collection[str] = PROBED) -> tuple[TrackInfo, int]:
    """The track of one of `sources` named by `encoded`, its position in milliseconds; ValueError for anything else.

    The string comes from a client: it proves nothing about the identifier in it.
    """
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("the track is not base64") from error
    try:
        return _read(io.BytesIO(raw), sources)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise ValueError("the track string is damaged") from error


def _read(body: io.BytesIO, sources: Collection[str]) -> tuple[TrackInfo, int]:
    (header,) = _unpack(body, ">I")
    version = _unpack(body, ">B")[0] if header >> 30 & HAS_VERSION else 1
    if not 1 <= version <= VERSION:
        raise ValueError(f"track version {version} is unknown")
    title, author = _read_text(body), _read_text(body)
    (length,) = _unpack(body, ">q")
    identifier = _read_text(body)
    (is_stream,) = _unpack(body, ">?")
    uri = _read_optional(body) if version >= 2 else None
    artwork = _read_optional(body) if version >= 3 else None
    isrc = _read_optional(body) if version >= 3 else None
    source = _read_text(body)
    if source not in sources:
        raise ValueError("Failed to decode track due to a mismatching version or missing source manager")
    probe = _read_text(body) if source in PROBED else ""
    track = TrackInfo(identifier, title, author, length, source, probe, is_stream, not is_stream, uri)
    (position,) = _unpack(body, ">q")
    return replace(track, artwork=artwork, isrc=isrc), position


def _unpack(body: io.BytesIO, layout: str) -> tuple[Any, ...]:
    return struct.unpack(layout, body.read(struct.calcsize(layout)))


def _read_optional(body: io.BytesIO) -> str | None:
    return _read_text(body) if _unpack(body, ">?")[0] else None


def _write_text(body: io.BytesIO, text: str) -> None:
    """Java's modified UTF-8: a surrogate pair is two 3-byte sequences, NUL is two bytes; longer texts are cut."""
    units = struct.unpack(
        f">{len(text.encode('utf-16-be', 'surrogatepass')) // 2}H", text.encode("utf-16-be", "surrogatepass")
    )
    out = bytearray()
    for unit in units:
        piece = b"\xc0\x80" if unit == 0 else chr(unit).encode("utf-8", "surrogatepass")
        if len(out) + len(piece) > 0xFFFF:
            break
        out += piece
    body.write(struct.pack(">H", len(out)) + out)


def _read_text(body: io.BytesIO) -> str:
    (size,) = _unpack(body, ">H")
    raw = body.read(size)
    if len(raw) != size:
        raise ValueError("the track string is cut")
    text = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
