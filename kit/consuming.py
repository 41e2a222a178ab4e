"""Acting on events of another service, each once: the cursor is stored in the transaction of their effects."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol

from kit.postgres import connection, transaction
from segue.common.v1 import event_service_pb2, event_service_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from kit.postgres import Connection, Pool

_POSITION = "SELECT position FROM event_cursor WHERE source = $1"
_ADVANCE = """
INSERT INTO event_cursor AS known (source, position) VALUES ($1, $3)
ON CONFLICT (source) DO UPDATE SET position = excluded.position WHERE known.position = $2
RETURNING true
"""


class Effect(Protocol):
    """Does what events call for."""

    async def __call__(self, tx: Connection, event: event_service_pb2.Event) -> None:
        """Do it, in the transaction that stores the cursor."""


class Consumer:
    """Acts on the events of the service behind a channel; its own schema has the table of `kit.tables.create_cursors`.

    Several instances may run it under one `source`: each batch is dealt with by one of them.
    """

    def __init__(self, pool: Pool, channel: grpc.aio.Channel, source: str, *effects: Effect) -> None:
        self._pool = pool
        self._stub = event_service_pb2_grpc.EventServiceStub(channel)
        self._source = source
        self._effects = effects

    async def run(self) -> None:
        """Act on what is kept, then on what comes, for ever. Raises Refused, and goes on from there when run again."""
        while True:
            position = await self._position()
            answers: Any = self._stub.ReadEvents(event_service_pb2.ReadEventsRequest(cursor=position))
            async with aclosing(answers):
                async for answer in answers:
                    if answer.HasField("batch"):
                        if not await self._take(answer, position):
                            break
                        position = answer.cursor

    async def _position(self) -> int:
        async with connection(self._pool) as asking:
            return await asking.fetchval(_POSITION, self._source) or 0

    async def _take(self, answer: event_service_pb2.ReadEventsResponse, position: int) -> bool:
        """Act on a batch, unless another instance did."""
        async with transaction(self._pool) as tx:
            if not await tx.fetchval(_ADVANCE, self._source, position, answer.cursor):
                return False
            for event in answer.batch.events:
                for effect in self._effects:
                    await effect(tx, event)
        return True
