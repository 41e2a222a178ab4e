"""Playlists as rows. Items stand by ranks with gaps, so that one moves without its neighbours."""

from __future__ import annotations

import dataclasses
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from uuid_utils import uuid7

from api.adapters.trying import changing
from api.domain.playlist import Item, Kind, Playlist, Share, Track
from kit.errors import Reason, Refused
from kit.postgres import connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from kit.postgres import Connection, Pool

_GAP = 1 << 32
_FAVORITES = 25  # of each person, for a player that goes on by itself

_SELECT = """
SELECT playlist_id::text, kind, guild_id, owner_id, name, item_count, length_ms, version, created_at, updated_at,
    ARRAY (SELECT user_id FROM playlist_share s WHERE s.playlist_id = p.playlist_id AND user_id <> 0) AS users,
    ARRAY (SELECT s.guild_id FROM playlist_share s WHERE s.playlist_id = p.playlist_id AND s.guild_id <> 0) AS guilds
FROM playlist p
"""
_GET = f"{_SELECT} WHERE playlist_id = $1"
_LOCK = f"{_GET} FOR UPDATE"
_LOCK_FAVORITES = f"{_SELECT} WHERE owner_id = $1 AND kind = 'FAVORITES' FOR UPDATE"
_BEHIND = "($2::uuid IS NULL OR playlist_id > $2) ORDER BY playlist_id LIMIT $3"
_OF_PERSON = f"""{_SELECT} WHERE playlist_id IN (
    SELECT playlist_id FROM playlist WHERE guild_id = 0 AND owner_id = $1
    UNION ALL SELECT playlist_id FROM playlist_share WHERE user_id = $1 AND guild_id = 0
) AND {_BEHIND}
"""  # noqa: S608  (constants)
_OF_GUILD = f"""{_SELECT} WHERE playlist_id IN (
    SELECT playlist_id FROM playlist WHERE guild_id = $1
    UNION ALL SELECT playlist_id FROM playlist_share WHERE user_id = 0 AND guild_id = $1
) AND {_BEHIND}
"""  # noqa: S608  (constants)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_COUNT = """
SELECT count(*) FROM playlist
WHERE kind = 'NORMAL' AND CASE WHEN $2::bigint = 0 THEN guild_id = 0 AND owner_id = $1 ELSE guild_id = $2 END
"""
_CREATE = "INSERT INTO playlist (playlist_id, kind, guild_id, owner_id, name) VALUES ($1, $2, $3, $4, $5)"
_RENAME = "UPDATE playlist SET name = $2 WHERE playlist_id = $1"
_DELETE = "DELETE FROM playlist WHERE playlist_id = $1"
_CHANGED = """
UPDATE playlist
SET version = version + 1, item_count = item_count + $2, length_ms = length_ms + $3, updated_at = now()
WHERE playlist_id = $1
"""
_ITEMS = """
SELECT item_id, rank, track FROM playlist_item
WHERE playlist_id = $1 AND ($2::bigint IS NULL OR rank > $2) ORDER BY rank LIMIT $3
"""
_APPEND = f"""
INSERT INTO playlist_item (playlist_id, rank, track, length_ms, identity)
SELECT $1, last.rank + given.place * {_GAP}, given.track::json, given.length_ms, given.identity
FROM (SELECT coalesce(max(rank), 0) AS rank FROM playlist_item WHERE playlist_id = $1) last,
    unnest($2::text[], $3::bigint[], $4::bytea[]) WITH ORDINALITY given (track, length_ms, identity, place)
ORDER BY given.place
RETURNING item_id
"""  # noqa: S608  (constants)
_HOLDS = "SELECT EXISTS (SELECT FROM playlist_item WHERE playlist_id = $1 AND identity = $2)"
_REMOVE = "DELETE FROM playlist_item WHERE playlist_id = $1 AND item_id = ANY ($2::bigint[]) RETURNING length_ms"
_STANDING = "SELECT rank FROM playlist_item WHERE playlist_id = $1 AND item_id = $2"
_LAST = "SELECT max(rank) FROM playlist_item WHERE playlist_id = $1"
_AHEAD = "SELECT max(rank) FROM playlist_item WHERE playlist_id = $1 AND rank < $2"
_STAND = "UPDATE playlist_item SET rank = $2 WHERE item_id = $1"
_SPREAD = f"""
UPDATE playlist_item item SET rank = placed.place * {_GAP}
FROM (
    SELECT item_id, row_number() OVER (ORDER BY rank) AS place FROM playlist_item WHERE playlist_id = $1
) placed WHERE item.item_id = placed.item_id
"""  # noqa: S608  (constants)
_SHARE = "INSERT INTO playlist_share (playlist_id, user_id, guild_id) VALUES ($1, $2, $3)"
_UNSHARE = "DELETE FROM playlist_share WHERE playlist_id = $1 AND user_id = $2 AND guild_id = $3"
_LATEST_FAVORITES = """
SELECT latest.track FROM playlist, LATERAL (
    SELECT item_id, track FROM playlist_item WHERE playlist_id = playlist.playlist_id ORDER BY rank DESC LIMIT $2
) latest WHERE owner_id = ANY ($1::bigint[]) AND kind = 'FAVORITES' ORDER BY latest.item_id DESC
"""


class PlaylistChange:
    """`api.playlists.Change`."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx

    async def lock(self, playlist_id: str) -> Playlist:
        """Return a playlist that nobody else changes meanwhile."""
        return _found(await self.tx.fetchrow(_LOCK, playlist_id))

    async def favorites(self, user_id: int) -> Playlist | None:
        """Return a person's favourites, locked."""
        row = await self.tx.fetchrow(_LOCK_FAVORITES, user_id)
        return _found(row) if row else None

    async def count(self, user_id: int, guild_id: int) -> int:
        """Count a guild's playlists, or a person's; until the end nobody else makes another."""
        await self.tx.execute(_ONE_AT_A_TIME, f"playlists {guild_id or user_id}")
        return int(await self.tx.fetchval(_COUNT, user_id, guild_id))

    async def create(self, kind: Kind, user_id: int, guild_id: int, name: str) -> Playlist:
        """Make a playlist."""
        playlist_id = str(uuid7())
        await self._named(_CREATE, playlist_id, kind, guild_id, user_id, name)
        return await self.lock(playlist_id)

    async def rename(self, playlist: Playlist, name: str) -> Playlist:
        """Give it a name; return what it is then."""
        await self._named(_RENAME, playlist.playlist_id, name)
        return await self._changed(playlist)

    async def delete(self, playlist: Playlist) -> None:
        """Delete it and its items."""
        await self.tx.execute(_DELETE, playlist.playlist_id)

    async def append(self, playlist: Playlist, tracks: Sequence[Track]) -> tuple[Playlist, int]:
        """Put tracks at its end; return what it is then, and the id of the first item."""
        packed = [json.dumps(dataclasses.asdict(track)) for track in tracks]
        lengths = [track.length_ms or 0 for track in tracks]
        identities = [track.identity for track in tracks]
        rows = await self.tx.fetch(_APPEND, playlist.playlist_id, packed, lengths, identities)
        return await self._changed(playlist, len(tracks), sum(lengths)), rows[0]["item_id"]

    async def holds(self, playlist: Playlist, track: Track) -> bool:
        """Tell whether a track is in it."""
        return bool(await self.tx.fetchval(_HOLDS, playlist.playlist_id, track.identity))

    async def remove(self, playlist: Playlist, item_ids: Sequence[int]) -> tuple[Playlist, int]:
        """Remove those of the items that are in it; return what it is then, and how many that were."""
        rows = await self.tx.fetch(_REMOVE, playlist.playlist_id, item_ids)
        gone_ms = sum(row["length_ms"] for row in rows)
        return await self._changed(playlist, -len(rows), -gone_ms), len(rows)

    async def move(self, playlist: Playlist, item_id: int, before_item_id: int) -> Playlist:
        """Put an item before another; zero: at the end."""
        await self._standing(playlist, item_id)
        rank = await self._rank_before(playlist, before_item_id)
        if rank is None:
            await self.tx.execute(_SPREAD, playlist.playlist_id)
            rank = await self._rank_before(playlist, before_item_id)
        if item_id != before_item_id:
            await self.tx.execute(_STAND, item_id, rank)
        return await self._changed(playlist)

    async def share(self, playlist: Playlist, share: Share) -> Playlist:
        """Share it."""
        await self.tx.execute(_SHARE, playlist.playlist_id, share.user_id, share.guild_id)
        return await self._changed(playlist)

    async def unshare(self, playlist: Playlist, share: Share) -> Playlist:
        """Take that back."""
        await self.tx.execute(_UNSHARE, playlist.playlist_id, share.user_id, share.guild_id)
        return await self._changed(playlist)

    async def _named(self, statement: str, *values: object) -> None:
        try:
            await self.tx.execute(statement, *values)
        except asyncpg.UniqueViolationError as error:
            raise Refused(Reason.PLAYLIST_EXISTS) from error

    async def _changed(self, playlist: Playlist, items: int = 0, ms: int = 0) -> Playlist:
        await self.tx.execute(_CHANGED, playlist.playlist_id, items, ms)
        return await self.lock(playlist.playlist_id)

    async def _standing(self, playlist: Playlist, item_id: int) -> int:
        rank = await self.tx.fetchval(_STANDING, playlist.playlist_id, item_id)
        if rank is None:
            raise Refused(Reason.PLAYLIST_ITEM_NOT_FOUND)
        return int(rank)

    async def _rank_before(self, playlist: Playlist, item_id: int) -> int | None:
        """Return a free rank before an item, zero: behind all; None: there is none."""
        if not item_id:
            return int(await self.tx.fetchval(_LAST, playlist.playlist_id)) + _GAP
        behind = await self._standing(playlist, item_id)
        ahead = await self.tx.fetchval(_AHEAD, playlist.playlist_id, behind)
        if ahead is None:
            return behind - _GAP
        return (ahead + behind) // 2 if behind - ahead > 1 else None


class PostgresPlaylists:
    """`api.playlists.Store`: the tables `playlist`, `playlist_item` and `playlist_share`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self, *, dry: bool) -> AsyncIterator[PlaylistChange]:
        """Open a change; `dry`: undo it at the end."""
        async with changing(self._pool, dry=dry) as tx:
            yield PlaylistChange(tx)

    async def get(self, playlist_id: str) -> Playlist:
        """Return a playlist."""
        async with connection(self._pool) as asking:
            return _found(await asking.fetchrow(_GET, playlist_id))

    async def visible(self, user_id: int, guild_id: int, after: str, limit: int) -> list[Playlist]:
        """List what a guild, or else a person, has and was given."""
        statement, whose = (_OF_GUILD, guild_id) if guild_id else (_OF_PERSON, user_id)
        async with connection(self._pool) as asking:
            rows = await asking.fetch(statement, whose, after or None, limit)
        return [_found(row) for row in rows]

    async def items(self, playlist_id: str, after: int | None, limit: int) -> list[Item]:
        """List items behind a rank."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_ITEMS, playlist_id, after, limit)
        return [Item(row["item_id"], row["rank"], _track(row)) for row in rows]

    async def latest_favorites(self, user_ids: Sequence[int]) -> list[Track]:
        """List what some people added last to their favourites."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_LATEST_FAVORITES, user_ids, _FAVORITES)
        return [_track(row) for row in rows]


def _found(row: Any) -> Playlist:
    if row is None:
        raise Refused(Reason.PLAYLIST_NOT_FOUND)
    fields = dict(row)
    people, guilds = fields.pop("users"), fields.pop("guilds")
    shares = (*(Share(user_id, 0) for user_id in people), *(Share(0, guild_id) for guild_id in guilds))
    return Playlist(kind=Kind(fields.pop("kind")), shares=shares, **fields)


def _track(row: Any) -> Track:
    return Track(**json.loads(row["track"]))
