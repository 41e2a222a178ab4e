"""One playing track: a thread that keeps half a second of Opus frames ahead of the sender."""

import contextlib
import enum
import logging
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audionode.media import Gain, Media, MediaError, PacketReader, PcmReader
from audionode.opus import FRAME_SAMPLES, SAMPLE_RATE, Encoder

log = logging.getLogger(__name__)

_AHEAD = 25  # frames kept ready
_BATCH = 5  # small batches keep the other players' rhythm: bursts of decoding are what ruins it
_KEPT = 3  # frames that stay when the gain changes: time enough to make the others anew
_PRIMED = 2  # frames a new encoder hears first, for its look-ahead
_SHORT = 1000  # a file that ends this many ms before its own length is damaged


class DecodeSlots:
    """How many threads may decode at once; a thread that waits for the network gives its slot away meanwhile."""

    def __init__(self, count: int) -> None:
        self._slots = threading.BoundedSemaphore(count)

    def __enter__(self) -> None:
        self._slots.acquire()

    def __exit__(self, *_: object) -> None:
        self._slots.release()

    @contextlib.contextmanager
    def given_away(self) -> Iterator[None]:
        """For a thread inside the slot, around a wait."""
        self._slots.release()
        try:
            yield
        finally:
            self._slots.acquire()


class Step(enum.Enum):
    """What became of the sender's request for a frame."""

    SENT = enum.auto()
    STARVED = enum.auto()  # no frame is ready
    BLOCKED = enum.auto()  # the connection does not take frames now; nothing was consumed
    ENDED = enum.auto()  # no frame will come


@dataclass(slots=True)
class _Frame:
    position: int  # samples of the track before it
    opus: bytes
    pcm: bytes | None  # before the gain; None when the packet is the file's own


Send = Callable[[bytes], tuple[int, int] | None]
FirstFrame = Callable[[int, int, int], None]


class TrackStream(threading.Thread):
    """Decodes one track; the loop commands it, the sender thread takes frames from it.

    `opener` is called on this thread. `on_ready` and `on_failed` are called on this thread: when frames (or the end)
    are there after a start or a seek, and when the track cannot be played at all.
    `on_first` is called by the sender with sequence, timestamp and time (ns) of the first packet.
    """

    def __init__(
        self,
        opener: Callable[[], Media],
        slots: DecodeSlots,
        *,
        start: int,
        gain: float,
        on_ready: Callable[["TrackStream"], None],
        on_failed: Callable[["TrackStream", Exception], None],
        on_first: FirstFrame,
    ) -> None:
        super().__init__(name="decode", daemon=True)
        self._opener = opener
        self._slots = slots
        self._on_ready = on_ready
        self._on_failed = on_failed
        self._on_first: FirstFrame | None = on_first
        # Guards what follows up to the blank line; held for microseconds, also by the sender.
        self._changed = threading.Condition()
        self._frames: deque[_Frame] = deque()
        self._position = _samples(start)
        self._seek: int | None = _samples(start)
        self._end: int | None = None
        self._gain = gain
        self._exhausted = False
        self._closed = False
        self._starved: float | None = time.monotonic()
        self.error: Exception | None = None

        self._media: Media | None = None
        self._encoder = Encoder()
        self._applied = Gain(gain)
        self._reader: PcmReader | PacketReader | None = None
        self._next = 0

    @property
    def position(self) -> int:
        """Milliseconds: where the frame sent last begins, or where the next one will after a seek."""
        return max(self._position, 0) * 1000 // SAMPLE_RATE

    @property
    def starved_since(self) -> float | None:
        """Monotonic time since when no frame is ready though more should come."""
        return self._starved

    def seek(self, position: int) -> None:
        """Go on at `position` milliseconds; nothing of before is sent any more."""
        with self._changed:
            self._frames.clear()
            self._exhausted, self.error = False, None
            self._seek = self._position = _samples(position)
            self._starved = time.monotonic()
            self._changed.notify()

    def set_end(self, position: int) -> None:
        """End before the frame at `position` milliseconds; a place already passed changes nothing."""
        with self._changed:
            if _samples(position) > self._position:
                self._end = _samples(position)

    def set_gain(self, gain: float) -> None:
        """Multiply by `gain` from 60 ms ahead on."""
        with self._changed:
            self._gain = gain
            self._changed.notify()

    def close(self) -> None:
        """Stop decoding; the thread ends soon, also when it waits for the network."""
        with self._changed:
            self._closed = True
            self._frames.clear()
            self._changed.notify()
        if (media := self._media) is not None:
            media.abort()

    def send_next(self, send: Send) -> Step:
        """Pass the next frame to `send`; it is consumed only if `send` took it."""
        with self._changed:
            if not self._frames:
                return Step.ENDED if self._exhausted else Step.STARVED
            frame = self._frames[0]
            if self._end is not None and frame.position >= self._end:
                return Step.ENDED
            sent = send(frame.opus)
            if sent is None:
                return Step.BLOCKED
            self._frames.popleft()
            self._position = frame.position
            if not self._frames and not self._exhausted:
                self._starved = time.monotonic()
            if len(self._frames) == _AHEAD - _BATCH:
                self._changed.notify()
            on_first, self._on_first = self._on_first, None
        if on_first is not None:
            on_first(*sent, time.time_ns())
        return Step.SENT

    def run(self) -> None:
        try:
            with self._slots:
                self._media = self._opener()
            while self._work():
                pass
        except Exception as error:  # noqa: BLE001 - the track's failure is its own: it is told, the node goes on
            if not self._closed:
                self._on_failed(self, error)
        finally:
            self._reader = None
            if self._media is not None:
                self._media.close()

    def _work(self) -> bool:
        with self._changed:
            while not (self._closed or self._has_command() or self._has_room()):
                self._changed.wait()
            if self._closed:
                return False
            target, self._seek = self._seek, None
            gain, self._exhausted = self._gain, self._exhausted and target is None
        with self._slots:
            if target is not None:
                self._restart(target, gain)
            elif gain != self._applied.factor:
                self._change_gain(gain)
            self._produce(announce=target is not None)
        return True

    def _has_command(self) -> bool:
        return self._seek is not None or self._gain != self._applied.factor

    def _has_room(self) -> bool:
        return not self._exhausted and len(self._frames) <= _AHEAD - _BATCH

    def _restart(self, target: int, gain: float) -> None:
        assert self._media is not None
        self._applied = Gain(gain)
        self._encoder = Encoder()
        self._next = target
        if target or self._reader is not None:
            self._media.seek(target)
        untouched = gain == 1.0 and self._media.untouched
        self._reader = PacketReader(self._media, target) if untouched else PcmReader(self._media, target)

    def _produce(self, *, announce: bool) -> None:
        made: list[_Frame] = []
        ended = False
        error: Exception | None = None
        try:
            while not ended and len(made) < _BATCH:
                frame = self._make()
                ended = frame is None
                made += [frame] if frame is not None else []
        except Exception as failure:
            if announce and not made:
                raise
            ended, error = True, failure
        if ended and error is None:
            error = self._too_short()
        with self._changed:
            if self._seek is not None or self._closed:
                return  # a seek came meanwhile: these frames are of before
            self._frames += made
            self._exhausted, self.error = ended, error or self.error
            self._starved = None if self._frames or ended else self._starved
        if announce:
            self._on_ready(self)

    def _make(self) -> _Frame | None:
        if isinstance(self._reader, PacketReader):
            try:
                packet = self._reader.read()
            except ValueError:
                self._reader = self._decode_from(self._next)
            else:
                if packet is None:
                    return None
                self._next = packet[0] + FRAME_SAMPLES
                return _Frame(packet[0], packet[1], None)
        assert isinstance(self._reader, PcmReader)
        pcm = self._reader.read()
        if pcm is None:
            return None
        position, self._next = self._next, self._next + FRAME_SAMPLES
        return _Frame(position, self._encoder.encode(self._applied.apply(pcm)), pcm)

    def _decode_from(self, position: int) -> PcmReader:
        assert self._media is not None
        self._media.seek(position)
        return PcmReader(self._media, position)

    def _too_short(self) -> MediaError | None:
        assert self._media is not None
        missing = (self._media.length or 0) - self._next * 1000 // SAMPLE_RATE
        return MediaError("the file ends early") if self._media.exact_length and missing > _SHORT else None

    def _change_gain(self, gain: float) -> None:
        """Make the frames anew that are queued behind the next few."""
        with self._changed:
            kept = [self._frames.popleft() for _ in range(min(_KEPT, len(self._frames)))]
            redone = list(self._frames)
            self._frames = deque(kept)
            ended, self._exhausted = self._exhausted, False  # what is redone still has to come
        untouched = gain == 1.0 and self._media is not None and self._media.untouched
        if untouched or isinstance(self._reader, PacketReader):
            if redone or not ended:
                self._restart(redone[0].position if redone else self._next, gain)
            self._applied = Gain(gain)
            return
        old, self._applied, self._encoder = self._applied, Gain(gain), Encoder()
        for frame in kept[-_PRIMED:]:
            self._encoder.encode(old.apply(frame.pcm or b""))
        for index, frame in enumerate(redone):
            pcm = frame.pcm or b""
            louder = _fade(pcm, old.factor, gain) if index == 0 else self._applied.apply(pcm)
            frame.opus = self._encoder.encode(louder)
        with self._changed:
            if self._seek is None:
                self._frames += redone


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000


def _fade(pcm: bytes, old: float, new: float) -> bytes:
    """The gain moves evenly over the frame: a step would click."""
    values = array("h", pcm)
    step = (new - old) / len(values)
    return array("h", (max(-32768, min(32767, int(v * (old + step * i)))) for i, v in enumerate(values))).tobytes()
