"""Accounts at last.fm, and what these are still to be told, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.postgres import connection
from worker import wire
from worker.domain.scrobble import Link, Scrobble, heard
from worker.scrobbling import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from kit.postgres import Connection, Pool
    from segue.common.v1 import event_service_pb2
    from worker.scrobbling import Account

_FIND = "SELECT name, linked_at FROM lastfm_link WHERE user_id = $1"
_LINK = """
INSERT INTO lastfm_link (user_id, name, session_key) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, session_key = excluded.session_key, linked_at = now()
RETURNING name, linked_at
"""
_DELETE = "DELETE FROM lastfm_link WHERE user_id = $1 RETURNING name, linked_at"
_NOTE = """
INSERT INTO scrobble (user_id, artist, title, album, seconds, started_at, chosen)
SELECT user_id, $3, $4, $5, $6, $7, $8 FROM lastfm_link WHERE user_id = ANY ($1) AND linked_at <= $2 FOR KEY SHARE
"""
_PEOPLE = """
SELECT user_id, session_key FROM lastfm_link
WHERE EXISTS (SELECT FROM scrobble WHERE scrobble.user_id = lastfm_link.user_id) ORDER BY user_id
"""
_OLDEST = """
SELECT scrobble_id, artist, title, album, seconds, started_at, chosen FROM scrobble
WHERE user_id = $1 ORDER BY scrobble_id LIMIT $2
"""
_COUNT = "SELECT count(*) FROM scrobble WHERE user_id = $1"
_REMOVE = "DELETE FROM scrobble WHERE scrobble_id = ANY ($1)"
_UNLINK = """
WITH gone AS (DELETE FROM lastfm_link WHERE user_id = $1 AND session_key = $2 RETURNING user_id)
SELECT count(*) FROM scrobble JOIN gone USING (user_id)
"""


class PostgresScrobbles:
    """`worker.scrobbling.Waiting` and `worker.service.lastfm.Links`. With an account go the tracks that wait for it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, user_id: int) -> Link | None:
        """Return a person's account."""
        async with connection(self._pool) as asking:
            return _link(await asking.fetchrow(_FIND, user_id))

    async def link(self, tx: Connection, user_id: int, account: Account) -> Link:
        """Put an account in the place of any other, in the caller's transaction."""
        link = _link(await tx.fetchrow(_LINK, user_id, account.name, account.session_key))
        assert link
        return link

    async def delete(self, tx: Connection, user_id: int) -> Link | None:
        """Forget a person's account, in the caller's transaction; None: there is none."""
        return _link(await tx.fetchrow(_DELETE, user_id))

    async def note(self, tx: Connection, event: event_service_pb2.Event) -> None:
        """Note a track that has ended for the accounts of those who heard it; see `kit.consuming.Effect`."""
        ended = wire.ended(event)
        if ended and (track := heard(ended)):
            told = (track.artist, track.title, track.album, track.seconds, track.started_at, track.chosen)
            await tx.execute(_NOTE, ended.listener_ids, ended.ended_at, *told)

    async def people(self) -> Sequence[Person]:
        """Return those for whom there is something."""
        async with connection(self._pool) as asking:
            return [Person(**row) for row in await asking.fetch(_PEOPLE)]

    async def oldest(self, user_id: int, limit: int) -> Sequence[tuple[int, Scrobble]]:
        """Return the tracks that a person heard first, each with its id."""
        async with connection(self._pool) as asking:
            rows = await asking.fetch(_OLDEST, user_id, limit)
        return [(scrobble_id, Scrobble(*fields)) for scrobble_id, *fields in rows]

    async def count(self, user_id: int) -> int:
        """Count the tracks of a person."""
        async with connection(self._pool) as asking:
            return int(await asking.fetchval(_COUNT, user_id))

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget tracks."""
        async with connection(self._pool) as asking:
            await asking.execute(_REMOVE, ids)

    async def unlink(self, person: Person) -> int:
        """Forget a person's account, unless it is another one by now; return how many tracks went with it."""
        async with connection(self._pool) as asking:
            return int(await asking.fetchval(_UNLINK, person.user_id, person.session_key))


def _link(row: asyncpg.Record | None) -> Link | None:
    return Link(**row) if row else None
