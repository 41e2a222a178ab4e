"""People in a schema: shown by a query of its owner, erased by its owner and in kit's own tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.wrappers_pb2 import UInt64Value

from kit.idempotency import pack, unpack
from kit.postgres import connection, transaction
from kit.privacy import Record
from segue.common.v1 import actor_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.protobuf.message import Message

    from kit.postgres import Connection, Pool

_WINDOW = 20_000  # rows of the outbox that one statement looks through

_EXPORT = """
SELECT kind, key, data::text FROM ({export}) AS own WHERE (kind, key) > ($2, $3) ORDER BY kind, key LIMIT $4
"""
_FORGET_REQUESTS = "DELETE FROM request WHERE user_id = $1"
_ANSWERS = """
SELECT user_id, guild_id, request_id, answer FROM request WHERE position($1::bytea IN answer) > 0 FOR UPDATE
"""
_REWRITE_ANSWER = "UPDATE request SET answer = $4 WHERE user_id = $1 AND guild_id = $2 AND request_id = $3"
_BOUNDS = "SELECT coalesce(min(id), 0) AS first, coalesce(max(id), 0) AS last FROM outbox"
_EVENTS = """
SELECT id, actor, payload FROM outbox
WHERE id BETWEEN $1 AND $2 AND (position($3::bytea IN actor) > 0 OR position($3::bytea IN payload) > 0) FOR UPDATE
"""
_REWRITE_EVENT = "UPDATE outbox SET actor = $2, payload = $3 WHERE id = $1"


class PersonalRows:
    """`kit.privacy.Personal`.

    `export` selects `kind`, `key` (a text, unique among those of its kind) and `data` (JSON) of all that is kept about
    the user $1. `erase` are statements that leave nothing of the user $1 in the owner's tables, `erase_written` those
    for whom $1 is the id as messages have it; all are one transaction. What kit's own tables keep for a day or a week
    is erased too.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        export: str,
        erase: Sequence[str],
        erase_written: Sequence[str] = (),
    ) -> None:
        self._pool = pool
        self._export = _EXPORT.format(export=export)
        self._erase, self._erase_written = erase, erase_written

    async def export(self, user_id: int, after: tuple[str, str], limit: int) -> list[Record]:
        """Return records behind a kind and a key."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(self._export, user_id, *after, limit)
        return [Record(row["kind"], row["key"], json.loads(row["data"])) for row in rows]

    async def erase(self, user_id: int) -> None:
        """Forget a person. The outbox comes last, in parts: by then nothing new is told of them."""
        async with transaction(self._pool) as tx:
            for statement in self._erase:
                await tx.execute(statement, user_id)
            for statement in self._erase_written:
                await tx.execute(statement, written(user_id))
            await _forget_requests(tx, user_id)
        await self._forget_events(user_id)

    async def _forget_events(self, user_id: int) -> None:
        async with connection(self._pool) as asking:
            bounds = await asking.fetchrow(_BOUNDS)
        assert bounds
        for first in range(bounds["first"], bounds["last"] + 1, _WINDOW):
            async with transaction(self._pool) as tx:
                for row in await tx.fetch(_EVENTS, first, first + _WINDOW - 1, written(user_id)):
                    actor = _nobody(row["actor"], user_id)
                    await tx.execute(_REWRITE_EVENT, row["id"], actor, _without(row["payload"], user_id))


async def _forget_requests(tx: Connection, user_id: int) -> None:
    await tx.execute(_FORGET_REQUESTS, user_id)
    for row in await tx.fetch(_ANSWERS, written(user_id)):
        answer = _without(row["answer"], user_id)
        await tx.execute(_REWRITE_ANSWER, row["user_id"], row["guild_id"], row["request_id"], answer)


def written(user_id: int) -> bytes:
    """Return an id as messages on the wire have it."""
    return UInt64Value(value=user_id).SerializeToString()[1:]


def _nobody(actor: bytes, user_id: int) -> bytes:
    """Return who acted, or where alone if it was this person."""
    found = actor_pb2.Actor.FromString(actor)
    return actor_pb2.Actor(surface=found.surface).SerializeToString() if found.user_id == user_id else actor


def _without(stored: bytes, user_id: int) -> bytes:
    """Return a stored message in which a person is nobody."""
    message = unpack(stored)
    forget(message, user_id)
    return pack(message)


def forget(message: Message, user_id: int) -> None:
    """Take a person's id out of a message, wherever it stands: zero instead, or nothing in a list."""
    for field, value in message.ListFields():
        if field.cpp_type == FieldDescriptor.CPPTYPE_UINT64 and field.is_repeated:
            value[:] = [each for each in value if each != user_id]
        elif field.cpp_type == FieldDescriptor.CPPTYPE_UINT64 and value == user_id:
            message.ClearField(field.name)
        elif field.message_type and field.message_type.GetOptions().map_entry:
            for each in value.values() if field.message_type.fields_by_name["value"].message_type else ():
                forget(each, user_id)
        elif field.message_type:
            for each in value if field.is_repeated else (value,):
                forget(each, user_id)
