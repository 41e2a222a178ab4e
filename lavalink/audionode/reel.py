"""One open track, read at any place: as 48 kHz stereo s16 PCM, or as the file's own Opus packets."""

from collections.abc import Generator, Iterable, Iterator
from typing import TypeVar

from audionode.chain import SAMPLE_BYTES, Chain
from audionode.filters import Node
from audionode.media import Media, MediaError
from audionode.opus import FRAME_SAMPLES, SAMPLE_RATE, packet_samples

_SHORT = 1000  # a file that ends this many ms before its own length is damaged

Item = TypeVar("Item")


class Reel:
    """Used by one thread. Places are in samples; PCM stays readable until `forget`, without a seek.

    `nodes` are filters the whole track passes. What lies before a damage is read; the damage is `error`.
    """

    def __init__(self, media: Media, nodes: tuple[Node, ...] = ()) -> None:
        self.media = media
        self.ended = False  # whether `end` is the end of the track
        self.error: Exception | None = None
        self._nodes = nodes
        self._frames = self._until_damaged(media.frames())
        self._wound = False  # whether `_frames` goes on where `_pcm` ends
        self._chain: Chain | None = None
        self._shape: tuple[str, str, int] | None = None
        self._fresh = True
        self._pcm = bytearray()
        self._first = 0  # the place where `_pcm` begins
        self._surplus: int | None = None

    @property
    def untouched(self) -> bool:
        """Whether the file's own packets may be sent: a source that cannot be sought could not go back to PCM."""
        return self.media.untouched and self.media.seekable and not self._nodes

    @property
    def end(self) -> int:
        """Where the PCM that was decoded ends."""
        return self._first + len(self._pcm) // SAMPLE_BYTES

    def read(self, place: int, samples: int) -> bytes:
        """So many samples from `place` on, fewer only at the end of the track."""
        self.reach(place, place + samples)
        begin = (place - self._first) * SAMPLE_BYTES
        return bytes(self._pcm[begin : begin + samples * SAMPLE_BYTES])

    def reach(self, place: int, until: int) -> None:
        """Have what is between these places ready."""
        if not self._wound or not self._first <= place <= self.end:
            self._wind(place)
        while not self.ended and self.end < until:
            self._decode()

    def forget(self, place: int) -> None:
        """What lies before `place` will not be read again."""
        if place > self._first:
            place = min(place, self.end)
            del self._pcm[: (place - self._first) * SAMPLE_BYTES]
            self._first = place

    def packets(self, place: int) -> Iterator[tuple[int, bytes]]:
        """Place and packet from the packet nearest to `place` on; ValueError for one that is not 20 ms long."""
        self._wound = False
        self._seek(place)
        after = 0
        for at, packet in self._until_damaged(self.media.packets()):
            after = at + FRAME_SAMPLES
            if at >= place - FRAME_SAMPLES // 2:
                if packet_samples(packet) != FRAME_SAMPLES:
                    raise ValueError("the packet is not 20 ms long")
                yield at, packet
        self._note_end(after)

    def close(self) -> None:
        """Free the decoder; nothing is read afterwards."""
        self._frames.close()
        self.media.close()

    def _wind(self, place: int) -> None:
        self._seek(place)
        self._frames, self._wound = self._until_damaged(self.media.frames()), True
        self._chain = self._shape = None
        self._pcm.clear()
        self._first, self._surplus, self.ended = place, None, False

    def _seek(self, place: int) -> None:
        if place > 0 or not self._fresh:
            self.media.seek(max(place, 0))
        self._fresh, self.error = False, None

    def _decode(self) -> None:
        at, frame = next(self._frames, (None, None))
        if frame is None:
            self._flush()
            self.ended = True
            self._note_end(self.end)
            return
        if self._surplus is None:
            self._surplus = max(self._first - (self._first if at is None else at), 0) * SAMPLE_BYTES
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape or self._chain is None:
            self._flush()
            self._chain, self._shape = Chain(self._nodes, shape), shape
        self._add(self._chain.push_frame(frame))

    def _flush(self) -> None:
        if self._chain is not None:
            self._add(self._chain.flush())
            self._chain = None

    def _add(self, pcm: bytes) -> None:
        cut = min(self._surplus or 0, len(pcm))
        self._surplus = (self._surplus or 0) - cut
        self._pcm += pcm[cut:]

    def _until_damaged(self, items: Iterable[Item]) -> Generator[Item]:
        """The items before the first failure, which is kept; a failure before any item is the caller's."""
        some = False
        try:
            for item in items:
                yield item
                some = True
        except Exception as error:
            if not some:
                raise
            self.error = error

    def _note_end(self, place: int) -> None:
        missing = (self.media.length or 0) - place * 1000 // SAMPLE_RATE
        if self.media.exact_length and missing > _SHORT:
            self.error = self.error or MediaError("the file ends early")
