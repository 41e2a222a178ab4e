"""Tokens as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uuid_utils import uuid7

from api.domain.token import Token
from kit.postgres import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.postgres import Pool

_FIND = "SELECT token_id::text, user_id, scopes, guild_ids, operator FROM token WHERE digest = $1"
_PUT_OPERATOR = """
INSERT INTO token (token_id, digest, scopes, operator) VALUES ($1, $2, $3, true)
ON CONFLICT (operator) WHERE operator DO UPDATE SET digest = excluded.digest, scopes = excluded.scopes
"""
_NAME_OPERATOR = "UPDATE token SET user_id = $1 WHERE operator"


class PostgresTokens:
    """The table `token`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, digest: bytes) -> Token | None:
        """Return the token with this hash."""
        async with connection(self._pool) as asking:
            row = await asking.fetchrow(_FIND, digest)
        if row is None:
            return None
        return Token(
            token_id=row["token_id"],
            user_id=row["user_id"],
            scopes=tuple(row["scopes"]),
            guild_ids=tuple(row["guild_ids"]),
            operator=row["operator"],
        )

    async def put_operator(self, digest: bytes, scopes: Iterable[str]) -> None:
        """Make this the only operator's token."""
        async with transaction(self._pool) as tx:
            await tx.execute(_PUT_OPERATOR, str(uuid7()), digest, list(scopes))

    async def name_operator(self, user_id: int) -> None:
        """Keep who the operator is."""
        async with transaction(self._pool) as tx:
            await tx.execute(_NAME_OPERATOR, user_id)
