"""Requests, events and upkeep on a real database, and what happens when it is away."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kit import actor, client, idempotency, outbox, revisions, upkeep
from kit.errors import Reason, Refused, Unfit
from kit.idempotency import RequestKey
from kit.migrate import migrate
from kit.postgres import check, connection, open_pool, transaction
from segue.common.v1 import ops_service_pb2, ops_service_pb2_grpc
from segue.worker.v1 import job_service_pb2
from tests.e2e.wire import SOCKET, Wire
from tests.kit.serving import serving, settings

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool
    from tests.postgres import Cluster

REQUEST = job_service_pb2.RunJobRequest(kind="purge")


def key() -> RequestKey:
    """Return a key that nobody used."""
    return RequestKey(1, 2, str(uuid.uuid4()))


async def ask(
    pool: Pool,
    used: RequestKey,
    request: job_service_pb2.RunJobRequest = REQUEST,
    effects: list[int] | None = None,
) -> tuple[job_service_pb2.RunJobResponse, bool]:
    """Ask once, with an answer that differs each time its effect runs."""

    async def effect() -> job_service_pb2.RunJobResponse:
        if effects is not None:
            effects.append(1)
        await asyncio.sleep(0)
        return job_service_pb2.RunJobResponse(job=job_service_pb2.Job(job_id=str(uuid.uuid4())))

    async with transaction(pool) as tx:
        return await idempotency.once(tx, used, request, effect)


async def test_a_hundred_concurrent_requests_with_one_id_have_one_effect_and_one_answer(pool: Pool) -> None:
    used = key()
    effects: list[int] = []
    answers = await asyncio.gather(*(ask(pool, used, effects=effects) for _ in range(100)))

    assert len(effects) == 1
    assert len({answer.job.job_id for answer, _ in answers}) == 1
    assert sorted(replayed for _, replayed in answers) == [False] + [True] * 99


async def test_the_same_id_with_another_payload_is_refused(pool: Pool) -> None:
    used = key()
    await ask(pool, used)
    for other in (
        job_service_pb2.RunJobRequest(kind="other"),
        job_service_pb2.ListJobsRequest(kind="purge"),
    ):
        with pytest.raises(Refused) as caught:
            await ask(pool, used, other)  # type: ignore[arg-type]  # another method's request is another payload

        assert caught.value.reason is Reason.REQUEST_ID_REUSED


async def test_the_id_itself_is_no_part_of_the_payload(pool: Pool) -> None:
    used = key()
    first, _ = await ask(pool, used, job_service_pb2.RunJobRequest(kind="purge", request_id=used.request_id))

    assert await ask(pool, used) == (first, True)


async def test_a_request_that_failed_may_be_tried_again(pool: Pool) -> None:
    used = key()

    async def fail() -> job_service_pb2.RunJobResponse:
        raise Refused(Reason.NO_NODE)

    with pytest.raises(Refused):
        async with transaction(pool) as tx:
            await idempotency.once(tx, used, REQUEST, fail)

    assert (await ask(pool, used))[1] is False


async def test_an_answer_is_kept_for_24_hours(pool: Pool) -> None:
    used = key()
    first, _ = await ask(pool, used)
    await pool.execute("UPDATE request SET created_at = now() - interval '23 h' WHERE request_id = $1", used.request_id)
    assert await ask(pool, used) == (first, True)
    await pool.execute("UPDATE request SET created_at = now() - interval '25 h' WHERE request_id = $1", used.request_id)

    assert (await ask(pool, used))[1] is False


async def append_and_fail(pool: Pool) -> None:
    """Append an event in a transaction that fails after it."""
    async with transaction(pool) as tx:
        await outbox.append(tx, guild_id=5, version=2, kind="lost", payload=REQUEST)
        await tx.execute("SELECT 1 / 0")


async def test_an_event_names_who_acted_and_is_lost_with_its_transaction(pool: Pool) -> None:
    with actor.acting_as(actor.system(7)):
        async with transaction(pool) as tx:
            await outbox.append(tx, guild_id=5, version=1, kind="kept", payload=REQUEST)
        with pytest.raises(asyncpg.DivisionByZeroError):
            await append_and_fail(pool)

    rows = await pool.fetch("SELECT kind, actor, payload FROM outbox WHERE guild_id = 5")
    assert [row["kind"] for row in rows] == ["kept"]
    assert rows[0]["actor"] == actor.system(7).SerializeToString()
    assert idempotency.unpack(rows[0]["payload"]) == REQUEST


async def test_upkeep_removes_in_batches_what_is_past_its_time_and_nothing_else(pool: Pool) -> None:
    await pool.execute("DELETE FROM request")
    await pool.execute("DELETE FROM outbox")
    for _ in range(3):
        await ask(pool, key())
    await pool.execute("UPDATE request SET created_at = now() - interval '25 h'")
    await ask(pool, key())
    with actor.acting_as(actor.system()):
        async with transaction(pool) as tx:
            for version in (1, 2):
                await outbox.append(tx, guild_id=6, version=version, kind="x", payload=REQUEST)
    await pool.execute("UPDATE outbox SET created_at = now() - interval '8 d' WHERE version = 1")
    purge = upkeep.Upkeep(pool, of_guilds=()).purge

    assert await purge(2, timedelta(days=7)) == (2, 0, 1)
    assert await purge(2, timedelta(days=7)) == (1, 0, 0)
    assert await purge(2, timedelta(days=7)) == (0, 0, 0)
    assert await pool.fetchval("SELECT count(*) FROM request") == 1
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 1


async def test_a_cancelled_call_rolls_back_and_its_connection_serves_on(pool: Pool) -> None:
    used = key()
    inside = asyncio.Event()

    async def hang() -> job_service_pb2.RunJobResponse:
        inside.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def serve() -> None:
        async with transaction(pool) as tx:
            await idempotency.once(tx, used, REQUEST, hang)

    task = asyncio.create_task(serve())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert (await ask(pool, used))[1] is False


async def test_schemas_go_forward_and_back_as_the_role_of_their_owner(database_url: str) -> None:
    for revision in ("head", "head", "base", "head"):
        await migrate(database_url, ["api"], revision=revision)
    pool = await open_pool(settings("/tmp", database_url), schema="api")
    try:
        assert await pool.fetchval("SELECT current_user") == "segue_api"
        with pytest.raises(Exception, match="permission denied"):
            await pool.execute("CREATE TABLE api.mine ()")
    finally:
        await pool.close()


async def test_where_no_role_may_be_made_one_serves_and_it_is_said(
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE ROLE modest LOGIN")
    await connection.execute("CREATE DATABASE modest OWNER modest")
    await connection.execute("DROP OWNED BY segue_api")
    await connection.execute("DROP ROLE segue_api")
    await connection.close()
    modest = database_url.replace("segue@/postgres", "modest@/modest")
    await migrate(modest, ["api"])
    pool = await open_pool(settings("/tmp", modest), schema="api")
    try:
        assert await pool.fetchval("SELECT current_user") == "modest"
        assert await pool.fetchval("SELECT count(*) FROM token") == 0
    finally:
        await pool.close()

    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "one role serves all schemas: this user may not create roles",
    ]


async def test_every_service_has_migrations_that_go_forward_and_back(database_url: str) -> None:
    assert revisions.schemas() == ["api", "audio", "gateway", "worker"]
    for revision in ("head", "base", "head"):
        await migrate(database_url, revision=revision)


async def test_a_schema_newer_than_the_release_is_refused(database_url: str, pool: Pool) -> None:
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    version = await connection.fetchval("SELECT version_num FROM api.alembic_version")
    await connection.execute("UPDATE api.alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(Unfit, match="newer"):
            await open_pool(settings("/tmp", database_url), schema="api")
    finally:
        await connection.execute("UPDATE api.alembic_version SET version_num = $1", version)
        await connection.close()


async def test_a_lost_database_is_a_refusal_and_comes_back_by_itself(pool: Pool, cluster: Cluster) -> None:
    used = key()
    first, _ = await ask(pool, used)
    cluster.stop()
    for _ in range(3):
        with pytest.raises(Refused) as caught:
            await ask(pool, key())
        assert (caught.value.reason, caught.value.metadata) == (Reason.UNAVAILABLE, {"part": "postgres"})
    assert (await check(pool)())[0] == ops_service_pb2.HEALTH_STATUS_UNHEALTHY
    cluster.start()

    assert await ask(pool, used) == (first, True)
    assert (await check(pool)())[0] == ops_service_pb2.HEALTH_STATUS_HEALTHY


async def test_who_asks_a_database_that_is_cut_off_is_refused_or_ends_as_told(
    database_url: str, tmp_path: Path
) -> None:
    wire = Wire(partial(asyncio.open_unix_connection, f"{database_url.partition('host=')[2]}/{SOCKET}"))
    async with (
        await asyncio.start_unix_server(wire.join, tmp_path / SOCKET),
        asyncpg.create_pool(f"postgresql://segue@/postgres?host={tmp_path}", min_size=2) as wired,
    ):
        given = asyncio.Event()

        async def ask(seconds: float | None) -> None:
            async with connection(wired) as acquired:
                given.set()
                await acquired.fetchval("SELECT 1", timeout=seconds)

        wire.cut()
        told = asyncio.create_task(ask(None))
        await given.wait()
        told.cancel()
        refused = asyncio.create_task(ask(0.1))
        await asyncio.wait({refused, told})
        wire.mend()

    error = refused.exception()
    assert isinstance(error, Refused)
    assert error.reason is Reason.UNAVAILABLE
    assert told.cancelled()


async def test_a_process_whose_database_is_cut_off_tells_all_the_same_how_it_is(
    database_url: str, tmp_path: Path
) -> None:
    wire = Wire(partial(asyncio.open_unix_connection, f"{database_url.partition('host=')[2]}/{SOCKET}"))
    async with (
        await asyncio.start_unix_server(wire.join, tmp_path / SOCKET),
        asyncpg.create_pool(f"postgresql://segue@/postgres?host={tmp_path}", min_size=2) as wired,
        serving(checks={"postgres": check(wired)}) as address,
        client.channel(address, "audio") as channel,
        grpc.aio.insecure_channel(address) as probe,
    ):
        ops: Any = ops_service_pb2_grpc.OpsServiceStub(channel)
        health: Any = health_pb2_grpc.HealthStub(probe)
        ready = health.Watch(health_pb2.HealthCheckRequest(service="ready"))
        await _says(ready, health_pb2.HealthCheckResponse.SERVING)
        wire.cut()
        for _ in range(3):  # within the deadline that the contract sets
            body = (await ops.GetMetrics(ops_service_pb2.GetMetricsRequest())).body
        await _says(ready, health_pb2.HealthCheckResponse.NOT_SERVING)
        wire.mend()
        await _says(ready, health_pb2.HealthCheckResponse.SERVING)
        alive = await health.Check(health_pb2.HealthCheckRequest())
        ready.cancel()

    assert b'segue_component_health{component="postgres"} 0.0' in body.data
    assert alive.status == health_pb2.HealthCheckResponse.SERVING


async def _says(watched: Any, status: int) -> None:
    """Wait until a health that is watched is this."""
    async for answer in watched:
        if answer.status == status:
            return
