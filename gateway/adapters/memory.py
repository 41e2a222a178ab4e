"""What a later process needs to go on with the sessions of this one: how far they are, and how their guilds are."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from gateway.adapters.parts import Changes
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from gateway.adapters.parts import Payload

_log = logging.getLogger(__name__)
_PAUSE = 0.1  # seconds between two writes; Discord tells again what came after the last one
_HELD = {"INTERACTION_CREATE", "MESSAGE_CREATE"}
_OF_GUILDS = {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}


@dataclass
class Session:
    """A session of a shard, and what its guilds told since it was last written; `anew`: no older guild counts.

    `intents` are those that it began with: while it lasts they stay.

    `held` are the events, by id, that are not dealt with yet, and their places in the sequence.
    """

    shard_id: int
    shard_count: int
    id: str
    resume_url: str
    sequence: int = 0
    intents: int = 0
    anew: bool = False
    guilds: dict[int, Changes] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        """How far a later process goes on from: it is told again what is held."""
        return min(self.held.values(), default=self.sequence + 1) - 1


@dataclass(frozen=True)
class Left:
    """What another process left: a session and its guilds, each as one JSON text of lists of parts by kind."""

    session: Session
    guilds: Sequence[str]


class Sessions(Protocol):
    """Where sessions outlive a process. Every method raises Refused(UNAVAILABLE) while that is away."""

    async def find(self, shard_id: int, shard_count: int) -> Left | None:
        """Return the session of a shard."""

    async def write(self, session: Session) -> None:
        """Write how far a session is, and what its guilds told."""


class Memory:
    """Follows the events of all shards and writes what is to be remembered. `sleep` waits some seconds."""

    def __init__(self, sessions: Sessions, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._sessions = sessions
        self._sleep = sleep
        self._followed: dict[int, Session] = {}
        self._changed: set[int] = set()
        self._news = asyncio.Event()
        self._one_after_the_other = asyncio.Lock()

    async def left(self, shard_id: int, shard_count: int) -> Left | None:
        """Return the session of a shard that can be gone on with; None: none is known."""
        try:
            return await self._sessions.find(shard_id, shard_count)
        except Refused as refusal:
            _log.warning("a session is not gone on with: %s", refusal)
            return None

    def intents(self, shard_id: int) -> int:
        """Return what the session of a shard is told; zero: it has none."""
        return self._followed[shard_id].intents if shard_id in self._followed else 0

    def follow(self, session: Session) -> None:
        """Follow a session that began, or that is gone on with."""
        self._followed[session.shard_id] = session

    def note(self, shard_id: int, sequence: int, event: str, told: Payload, me: int) -> None:
        """Take note of an event; `me` is the bot."""
        session = self._followed[shard_id]
        session.sequence = sequence
        guild_id = told.get("id" if event in _OF_GUILDS else "guild_id")
        if guild_id:
            session.guilds.setdefault(int(guild_id), Changes()).take(event, told, me)
        if event in _HELD:
            session.held[int(told["id"])] = sequence
        self._change(session)

    @contextmanager
    def settling(self, event_id: int) -> Iterator[None]:
        """Deal with an event that is held. It is told again if this process ends before."""
        try:
            yield
        except Exception:
            self.settle(event_id)
            raise
        self.settle(event_id)

    def settle(self, event_id: int) -> None:
        """Take note that an event is dealt with, or kept elsewhere."""
        for session in self._followed.values():
            if session.held.pop(event_id, None):
                self._change(session)

    async def keep(self) -> None:
        """Write what changes, for ever. Raises Refused; may be run again."""
        while True:
            await self._news.wait()
            self._news.clear()
            for shard_id in tuple(self._changed):
                await self._write(shard_id)
            await self._sleep(_PAUSE)

    async def finish(self, shard_id: int) -> None:
        """Write the last of the session of a shard, and follow it no more."""
        try:
            await self._write(shard_id)
        except Refused as refusal:
            _log.warning("Discord will tell again what was not written: %s", refusal)
        self._followed.pop(shard_id, None)
        self._changed.discard(shard_id)

    async def _write(self, shard_id: int) -> None:
        """Write what changed of a session, after what is being written."""
        async with self._one_after_the_other:
            if shard_id in self._changed and shard_id in self._followed:
                await self._put(self._followed[shard_id])

    async def _put(self, session: Session) -> None:
        self._changed.discard(session.shard_id)
        written = replace(session, sequence=session.passed)
        session.anew, session.guilds = False, {}
        try:
            await self._sessions.write(written)
        except BaseException:
            session.anew = written.anew
            for guild_id, later in session.guilds.items():
                written.guilds[guild_id] = written.guilds.get(guild_id, Changes()).then(later)
            session.guilds = written.guilds
            self._change(session)
            raise

    def _change(self, session: Session) -> None:
        self._changed.add(session.shard_id)
        self._news.set()
