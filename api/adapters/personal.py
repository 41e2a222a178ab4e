"""What each service keeps about people, and the erasures that are under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor, privacy
from kit.personal import PersonalRows
from kit.postgres import connection
from segue.common.v1 import privacy_service_pb2, privacy_service_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import grpc

    from kit.postgres import Connection, Pool
    from kit.privacy import Personal

_EXPORT = """
SELECT 'preferences' AS kind, '' AS key, choices AS data FROM preferences WHERE user_id = $1
UNION ALL SELECT 'token', token_id::text,
    jsonb_build_object('scopes', scopes, 'guild_ids', guild_ids::text[], 'created_at', created_at)
    FROM token WHERE user_id = $1
UNION ALL SELECT 'guild_settings', guild_id::text,
    jsonb_build_object('guild_id', guild_id::text, 'changed_at', changed_at) FROM guild_settings WHERE changed_by = $1
UNION ALL SELECT 'change', entry_id::text, jsonb_build_object(
    'guild_id', guild_id::text, 'changed_at', changed_at, 'what', what, 'name', name,
    'before', before::jsonb, 'after', after::jsonb
) FROM audit_entry WHERE user_id = $1
UNION ALL SELECT 'playlist', playlist_id::text, jsonb_build_object(
    'guild_id', guild_id::text, 'name', name, 'tracks', (
        SELECT jsonb_agg(track::jsonb ORDER BY rank) FROM playlist_item AS item
        WHERE item.playlist_id = playlist.playlist_id
    )
) FROM playlist WHERE owner_id = $1
UNION ALL SELECT 'playlist_share', playlist_id::text, jsonb_build_object('playlist_id', playlist_id::text)
    FROM playlist_share WHERE user_id = $1
"""
# The operator's token is the deployment's, and says whose that is. A guild's playlist is the guild's.
_ERASE = (
    "DELETE FROM preferences WHERE user_id = $1",
    "DELETE FROM token WHERE user_id = $1 AND NOT operator",
    "UPDATE guild_settings SET changed_by = 0 WHERE changed_by = $1",
    "UPDATE flag SET changed_by = 0 WHERE changed_by = $1",
    "UPDATE audit_entry SET user_id = 0, token_id = '' WHERE user_id = $1",
    "DELETE FROM playlist WHERE owner_id = $1 AND guild_id = 0",
    "UPDATE playlist SET owner_id = 0 WHERE owner_id = $1",
    "DELETE FROM playlist_share WHERE user_id = $1",
)
_ASK = "INSERT INTO erasure (user_id, service) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING"
_LEFT = "SELECT service FROM erasure WHERE user_id = $1"
_UNDER_WAY = "SELECT DISTINCT user_id FROM erasure LIMIT $1"
_DONE = "DELETE FROM erasure WHERE user_id = $1 AND service = $2"
_AT_ONCE = 100  # people


def personal(pool: Pool) -> PersonalRows:
    """Return what shows and erases what api keeps."""
    return PersonalRows(pool, export=_EXPORT, erase=_ERASE)


class OwnRecords:
    """`api.forgetting.Keeper`: api itself."""

    def __init__(self, personal: Personal) -> None:
        self._personal = personal

    async def export(
        self, user_id: int, token: str, size: int
    ) -> tuple[Sequence[privacy_service_pb2.PersonalRecord], str]:
        """Return a page, and the token of the next one."""
        return await privacy.page(self._personal, user_id, token, size)

    async def erase(self, user_id: int) -> None:
        """Forget a person."""
        await self._personal.erase(user_id)


class MeshRecords:
    """`api.forgetting.Keeper`: another service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = privacy_service_pb2_grpc.PrivacyServiceStub(channel)

    async def export(
        self, user_id: int, token: str, size: int
    ) -> tuple[Sequence[privacy_service_pb2.PersonalRecord], str]:
        """Return a page, and the token of the next one."""
        request = privacy_service_pb2.ExportPersonRequest(user_id=user_id, page_token=token, page_size=size)
        with actor.acting_as(actor.system()):
            answer = await self._stub.ExportPerson(request)
        return answer.records, answer.next_page_token

    async def erase(self, user_id: int) -> None:
        """Forget a person."""
        with actor.acting_as(actor.system()):
            await self._stub.ErasePerson(privacy_service_pb2.ErasePersonRequest(user_id=user_id))


class PostgresErasures:
    """The table `erasure`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def ask(self, tx: Connection, user_id: int, services: Collection[str]) -> None:
        """Keep that services have to forget a person, in the caller's transaction."""
        await tx.execute(_ASK, user_id, services)

    async def left(self, user_id: int) -> Collection[str]:
        """Return the services that have not forgotten a person yet."""
        async with connection(self._pool) as asking:
            return {row["service"] for row in await asking.fetch(_LEFT, user_id)}

    async def under_way(self) -> Sequence[int]:
        """Return some people whom not all services have forgotten."""
        async with connection(self._pool) as asking:
            return [row["user_id"] for row in await asking.fetch(_UNDER_WAY, _AT_ONCE)]

    async def done(self, user_id: int, service: str) -> None:
        """Take note that a service has forgotten a person."""
        async with connection(self._pool) as asking:
            await asking.execute(_DONE, user_id, service)
