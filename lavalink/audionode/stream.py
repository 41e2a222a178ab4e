"""One playing track: a thread that keeps half a second of Opus frames ahead of the sender."""

import contextlib
import enum
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from audionode.filters import Tone
from audionode.media import Media, MediaError
from audionode.opus import SAMPLE_RATE
from audionode.pipeline import Frame, Pipeline
from audionode.reel import Reel

log = logging.getLogger(__name__)

_AHEAD = 25  # frames kept ready
_BATCH = 5  # small batches keep the other players' rhythm: bursts of decoding are what ruins it
_KEPT = 3  # frames that stay when the tone changes: time enough to make the others anew
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
        tone: Tone,
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
        self._frames: deque[Frame] = deque()
        self._position = _samples(start)
        self._seek: int | None = _samples(start)
        self._end: int | None = None
        self._tone = tone
        self._exhausted = False
        self._closed = False
        self._starved: float | None = time.monotonic()
        self.error: Exception | None = None

        self._media: Media | None = None
        self._applied = tone

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

    def set_tone(self, tone: Tone) -> None:
        """Let it sound so from 60 ms ahead on."""
        with self._changed:
            self._tone = tone
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
            pipeline = Pipeline(Reel(self._media))
            while self._work(pipeline):
                pass
        except Exception as error:  # noqa: BLE001 - the track's failure is its own: it is told, the node goes on
            if not self._closed:
                self._on_failed(self, error)
        finally:
            if self._media is not None:
                self._media.close()

    def _work(self, pipeline: Pipeline) -> bool:
        with self._changed:
            while not (self._closed or self._has_command() or self._has_room()):
                self._changed.wait()
            if self._closed:
                return False
            target, self._seek = self._seek, None
            tone, self._exhausted = self._tone, self._exhausted and target is None
        with self._slots:
            self._produce(pipeline, target, tone)
        return True

    def _has_command(self) -> bool:
        return self._seek is not None or self._tone != self._applied

    def _has_room(self) -> bool:
        return not self._exhausted and len(self._frames) <= _AHEAD - _BATCH

    def _produce(self, pipeline: Pipeline, target: int | None, tone: Tone) -> None:
        """Make a few frames; from `target` on, where one is given."""
        made: list[Frame] = []
        ended = False
        error: Exception | None = None
        try:
            self._prepare(pipeline, target, tone)
            while not ended and len(made) < _BATCH:
                frame = pipeline.make()
                ended = frame is None
                made += [frame] if frame is not None else []
        except Exception as failure:
            if target is not None and not made:
                raise
            ended, error = True, failure
        if ended and error is None:
            error = self._too_short(pipeline.place)
        with self._changed:
            if self._seek is not None or self._closed:
                return  # a seek came meanwhile: these frames are of before
            self._frames += made
            self._exhausted, self.error = ended, error or self.error
            self._starved = None if self._frames or ended else self._starved
        if target is not None:
            self._on_ready(self)

    def _prepare(self, pipeline: Pipeline, target: int | None, tone: Tone) -> None:
        """Do what was commanded."""
        changed, self._applied = tone != self._applied, tone
        if target is not None:
            pipeline.start(target, tone.effects())
        elif changed:
            effects = tone.effects()
            with self._changed:
                kept = [self._frames.popleft() for _ in range(min(_KEPT, len(self._frames)))]
                dropped, self._frames = list(self._frames), deque(kept)
                self._exhausted = False  # what was dropped still has to come
            pipeline.change(effects, kept, dropped)

    def _too_short(self, place: int) -> MediaError | None:
        assert self._media is not None
        missing = (self._media.length or 0) - place * 1000 // SAMPLE_RATE
        return MediaError("the file ends early") if self._media.exact_length and missing > _SHORT else None


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000
