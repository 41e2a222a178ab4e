"""Telling other services who chose something: what is so first, then each change, whichever instance made it."""

from __future__ import annotations

import dataclasses
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol, TypeVar

from kit.events import Batch, End, Heartbeat

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

    from api.choosing import People, Store
    from api.switching import Flags

KIND = "settings.guild"
PERSON = "preferences.person"
FLAG = "flag"
_PAGE = 1000

V = TypeVar("V")


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """Guilds and people with the versions of what they chose, and flags with theirs; go on behind `cursor`."""

    cursor: int
    guilds: Sequence[tuple[int, int]] = ()
    people: Sequence[tuple[int, int]] = ()
    flags: Sequence[tuple[str, int]] = ()


class Happenings(Protocol):
    """What api's outbox tells."""

    async def look(self) -> int:
        """Return the id of the newest event behind which nothing is missing."""

    def read(self, cursor: int) -> AsyncGenerator[Batch | Heartbeat | End]:
        """Stream all events behind a cursor, then each that is committed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Reads whom or what an event is about, and its version, of the payloads of api."""

    person: Callable[[bytes], tuple[int, int]]
    flag: Callable[[bytes], tuple[str, int]]


class Watching:
    """Serves all streams."""

    def __init__(self, store: Store, people: People, flags: Flags, events: Happenings, reading: Reading) -> None:
        self._store = store
        self._people = people
        self._flags = flags
        self._events = events
        self._reading = reading

    async def watch(self, cursor: int) -> AsyncGenerator[Changes | Heartbeat | End]:
        """Stream what changed behind a cursor, a heartbeat, then each change.

        What is committed between the look for events and that for settings is told twice, and nothing is left out.
        """
        head = max(cursor, await self._events.look())
        for page in _pages(await self._store.changed_since(cursor)):
            yield Changes(cursor, guilds=page)
        for page in _pages(await self._people.changed_since(cursor)):
            yield Changes(cursor, people=page)
        for names in _pages(await self._flags.changed_since(cursor)):
            yield Changes(cursor, flags=names)
        yield Heartbeat(head)
        async with aclosing(self._events.read(head)) as messages:
            async for message in messages:
                if not isinstance(message, Batch):
                    yield message
                elif (changes := self._changes(message)) != Changes(message.cursor):
                    yield changes

    def _changes(self, batch: Batch) -> Changes:
        guilds = tuple((event.guild_id, event.version) for event in batch.events if event.kind == KIND)
        people = tuple(self._reading.person(event.payload) for event in batch.events if event.kind == PERSON)
        flags = tuple(self._reading.flag(event.payload) for event in batch.events if event.kind == FLAG)
        return Changes(batch.cursor, guilds, people, flags)


def _pages(changed: Sequence[V]) -> Iterator[Sequence[V]]:
    return (changed[start : start + _PAGE] for start in range(0, len(changed), _PAGE))
