"""A track's turn in a stream: where it begins and ends, how it is opened, and what has become of it."""

import contextlib
from collections.abc import Callable

from audionode.filters import Node
from audionode.loudness import Turn, measured, tagged
from audionode.media import Media
from audionode.opus import SAMPLE_RATE
from audionode.reel import Reel
from audionode.sponsorblock import Segment

_READY = SAMPLE_RATE // 2  # decoded before it is its turn

Begun = Callable[[], None]
FirstFrame = Callable[[int, int, int], None]
Skipped = Callable[[Segment], None]


def samples(milliseconds: int) -> int:
    """A time as samples."""
    return milliseconds * SAMPLE_RATE // 1000


class Passage:
    """Places and lengths are in samples.

    `open_media` blocks; it is called on the thread that calls `open`. `on_begun` is called by the sender when the track
    follows another, `on_first` with sequence, timestamp and time (ns) of its first packet, `on_skipped` with a segment
    that is left out. `due` are those of `segments` that were not left out since the start or the last seek.
    """

    def __init__(
        self,
        open_media: Callable[[], Media],
        *,
        start: int,
        end: int | None,
        levelled: bool,
        on_first: FirstFrame,
        on_begun: Begun = lambda: None,
        crossfade: int = 0,
    ) -> None:
        self.start = self.position = samples(start)  # `position`: where the frame sent last begins
        self.end = samples(end) if end is not None and end > start else None
        self.levelled = levelled
        self.crossfade = samples(crossfade)  # with the track before
        self.on_begun = on_begun
        self.on_first: FirstFrame | None = on_first
        self.on_skipped: Skipped = lambda _: None
        self.segments: tuple[Segment, ...] = ()
        self.due: tuple[Segment, ...] = ()
        self.reel: Reel | None = None
        self._open_media = open_media
        self.closed = False

    @property
    def error(self) -> Exception | None:
        """Why the track was heard only up to here."""
        return self.reel.error if self.reel else None

    @property
    def untouched(self) -> bool:
        """Whether the packets of the opened file may be sent as they are."""
        return self.reel is not None and self.reel.untouched

    @property
    def milliseconds(self) -> int:
        """The position."""
        return self.position * 1000 // SAMPLE_RATE

    @property
    def length(self) -> int | None:
        """Of the whole track, where its file tells."""
        length = self.reel.media.length if self.reel else None
        return None if length is None else samples(length)

    def due_at(self, place: int) -> Segment | None:
        """What is to be left out at this place of the track."""
        found = next((each for each in self.due if samples(each.start) <= place < samples(each.end)), None)
        return found if self.reel is not None and self.reel.media.seekable else None

    def open(self, turn: Turn) -> Reel:
        """The opened file with its beginning decoded, each piece of work within a `turn`; it is not yet `reel`."""
        nodes = self._levelling(turn) if self.levelled else ()
        with turn():
            media = self._open_media()
        try:
            reel = Reel(media, nodes)
            if not reel.untouched:
                with turn():
                    reel.reach(self.start, self.start + _READY)
        except BaseException:
            media.close()
            raise
        return reel

    def _levelling(self, turn: Turn) -> tuple[Node, ...]:
        with turn():
            media = self._open_media()
        with contextlib.closing(media):
            loudness = tagged(media.tags) or (measured(media, turn) if media.seekable else None)
        return loudness.nodes() if loudness else ()

    def abort(self) -> None:
        """End a read that waits for the network."""
        if self.reel is not None:
            self.reel.media.abort()

    def close(self) -> None:
        """Free what was opened; by the thread that reads it, or when none does any more."""
        if self.reel is not None and not self.closed:
            self.closed = True
            self.reel.close()
