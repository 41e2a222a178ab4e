"""Bring the schemas of all services to what this release knows: `python -m kit.migrate`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
import sys
from typing import TYPE_CHECKING

import asyncpg
from alembic import command
from alembic.config import Config
from pydantic import Field, SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import StaticPool

from kit import logs, settings
from kit.errors import Unfit
from kit.postgres import no_database_is_unfit, role_of
from kit.revisions import ROOT, schemas, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

logger = logging.getLogger("kit.migrate")  # it runs as __main__

_LOCK = 7_347_831
"""Any number: the advisory lock that lets one migration run at a time."""
_ROUNDS = 4096
"""What PostgreSQL itself takes by default."""


class MigrateSettings(settings.DatabaseSettings):
    """What the step needs: `DATABASE_URL` is of a user that may create schemas and, where roles are wanted, roles."""

    role_passwords: SecretStr = Field(
        default=SecretStr(""),
        description="gateway=…,audio=…: lets the role of each schema, as segue_gateway, log in with a password",
    )

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords by schema."""
        pairs = (pair.partition("=") for pair in self.role_passwords.get_secret_value().split(",") if pair)
        return {schema: password for schema, _, password in pairs}


async def migrate(
    url: str, only: Iterable[str] | None = None, *, revision: str = "head", passwords: Mapping[str, str] | None = None
) -> None:
    """Bring each schema up to `revision`, or down to `base`. Creates schemas and, where it may, their roles.

    `passwords` of schemas let their roles log in. Raises Unfit if the database is away or lets nobody in.
    """
    with no_database_is_unfit():
        opened = await asyncpg.connect(url, timeout=10)

    async def connected() -> asyncpg.Connection[asyncpg.Record]:
        return opened

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connected, poolclass=StaticPool)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            await connection.commit()
            for schema in only or schemas():
                await _migrate_one(connection, schema, revision)
            for schema, password in (passwords or {}).items():
                await _let_in(connection, schema, password)
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


async def _let_in(connection: AsyncConnection, schema: str, password: str) -> None:
    """Let the role of a schema log in; it can do nothing there but what `_grant` allows.

    The server is told what it would keep, not the password: logs show statements that fail, ours and the server's.
    """
    role = role_of(schema)
    await connection.exec_driver_sql(f"ALTER ROLE {role} LOGIN PASSWORD '{_verifier(password)}'")
    database = await connection.scalar(text("SELECT quote_ident(current_database())"))
    await connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {role}")
    await connection.commit()


def _verifier(password: str) -> str:
    """Return what PostgreSQL keeps of a password, as its documentation of pg_authid and RFC 5803 say."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    client, server = (hmac.digest(salted, name, "sha256") for name in (b"Client Key", b"Server Key"))
    parts = (base64.b64encode(part).decode() for part in (salt, hashlib.sha256(client).digest(), server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(_ROUNDS, *parts)


def main() -> None:
    """Migrate the database of the environment; exit code 2 with a sentence if it does not answer."""
    found = settings.load(MigrateSettings)
    logs.start(found.log_level)
    url = found.database_url.get_secret_value()
    try:
        asyncio.run(migrate(url, passwords=found.passwords))
    except Unfit as unfit:
        logger.error(str(unfit))  # noqa: TRY400 - the sentence is all there is to say
        sys.exit(2)


if __name__ == "__main__":
    main()
