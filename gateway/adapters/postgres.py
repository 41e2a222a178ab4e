"""Gateway's tables: acknowledged interactions, panels, guilds, the declared commands, and how often it identified."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from gateway.domain.interaction import TOKEN_LIFE, Interaction, Person, Role
from gateway.domain.panel import Deed, Panel
from gateway.identifying import Turn
from kit.postgres import connection, transaction
from kit.upkeep import Expired, Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable

    import asyncpg

    from kit.postgres import Connection, Pool


_LEFT_ALONE = timedelta(hours=1)  # a lost channel, before it is tried again
_LEFT = "left_at < now() - interval '30 days'"
_LEFT_GUILDS = f"SELECT guild_id FROM guild WHERE {_LEFT} ORDER BY guild_id LIMIT $1"  # noqa: S608  (a constant)
_OF_GUILDS = (
    "DELETE FROM panel WHERE guild_id = ANY ($1)",
    "DELETE FROM former_panel WHERE guild_id = ANY ($1)",
    "DELETE FROM guild_part WHERE guild_id = ANY ($1)",
    "DELETE FROM request_channel WHERE guild_id = ANY ($1)",
    "DELETE FROM noise WHERE guild_id = ANY ($1)",
    f"DELETE FROM guild WHERE guild_id = ANY ($1) AND {_LEFT}",  # noqa: S608  (as above)
)
_OLD_INTERACTIONS = Expired(
    "interaction", "id", "taken_at < now() - CASE WHEN asked IS NULL THEN interval '1 h' ELSE $2::interval END"
)
_IDENTIFY = """
INSERT INTO identify AS own (application_id, day, count, last_at)
SELECT $1, (now() AT TIME ZONE 'UTC')::date, 1, greatest(now(), max(last_at) + $3::interval)
FROM identify WHERE application_id = $1
ON CONFLICT (application_id, day) DO UPDATE
SET count = own.count + 1, last_at = greatest(now(), own.last_at + $3::interval) WHERE own.count < $2
RETURNING count, last_at - now() AS wait
"""
_begun = Gauge("segue_discord_sessions_today", "Sessions that the bot began with Discord on this day (UTC)")


class PostgresJournal:
    """The interactions that were taken; answered ones without what was asked, so that none is done twice.

    `kept` is told of each that will not be forgotten.
    """

    def __init__(self, pool: Pool, kept: Callable[[int], None]) -> None:
        self._pool = pool
        self._kept = kept

    async def open(self, interaction: Interaction) -> Interaction | None:
        """Remember one; return it as it was first taken, None: it is answered."""
        async with connection(self._pool) as tx:
            taken = await tx.fetchval(
                "INSERT INTO interaction AS known (id, asked) VALUES ($1, $2)"
                " ON CONFLICT (id) DO UPDATE SET asked = known.asked WHERE known.asked IS NOT NULL RETURNING asked",
                interaction.id,
                _dumped(interaction),
            )
        self._kept(interaction.id)
        return _interaction(json.loads(taken)) if taken else None

    async def keep(self, interaction: Interaction) -> None:
        """Remember what one has become: what it means, or that it is answered, and what its answer goes on to show."""
        async with connection(self._pool) as tx:
            await tx.execute("UPDATE interaction SET asked = $2 WHERE id = $1", interaction.id, _dumped(interaction))

    async def close(self, interaction: Interaction) -> None:
        """Remember that one is answered, and nothing else of it."""
        async with connection(self._pool) as tx:
            await tx.execute("UPDATE interaction SET asked = NULL WHERE id = $1", interaction.id)

    async def unanswered(self) -> list[Interaction]:
        """List those that can still be answered, oldest first; forgets the others."""
        async with transaction(self._pool) as tx:
            await tx.execute("DELETE FROM interaction WHERE taken_at < now() - make_interval(secs => $1)", TOKEN_LIFE)
            rows = await tx.fetch("SELECT asked FROM interaction WHERE asked IS NOT NULL ORDER BY id")
        return [_interaction(json.loads(row["asked"])) for row in rows]


def _dumped(interaction: Interaction) -> str:
    return json.dumps(dataclasses.asdict(interaction))


def _interaction(asked: dict[str, object]) -> Interaction:
    person = dict(asked.pop("person"))  # type: ignore[call-overload]  # as dataclasses.asdict wrote it
    roles = tuple(Role(**role) for role in person.pop("roles"))
    choices: tuple[str, ...] = tuple(asked.pop("choices", ()))  # type: ignore[arg-type]  # as above
    return Interaction(**asked, choices=choices, person=Person(**person, roles=roles))  # type: ignore[arg-type]  # as above


class PostgresPanels:
    """The panels of all guilds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, guild_id: int) -> Panel | None:
        """Return a guild's panel."""
        async with connection(self._pool) as tx:
            row = await tx.fetchrow("SELECT * FROM panel WHERE guild_id = $1", guild_id)
        return _panel(row) if row else None

    async def begin(self, panel: Panel) -> None:
        """Keep a panel as its guild's only one, or the newer message that is; the other is a former one from now on."""
        async with transaction(self._pool) as tx:
            row = await tx.fetchrow("SELECT * FROM panel WHERE guild_id = $1 FOR UPDATE", panel.guild_id)
            if row and row["message_id"] > panel.message_id:
                await _end(tx, panel)
                return
            await tx.execute(
                "INSERT INTO panel (guild_id, channel_id, message_id, version, deed_user_id, deed_method, item_id)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT (guild_id) DO UPDATE SET channel_id = $2, message_id = $3, version = $4,"
                " deed_user_id = $5, deed_method = $6, item_id = $7",
                panel.guild_id,
                panel.channel_id,
                panel.message_id,
                panel.version,
                *_done(panel.deed),
                panel.item_id,
            )
            await tx.execute("DELETE FROM former_panel WHERE message_id = $1", panel.message_id)
            if row:
                await _end(tx, _panel(row))

    async def former(self, guild_id: int) -> list[Panel]:
        """List the former panels of a guild."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch("SELECT * FROM former_panel WHERE guild_id = $1 ORDER BY message_id", guild_id)
        return [Panel(guild_id, row["channel_id"], row["message_id"], version=0) for row in rows]

    async def end(self, panel: Panel) -> None:
        """Note that a message is not to be taken for a panel: it is a former one, until it has ended."""
        async with connection(self._pool) as tx:
            await _end(tx, panel)

    async def ended(self, panel: Panel) -> None:
        """Forget a former panel."""
        async with connection(self._pool) as tx:
            await tx.execute("DELETE FROM former_panel WHERE message_id = $1", panel.message_id)

    async def guilds(self) -> list[int]:
        """List the guilds that have panels, or former ones."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch("SELECT guild_id FROM panel UNION SELECT guild_id FROM former_panel")
        return [row["guild_id"] for row in rows]

    async def keep(self, before: Panel, panel: Panel) -> None:
        """Keep a panel as it is now, unless another message became the panel."""
        async with connection(self._pool) as tx:
            await tx.execute(
                "UPDATE panel SET message_id = $3, version = $4, deed_user_id = $5, deed_method = $6, item_id = $7"
                " WHERE guild_id = $1 AND message_id = $2",
                before.guild_id,
                before.message_id,
                panel.message_id,
                panel.version,
                *_done(panel.deed),
                panel.item_id,
            )

    async def forget(self, panel: Panel) -> None:
        """Forget a panel, unless another message became it."""
        async with connection(self._pool) as tx:
            await tx.execute(
                "DELETE FROM panel WHERE guild_id = $1 AND message_id = $2", panel.guild_id, panel.message_id
            )

    async def overwrite(self, guild_id: int, message_id: int, version: int, deed: Deed | None) -> bool:
        """Set what a panel shows, but for a newer deed; tell whether the message is one."""
        async with connection(self._pool) as tx:
            found = await tx.fetchval(
                "UPDATE panel SET version = $3,"
                " deed_user_id = CASE WHEN version > $3 THEN deed_user_id ELSE $4 END,"
                " deed_method = CASE WHEN version > $3 THEN deed_method ELSE $5 END"
                " WHERE guild_id = $1 AND message_id = $2 RETURNING true",
                guild_id,
                message_id,
                version,
                *_done(deed),
            )
        return bool(found)

    async def lose(self, channel_id: int) -> bool:
        """Note that a channel is lost; tell whether that was not known."""
        async with connection(self._pool) as tx:
            is_new: bool = await tx.fetchval(
                "INSERT INTO lost_channel (channel_id) VALUES ($1)"
                " ON CONFLICT (channel_id) DO UPDATE SET lost_at = now() RETURNING xmax = 0",
                channel_id,
            )
        return is_new

    async def regain(self, channel_id: int) -> None:
        """Note that a channel is not lost any more."""
        async with connection(self._pool) as tx:
            await tx.execute("DELETE FROM lost_channel WHERE channel_id = $1", channel_id)

    async def is_lost(self, channel_id: int) -> bool:
        """Tell whether a channel was lost a short while ago."""
        async with connection(self._pool) as tx:
            found = await tx.fetchval(
                "SELECT true FROM lost_channel WHERE channel_id = $1 AND lost_at > now() - $2::interval",
                channel_id,
                _LEFT_ALONE,
            )
        return bool(found)


async def _end(tx: Connection, panel: Panel) -> None:
    """Keep a panel as a former one, unless it is its guild's."""
    await tx.execute(
        "INSERT INTO former_panel (message_id, channel_id, guild_id) SELECT $1, $2, $3"
        " WHERE NOT EXISTS (SELECT FROM panel WHERE guild_id = $3 AND message_id = $1) ON CONFLICT DO NOTHING",
        panel.message_id,
        panel.channel_id,
        panel.guild_id,
    )


def _done(deed: Deed | None) -> tuple[int | None, str | None]:
    return (deed.user_id, deed.method) if deed else (None, None)


def _panel(row: asyncpg.Record) -> Panel:
    deed = Deed(row["deed_user_id"], row["deed_method"]) if row["deed_method"] else None
    return Panel(row["guild_id"], row["channel_id"], row["message_id"], row["version"], deed, row["item_id"])


class PostgresIdentifies:
    """How often this bot began a session today (UTC)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def count(self, application_id: int, limit: int, apart: float) -> Turn | None:
        """Count one more, `apart` seconds after the one before, unless that makes more than `limit`: None."""
        async with transaction(self._pool) as tx:
            row = await tx.fetchrow(_IDENTIFY, application_id, limit, timedelta(seconds=apart))
        _show_begun(row["count"] if row else limit)
        return Turn(row["count"], row["wait"].total_seconds()) if row else None


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


class PostgresMembership:
    """The guilds the bot is or was in."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(self) -> dict[int, bool]:
        """Return the guilds the bot is in, and whether it is still to say how to begin."""
        async with connection(self._pool) as tx:
            rows = await tx.fetch("SELECT guild_id, greet FROM guild WHERE left_at IS NULL")
        return {row["guild_id"]: row["greet"] for row in rows}

    async def join(self, guild_id: int, name: str, *, greet: bool) -> bool:
        """Keep that the bot is in a guild; `greet` one that was not known. Return whether that is still to be done."""
        async with connection(self._pool) as tx:
            is_due: bool = await tx.fetchval(
                "INSERT INTO guild AS known (guild_id, name, greet) VALUES ($1, $2, $3)"
                " ON CONFLICT (guild_id) DO UPDATE SET name = excluded.name, left_at = NULL,"
                " joined_at = CASE WHEN known.left_at IS NULL THEN known.joined_at ELSE now() END"
                " RETURNING greet",
                guild_id,
                name,
                greet,
            )
        return is_due

    async def leave(self, guild_id: int) -> None:
        """Keep that the bot is in a guild no more."""
        async with connection(self._pool) as tx:
            await tx.execute("UPDATE guild SET left_at = now() WHERE guild_id = $1 AND left_at IS NULL", guild_id)

    async def greeted(self, guild_id: int) -> None:
        """Keep that the bot has said how to begin, or cannot."""
        async with connection(self._pool) as tx:
            await tx.execute("UPDATE guild SET greet = false WHERE guild_id = $1", guild_id)

    async def left(self, limit: int) -> list[int]:
        """Return guilds that the bot left more than 30 days ago."""
        async with connection(self._pool) as tx:
            return [row["guild_id"] for row in await tx.fetch(_LEFT_GUILDS, limit)]


def upkeep(pool: Pool) -> Upkeep:
    """Return what removes rows past their time, interactions without an answer among them, and guilds left long ago."""
    return Upkeep(pool, expired=[_OLD_INTERACTIONS], of_guilds=_OF_GUILDS)
