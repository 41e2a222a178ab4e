"""The outbox as other services read it: every event once, those of a guild in the order of its versions.

A cursor is the id of a row. In a guild, ids rise with versions, since both are taken under the guild's lock. Between
guilds they do not tell who commits first: a reader whose cursor is past an id that is not committed yet would never see
it. So readers stop at a bound below which all is decided. It is found in two steps: the newest id is looked up, then a
transaction id is drawn. Whoever holds an id up to the newest had a transaction id before (`outbox.append` sees to it),
and so a lower one than that drawn. As soon as no lower one runs (`pg_snapshot_xmin`), no row can appear up to that id.

Whatever writes for long, in any database of the server, holds events up as long; it loses none. The bound is found anew
by each process and transaction ids are not stored: a database that was moved to another server is read on as before.
"""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
import dataclasses
import enum
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from google.protobuf import any_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit.errors import Refused
from kit.postgres import connection
from segue.common.v1 import actor_pb2, event_service_pb2, event_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from datetime import datetime

    import grpc

    from kit.postgres import Pool

    Context = grpc.aio.ServicerContext[Any, Any]

logger = logging.getLogger(__name__)

BATCH = 100
HEARTBEAT = 15.0
_LOOK = 0.25  # seconds between looks for what was committed

_NEWEST = "SELECT coalesce(max(id), 0) FROM outbox"
_DRAW = "SELECT pg_current_xact_id()::text::bigint"
_OLDEST_RUNNING = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_READ = """
SELECT id, guild_id, version, kind, actor, traceparent, payload, created_at FROM outbox
WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """A change that was committed. Actor and payload are serialized messages, the payload with its type."""

    id: int
    guild_id: int
    version: int
    kind: str
    actor: bytes
    traceparent: str
    payload: bytes
    created_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Some events; go on behind `cursor`."""

    cursor: int
    events: list[Event]


@dataclasses.dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing happened."""

    cursor: int


class End(enum.Enum):
    """The stream ends by itself: go on with another instance."""

    MOVED = enum.auto()


class Events:
    """Reads the outbox of a schema, for all streams of this instance."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._bound = 0
        self._next: tuple[int, int] | None = None  # the next bound, and the transaction id below which all must end
        self._readers = 0
        self._closed = False
        self._woken = asyncio.Event()

    async def read(self, cursor: int) -> AsyncGenerator[Batch | Heartbeat | End]:
        """Stream all events behind a cursor, then each that is committed."""
        self._readers += 1
        try:
            while not self._closed:
                woken = self._woken
                if events := await self._behind(cursor):
                    cursor = events[-1].id
                    yield Batch(cursor, events)
                elif not await _happens(woken, HEARTBEAT):
                    yield Heartbeat(cursor)
            yield End.MOVED
        finally:
            self._readers -= 1

    async def look(self) -> int:
        """Look how far all is decided; return the id."""
        with suppress_instrumentation():
            async with connection(self._pool) as asking:
                if self._next is None:
                    newest = await asking.fetchval(_NEWEST)
                    if newest <= self._bound:
                        return self._bound
                    self._next = newest, await asking.fetchval(_DRAW)
                bound, drawn = self._next
                if await asking.fetchval(_OLDEST_RUNNING) >= drawn:
                    self._bound, self._next = max(bound, self._bound), None
                    self._wake()
        return self._bound

    async def follow(self) -> None:
        """Look for what was committed as long as somebody reads, for ever."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                if self._readers:
                    await self.look()
            except Refused as refused:
                logger.warning("cannot look for events", extra={"error": str(refused)})

    def close(self) -> None:
        """End all streams: another instance serves them."""
        self._closed = True
        self._wake()

    async def _behind(self, cursor: int) -> list[Event]:
        if cursor >= self._bound:
            return []
        # A stream is a call without an end: its statements would make its trace one too.
        with suppress_instrumentation():
            async with connection(self._pool) as asking:
                rows = await asking.fetch(_READ, cursor, self._bound, BATCH)
        return [Event(**row) for row in rows]

    def _wake(self) -> None:
        self._woken.set()
        self._woken = asyncio.Event()


class EventService(event_service_pb2_grpc.EventServiceServicer):
    """Serves them."""

    def __init__(self, events: Events) -> None:
        self._events = events

    async def ReadEvents(
        self,
        request: event_service_pb2.ReadEventsRequest,
        _context: Context,
    ) -> AsyncIterator[event_service_pb2.ReadEventsResponse]:
        """Stream them."""
        async with aclosing(self._events.read(request.cursor)) as messages:
            async for message in messages:
                yield _encode(message)


async def _happens(event: asyncio.Event, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False


def _encode(message: Batch | Heartbeat | End) -> event_service_pb2.ReadEventsResponse:
    if isinstance(message, End):
        return event_service_pb2.ReadEventsResponse(end=end())
    if isinstance(message, Heartbeat):
        return event_service_pb2.ReadEventsResponse(
            cursor=message.cursor, heartbeat=event_service_pb2.StreamHeartbeat()
        )
    batch = event_service_pb2.EventBatch(events=map(_event, message.events))
    return event_service_pb2.ReadEventsResponse(cursor=message.cursor, batch=batch)


def end() -> event_service_pb2.StreamEnd:
    """Return the last message of a stream whose instance stops."""
    return event_service_pb2.StreamEnd(reason=event_service_pb2.STREAM_END_REASON_MOVED)


def _event(found: Event) -> event_service_pb2.Event:
    time = Timestamp()
    time.FromDatetime(found.created_at)
    return event_service_pb2.Event(
        guild_id=found.guild_id,
        version=found.version,
        kind=found.kind,
        actor=actor_pb2.Actor.FromString(found.actor),
        traceparent=found.traceparent,
        payload=any_pb2.Any.FromString(found.payload),
        time=time,
    )
