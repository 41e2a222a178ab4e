"""Tokens, who one is, and how the deployment is."""

from __future__ import annotations

import base64
import json
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest
import pytest_asyncio
from envoy.service.auth.v3 import (
    external_auth_pb2,
    external_auth_pb2_grpc,
)
from google.rpc import status_pb2
from pydantic import SecretStr

from api import app, contract
from api.deployment import Deployment, Health
from api.settings import ApiSettings
from kit import policy
from kit.errors import Reason, Refused
from kit.migrate import migrate
from kit.status import decode
from segue.api.v1 import access_service_pb2, access_service_pb2_grpc, edge_service_pb2, edge_service_pb2_grpc
from segue.common.v1 import actor_pb2, ops_service_pb2
from segue.gateway.v1 import guild_service_pb2
from segue.options.v1 import options_pb2
from tests.contract.methods import methods, path
from tests.kit.mesh import Mesh, playing
from tests.kit.serving import from_peer
from tests.kit.world import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TOKEN = "operator-" + "0" * 40
OWNER = 4242
ME = "/segue.api.v1.AccessService/GetMe"
HEALTH = "/segue.api.v1.EdgeService/CheckDeployment"


async def bot(_: object) -> guild_service_pb2.GetBotResponse:
    return guild_service_pb2.GetBotResponse(owner_id=OWNER)


async def well(_: object) -> ops_service_pb2.CheckHealthResponse:
    return ops_service_pb2.CheckHealthResponse(status=ops_service_pb2.HEALTH_STATUS_HEALTHY)


async def ready(_: object) -> ops_service_pb2.CheckReadinessResponse:
    return ops_service_pb2.CheckReadinessResponse(ready=True)


@asynccontextmanager
async def running(database_url: str, folder: Path, mesh: Mesh, secret: str = TOKEN) -> AsyncIterator[grpc.aio.Channel]:
    """Run api on the mesh; gives a channel to it."""
    settings = ApiSettings(
        listen=f"unix:{folder}/app.sock",
        mesh=f"unix:{folder}/out.sock",
        instance="api",
        database_url=SecretStr(database_url),
        operator_token=SecretStr(secret),
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(mesh, settings.mesh))
        server = await app.build(settings, stack)
        await server.start()
        stack.push_async_callback(server.stop, drain=0, grace=1)
        yield await stack.enter_async_context(grpc.aio.insecure_channel(settings.listen))


@pytest_asyncio.fixture(autouse=True)
async def database(database_url: str) -> None:
    """Begin with an empty schema."""
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM api.token")
    await connection.close()


@pytest.fixture
def mesh() -> Mesh:
    """A mesh in which all is well."""
    return Mesh(GetBot=bot, CheckHealth=well, CheckReadiness=ready)


async def check(channel: grpc.aio.Channel, method: str, secret: str = "", *, rest: bool = True) -> Any:
    """Ask as the edge does."""
    request = external_auth_pb2.CheckRequest()
    request.attributes.request.http.path = method
    headers = request.attributes.request.http.headers
    if secret:
        headers["authorization"] = f"Bearer {secret}"
    if rest:
        headers["x-envoy-original-path"] = "/v1/anything"
    stub: Any = external_auth_pb2_grpc.AuthorizationStub(channel)
    return await stub.Check(request, metadata=from_peer("edge"))


def header(headers: Any, name: str) -> str:
    """Return the value of a header that the edge is to set."""
    return next(str(each.header.value) for each in headers if each.header.key == name)


async def test_a_valid_token_becomes_an_actor_and_goes_no_further(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
) -> None:
    async with running(database_url, tmp_path, mesh) as channel:
        answer = await check(channel, ME, TOKEN)

    assert answer.status.code == 0
    assert "authorization" in answer.ok_response.headers_to_remove
    carried = base64.b64decode(header(answer.ok_response.headers, "segue-actor-bin"))
    actor = actor_pb2.Actor.FromString(carried)
    assert (actor.user_id, actor.surface, actor.operator) == (OWNER, actor_pb2.SURFACE_API, True)
    assert list(actor.scopes) == contract.scopes()


@pytest.mark.parametrize("secret", ["", "wrong", TOKEN + "0", TOKEN[:-1]])
async def test_rest_without_a_valid_token_gets_the_one_error_format(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
    secret: str,
) -> None:
    async with running(database_url, tmp_path, mesh) as channel:
        denied = (await check(channel, ME, secret)).denied_response

    body = json.loads(denied.body)
    assert denied.status.code == 401
    assert header(denied.headers, "content-type") == "application/json"
    assert (body["code"], body["details"][0]["reason"]) == (16, "UNAUTHENTICATED")
    assert len(body["details"][0]["metadata"]["ref"]) == 8


async def test_grpc_without_a_token_gets_a_status_that_kit_reads(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
) -> None:
    async with running(database_url, tmp_path, mesh) as channel:
        denied = (await check(channel, ME, rest=False)).denied_response

    status = status_pb2.Status.FromString(base64.b64decode(header(denied.headers, "grpc-status-details-bin")))
    refused = decode(status)
    assert refused is not None
    assert (refused.reason, status.message) == (Reason.UNAUTHENTICATED, denied.body)


async def test_only_public_methods_pass_without_a_token_and_then_as_nobody(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
) -> None:
    async with running(database_url, tmp_path, mesh) as channel:
        for method in map(path, methods()):
            declared = policy.of(method)
            answer = await check(channel, method)

            assert declared
            assert answer.HasField("ok_response") == (declared.floor == options_pb2.LEVEL_PUBLIC)
            assert list(answer.ok_response.headers) == []
            if answer.HasField("ok_response"):
                assert {"authorization", "segue-actor-bin"} <= set(answer.ok_response.headers_to_remove)


async def test_a_token_is_stored_as_its_hash_and_a_new_one_replaces_it(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
) -> None:
    async with running(database_url, tmp_path, mesh):
        pass
    async with running(database_url, tmp_path, mesh, secret="x" * 40) as channel:
        assert (await check(channel, ME, TOKEN)).denied_response.status.code == 401
        assert (await check(channel, ME, "x" * 40)).HasField("ok_response")
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT token::text AS row FROM api.token")
    await connection.close()

    assert len(rows) == 1
    assert TOKEN not in rows[0]["row"]
    assert "xxxx" not in rows[0]["row"]


async def test_while_the_operator_is_unknown_the_token_waits_for_gateway_and_then_does_without(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
) -> None:
    del mesh.answers["GetBot"]
    async with running(database_url, tmp_path, mesh) as channel:
        denied = (await check(channel, ME, TOKEN)).denied_response
        assert denied.status.code == 503
        assert json.loads(denied.body)["details"][0]["metadata"]["part"] == "gateway"
        mesh.answers["GetBot"] = bot
        assert (await check(channel, ME, TOKEN)).HasField("ok_response")
    del mesh.answers["GetBot"]
    async with running(database_url, tmp_path, mesh) as channel:
        assert (await check(channel, ME, TOKEN)).HasField("ok_response")


async def test_one_learns_who_one_is(database_url: str, tmp_path: Path, mesh: Mesh) -> None:
    me = token(token_id="t", operator=True)
    async with running(database_url, tmp_path, mesh) as channel:
        stub: Any = access_service_pb2_grpc.AccessServiceStub(channel)
        answer = await stub.GetMe(access_service_pb2.GetMeRequest(), metadata=from_peer("edge", me))

    assert (answer.user_id, answer.token_id, answer.operator) == (me.user_id, "t", True)
    assert list(answer.scopes) == list(me.scopes)


async def test_the_operator_sees_the_figures_of_api(database_url: str, tmp_path: Path, mesh: Mesh) -> None:
    async with running(database_url, tmp_path, mesh) as channel:
        stub: Any = edge_service_pb2_grpc.EdgeServiceStub(channel)
        metadata = from_peer("edge", token(operator=True))
        metrics = await stub.GetEdgeMetrics(edge_service_pb2.GetEdgeMetricsRequest(), metadata=metadata)
        figures = await stub.GetEdgePerformance(edge_service_pb2.GetEdgePerformanceRequest(), metadata=metadata)

    assert b"segue_rpc_server_seconds" in metrics.body.data
    assert [pool.name for pool in figures.performance.pools if pool.name == "postgres.api"]


@pytest.mark.parametrize(
    ("status", "http"),
    [
        (ops_service_pb2.HEALTH_STATUS_HEALTHY, None),
        (ops_service_pb2.HEALTH_STATUS_DEGRADED, None),
        (ops_service_pb2.HEALTH_STATUS_UNHEALTHY, "503"),
        (None, "503"),
    ],
)
async def test_health_goes_through_the_mesh_and_http_is_told_of_it(
    database_url: str,
    tmp_path: Path,
    mesh: Mesh,
    status: Any,
    http: str | None,
) -> None:
    async def answer(_: object) -> ops_service_pb2.CheckHealthResponse:
        return ops_service_pb2.CheckHealthResponse(status=status)

    if status is None:
        del mesh.answers["CheckHealth"]
    else:
        mesh.answers["CheckHealth"] = answer
    async with running(database_url, tmp_path, mesh) as channel:
        stub: Any = edge_service_pb2_grpc.EdgeServiceStub(channel)
        call = stub.CheckDeployment(edge_service_pb2.CheckDeploymentRequest(), metadata=from_peer("edge"))

        assert (await call).status == (status or ops_service_pb2.HEALTH_STATUS_UNHEALTHY)
        assert dict(await call.initial_metadata()).get("x-segue-http-status") == http


class Peer:
    """A service that is as it is told."""

    def __init__(self, health: Health | None) -> None:
        self._health = health

    async def health(self) -> Health:
        """Say so, or nothing."""
        if self._health is None:
            raise Refused(Reason.UNAVAILABLE)
        return self._health

    async def ready(self) -> bool:
        """Be ready if it says anything."""
        return await self.health() is not Health.UNHEALTHY


@pytest.mark.parametrize(
    ("changed", "health", "is_ready"),
    [
        ({}, Health.HEALTHY, True),
        ({"gateway": None}, Health.DEGRADED, True),
        ({"worker": Health.UNHEALTHY}, Health.DEGRADED, True),
        ({"audio": Health.DEGRADED}, Health.DEGRADED, True),
        ({"audio": None}, Health.UNHEALTHY, False),
        ({"api": Health.UNHEALTHY}, Health.UNHEALTHY, False),
    ],
)
async def test_the_deployment_is_as_its_worst_part_as_far_as_that_is_needed(
    changed: dict[str, Health | None],
    health: Health,
    is_ready: bool,
) -> None:
    said: dict[str, Health | None] = dict.fromkeys(("gateway", "audio", "worker", "api"), Health.HEALTHY)
    peers = {name: Peer(each) for name, each in {**said, **changed}.items()}
    deployment = Deployment(peers, vital=frozenset({"api", "audio"}))

    assert await deployment.health() is health
    assert await deployment.ready() is is_ready
