"""Bring the schemas of all services to what this release knows: `python -m kit.migrate`."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from kit import logs, settings
from kit.postgres import role_of
from kit.revisions import ROOT, schemas, versions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

logger = logging.getLogger("kit.migrate")  # it runs as __main__

_LOCK = 7_347_831
"""Any number: the advisory lock that lets one migration run at a time."""


async def migrate(url: str, only: Iterable[str] | None = None, *, revision: str = "head") -> None:
    """Bring each schema up to `revision`, or down to `base`. Creates schemas and, where it may, their roles."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url, timeout=10))
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            await connection.commit()
            for schema in only or schemas():
                await _migrate_one(connection, schema, revision)
    finally:
        await engine.dispose()


async def _migrate_one(connection: AsyncConnection, schema: str, revision: str) -> None:
    await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    await connection.execute(text(f'SET search_path = "{schema}"'))
    await connection.commit()
    await connection.run_sync(_run, schema, revision)
    await connection.commit()
    await _grant(connection, schema)
    logger.info("migrated", extra={"schema": schema, "revision": revision})


def _run(connection: Connection, schema: str, revision: str) -> None:
    config = Config()
    config.attributes.update(connection=connection, schema=schema)
    options = {
        "script_location": str(ROOT / "kit" / "migrations"),
        "version_locations": str(versions(schema)),
        # A newline cannot be in anyone's path; spaces and colons can.
        "path_separator": "newline",
    }
    for name, value in options.items():
        config.set_main_option(name, value.replace("%", "%%"))
    (command.downgrade if revision == "base" else command.upgrade)(config, revision)


async def _grant(connection: AsyncConnection, schema: str) -> None:
    """Let the schema's own role, made if need be, read and write its rows and nothing else."""
    role = role_of(schema)
    statements = (
        f"GRANT {role} TO CURRENT_USER",
        f'GRANT USAGE ON SCHEMA "{schema}" TO {role}',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{schema}" TO {role}',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{schema}" TO {role}',
    )
    try:
        found = await connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
        if not found:
            await connection.execute(text(f"CREATE ROLE {role}"))
        for statement in statements:
            await connection.execute(text(statement))
        await connection.commit()
    except DBAPIError as error:
        await connection.rollback()
        if getattr(error.orig, "sqlstate", None) != asyncpg.InsufficientPrivilegeError.sqlstate:
            raise
        logger.warning("one role serves all schemas: this user may not create roles", extra={"schema": schema})


def main() -> None:
    """Migrate the database of the environment."""
    found = settings.load(settings.DatabaseSettings)
    logs.start(found.log_level)
    asyncio.run(migrate(found.database_url.get_secret_value()))


if __name__ == "__main__":
    main()
