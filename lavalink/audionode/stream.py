"""What one player plays: a thread that keeps half a second of Opus frames ahead of the sender."""

import contextlib
import enum
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audionode.filters import Tone
from audionode.opus import SAMPLE_RATE
from audionode.passage import Passage, Skipped, samples
from audionode.pipeline import Frame, Pipeline
from audionode.sponsorblock import Segment

_AHEAD = 25  # frames kept ready
_BATCH = 5  # small batches keep the other players' rhythm: bursts of decoding are what ruins it
_KEPT = 3  # frames that stay when the tone changes: time enough to make the others anew
_FETCH_BEFORE = 10 * SAMPLE_RATE  # samples before its end that what follows a passage is opened


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


@dataclass(frozen=True)
class _Orders:
    """What the loop wants, as it was at one moment."""

    passage: Passage
    ready: Passage  # the same, or what follows it, once that is open
    target: int | None
    tone: Tone
    last: bool  # no more than this can be waited for


class TrackStream(threading.Thread):
    """Decodes a passage and those that follow it; the loop commands it, the sender thread takes frames from it.

    `on_ready` and `on_failed` are called on threads of the stream: when frames (or the end) are there after a start or
    a seek, and when the passage that has begun cannot be played at all.
    """

    def __init__(
        self,
        passage: Passage,
        slots: DecodeSlots,
        *,
        tone: Tone,
        on_ready: Callable[["TrackStream"], None],
        on_failed: Callable[["TrackStream", Exception], None],
    ) -> None:
        super().__init__(name="decode", daemon=True)
        self._slots = slots
        self._on_ready = on_ready
        self._on_failed = on_failed
        # Guards what follows up to the blank line; held for microseconds, also by the sender.
        self._changed = threading.Condition()
        self._frames: deque[Frame] = deque()
        self._passage = passage  # that is heard
        self._following: Passage | None = None
        self._opened: list[Passage] = []
        self._left: list[Passage] = []  # not to be played any more
        self._seek: int | None = passage.start
        self._tone = tone
        self._end_set = False
        self._held = False  # only the rest of the last frame is to be made
        self._exhausted = False
        self._fetched: Passage | None = None
        self._remaining = math.inf
        self._closed = False
        self._starved: float | None = time.monotonic()
        self.error: Exception | None = None

        self._applied = tone
        self._offered = passage

    @property
    def starved_since(self) -> float | None:
        """Monotonic time since when no frame is ready though more should come."""
        return self._starved

    def seek(self, passage: Passage, position: int) -> None:
        """Go on at `position` milliseconds; nothing of before is sent any more. Nothing, if the passage is over."""
        with self._changed:
            if passage is self._passage:
                passage.due = passage.segments
                self._go_to(samples(position))

    def set_segments(self, passage: Passage, segments: tuple[Segment, ...], on_skipped: Skipped) -> None:
        """Leave these out, and no others any more; `on_skipped` is called on the sender's thread."""
        with self._changed:
            passage.segments = passage.due = segments
            passage.on_skipped = on_skipped

    def set_end(self, passage: Passage, position: int) -> None:
        """End before the frame at `position` milliseconds; a place already passed changes nothing."""
        with self._changed:
            if samples(position) > passage.position:
                passage.end, self._end_set = samples(position), True
                self._changed.notify()

    def set_tone(self, tone: Tone) -> None:
        """Let it sound so from 60 ms ahead on."""
        with self._changed:
            self._tone = tone
            self._changed.notify()

    def set_following(self, passage: Passage | None) -> None:
        """Let this passage follow the one that is heard, instead of any set before."""
        with self._changed:
            if self._following is not None:
                self._left.append(self._following)
            self._following = passage
            self._changed.notify()

    def close(self) -> None:
        """Stop decoding; the thread ends soon, also when it waits for the network."""
        with self._changed:
            self._closed = True
            self._frames.clear()
            self._changed.notify()
        self._passage.abort()
        if self._following is not None:
            self._following.abort()

    def send_next(self, send: Send) -> Step:
        """Pass the next frame to `send`; it is consumed only if `send` took it."""
        with self._changed:
            if not self._frames:
                if not self._exhausted or self._passage.reel is None:
                    return Step.STARVED
                if self._following is None:
                    return Step.ENDED
                self._begin(self._following)  # though it is still being opened
                return Step.STARVED
            frame = self._frames[0]
            if frame.passage is self._passage and (segment := self._passage.due_at(frame.at)) is not None:
                self._skip(segment)
                return Step.STARVED
            sent = send(frame.opus)
            if sent is None:
                return Step.BLOCKED
            self._frames.popleft()
            if frame.passage is not self._passage:
                self._begin(frame.passage)
            self._passage.position = frame.position
            if not self._frames and not self._exhausted:
                self._starved = time.monotonic()
            if len(self._frames) in {_AHEAD - _BATCH, _KEPT}:
                self._changed.notify()
            on_first, self._passage.on_first = self._passage.on_first, None
        if on_first is not None:
            on_first(*sent, time.time_ns())
        return Step.SENT

    def run(self) -> None:
        pipeline = Pipeline(self._passage)
        try:
            if self._open(self._passage):
                while self._work(pipeline):
                    pass
        except Exception as error:  # noqa: BLE001 - the track's failure is its own: it is told, the node goes on
            if not self._closed:
                self._on_failed(self, error)
        finally:
            with self._changed:
                self._closed = True
            for passage in self._opened:
                passage.close()

    def _go_to(self, place: int) -> None:
        self._frames.clear()
        self._held = self._exhausted = False
        self.error = None
        self._seek = self._passage.position = place
        self._starved = time.monotonic()
        self._changed.notify()

    def _skip(self, segment: Segment) -> None:
        passage = self._passage
        passage.due = tuple(each for each in passage.due if each is not segment)
        self._go_to(samples(segment.end))
        passage.on_skipped(segment)

    def _begin(self, passage: Passage) -> None:
        self._passage = passage
        if self._following is passage:
            self._following = None
        if not self._frames:
            self._starved = time.monotonic()
        passage.on_begun()

    def _open(self, passage: Passage) -> bool:
        """Whether the passage is still wanted once it is open."""
        reel = passage.open(lambda: self._slots)
        with self._changed:
            wanted = not self._closed and passage in {self._passage, self._following}
            if wanted:
                passage.reel, self._exhausted = reel, False
                self._opened = [*(one for one in self._opened if not one.closed), passage]
                self._changed.notify()
        if not wanted:
            reel.close()
        return wanted

    def _fetch(self, passage: Passage) -> None:
        """Open what follows, on a thread of its own; when that fails, nothing follows within this stream."""
        try:
            self._open(passage)
        except Exception as error:  # noqa: BLE001 - as above
            with self._changed:
                begun = passage is self._passage and not self._closed
                if passage is self._following:
                    self._following = None
                self._changed.notify()
            if begun:
                self._on_failed(self, error)

    def _work(self, pipeline: Pipeline) -> bool:
        with self._changed:
            while not (self._closed or self._has_command() or self._has_room() or self._to_fetch()):
                self._changed.wait()
            if self._closed:
                return False
            if (passage := self._to_fetch()) is not None:
                self._fetched = passage
                threading.Thread(target=self._fetch, args=(passage,), name="fetch", daemon=True).start()
            last = self._held and len(self._frames) <= _KEPT
            orders = _Orders(self._passage, self._ready(), self._seek, self._tone, last)
            if self._passage.reel is None:
                return True
            self._seek, self._end_set, left, self._left = None, False, self._left, []
        with self._slots:
            self._produce(pipeline, orders)
        for passage in left:
            if passage is not self._passage:
                passage.close()
        return True

    def _ready(self) -> Passage:
        """The newest passage that is open; none is passed over."""
        following = self._following
        is_next = following is not None and self._offered in {self._passage, following}
        return following if is_next and following is not None and following.reel is not None else self._passage

    def _has_command(self) -> bool:
        changed = self._end_set or self._tone != self._applied or self._ready() is not self._offered
        return self._passage.reel is not None and (self._seek is not None or changed)

    def _has_room(self) -> bool:
        room = _KEPT if self._held else _AHEAD - _BATCH
        return self._passage.reel is not None and not self._exhausted and len(self._frames) <= room

    def _to_fetch(self) -> Passage | None:
        """What is to be opened now: the passage that has begun, else what follows when the end is near."""
        begun = self._passage.reel is None
        passage = self._passage if begun else self._following
        if passage is None or passage is self._fetched:
            return None
        near = self._remaining <= _FETCH_BEFORE + passage.crossfade
        return passage if begun or self._held or self._exhausted or near else None

    def _produce(self, pipeline: Pipeline, orders: _Orders) -> None:
        """Carry the orders out and make a few frames."""
        made: list[Frame] = []
        frame: Frame | None = None
        error: Exception | None = None
        try:
            self._obey(pipeline, orders)
            while len(made) < _BATCH and (frame := pipeline.make(last=orders.last)) is not None:
                made.append(frame)
        except Exception as failure:
            if orders.target is not None and not made:
                raise
            frame, error = None, failure
        with self._changed:
            if self._seek is not None or self._closed:
                return  # a seek came meanwhile: these frames are of before
            self._frames += made
            ended = frame is None and self._ready() is orders.ready
            self._held, self._exhausted = ended, ended and (orders.last or error is not None)
            self._remaining = pipeline.remaining
            if error is not None:
                self.error, self._following = error, None
            self._starved = None if self._frames or self._exhausted else self._starved
        if orders.target is not None:
            self._on_ready(self)

    def _obey(self, pipeline: Pipeline, orders: _Orders) -> None:
        changed, self._applied = orders.tone != self._applied, orders.tone
        self._offered = orders.ready
        if orders.target is not None:
            pipeline.start(orders.passage, orders.target, orders.tone.effects(), orders.ready)
            return
        pipeline.offer(orders.ready)
        pipeline.mark_end()
        effects = orders.tone.effects()
        with self._changed:
            frames = list(self._frames)
            heard = self._passage
            stay = pipeline.sound_until(frames, heard, orders.ready)
            if changed or pipeline.wavers:
                stay = min(_KEPT, len(frames) if stay is None else stay)
            if stay is None:
                return
            self._frames = deque(frames[:stay])
            self._held = self._exhausted = False  # what was dropped still has to come
        pipeline.change(effects, frames[:stay], frames[stay:], heard=heard, following=orders.ready)
