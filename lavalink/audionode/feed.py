"""Tracks joined into one sound, sample by sample or by a crossfade; it can be read again from a little earlier."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from audionode.chain import SAMPLE_BYTES, CrossFade
from audionode.opus import FRAME_SAMPLES
from audionode.passage import Passage
from audionode.reel import Reel

_AHEAD = 10 * FRAME_SAMPLES  # decoded beyond what is needed at a time, until a crossfade's length is ready


@dataclass
class Part:
    """A passage within the feed; places are samples of the feed."""

    passage: Passage
    begins: int
    offset: int  # the place where the track itself begins, or would have
    fade: int = 0
    limit: int | None = None  # where it ends though its track may go on

    @property
    def reel(self) -> Reel:
        assert self.passage.reel is not None
        return self.passage.reel

    @property
    def ends(self) -> int | None:
        """None while that is not known."""
        end = self.offset + self.reel.end if self.reel.ended else None
        return min((one for one in (end, self.limit) if one is not None), default=None)

    def read(self, place: int, samples: int) -> bytes:
        return self.reel.read(place - self.offset, samples)


class Feed:
    """Used by one thread. `following` is ready, and joined to the last part as soon as that part's end is seen."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.following: Passage | None = None
        self.speed = 1.0  # samples of the feed in one that is heard, for end marks
        self._fade: tuple[Part, CrossFade] | None = None

    def start(self, passage: Passage, place: int) -> None:
        """Begin with this passage, at this place of its track."""
        for part in self.parts:
            if part.passage not in {passage, self.following}:
                part.passage.close()
        self.parts = [Part(passage, place, 0)]

    def at(self, place: int) -> Part:
        """What is newest there."""
        return next(part for part in reversed(self.parts) if part.begins <= place or part is self.parts[0])

    def is_taken_back(self, heard: Passage, following: Passage) -> bool:
        """Whether the last part was joined after what is heard, and something else shall follow."""
        passages = [part.passage for part in self.parts]
        return heard in passages[:-1] and passages[-1] is not following

    def rewind(self, place: int, heard: Passage, following: Passage) -> None:
        """Forget what was joined from `place` on, or is taken back: something may be joined in its stead."""
        while self.is_taken_back(heard, following) or (len(self.parts) > 1 and self.parts[-1].begins >= place):
            self.parts.pop()
        self._fade = None

    def join(self, place: int, fade: int = 0) -> Part:
        """Let `following` begin here."""
        assert self.following is not None
        passage, self.following = self.following, None
        part = Part(passage, place, place - passage.start, fade)
        if passage.end is not None:
            part.limit = place + round((passage.end - passage.start) * self.speed)
        self.parts.append(part)
        return part

    def read(self, place: int, samples: int) -> bytes:
        """So many samples from here on, fewer only at the end of the last part."""
        if self.following is not None:
            self._join_at_end(place, place + samples)
        pcm = bytearray()
        for piece in self._pieces(place, place + samples):
            pcm += piece
        return bytes(pcm)

    def forget(self, place: int) -> None:
        """What lies before `place` will not be read again."""
        while len(self.parts) > 1 and self.parts[1].begins + self.parts[1].fade <= place:
            self.parts.pop(0).passage.close()
        for part in self.parts:
            part.reel.forget(place - part.offset)

    def _heard(self, passage: Passage) -> int:
        """How many samples of the passage's track are meant to be heard."""
        marked = sys.maxsize if passage.end is None else round((passage.end - passage.start) * self.speed)
        return marked if passage.length is None else min(marked, passage.length - passage.start)

    def _pieces(self, place: int, until: int) -> Iterator[bytes]:
        while place < until:
            pcm = self._piece(place, until)
            if not pcm:
                return
            place += len(pcm) // SAMPLE_BYTES
            yield pcm

    def _piece(self, place: int, until: int) -> bytes:
        part = self.at(place)
        index = self.parts.index(part)
        fading = index > 0 and place < part.begins + part.fade
        bounds = [until, *(later.begins for later in self.parts[index + 1 :])]
        bounds += [part.ends] if part.ends is not None else []
        bounds += [part.begins + part.fade] if fading else []
        samples = min(bounds) - place
        new = part.read(place, samples) if samples > 0 else b""
        if not fading or not new:
            return new
        old = self.parts[index - 1].read(place, len(new) // SAMPLE_BYTES)
        if self._fade is None or self._fade[0] is not part:
            self._fade = part, CrossFade(part.fade)
        return self._fade[1].mix(place - part.begins, old.ljust(len(new), b"\0"), new)

    def _join_at_end(self, place: int, until: int) -> None:
        """Join when the last part's end is near enough for the crossfade; look for it a little further each time."""
        assert self.following is not None
        part, wanted = self.parts[-1], self.following.crossfade
        if place < part.begins:
            return
        if not part.reel.ended:
            ahead = max(part.offset + part.reel.end, until) + _AHEAD
            part.reel.reach(place - part.offset, min(until + wanted, ahead) - part.offset)
        if part.ends is None or part.ends > until + wanted:
            return
        halves = [self._heard(one) // 2 for one in (part.passage, self.following)]
        fade = max(min(wanted, part.ends - place, *halves), 0)
        self.join(max(part.ends - fade, place), fade)
