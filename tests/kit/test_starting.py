"""A process that cannot run says why in one sentence and ends; one that is stuck ends too."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio
from aiohttp import web

from kit.migrate import migrate
from kit.postgres import open_pool
from tests.kit import process
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.postgres import Cluster

NOWHERE = "postgresql://segue@/postgres?host=/nowhere"
SECRETS = {
    "gateway": {"DISCORD_TOKEN": "token"},
    "audio": {"LAVALINK_NODES": "main=ws://127.0.0.1:1|password", "HANDLE_KEY": "k" * 16},
    "api": {"OPERATOR_TOKEN": "t" * 32},
    "worker": {},
}


async def ended(service: str, folder: Path, database_url: str, **more: str) -> tuple[int | None, list[dict[str, Any]]]:
    """Start a service that cannot run; return its exit code and what it logged."""
    started = await process.start(service, folder, database_url, **(SECRETS[service] | more))
    async with asyncio.timeout(process.WITHIN):
        out, errors = await started.communicate()
    assert b"Traceback" not in out + errors, out
    return started.returncode, [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("service", SECRETS)
async def test_a_service_whose_database_does_not_answer_says_so_and_ends(service: str, tmp_path: Path) -> None:
    code, lines = await ended(service, tmp_path, NOWHERE)
    assert (code, [line["level"] for line in lines]) == (2, ["ERROR"])
    assert "The database of DATABASE_URL does not answer" in lines[0]["message"]


async def test_a_service_that_the_database_does_not_let_in_says_so_and_ends(database_url: str, tmp_path: Path) -> None:
    code, lines = await ended("worker", tmp_path, database_url.replace("segue@", "stranger@"))
    assert (code, len(lines)) == (2, 1)
    assert 'lets nobody in as DATABASE_URL says: role "stranger" does not exist.' in lines[0]["message"]


async def test_a_service_whose_schema_is_newer_says_so_and_ends(database_url: str, tmp_path: Path) -> None:
    await migrate(database_url, ["worker"])
    connection = await asyncpg.connect(database_url)
    known = await connection.fetchval("SELECT version_num FROM worker.alembic_version")
    try:
        await connection.execute("UPDATE worker.alembic_version SET version_num = '9999'")
        code, lines = await ended("worker", tmp_path, database_url)
    finally:
        await connection.execute("UPDATE worker.alembic_version SET version_num = $1", known)
        await connection.close()
    assert (code, len(lines)) == (2, 1)
    assert "run the release that migrated it" in lines[0]["message"]


@pytest.mark.parametrize(
    ("service", "secret"),
    [("gateway", "DISCORD_TOKEN"), ("audio", "HANDLE_KEY"), ("audio", "LAVALINK_NODES"), ("api", "OPERATOR_TOKEN")],
)
async def test_a_service_without_its_secret_names_it_and_ends(service: str, secret: str, tmp_path: Path) -> None:
    started = await process.start(service, tmp_path, NOWHERE, **(SECRETS[service] | {secret: ""}))
    out, errors = await started.communicate()
    assert (started.returncode, out, errors.count(b"\n")) == (2, b"", 1)
    assert errors.startswith(f"{secret} is wrong: ".encode())


async def test_the_migration_step_says_that_the_database_does_not_answer() -> None:
    step = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kit.migrate"),
        env={"DATABASE_URL": NOWHERE, "PYTHONPATH": f"{process.ROOT}:{process.ROOT}/gen/python"},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await step.communicate()
    (line,) = map(json.loads, out.splitlines())
    assert step.returncode == 2
    assert "does not answer" in line["message"]


async def test_the_role_of_a_schema_logs_in_and_touches_its_own_schema_alone(
    database_url: str, cluster: Cluster
) -> None:
    await migrate(database_url, passwords={"api": "it's,a=secret", "worker": "other"})
    own = cluster.url.replace("segue@", "segue_api@")

    pool = await open_pool(settings("/tmp", own), schema="api")
    try:
        assert await pool.fetchval("SELECT session_user") == "segue_api"
        assert await pool.fetchval("SELECT count(*) FROM token") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for schema worker"):
            await pool.fetchval("SELECT count(*) FROM worker.job")
    finally:
        await pool.close()

    connection = await asyncpg.connect(database_url)
    kept = await connection.fetch("SELECT rolpassword FROM pg_authid WHERE rolname IN ('segue_api', 'segue_worker')")
    await connection.close()
    assert [row["rolpassword"].partition("$")[0] for row in kept] == ["SCRAM-SHA-256"] * 2


async def test_a_process_whose_event_loop_is_stuck_ends_and_shows_where_it_stood() -> None:
    stuck = (
        "import asyncio, time\n"
        "from kit import server\n"
        "server._STUCK = 0.5\n"
        "async def run():\n"
        "    watching = asyncio.create_task(server._live())\n"
        "    await asyncio.sleep(1)\n"  # it lives while the loop turns
        "    print('turned', flush=True)\n"
        "    time.sleep(60)\n"
        "asyncio.run(run())\n"
    )
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", stuck),
        env={"PYTHONPATH": f"{process.ROOT}:{process.ROOT}/gen/python"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(process.WITHIN):
        out, errors = await started.communicate()
    assert (started.returncode, out) == (1, b"turned\n")
    assert b"Timeout" in errors
    assert b"in run" in errors


@pytest_asyncio.fixture
async def page(unused_tcp_port: int) -> AsyncIterator[str]:
    """Serve /200 and /503, each answering its name; /200 wants a password."""

    async def answer(request: web.Request) -> web.Response:
        status = int(request.match_info["status"])
        is_known = request.headers.get("Authorization") == "secret"
        return web.Response(status=status if is_known else 401)

    application = web.Application()
    application.router.add_get("/{status}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    yield f"http://127.0.0.1:{unused_tcp_port}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [("/200", ["Authorization: secret"], 0), ("/200", [], 1), ("/503", ["Authorization: secret"], 1)],
)
async def test_the_probe_ends_well_only_for_200(page: str, path: str, headers: list[str], code: int) -> None:
    probe = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kit.probe", page + path, *headers),
        env={"PYTHONPATH": str(process.ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await probe.communicate()
    assert (probe.returncode, bool(complaint)) == (code, bool(code))
