"""What happened, written in the transaction that made it happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry import propagate

from kit import actor
from kit.idempotency import pack

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from kit.postgres import Connection

APPEND = """
INSERT INTO outbox (guild_id, version, kind, actor, traceparent, payload) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def append(tx: Connection, *, guild_id: int, version: int, kind: str, payload: Message) -> None:
    """Add an event with who acts now and the trace it belongs to. Raises LookupError if nobody acts."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    who = actor.current().SerializeToString()
    await tx.execute(APPEND, guild_id, version, kind, who, carrier.get("traceparent", ""), pack(payload))
