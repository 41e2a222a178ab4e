"""Sound for tracks of services that give none away: the same recording at a source that does, or none at all."""

import re
from collections.abc import Callable, Iterator, Sequence

from audionode.errors import NotFoundError, SourceError
from audionode.matching import best, is_same
from audionode.track import EXTRACTED, TrackInfo
from audionode.ytdlp import YtDlp

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")
_KEPT = 256  # matches

Candidates = Callable[[], Sequence[TrackInfo]]


class Mirror:
    """Blocks, and belongs on threads. `local` gives all tracks of the music folder."""

    def __init__(self, local: Candidates, ytdlp: YtDlp) -> None:
        self._local = local
        self._ytdlp = ytdlp
        self._known: dict[TrackInfo, TrackInfo] = {}

    def match(self, wanted: TrackInfo, deadline: float) -> TrackInfo:
        """The track that sounds as the wanted one, found before `deadline` (monotonic).

        NotFoundError when there is none: no other song is played instead. SourceError when a source cannot say.
        """
        if (known := self._known.get(wanted)) is not None:
            return known
        failure: SourceError | None = None
        for candidates in self._candidates(wanted, deadline):
            try:
                found = best(wanted, candidates())
            except SourceError as error:  # the others may still have it
                failure = error
                continue
            if found is not None:
                self._keep(wanted, found)
                return found
        raise failure or NotFoundError("no source has this recording")

    def _candidates(self, wanted: TrackInfo, deadline: float) -> Iterator[Candidates]:
        """By the ISRC first, then by artist and title; what is asked later is not asked in vain."""
        yield lambda: [track for track in self._local() if is_same(wanted, track)]
        if wanted.isrc and _ISRC.fullmatch(wanted.isrc):
            yield lambda: self._searched(f'"{wanted.isrc}"', deadline)
        yield self._local
        yield lambda: self._searched(f"{wanted.author} {wanted.title}", deadline)

    def _searched(self, words: str, deadline: float) -> Sequence[TrackInfo]:
        return self._ytdlp.load(f"ytsearch:{words}", deadline).tracks

    def _keep(self, wanted: TrackInfo, found: TrackInfo) -> None:
        """Only what took long to find: a file is found at once, and may be gone by then."""
        if found.source in EXTRACTED:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[wanted] = found
