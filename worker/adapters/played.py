"""What was played, as rows: one for each hour, person and track."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor
from kit.postgres import connection
from segue.api.v1 import settings_service_pb2, settings_service_pb2_grpc
from worker import wire
from worker.domain.stats import Amount, Song, Stats

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg
    import grpc

    from kit.postgres import Connection, Pool
    from segue.common.v1 import event_service_pb2

_COUNT = """
INSERT INTO played AS known (guild_id, hour, user_id, track, title, author, uri, plays, heard_ms)
VALUES ($1, date_trunc('hour', $2::timestamptz, 'UTC'), $3, $4, $5, $6, $7, 1, $8)
ON CONFLICT (guild_id, hour, user_id, track) DO UPDATE
SET plays = known.plays + 1, heard_ms = known.heard_ms + excluded.heard_ms
"""
_FOUND = (
    "FROM played WHERE guild_id = $1 AND ($2::bigint = 0 OR user_id = $2) AND ($3::timestamptz IS NULL OR hour >= $3)"
)
_AMOUNT = "coalesce(sum(plays), 0)::bigint AS plays, coalesce(sum(heard_ms), 0)::bigint AS heard_ms"
_MOST = "ORDER BY plays DESC, heard_ms DESC LIMIT $4"
_TOTAL = f"SELECT {_AMOUNT}, count(DISTINCT track) AS songs {_FOUND}"
# A track may have changed its title meanwhile: one of them is told.
_SONGS = f"""
SELECT max(title) AS title, max(author) AS author, max(uri) AS uri, {_AMOUNT} {_FOUND}
GROUP BY track {_MOST}
"""
_ARTISTS = f"SELECT author, {_AMOUNT} {_FOUND} AND author <> '' GROUP BY author {_MOST}"
_PEOPLE = f"SELECT user_id, {_AMOUNT} {_FOUND} AND user_id <> 0 GROUP BY user_id {_MOST}"


class Counter:
    """Counts tracks that have ended; for nobody where who asked for one keeps no history."""

    def __init__(self, api: grpc.aio.Channel) -> None:
        self._preferences = settings_service_pb2_grpc.SettingsServiceStub(api)

    async def count(self, tx: Connection, event: event_service_pb2.Event) -> None:
        """Count one, in the transaction that stores how far the events were dealt with. Raises Refused."""
        ended = wire.ended(event)
        if not (ended and ended.counts):
            return
        song, user_id = ended.song, ended.user_id if await self._is_kept(ended.user_id) else 0
        told = (song.title, song.author, song.uri, ended.heard_ms)
        await tx.execute(_COUNT, ended.guild_id, ended.ended_at, user_id, song.key, *told)

    async def _is_kept(self, user_id: int) -> bool:
        if not user_id:
            return False
        request = settings_service_pb2.BatchGetPreferencesRequest(user_ids=[user_id])
        with actor.acting_as(actor.system()):
            return (await self._preferences.BatchGetPreferences(request)).preferences[user_id].keep_history


class PostgresPlayed:
    """`worker.counting.Played` and `worker.scheduling.Songs`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def stats(self, guild_id: int, user_id: int, since: datetime | None, most: int) -> Stats:
        """Sum up what was played."""
        asked = (guild_id, user_id, since)
        async with connection(self._pool) as tx:
            total = await tx.fetchrow(_TOTAL, *asked)
            songs = await tx.fetch(_SONGS, *asked, most)
            artists = await tx.fetch(_ARTISTS, *asked, most)
            people = [] if user_id else await tx.fetch(_PEOPLE, *asked, most)
        assert total, "a sum is a row"
        return Stats(
            _amount(total),
            total["songs"],
            _songs(songs),
            [(row["author"], _amount(row)) for row in artists],
            [(row["user_id"], _amount(row)) for row in people],
        )

    async def most_played(self, guild_id: int, most: int) -> list[tuple[Song, Amount]]:
        """Return the songs that were played most, the most played first."""
        async with connection(self._pool) as tx:
            return _songs(await tx.fetch(_SONGS, guild_id, 0, None, most))


def _songs(rows: list[asyncpg.Record]) -> list[tuple[Song, Amount]]:
    return [(Song(row["title"], row["author"], row["uri"]), _amount(row)) for row in rows]


def _amount(row: asyncpg.Record) -> Amount:
    return Amount(row["plays"], row["heard_ms"])
