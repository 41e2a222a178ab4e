"""Telling other services whose settings changed: what is so first, then each change, whichever instance made it."""

from __future__ import annotations

import dataclasses
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from kit.events import Batch, End, Heartbeat

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from api.choosing import Store

KIND = "settings.guild"
_PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """Guilds and the versions of their settings; go on behind `cursor`."""

    cursor: int
    guilds: Sequence[tuple[int, int]]


class Happenings(Protocol):
    """What api's outbox tells."""

    async def look(self) -> int:
        """Return the id of the newest event behind which nothing is missing."""

    def read(self, cursor: int) -> AsyncGenerator[Batch | Heartbeat | End]:
        """Stream all events behind a cursor, then each that is committed."""


class Watching:
    """Serves all streams."""

    def __init__(self, store: Store, events: Happenings) -> None:
        self._store = store
        self._events = events

    async def watch(self, cursor: int) -> AsyncGenerator[Changes | Heartbeat | End]:
        """Stream what changed behind a cursor, a heartbeat, then each change.

        What is committed between the look for events and that for settings is told twice, and nothing is left out.
        """
        head = max(cursor, await self._events.look())
        changed = await self._store.changed_since(cursor)
        for start in range(0, len(changed), _PAGE):
            yield Changes(cursor, changed[start : start + _PAGE])
        yield Heartbeat(head)
        async with aclosing(self._events.read(head)) as messages:
            async for message in messages:
                if not isinstance(message, Batch):
                    yield message
                elif guilds := [(event.guild_id, event.version) for event in message.events if event.kind == KIND]:
                    yield Changes(message.cursor, guilds)
