"""A service's own schema in Postgres: a pool that recovers by itself, and one transaction per call."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg
from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit import metrics
from kit.errors import Reason, Refused, Unfit
from kit.revisions import known
from segue.common.v1 import ops_service_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from kit.ops import Check
    from kit.settings import ServiceSettings

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]

logger = logging.getLogger(__name__)

_CONNECT_WITHIN = 3.0
_STATEMENT_WITHIN = 15.0
_LOOK_WITHIN = 0.7  # less than a check has, so that it is not cancelled while it waits for the database
_LOST = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # asyncpg's own word when the server says goodbye on a connection that is just given out.
    asyncpg.InternalClientError,
    # It is there, but did not get to it in time; the transaction was rolled back all the same.
    asyncpg.QueryCanceledError,
    asyncpg.DeadlockDetectedError,
)


async def open_pool(settings: ServiceSettings, *, schema: str) -> Pool:
    """Open a pool of at most `settings.database_pool` connections that see `schema` alone.

    Raises Unfit if the database does not answer, lets nobody in, or has a schema that this release does not know.
    """
    dsn = settings.database_url.get_secret_value()
    with no_database_is_unfit():
        role = await _prepare(dsn, schema)
        pool: Pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=settings.database_pool,
            timeout=_CONNECT_WITHIN,
            command_timeout=_STATEMENT_WITHIN,
            reset=_keep_as_it_is,
            server_settings=session(schema, role),
        )
    metrics.pools[f"postgres.{schema}"] = lambda: metrics.PoolFigures(
        size=pool.get_size(),
        used=pool.get_size() - pool.get_idle_size(),
        limit=pool.get_max_size(),
    )
    return pool


@contextlib.contextmanager
def no_database_is_unfit() -> Iterator[None]:
    """Say in one sentence, as Unfit, that the database does not answer, lets nobody in, or has no readable address."""
    try:
        yield
    except asyncpg.ClientConfigurationError as error:
        raise Unfit(f"DATABASE_URL is wrong: {error.args[0]}.") from error
    except (*_LOST, OSError) as error:
        raise Unfit(f"The database of DATABASE_URL does not answer: {error or type(error).__name__}.") from error
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise Unfit(f"The database lets nobody in as DATABASE_URL says: {error}.") from error
    except ValueError as error:  # after OSError: what TLS refuses is both
        # Its text may be a piece of a password that was taken for a port.
        raise Unfit("DATABASE_URL is wrong: special characters of a password have to be written as %40.") from error


def session(schema: str, role: str | None) -> dict[str, str]:
    """Return how a connection of the owner of `schema` is set up."""
    return {
        "search_path": schema,
        "statement_timeout": str(int(_STATEMENT_WITHIN * 1000)),
        "idle_in_transaction_session_timeout": str(int(_STATEMENT_WITHIN * 1000)),
        "application_name": f"segue-{schema}",
        **({"role": role} if role else {}),
    }


@asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """Give a connection for a statement that stands alone, which needs no transaction around it.

    Raises Refused(UNAVAILABLE, part="postgres") if the database is or goes away.
    """
    with _lost_is_refused():  # also where it cannot be given back
        async with contextlib.AsyncExitStack() as stack:
            with _lost_is_refused(OSError):
                acquired = await stack.enter_async_context(pool.acquire(timeout=_CONNECT_WITHIN))
            yield acquired


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """Give a connection in a transaction, committed at the end; an exception or the call's deadline rolls it back.

    Raises Refused(UNAVAILABLE, part="postgres") if the database is or goes away.
    """
    async with connection(pool) as acquired, acquired.transaction():
        yield acquired


def check(pool: Pool) -> Check:
    """Return the health check of a pool."""

    async def ask() -> tuple[ops_service_pb2.HealthStatus.ValueType, str]:
        try:
            with suppress_instrumentation(), _lost_is_refused(OSError):
                # Limits also how long a connection is waited for that does not answer when it is given back.
                async with pool.acquire(timeout=_LOOK_WITHIN) as acquired:
                    await acquired.fetchval("SELECT 1", timeout=_LOOK_WITHIN)
        except Refused:
            return ops_service_pb2.HEALTH_STATUS_UNHEALTHY, "The database does not answer."
        return ops_service_pb2.HEALTH_STATUS_HEALTHY, ""

    return ask


@contextlib.contextmanager
def _lost_is_refused(more: type[Exception] = ConnectionError) -> Iterator[None]:
    lost: tuple[type[Exception], ...] = (*_LOST, more)
    try:
        yield
    except lost as error:
        raise _away(error) from error
    except asyncpg.InterfaceError as error:
        # asyncpg says so of a connection that was closed under it.
        if "connection" not in str(error) and "pool" not in str(error):
            raise
        raise _away(error) from error


def _away(error: BaseException) -> BaseException:
    logger.warning("the database is away", extra={"error": f"{type(error).__name__}: {error}"})
    task = asyncio.current_task()
    if task and task.cancelling():
        # What was told to end would be run again: asyncpg raises its own error over a cancellation it cannot carry out.
        return asyncio.CancelledError()
    return Refused(Reason.UNAVAILABLE, part="postgres")


async def _keep_as_it_is(_: Connection) -> None:
    """Leave a returned connection alone: nothing here changes its session, and a reset costs a round trip."""


async def _prepare(dsn: str, schema: str) -> str | None:
    """Check that the schema is one this code knows; return the role of its owner, None if there is none to take on."""
    role = role_of(schema)
    asking = await asyncpg.connect(dsn, timeout=_CONNECT_WITHIN)
    try:
        has_role = await asking.fetchval(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, 'SET'))",
            role,
        )
        try:
            version = await asking.fetchval(f'SELECT version_num FROM "{schema}".alembic_version')  # noqa: S608  (a constant of the caller)
        except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError) as error:
            raise Unfit(f"The schema {schema} is missing: run `python -m kit.migrate` first.") from error
    finally:
        await asyncio.shield(asking.close())
    if version not in known(schema):
        raise Unfit(
            f"The schema {schema} is at revision {version}, which is newer than this release knows: run the release"
            " that migrated it, or a newer one."
        )
    return role if has_role else None


def role_of(schema: str) -> str:
    """Return the name of the role that may touch `schema`."""
    return f"segue_{schema}"
