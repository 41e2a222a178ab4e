"""Gateway's tables: acknowledged interactions, the declared commands, and how often it identified."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from gateway.domain.interaction import TOKEN_LIFE, Interaction, Person, Role
from kit.ops import Purged
from kit.postgres import transaction

if TYPE_CHECKING:
    from datetime import timedelta

    from kit.postgres import Pool


_begun = Gauge("segue_discord_sessions_today", "Sessions that the bot began with Discord on this day (UTC)")


class PostgresJournal:
    """Acknowledged and not yet answered interactions of this instance."""

    def __init__(self, pool: Pool, instance: str) -> None:
        self._pool = pool
        self._instance = instance

    async def open(self, interaction: Interaction) -> None:
        """Remember one."""
        async with transaction(self._pool) as tx:
            await tx.execute(
                "INSERT INTO interaction (id, instance, asked) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                interaction.id,
                self._instance,
                json.dumps(dataclasses.asdict(interaction)),
            )

    async def close(self, interaction: Interaction) -> None:
        """Forget one that is answered."""
        async with transaction(self._pool) as tx:
            await tx.execute("DELETE FROM interaction WHERE id = $1", interaction.id)

    async def unanswered(self) -> list[Interaction]:
        """List those that can still be answered, oldest first; forgets the others."""
        async with transaction(self._pool) as tx:
            await tx.execute(
                "DELETE FROM interaction WHERE acknowledged_at < now() - make_interval(secs => $1)", TOKEN_LIFE
            )
            rows = await tx.fetch("SELECT asked FROM interaction WHERE instance = $1 ORDER BY id", self._instance)
        return [_interaction(json.loads(row["asked"])) for row in rows]


def _interaction(asked: dict[str, object]) -> Interaction:
    person = dict(asked.pop("person"))  # type: ignore[call-overload]  # as dataclasses.asdict wrote it
    roles = tuple(Role(**role) for role in person.pop("roles"))
    return Interaction(**asked, person=Person(**person, roles=roles))  # type: ignore[arg-type]  # as above


class PostgresIdentifies:
    """How often this bot began a session today (UTC)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def count(self, application_id: int, limit: int) -> int | None:
        """Count one more, unless that makes more than `limit`; returns the count of the day, None: too many."""
        async with transaction(self._pool) as tx:
            count: int | None = await tx.fetchval(
                "INSERT INTO identify AS own (application_id, day, count)"
                " VALUES ($1, (now() AT TIME ZONE 'UTC')::date, 1)"
                " ON CONFLICT (application_id, day) DO UPDATE SET count = own.count + 1 WHERE own.count < $2"
                " RETURNING count",
                application_id,
                limit,
            )
        _show_begun(limit if count is None else count)
        return count


def _show_begun(count: int) -> None:
    day = datetime.now(UTC).date()
    _begun.set_function(lambda: float(count if datetime.now(UTC).date() == day else 0))


class PostgresDeclarations:
    """What was last declared to Discord."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def digest(self, application_id: int) -> str:
        """Tell the digest of an application's commands; empty: never declared."""
        async with transaction(self._pool) as tx:
            row = await tx.fetchrow("SELECT digest FROM declaration WHERE application_id = $1", application_id)
        return str(row["digest"]) if row else ""

    async def store(self, application_id: int, digest: str) -> None:
        """Remember what was declared."""
        async with transaction(self._pool) as tx:
            await tx.execute(
                "INSERT INTO declaration (application_id, digest) VALUES ($1, $2)"
                " ON CONFLICT (application_id) DO UPDATE SET digest = excluded.digest, declared_at = now()",
                application_id,
                digest,
            )


async def purge(pool: Pool, limit: int, older_than: timedelta) -> Purged:
    """Remove interactions that can no longer be answered."""
    async with transaction(pool) as tx:
        gone = await tx.fetch(
            "DELETE FROM interaction WHERE id IN"
            " (SELECT id FROM interaction WHERE acknowledged_at < now() - $1::interval LIMIT $2) RETURNING id",
            older_than,
            limit,
        )
    return Purged(deleted_rows=len(gone))
