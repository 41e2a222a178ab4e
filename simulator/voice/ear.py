"""What one guild's people hear: a timeline of every frame the bot sent, and what was in it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from simulator import timecode

if TYPE_CHECKING:
    import numpy.typing as npt

SILENCE = b"\xf8\xff\xfe"
_TIMELINE = 10 * 60 * 50  # frames in ten minutes
_HEARD = 10 * 50  # frames whose sound is kept, for `summary`
_LISTENER_QUEUE = 100  # frames; a slower listener loses the oldest
_QUIET = 5e-4  # RMS of full scale


@dataclass(frozen=True, slots=True)
class Frame:
    """One RTP packet of the bot. `at_ms` is when the kernel received it, in ms since 1970."""

    index: int
    at_ms: float
    sequence: int
    timestamp: int
    silent: bool
    media_ms: int | None
    encrypted: bool
    lost_before: int


class Ear:
    """Decodes and remembers; keeps its timeline over the bot's voice sessions."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=_TIMELINE)
        self._sound: deque[tuple[float, npt.NDArray[np.float32]]] = deque(maxlen=_HEARD)
        self._errors: deque[float] = deque(maxlen=_TIMELINE)
        self._index = 0
        self._listeners: set[asyncio.Queue[bytes]] = set()
        self.begin()

    def begin(self) -> None:
        """Start a stream: a new decoder, and no frame counts as lost before its first."""
        self._decoder = av.CodecContext.create("libopus", "r")
        self._decoder.sample_rate = timecode.RATE
        self._decoder.layout = "stereo"
        self._last: int | None = None

    def fail(self, at_ms: float) -> None:
        """Count a packet that could not be decrypted or decoded."""
        self._errors.append(at_ms)

    def hear(self, at_ms: float, sequence: int, timestamp: int, opus: bytes, *, encrypted: bool) -> None:
        """Take one frame."""
        gap = 0 if self._last is None else (sequence - self._last - 1) & 0xFFFF
        if gap >= 1 << 15:  # an earlier one, late or twice
            gap = 0
        else:
            self._last = sequence
        try:
            sound = self._decode(opus)
        except av.error.InvalidDataError:
            self.fail(at_ms)
            return
        self._sound.append((at_ms, sound))
        silent = opus == SILENCE or not len(sound) or float(np.sqrt(np.mean(sound**2))) < _QUIET
        code = None if silent else timecode.decode(sound[: timecode.FRAME])
        media_ms = None if code is None else code[0] * 1000 + code[1] * 100
        self._frames.append(Frame(self._index, at_ms, sequence, timestamp, silent, media_ms, encrypted, gap))
        self._index += 1
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(opus)

    def _decode(self, opus: bytes) -> npt.NDArray[np.float32]:
        parts = [frame.to_ndarray() for frame in self._decoder.decode(av.Packet(opus))]
        if not parts:
            return np.zeros(0, np.float32)
        interleaved = np.concatenate(parts, axis=1).reshape(-1, 2)
        mono: npt.NDArray[np.float32] = (interleaved.mean(axis=1) / 32768).astype(np.float32)
        return mono

    def listen(self) -> asyncio.Queue[bytes]:
        """Open a queue that gets every frame from now on; `leave` closes it."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(_LISTENER_QUEUE)
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[bytes]) -> None:
        """Close a queue of `listen`."""
        self._listeners.discard(queue)

    def frames(self, after: int) -> list[dict[str, Any]]:
        """Show the timeline from the frame after index `after`."""
        first = self._frames[0].index if self._frames else 0
        return [_shown(frame) for frame in list(self._frames)[max(0, after + 1 - first) :]]

    def summary(self, window_ms: float) -> dict[str, Any]:
        """Tell what was heard in the last `window_ms` (at most 10 s of sound)."""
        since = time.time() * 1000 - window_ms
        frames = [frame for frame in self._frames if frame.at_ms >= since]
        sound = [part for at_ms, part in self._sound if at_ms >= since]
        coded = [frame.media_ms for frame in frames if frame.media_ms is not None]
        peak, rms = _loudest(np.concatenate(sound)) if sound else (0.0, 0.0)
        return {
            "frames": len(frames),
            "lost": sum(frame.lost_before for frame in frames),
            "decryptErrors": sum(at_ms >= since for at_ms in self._errors),
            "silent": all(frame.silent for frame in frames),
            "peakHz": peak,
            "rms": rms,
            "mediaSecond": coded[-1] // 1000 if coded else None,
        }


def _shown(frame: Frame) -> dict[str, Any]:
    values = asdict(frame)
    return {
        "index": values["index"],
        "atMs": values["at_ms"],
        "sequence": values["sequence"],
        "timestamp": values["timestamp"],
        "silent": values["silent"],
        "mediaMs": values["media_ms"],
        "encrypted": values["encrypted"],
    }


def _loudest(sound: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Find the strongest frequency in Hz, and the RMS of full scale."""
    rms = math.sqrt(float(np.mean(sound**2)))
    if rms < _QUIET:
        return 0.0, round(rms, 6)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return round(float(spectrum.argmax()) * timecode.RATE / len(sound), 1), round(rms, 6)
