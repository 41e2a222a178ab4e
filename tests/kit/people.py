"""Where in a schema a person stands: in every column of every table, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.wrappers_pb2 import UInt64Value

if TYPE_CHECKING:
    from kit.postgres import Connection, Pool

PERSON = 812_345_678_901_234_567

_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = $1 ORDER BY table_name"


async def standing(rows: Pool | Connection, schema: str, user_id: int = PERSON) -> list[str]:
    """Return the tables that have a person somewhere: as a number, in a text, JSON or list, or in a stored message."""
    written = UInt64Value(value=user_id).SerializeToString()[1:]
    anywhere = [f"%{form}%" for form in (user_id, written.hex(), str(user_id).encode().hex())]
    tables = [row["table_name"] for row in await rows.fetch(_TABLES, schema)]
    return [
        table
        for table in tables
        if await rows.fetchval(
            f"SELECT EXISTS (SELECT FROM {schema}.{table} AS row WHERE to_jsonb(row)::text LIKE ANY ($1))", anywhere
        )
    ]
