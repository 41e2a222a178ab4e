"""Opened audio files: what they are, and their packets and decoded frames."""

import contextlib
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, Self

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition

from audionode.opus import SAMPLE_RATE

# Without this list a playlist format could open other files and addresses behind our back.
_FORMATS = "mp3,flac,ogg,matroska,webm,mov,mp4,m4a,wav,aac,aiff"
_PROBES = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "matroska/webm", "aac": "adts"}
_PREROLL = SAMPLE_RATE * 16 // 100  # decoders need some packets before a seek's target to be exact
_MAX_BAD_PACKETS = 100
MAX_PICTURE = 8 * 1024 * 1024  # bytes
_PICTURES = {rb"\xff\xd8\xff": "image/jpeg", rb"\x89PNG\r\n\x1a\n": "image/png", rb"RIFF.{4}WEBP": "image/webp"}
_OPUS_HEAD_GAIN = slice(16, 18)


class MediaError(Exception):
    """The file is not audio this node can play; the text is for the client and names no path."""


@dataclass(frozen=True)
class Picture:
    """A picture that browsers show; its type is read from its bytes, whatever its name says."""

    data: bytes
    content_type: str

    @classmethod
    def of(cls, data: bytes) -> Self | None:
        """The JPEG, PNG or WebP in these bytes; None for anything else, and for one of more than `MAX_PICTURE`."""
        kind = next((kind for magic, kind in _PICTURES.items() if re.match(magic, data, re.DOTALL)), None)
        return cls(data, kind) if kind and len(data) <= MAX_PICTURE else None


class AudioFile(Protocol):
    """What PyAV reads from; `abort` may be called by any thread to end a read that waits."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...
    def seekable(self) -> bool: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class Media:
    """One open audio file; used by one thread, and closed by it."""

    def __init__(self, file: AudioFile) -> None:
        self._file = file
        try:
            self._container = _open(file)
        except BaseException:
            file.close()
            raise
        streams = self._container.streams.audio
        if not streams:
            self.close()
            raise MediaError("the file holds no audio")
        self._stream = streams[0]
        self._stream.codec_context.thread_count = 1

    def close(self) -> None:
        """Free the decoder now: its threads would otherwise wait for the garbage collector."""
        self._container.close()
        self._file.close()

    def abort(self) -> None:
        """Make a read that waits for the network fail; for other threads."""
        self._file.abort()

    @property
    def seekable(self) -> bool:
        """Whether `seek` can work."""
        return self._file.seekable()

    @property
    def probe(self) -> str:
        """The container's name as lavaplayer spells it."""
        name = self._container.format.name
        return _PROBES.get(name, name)

    @property
    def length(self) -> int | None:
        """Milliseconds, when the container tells."""
        return None if self._container.duration is None else self._container.duration // 1000

    @property
    def exact_length(self) -> bool:
        """Whether the container's length is a count of samples, not an estimate."""
        return self._container.format.name in {"flac", "mov,mp4,m4a,3gp,3g2,mj2"}

    @property
    def tags(self) -> dict[str, str]:
        """Container and stream tags with lower-case names."""
        merged = {**self._stream.metadata, **self._container.metadata}
        return {name.lower(): value.strip() for name, value in merged.items()}

    @property
    def untouched(self) -> bool:
        """Whether the file's own packets may be sent as they are (each is still checked)."""
        head = self._stream.codec_context.extradata or b""
        plain = len(head) < 19 or head[_OPUS_HEAD_GAIN] == b"\0\0"
        return self._stream.codec_context.codec.canonical_name == "opus" and self._stream.channels <= 2 and plain

    def picture(self) -> Picture | None:
        """The cover inside the file, as it lies there; to be asked before any sound is read."""
        pictures = [one for one in self._container.streams.video if one.disposition & Disposition.attached_pic]
        if not pictures:
            return None
        with contextlib.suppress(FFmpegError):
            for packet in self._container.demux(pictures[0]):
                return Picture.of(bytes(packet))
        return None

    def seek(self, position: int) -> None:
        """Go to a packet at or before `position` samples; MediaError when the source cannot."""
        if not self.seekable:
            raise MediaError("the source cannot be searched")
        seconds = max(position - _PREROLL, 0) / SAMPLE_RATE
        with contextlib.suppress(FFmpegError):
            self._seek(seconds)
            return
        try:
            self._seek(max(seconds - 1, 0))  # the last packets of a FLAC cannot be sought
        except FFmpegError as error:
            raise MediaError("the position cannot be found in the file") from error

    def _seek(self, seconds: float) -> None:
        self._container.seek(int((seconds + self._start) * av.time_base))

    def packets(self) -> Iterator[tuple[int, bytes]]:
        """Position in samples and bytes of each packet from here."""
        for packet in self._demux():
            at = self._samples(packet.pts, packet.time_base)
            if packet.size and at is not None:
                yield at, bytes(packet)

    def frames(self) -> Generator[tuple[int | None, AudioFrame]]:
        """Position in samples and each decoded frame from here; a damaged packet is skipped, too many are an error."""
        bad = 0
        for packet in self._demux():
            try:
                decoded = packet.decode()
            except FFmpegError as error:
                bad += 1
                if bad > _MAX_BAD_PACKETS:
                    raise MediaError("the file is damaged") from error
                continue
            for frame in decoded:
                assert isinstance(frame, AudioFrame)
                yield self._samples(frame.pts, frame.time_base), frame

    @property
    def _start(self) -> float:
        start, unit = self._stream.start_time, self._stream.time_base
        return float(start * unit) if start is not None and unit is not None else 0.0

    def _samples(self, pts: int | None, unit: Fraction | None) -> int | None:
        return None if pts is None or unit is None else round((float(pts * unit) - self._start) * SAMPLE_RATE)

    def _demux(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except av.error.EOFError:
            return
        except av.error.InvalidDataError as error:
            raise MediaError("the file is damaged") from error


def _open(file: AudioFile) -> InputContainer:
    # More than the first 64 kB tells nothing new, and looking through them takes 20 ms for a wav.
    options = {"format_whitelist": _FORMATS, "probesize": "65536"}
    try:
        return av.open(file, mode="r", buffer_size=65536, options=options, metadata_errors="replace")
    except FFmpegError as error:
        raise MediaError("the file is not audio, or of a kind this node does not play") from error
