"""Watching players: a snapshot, then every change in the order of versions, with heartbeats and an end.

Any instance serves any guild. What it commits itself reaches its watchers at once; what others commit is read from the
outbox, which holds every change under its version, so that nothing is lost and a stream can be resumed anywhere.
"""

from __future__ import annotations

import asyncio
import enum
import logging
from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence

    from audio.changes import Changed
    from audio.clock import Clock
    from audio.domain.player import Player

logger = logging.getLogger(__name__)

KEPT = 256  # changes that a resumed stream may be behind
HEARTBEAT = 15.0
_BUFFER = 64  # changes that a reader may be behind
_LOOK = 0.25  # seconds between looks for what other instances committed


class Changes(Protocol):
    """Where changes can be read again."""

    async def player(self, guild_id: int) -> Player:
        """Return a guild's player."""
        ...

    async def changes(self, guild_id: int, after: int, limit: int) -> list[Changed]:
        """Return the first `limit` changes after a version, in their order."""
        ...

    async def versions(self, guild_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the versions of guilds that have one."""
        ...


@dataclass(frozen=True)
class Snapshot:
    """The player as it was when the stream began, or caught up."""

    player: Player


@dataclass(frozen=True)
class Heartbeat:
    """Nothing happened since `version`."""

    version: int


class End(enum.Enum):
    """The stream ends by itself: watch again from the last version."""

    MOVED = enum.auto()
    TOO_SLOW = enum.auto()


class _Reader:
    def __init__(self) -> None:
        self.waiting: deque[Changed] = deque()
        self.end: End | None = None
        self.woken = asyncio.Event()

    def offer(self, changed: Changed) -> None:
        if len(self.waiting) == _BUFFER:
            self.finish(End.TOO_SLOW)
        else:
            self.waiting.append(changed)
            self.woken.set()

    def finish(self, end: End) -> None:
        self.end = self.end or end
        self.waiting.clear()
        self.woken.set()


class Watching:
    """Serves all streams of this instance."""

    def __init__(self, changes: Changes, clock: Clock) -> None:
        self._changes, self._clock = changes, clock
        self._readers: defaultdict[int, set[_Reader]] = defaultdict(set)
        self._newest: dict[int, int] = {}
        self._closed = False

    def committed(self, changed: Changed) -> None:
        """Hear of a change, once it is committed; the same or an older one again does no harm."""
        guild_id, version = changed.player.guild_id, changed.player.version
        if guild_id not in self._readers:
            return
        self._newest[guild_id] = max(version, self._newest.get(guild_id, 0))
        for reader in self._readers[guild_id]:
            reader.offer(changed)

    def close(self) -> None:
        """End all streams: another instance serves them."""
        self._closed = True
        for readers in self._readers.values():
            for reader in readers:
                reader.finish(End.MOVED)

    async def watch(self, guild_id: int, from_version: int) -> AsyncGenerator[Snapshot | Changed | Heartbeat | End]:
        """Stream a guild's player, after the changes since `from_version` where they are still known."""
        with self._reading(guild_id) as reader:
            head = 0
            for first in await self._first(guild_id, from_version):
                head = first.player.version
                yield first
            self._newest.setdefault(guild_id, head)
            while reader.end is None:
                if not await self._woken(reader):
                    yield Heartbeat(head)
                while reader.waiting:
                    for changed in await self._in_order(guild_id, head, reader.waiting.popleft()):
                        head = changed.player.version
                        yield changed
            yield reader.end

    async def look(self) -> None:
        """Look for what other instances committed, for ever."""
        while True:
            await self._clock.sleep(_LOOK)
            try:
                await self._look_once()
            except Refused as refused:
                logger.warning("cannot look for changes", extra={"error": str(refused)})

    async def _look_once(self) -> None:
        if not self._readers:
            return
        for guild_id, version in (await self._changes.versions(list(self._readers))).items():
            known = self._newest.get(guild_id, version)
            if version > known:
                for changed in await self._changes.changes(guild_id, known, _BUFFER):
                    self.committed(changed)

    async def _first(self, guild_id: int, from_version: int) -> Sequence[Snapshot | Changed]:
        if from_version:
            missed = await self._changes.changes(guild_id, from_version, KEPT + 1)
            if missed and len(missed) <= KEPT and missed[0].player.version == from_version + 1:
                return missed
        return [Snapshot(await self._changes.player(guild_id))]

    async def _in_order(self, guild_id: int, head: int, changed: Changed) -> list[Changed]:
        version = changed.player.version
        if version <= head:
            return []
        if version == head + 1:
            return [changed]
        return [*await self._changes.changes(guild_id, head, version - head - 1), changed]

    async def _woken(self, reader: _Reader) -> bool:
        try:
            async with self._clock.timeout(HEARTBEAT):
                await reader.woken.wait()
        except TimeoutError:
            return False
        reader.woken.clear()
        return True

    @contextmanager
    def _reading(self, guild_id: int) -> Iterator[_Reader]:
        reader = _Reader()
        if self._closed:
            reader.finish(End.MOVED)
        self._readers[guild_id].add(reader)
        try:
            yield reader
        finally:
            self._readers[guild_id].discard(reader)
            if not self._readers[guild_id]:
                del self._readers[guild_id]
                self._newest.pop(guild_id, None)
