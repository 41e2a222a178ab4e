"""SponsorBlock: which parts of a YouTube video are no music, as its viewers marked them."""

import asyncio
import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field, TypeAdapter

from audionode.errors import NotFoundError, SourceError
from audionode.web import Guard, read_whole

_SITE = "https://sponsor.ajay.app/api/skipSegments"
_PREFIX = 4  # hex digits of a video's hash: the site answers for all videos that share them, and learns none
_MAX_ANSWER = 1 << 20
_AT_ONCE = 2
_LONGEST = 7 * 24 * 3600


@dataclass(frozen=True)
class Segment:
    """A part of a track, in milliseconds."""

    category: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class _Marked(BaseModel):
    category: str
    segment: tuple[Annotated[float, Field(ge=0, le=_LONGEST)], Annotated[float, Field(ge=0, le=_LONGEST)]]


class _Video(BaseModel):
    videoID: str  # noqa: N815 - the site's name
    segments: list[_Marked]


_ANSWER = TypeAdapter(list[_Video])


class SponsorBlock:
    """Asks the site, on threads of its own: those that hang take none from tracks. `patience` is in seconds."""

    def __init__(self, guard: Guard, patience: float) -> None:
        self._guard = guard
        self._patience = patience
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sponsorblock")

    async def find(self, video: str, categories: Collection[str]) -> tuple[Segment, ...]:
        """The video's segments of these categories, in their order; SourceError when the site does not tell in time."""
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._find, video, categories)
        except TimeoutError as error:
            raise SourceError("SponsorBlock takes too long to answer") from error

    def close(self) -> None:
        """Ask no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _find(self, video: str, categories: Collection[str]) -> tuple[Segment, ...]:
        prefix = sha256(video.encode()).hexdigest()[:_PREFIX]
        query = urlencode({"categories": json.dumps(sorted(categories))})
        try:
            videos = _ANSWER.validate_json(self._read(f"{_SITE}/{prefix}?{query}"))
        except NotFoundError:
            return ()
        except ValueError as error:
            raise SourceError("SponsorBlock does not answer as it should") from error
        marked = [mark for found in videos if found.videoID == video for mark in found.segments]
        segments = (Segment(each.category, *(round(at * 1000) for at in each.segment)) for each in marked)
        return tuple(sorted((each for each in segments if each.start < each.end), key=attrgetter("start")))

    def _read(self, url: str) -> bytes:
        return read_whole(url, self._guard, timeout=self._patience, within=self._patience, most=_MAX_ANSWER)
