"""From a track to Opus frames: filtered and encoded, or the file's own; changed midway without a gap or a click."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audionode.chain import SAMPLE_BYTES, Chain
from audionode.filters import Effects
from audionode.opus import FRAME_BYTES, FRAME_SAMPLES, LOOKAHEAD, Encoder
from audionode.reel import Reel

_WARM = 2 * FRAME_SAMPLES  # what new filters are given first, unheard: the sound before, or silence where none was
_PRIMED = 2  # frames a new encoder encodes first, for its look-ahead
_BACK = 40 * FRAME_SAMPLES  # how far behind the newest frame a change may begin


@dataclass(slots=True)
class Frame:
    """`position` is what the client is told: samples heard since the start or the last seek, added to its place."""

    position: int
    place: float  # samples of the track before its sound
    opus: bytes
    pcm: bytes | None  # what was encoded; None when the packet is the file's own


class Pipeline:
    """Makes the frames of one reel, one after the other; used by one thread."""

    def __init__(self, reel: Reel) -> None:
        self._reel = reel
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
        """Samples of the track before the next frame."""
        return round(self._place)

    def start(self, position: int, effects: Effects) -> None:
        """Go on at this place of the track, after nothing."""
        self._position, self._effects, self._encoder, self._seam = position, effects, Encoder(), None
        # Where a packet begins, for the day the filters are taken away.
        place = position - position % FRAME_SAMPLES if self._reel.untouched else position
        self._enter(place, warm=0)

    def change(self, effects: Effects, kept: Sequence[Frame], dropped: Sequence[Frame]) -> None:
        """Make the `dropped` frames and all that follow anew; `kept` will be heard before them."""
        first = dropped[0] if dropped else self.make()
        self._effects = effects
        if first is None:
            return
        self._position = first.position
        if not self._is_untouched():
            self._encoder = Encoder()
            for frame in kept[-_PRIMED:]:
                self._encoder.encode(self._sound(frame))
            self._seam = self._sound(first)
        place = round(first.place)
        self._enter(place, warm=min(_WARM, place))

    def make(self) -> Frame | None:
        """The next frame, None at the end."""
        if self._packets is not None:
            try:
                return self._pass_on(self._packets)
            except ValueError:
                self._filter_from(round(self._place), warm=0)
        pcm = self._filtered()
        if not pcm:
            return None
        pcm = pcm.ljust(FRAME_BYTES, b"\0")
        if self._seam is not None:
            pcm, self._seam = _blend(self._seam, pcm), None
        frame = self._frame(self._encoder.encode(pcm), pcm)
        self._place += FRAME_SAMPLES * self._effects.speed
        return frame

    def close(self) -> None:
        self._packets = None
        self._reel.close()

    def _is_untouched(self) -> bool:
        return self._reel.untouched and self._effects == Effects()

    def _enter(self, place: int, *, warm: int) -> None:
        if self._is_untouched():
            self._place, self._packets = place, self._reel.packets(place - LOOKAHEAD)
        else:
            self._filter_from(place, warm=warm)

    def _filter_from(self, place: int, *, warm: int) -> None:
        self._place, self._packets = place, None
        self._chain, self._cursor = Chain(self._effects.nodes), place - warm
        self._out[:] = self._chain.push(bytes((_WARM - warm) * SAMPLE_BYTES))
        self._surplus = round(_WARM / self._effects.speed) * SAMPLE_BYTES

    def _pass_on(self, packets: Iterator[tuple[int, bytes]]) -> Frame | None:
        at, packet = next(packets, (0, b""))
        if not packet:
            return None
        self._place = at + LOOKAHEAD
        frame = self._frame(packet, None)
        self._place += FRAME_SAMPLES
        return frame

    def _filtered(self) -> bytes:
        """The next 20 ms after the filters, less at the end."""
        while len(self._out) < self._surplus + FRAME_BYTES and self._chain is not None:
            pcm = self._reel.read(self._cursor, FRAME_SAMPLES)
            self._cursor += len(pcm) // SAMPLE_BYTES
            if pcm:
                self._out += self._chain.push(pcm)
            else:
                self._out += self._chain.flush()
                self._chain = None
        self._reel.forget(round(self._place - _BACK * max(self._effects.speed, 1)))
        pcm = bytes(self._out[self._surplus : self._surplus + FRAME_BYTES])
        del self._out[: self._surplus + FRAME_BYTES]
        self._surplus = 0
        return pcm

    def _frame(self, opus: bytes, pcm: bytes | None) -> Frame:
        position, self._position = self._position, self._position + FRAME_SAMPLES
        return Frame(position, self._place, opus, pcm)

    def _sound(self, frame: Frame) -> bytes:
        return frame.pcm or self._reel.read(round(frame.place), FRAME_SAMPLES).ljust(FRAME_BYTES, b"\0")


def _blend(old: bytes, new: bytes) -> bytes:
    """From one to the other evenly over the frame: a step would click."""
    pairs = zip(array("h", old), array("h", new), strict=True)
    count = FRAME_BYTES // 2
    return array("h", (before + (after - before) * at // count for at, (before, after) in enumerate(pairs))).tobytes()
