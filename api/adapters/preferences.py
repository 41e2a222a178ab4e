"""Preferences of people as rows: choices alone."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from api.adapters.trying import changing
from api.domain.preferences import Preferences, preferred
from api.watching import PERSON
from kit import outbox
from kit.postgres import connection
from segue.api.v1 import settings_service_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from api.domain.guild_settings import Choices
    from kit.postgres import Connection, Pool

_CREATE = "INSERT INTO preferences (user_id) VALUES ($1) ON CONFLICT DO NOTHING"
_LOCK = "SELECT version, choices FROM preferences WHERE user_id = $1 FOR UPDATE"
_SAVE = "UPDATE preferences SET version = $2, choices = $3, event_id = $4, changed_at = now() WHERE user_id = $1"
_GET = "SELECT user_id, version, choices FROM preferences WHERE user_id = ANY ($1::bigint[])"
_CHANGED_SINCE = "SELECT user_id, version FROM preferences WHERE event_id > $1 ORDER BY event_id"


class PreferencesChange:
    """`api.choosing.Change`."""

    def __init__(self, tx: Connection, user_id: int, version: int, choices: Choices) -> None:
        self.tx = tx
        self.version = version
        self.choices = choices
        self._user_id = user_id

    async def save(self, choices: Choices) -> None:
        """Write the choices under the next version, and tell that they changed, but not what they are."""
        self.version, self.choices = self.version + 1, choices
        payload = settings_service_pb2.PersonVersion(user_id=self._user_id, version=self.version)
        event_id = await outbox.append(self.tx, guild_id=0, version=self.version, kind=PERSON, payload=payload)
        await self.tx.execute(_SAVE, self._user_id, self.version, json.dumps(choices), event_id)


class PostgresPreferences:
    """`api.choosing.People`: the table `preferences`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self, user_id: int, *, dry: bool) -> AsyncIterator[PreferencesChange]:
        """Open a change; `dry`: undo it at the end."""
        async with changing(self._pool, dry=dry) as tx:
            await tx.execute(_CREATE, user_id)
            row = await tx.fetchrow(_LOCK, user_id)
            assert row
            yield PreferencesChange(tx, user_id, row["version"], json.loads(row["choices"]))

    async def get(self, user_ids: Collection[int]) -> Mapping[int, Preferences]:
        """Return the preferences of each of the people."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_GET, user_ids)
        chosen = {row["user_id"]: preferred(row["version"], json.loads(row["choices"])) for row in rows}
        return dict.fromkeys(user_ids, Preferences()) | chosen

    async def changed_since(self, cursor: int) -> list[tuple[int, int]]:
        """Return people and their versions where the last change is an event behind a cursor."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_CHANGED_SINCE, cursor)
        return [(row["user_id"], row["version"]) for row in rows]
