"""What happened, written in the transaction that made it happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import propagate

from kit import actor
from kit.idempotency import pack

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from kit.postgres import Connection

# Selected from the id of the transaction, so that the transaction has one before the row has its own: kit.events.
APPEND = """
INSERT INTO outbox (guild_id, version, kind, actor, traceparent, payload)
SELECT $1::bigint, $2::bigint, $3::text, $4::bytea, $5::text, $6::bytea FROM pg_current_xact_id()
RETURNING id
"""


async def append(tx: Connection, *, guild_id: int, version: int, kind: str, payload: Message) -> int:
    """Add an event with who acts now and the trace it belongs to; return its id, the higher the later in its guild.

    The transaction holds the lock under which the guild's version rises. Raises LookupError if nobody acts.
    """
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    who = actor.current().SerializeToString()
    event_id: int = await tx.fetchval(
        APPEND, guild_id, version, kind, who, carrier.get("traceparent", ""), pack(payload)
    )
    return event_id
