"""Services log in to a database elsewhere: each with the password of its own role, over TLS that is verified."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
import pytest_asyncio
import trustme

from kit.errors import Unfit
from kit.lease import Leases
from kit.migrate import migrate
from kit.postgres import open_pool
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PASSWORD = "it's-a=secret%s"
ENCODED = "it%27s-a%3Dsecret%25s"
SSL_REQUEST_SIZE = 8  # bytes


@pytest_asyncio.fixture
async def strict(database_url: str) -> AsyncIterator[str]:
    """Let nobody but the owner of the migrated database in without a password; gives the owner's address."""
    await migrate(database_url, passwords={"api": PASSWORD, "audio": PASSWORD})
    owner = await asyncpg.connect(database_url)
    rules = Path(await owner.fetchval("SHOW hba_file"))
    before = await asyncio.to_thread(rules.read_text)
    await asyncio.to_thread(rules.write_text, "local all segue trust\nlocal all all scram-sha-256\n")
    await owner.execute("SELECT pg_reload_conf()")
    yield database_url
    await asyncio.to_thread(rules.write_text, before)
    await owner.execute("SELECT pg_reload_conf()")
    await owner.close()


@pytest_asyncio.fixture
async def far(strict: str, tmp_path: Path) -> AsyncIterator[str]:
    """Offer the database on a port and over TLS alone, as `localhost`; gives an address that verifies all of it.

    The server of the tests is built without TLS, so something stands before it, as it does at many providers.
    """
    authority = trustme.CA()
    await asyncio.to_thread(authority.cert_pem.write_to_path, tmp_path / "ca.pem")
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(secured)
    socket = f"{strict.partition('host=')[2]}/.s.PGSQL.5432"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await reader.readexactly(SSL_REQUEST_SIZE)
            writer.write(b"S")
            await writer.start_tls(secured)
            server = await asyncio.open_unix_connection(socket)
            await asyncio.gather(_pass(reader, server[1]), _pass(server[0], writer))

    offered = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = offered.sockets[0].getsockname()[1]
    yield f"postgresql://segue@localhost:{port}/postgres?sslmode=verify-full&sslrootcert={tmp_path}/ca.pem"
    offered.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


def logged_in(url: str, role: str) -> str:
    """Return an address with a role and its password in place of the owner."""
    return url.replace("//segue@", f"//segue_{role}:{ENCODED}@")


async def test_pool_leases_and_migration_work_over_tls_that_is_verified(far: str) -> None:
    await migrate(far)
    pool = await open_pool(settings("/tmp", logged_in(far, "audio")), schema="audio")
    gained = asyncio.Event()

    async def gain(_bucket: int, _epoch: int) -> None:
        gained.set()

    async def lose(_bucket: int, _epoch: int) -> None:
        pass

    try:
        assert await pool.fetchval("SELECT session_user") == "segue_audio"
        async with Leases(logged_in(far, "audio"), "audio.bucket", "test", gained=gain, lost=lose):
            await asyncio.wait_for(gained.wait(), 60)
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("wrong", "instead"),
    [("localhost", "127.0.0.1"), ("/ca.pem", "/other.pem")],
    ids=["another name", "another authority"],
)
async def test_a_database_that_cannot_prove_who_it_is_is_not_spoken_to(
    far: str, tmp_path: Path, wrong: str, instead: str
) -> None:
    await asyncio.to_thread(trustme.CA().cert_pem.write_to_path, tmp_path / "other.pem")
    with pytest.raises(Unfit, match="CERTIFICATE_VERIFY_FAILED"):
        await open_pool(settings("/tmp", logged_in(far, "api").replace(wrong, instead)), schema="api")


async def test_a_wrong_password_is_said_and_never_shown(strict: str) -> None:
    right = logged_in(strict, "api")
    pool = await open_pool(settings("/tmp", right), schema="api")
    await pool.close()
    for attempt in (
        open_pool(settings("/tmp", right.replace("secret", "guess")), schema="api"),
        migrate(right.replace("secret", "guess")),
    ):
        with pytest.raises(Unfit, match="lets nobody in") as refused:
            await attempt
        assert "guess" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "scheme is expected"),
        ("postgresql://segue:a/b@localhost/segue", "%40"),
        ("postgresql://segue@localhost/segue?sslmode=never", "`sslmode` parameter must be one of"),
    ],
)
async def test_an_address_that_cannot_be_read_is_said_without_its_password(url: str, sentence: str) -> None:
    for attempt in (open_pool(settings("/tmp", url), schema="api"), migrate(url)):
        with pytest.raises(Unfit, match=f"DATABASE_URL is wrong: .*{sentence}") as refused:
            await attempt
        assert "\n" not in str(refused.value)


async def test_the_password_of_a_role_is_not_in_what_the_server_is_told(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE ROLE powerless LOGIN")
    await connection.execute("DROP DATABASE IF EXISTS powerless")
    await connection.execute("CREATE DATABASE powerless OWNER powerless")
    await connection.close()
    with pytest.raises(Exception, match="ALTER ROLE segue_api LOGIN PASSWORD") as refused:
        await migrate(
            database_url.replace("segue@/postgres", "powerless@/powerless"), ["api"], passwords={"api": PASSWORD}
        )
    assert "secret" not in str(refused.value) + caplog.text
