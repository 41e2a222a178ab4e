"""The job `import`: each line is searched for, and what is found added to a queue, each track once."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused
from worker.domain import imports
from worker.domain.imports import Progress, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.domain.job import Job, Result
    from worker.running import Report

_UNWELCOME = {
    Reason.TRACK_TOO_LONG,
    Reason.STREAM_UNWELCOME,
    Reason.DUPLICATE_UNWELCOME,
    Reason.TRACK_BLOCKED,
    Reason.ARTIST_BLOCKED,
    Reason.DOMAIN_BLOCKED,
}
_TOO_MUCH = {Reason.QUEUE_FULL, Reason.QUOTA_REACHED}


@dataclass(frozen=True)
class Part:
    """Tracks to add for a person; the same `request_id` adds them once."""

    guild_id: int
    user_id: int
    handles: Sequence[str]
    placement: str
    request_id: str


class Music(Protocol):
    """What can be played, and the queues of guilds. Every method raises Refused."""

    async def find(self, user_id: int, line: str, source: str) -> str | None:
        """Return the handle of what matches best, if anything does."""

    async def play(self, part: Part) -> int:
        """Add tracks and play the first if nothing plays; return how many the guild does not want."""

    async def add(self, part: Part) -> int:
        """Add tracks; return how many the guild does not want."""


class Importing:
    """Imports for whoever asked, and no more than they may."""

    def __init__(self, music: Music) -> None:
        self._music = music

    async def run(self, job: Job, report: Report) -> Result:
        """Go on from where an earlier attempt came to. What is to be added is reported before it is."""
        wish, progress = Wish(**job.input), Progress(**{**job.result, "reason": "", "metadata": {}})
        try:
            while not imports.is_over(progress):
                if imports.is_due(wish, progress):
                    progress = await self._add(job, wish, progress)
                else:
                    progress = await self._search(job, wish, progress)
                await report(asdict(progress))
        except Refused as refused:
            await report(asdict(imports.refused(progress, refused)))
            raise
        return asdict(progress)

    async def _search(self, job: Job, wish: Wish, progress: Progress) -> Progress:
        lines = imports.to_search(wish, progress)
        handles = await asyncio.gather(*(self._find(job.user_id, line, wish.source) for line in lines))
        return imports.searched(progress, lines, handles)

    async def _find(self, user_id: int, line: str, source: str) -> str | None:
        try:
            return await self._music.find(user_id, line, source)
        except Refused as refused:
            if refused.reason is not Reason.LOAD_FAILED:
                raise
            return None

    async def _add(self, job: Job, wish: Wish, progress: Progress) -> Progress:
        handles = imports.part(wish, progress)
        request_id = str(uuid.uuid5(uuid.UUID(job.job_id), str(progress.parts)))
        part = Part(job.guild_id, job.user_id, handles, wish.placement, request_id)
        try:
            left_out = await (self._music.add if progress.added else self._music.play)(part)
        except Refused as refused:
            if refused.reason in _UNWELCOME:
                return imports.put(progress, len(handles), len(handles))
            if refused.reason in _TOO_MUCH and wish.placement != "NEXT" and len(handles) > 1:
                return imports.narrowed(progress, len(handles))
            raise
        return imports.put(progress, len(handles), left_out)
