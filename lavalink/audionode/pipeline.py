"""From tracks to Opus frames: filtered and encoded, or a file's own; changed midway without a gap or a click."""

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audionode.chain import SAMPLE_BYTES, Chain
from audionode.feed import Feed
from audionode.filters import Effects
from audionode.opus import FRAME_BYTES, FRAME_SAMPLES, LOOKAHEAD, Encoder
from audionode.passage import Passage

_WARM = 2 * FRAME_SAMPLES  # what new filters are given first, unheard: the sound before, or silence where none was
_PRIMED = 2  # frames a new encoder encodes first, for its look-ahead
_BACK = 40 * FRAME_SAMPLES  # how far behind the newest frame a change may begin
_IMPRECISE = 48  # samples; a container that counts milliseconds says no better where a packet is


@dataclass(slots=True)
class Frame:
    """`position` is what the client is told: samples heard since the start or the last seek, added to its place."""

    passage: Passage
    position: int
    place: float  # samples of the feed before its sound
    at: int  # samples of its track before its sound
    opus: bytes
    pcm: bytes | None  # what was encoded; None when the packet is the file's own


class Pipeline:
    """Makes frames one after the other, of a passage and those that follow it; used by one thread."""

    def __init__(self, passage: Passage) -> None:
        self._feed = Feed()
        self._passage = passage
        self._packets: Iterator[tuple[int, bytes]] | None = None
        self._effects = Effects()
        self._chain: Chain | None = None  # None: all went through
        self._encoder = Encoder()
        self._out = bytearray()
        self._surplus = 0  # bytes of `_out` that are only the filters' warming up
        self._cursor = 0  # the place that goes into the filters next
        self._place: float = 0
        self._position = 0
        self._seam: bytes | None = None

    @property
    def place(self) -> int:
        """Of the next frame."""
        return round(self._place)

    @property
    def remaining(self) -> float:
        """Samples that will be heard of the last passage; infinitely many where its length is not known."""
        part = self._feed.parts[-1]
        length = part.passage.length
        ends = part.ends if part.ends is not None or length is None else part.offset + length
        return math.inf if ends is None else (ends - self._place) / self._effects.speed

    @property
    def wavers(self) -> bool:
        """Whether packets should be sent untouched that are not, or must not be any more."""
        return (self._packets is not None) != self._may_pass(self.place)

    def start(self, passage: Passage, position: int, effects: Effects, following: Passage) -> None:
        """Go on at this place of the passage's track, after nothing."""
        self._passage, self._position, self._effects = passage, position, effects
        self._packets, self._encoder, self._seam = None, Encoder(), None
        # Where a packet begins, for the day the filters are taken away.
        place = position - position % FRAME_SAMPLES if passage.untouched else position
        self._feed.following, self._feed.speed = following, effects.speed
        self._feed.start(passage, place)
        self.offer(following)
        self._place = place
        self.mark_end()
        self._enter(place, warm=0)

    def sound_until(self, frames: Sequence[Frame], heard: Passage, following: Passage) -> int | None:
        """How many of the frames that wait stay, with the ends and the passage after `heard` as they now are.

        None: there is nothing to be changed.
        """
        part = self._feed.parts[-1]
        taken_back = self._feed.is_taken_back(heard, following)
        for index, frame in enumerate(frames):
            over = frame.passage.end is not None and frame.position >= frame.passage.end
            if over or (taken_back and frame.place + FRAME_SAMPLES * self._effects.speed > part.begins):
                return index
        return len(frames) if taken_back else None

    def change(
        self, effects: Effects, kept: Sequence[Frame], dropped: Sequence[Frame], *, heard: Passage, following: Passage
    ) -> None:
        """Make the `dropped` frames and all that follow anew; `kept` will be heard before them."""
        self._place = dropped[0].place if dropped else self._place
        place, self._seam = self.place, None
        self._feed.following = None
        self._feed.rewind(place, heard, following)
        if dropped:
            before = kept[-1] if kept else heard
            self._passage = self._feed.at(place).passage
            goes_on = dropped[0].passage is self._passage  # else it was taken back, and the one before goes on
            self._position = dropped[0].position if goes_on else before.position + FRAME_SAMPLES
        self._effects, self._feed.speed = effects, effects.speed
        self.offer(following)
        if not self._may_pass(place):
            self._feed.following = None
            self._encoder = Encoder()
            for frame in kept[-_PRIMED:]:
                self._encoder.encode(self._sound(frame))
            self._seam = self._sound(dropped[0]) if dropped else None
            self._packets = None
            self.offer(following)
        self.mark_end()
        self._enter(place, warm=min(_WARM, place - self._feed.parts[0].begins))

    def offer(self, following: Passage) -> None:
        """This passage comes after the last one, unless it is part of the feed already."""
        joined = any(part.passage is following for part in self._feed.parts)
        self._feed.following = None if joined else following
        if self._feed.following is not None and self._chain is None and self._packets is None:
            self._filter_from(self.place, warm=0)

    def mark_end(self) -> None:
        """Heed where the passage shall end."""
        part = self._feed.at(self.place)
        if part.passage is self._passage and part.passage.end is not None:
            part.limit = round(self._place + (part.passage.end - self._position) * self._effects.speed)

    def make(self, *, last: bool) -> Frame | None:
        """The next frame; None at the end. Its rest, shorter than a frame, is made only if nothing can follow it."""
        if self._packets is not None and ((frame := self._pass_on()) is not None or self._packets is not None):
            return frame
        pcm = self._filtered(last=last)
        if not pcm:
            return None
        pcm = pcm.ljust(FRAME_BYTES, b"\0")
        if self._seam is not None:
            pcm, self._seam = _blend(self._seam, pcm), None
        return self._frame(self._encoder.encode(pcm), pcm, FRAME_SAMPLES * self._effects.speed)

    def _may_pass(self, place: int) -> bool:
        """Whether packets may be sent untouched from here on: nothing changes them, and their grid is met."""
        part, following = self._feed.at(place), self._feed.following
        joins = following is None or (following.untouched and not following.crossfade)
        alone = self._packets is not None or len(self._feed.parts) == 1
        on_grid = (place - part.offset) % FRAME_SAMPLES == 0
        return part.passage.untouched and self._effects == Effects() and joins and alone and on_grid

    def _enter(self, place: int, *, warm: int) -> None:
        if self._may_pass(place):
            part = self._feed.at(place)
            self._packets = part.reel.packets(place - part.offset - LOOKAHEAD)
        else:
            self._filter_from(place, warm=warm)

    def _filter_from(self, place: int, *, warm: int) -> None:
        if self._packets is not None:
            self._packets, self._encoder = None, Encoder()
        self._place = place
        self._chain, self._cursor = Chain(self._effects.nodes), place - warm
        self._out[:] = self._chain.push(bytes((_WARM - warm) * SAMPLE_BYTES))
        self._surplus = round(_WARM / self._effects.speed) * SAMPLE_BYTES

    def _pass_on(self) -> Frame | None:
        """The next packet; None at the end, or when what comes is not to be passed on."""
        assert self._packets is not None
        part = self._feed.parts[-1]
        over = part.limit is not None and self._place >= part.limit
        try:
            at, packet = (0, b"") if over else next(self._packets, (0, b""))
        except ValueError:
            self._filter_from(self.place, warm=0)
            return None
        self._feed.forget(self.place - _BACK)
        if packet:
            place = at + LOOKAHEAD
            off_grid = (place + FRAME_SAMPLES // 2) % FRAME_SAMPLES - FRAME_SAMPLES // 2
            self._place = part.offset + place - (off_grid if abs(off_grid) < _IMPRECISE else 0)
            return self._frame(packet, None, FRAME_SAMPLES)
        if self._feed.following is None:
            return None
        self._feed.join(self.place)
        self._enter(self.place, warm=0)
        return self._pass_on() if self._packets is not None else None

    def _filtered(self, *, last: bool) -> bytes:
        """The next 20 ms after the filters, less at the end."""
        while len(self._out) < self._surplus + FRAME_BYTES and self._chain is not None:
            pcm = self._feed.read(self._cursor, FRAME_SAMPLES)
            self._cursor += len(pcm) // SAMPLE_BYTES
            if pcm:
                self._out += self._chain.push(pcm)
            elif last:
                self._out += self._chain.flush()
                self._chain = None
            else:
                return b""
        self._feed.forget(round(self._place - _BACK * max(self._effects.speed, 1)))
        pcm = bytes(self._out[self._surplus : self._surplus + FRAME_BYTES])
        del self._out[: self._surplus + FRAME_BYTES]
        self._surplus = 0
        return pcm

    def _frame(self, opus: bytes, pcm: bytes | None, samples: float) -> Frame:
        part = self._feed.at(self.place)
        if part.passage is not self._passage:
            self._passage, self._position = part.passage, part.passage.start
        frame = Frame(part.passage, self._position, self._place, self.place - part.offset, opus, pcm)
        self._position += FRAME_SAMPLES
        self._place += samples
        return frame

    def _sound(self, frame: Frame) -> bytes:
        return frame.pcm or self._feed.read(round(frame.place), FRAME_SAMPLES).ljust(FRAME_BYTES, b"\0")


def _blend(old: bytes, new: bytes) -> bytes:
    """From one to the other evenly over the frame: a step would click."""
    pairs = zip(array("h", old), array("h", new), strict=True)
    count = FRAME_BYTES // 2
    return array("h", (before + (after - before) * at // count for at, (before, after) in enumerate(pairs))).tobytes()
