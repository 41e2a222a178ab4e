"""Telling other services who chose something: what is so first, then each change, whichever instance made it."""

from __future__ import annotations

import dataclasses
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from kit.events import Batch, End, Heartbeat

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

    from api.choosing import People, Store

KIND = "settings.guild"
PERSON = "preferences.person"
_PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """Guilds and people with the versions of what they chose; go on behind `cursor`."""

    cursor: int
    guilds: Sequence[tuple[int, int]] = ()
    people: Sequence[tuple[int, int]] = ()


class Happenings(Protocol):
    """What api's outbox tells."""

    async def look(self) -> int:
        """Return the id of the newest event behind which nothing is missing."""

    def read(self, cursor: int) -> AsyncGenerator[Batch | Heartbeat | End]:
        """Stream all events behind a cursor, then each that is committed."""


class Watching:
    """Serves all streams. `read_person` reads the payload of an event that is about one: who, and the version."""

    def __init__(
        self, store: Store, people: People, events: Happenings, read_person: Callable[[bytes], tuple[int, int]]
    ) -> None:
        self._store = store
        self._people = people
        self._events = events
        self._read_person = read_person

    async def watch(self, cursor: int) -> AsyncGenerator[Changes | Heartbeat | End]:
        """Stream what changed behind a cursor, a heartbeat, then each change.

        What is committed between the look for events and that for settings is told twice, and nothing is left out.
        """
        head = max(cursor, await self._events.look())
        for page in _pages(await self._store.changed_since(cursor)):
            yield Changes(cursor, guilds=page)
        for page in _pages(await self._people.changed_since(cursor)):
            yield Changes(cursor, people=page)
        yield Heartbeat(head)
        async with aclosing(self._events.read(head)) as messages:
            async for message in messages:
                if not isinstance(message, Batch):
                    yield message
                elif (changes := self._changes(message)).guilds or changes.people:
                    yield changes

    def _changes(self, batch: Batch) -> Changes:
        guilds = [(event.guild_id, event.version) for event in batch.events if event.kind == KIND]
        people = [self._read_person(event.payload) for event in batch.events if event.kind == PERSON]
        return Changes(batch.cursor, guilds, people)


def _pages(changed: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (changed[start : start + _PAGE] for start in range(0, len(changed), _PAGE))
