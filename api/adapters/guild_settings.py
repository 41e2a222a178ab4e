"""Settings of guilds as rows: choices alone, with who changed them last."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import Message

from api import wire
from api.adapters import audit
from api.adapters.playlists import PlaylistChange
from api.adapters.trying import changing
from api.domain.audit import SETTINGS
from api.domain.guild_settings import GuildSettings, settled
from api.watching import KIND
from kit import actor, idempotency, outbox
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

    from api.domain.guild_settings import Choices
    from api.domain.playlist import Playlist
    from kit.postgres import Connection, Pool

R = TypeVar("R", bound=Message)

_CREATE = "INSERT INTO guild_settings (guild_id) VALUES ($1) ON CONFLICT DO NOTHING"
_LOCK = "SELECT version, choices FROM guild_settings WHERE guild_id = $1 FOR UPDATE"
_SAVE = """
UPDATE guild_settings SET version = $2, choices = $3, event_id = $4, changed_by = $5, changed_at = now()
WHERE guild_id = $1
"""
_GET = "SELECT guild_id, version, choices FROM guild_settings WHERE guild_id = ANY ($1::bigint[])"
_CHANGED_SINCE = "SELECT guild_id, version FROM guild_settings WHERE event_id > $1 ORDER BY event_id"


class SettingsChange:
    """`api.choosing.GuildChange`."""

    def __init__(self, tx: Connection, guild_id: int, version: int, choices: Choices) -> None:
        self.tx = tx
        self.version = version
        self.choices = choices
        self._guild_id = guild_id

    async def save(self, choices: Choices) -> None:
        """Write the choices under the next version, with who changed what, and tell of it."""
        before = settled(self.version, self.choices)
        self.version, self.choices = self.version + 1, choices
        after = settled(self.version, choices)
        await audit.append(self.tx, self._guild_id, SETTINGS, wire.setting_changes(before, after))
        payload = wire.guild_settings(after)
        event_id = await outbox.append(
            self.tx, guild_id=self._guild_id, version=self.version, kind=KIND, payload=payload
        )
        who = actor.current().user_id
        await self.tx.execute(_SAVE, self._guild_id, self.version, json.dumps(choices), event_id, who)

    async def playlist(self, playlist_id: str) -> Playlist:
        """Return a playlist that nobody changes meanwhile."""
        return await PlaylistChange(self.tx).lock(playlist_id)


class PostgresSettings:
    """`api.choosing.Store`: the table `guild_settings`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self, guild_id: int, *, dry: bool) -> AsyncIterator[SettingsChange]:
        """Open a change; `dry`: undo it at the end."""
        async with changing(self._pool, dry=dry) as tx:
            await tx.execute(_CREATE, guild_id)
            row = await tx.fetchrow(_LOCK, guild_id)
            assert row
            yield SettingsChange(tx, guild_id, row["version"], json.loads(row["choices"]))

    async def get(self, guild_ids: Collection[int]) -> Mapping[int, GuildSettings]:
        """Return the settings of each of the guilds."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_GET, guild_ids)
        chosen = {row["guild_id"]: settled(row["version"], json.loads(row["choices"])) for row in rows}
        return dict.fromkeys(guild_ids, GuildSettings()) | chosen

    async def changed_since(self, cursor: int) -> list[tuple[int, int]]:
        """Return guilds and their versions where the last change is an event behind a cursor."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_CHANGED_SINCE, cursor)
        return [(row["guild_id"], row["version"]) for row in rows]


async def once(change: SettingsChange, request: Message, effect: Callable[[], Awaitable[R]]) -> tuple[R, bool]:
    """Give a request one effect and one answer, in the transaction of its change."""
    return await idempotency.once(change.tx, idempotency.request_key(request), request, effect)
