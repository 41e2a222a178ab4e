"""The edge as everybody outside sees it: REST, gRPC, gRPC-Web and streams on one port, nothing forged gets in."""

from __future__ import annotations

import base64
import json
import struct
import uuid
from typing import Any, cast

import aiohttp
import grpc
import grpc.aio
import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from mesh.topology import ROOT
from segue.common.v1 import actor_pb2
from tests.mesh.stack import ORIGIN, Stack, call
from tests.mesh.standin import Call, request_class, response_class

GET_PLAYER = "/segue.audio.v1.PlayerService/GetPlayer"
WATCH_PLAYER = "/segue.audio.v1.PlayerService/WatchPlayer"
PLAY = "/segue.audio.v1.PlayerService/Play"
GET_ME = "/segue.api.v1.AccessService/GetMe"
CHECK_DEPLOYMENT = "/segue.api.v1.EdgeService/CheckDeployment"
TOKEN = (("authorization", "Bearer good"),)


def arrived(stack: Stack, path: str) -> list[Call]:
    """Return the calls of a method, wherever they arrived."""
    return [found for service in stack.services.values() for found in service.calls if found.path == path]


def told(stack: Stack, path: str, behaviour: Any) -> None:
    """Tell every service how to answer a method."""
    for service in stack.services.values():
        service.behaviours[path] = behaviour


async def paused(call: Call) -> Any:
    """Answer with a player that has something in every kind of field."""
    player = call.answer.player
    player.guild_id = call.request.guild_id
    player.version = 2**53 + 1
    player.status = player.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_name["PLAYER_STATUS_PAUSED"].number
    return call.answer


# One contract, three ways


async def test_rest_speaks_the_contract_in_json(stack: Stack, browser: aiohttp.ClientSession) -> None:
    told(stack, GET_PLAYER, paused)
    async with browser.get("/v1/guilds/9007199254740993/player") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        player = (await answer.json())["player"]
    assert player["guildId"] == "9007199254740993"
    assert player["status"] == "PLAYER_STATUS_PAUSED"
    assert player["queueLength"] == 0


async def test_a_body_and_a_path_make_one_request(stack: Stack, browser: aiohttp.ClientSession) -> None:
    body = {"query": "a + b", "requestId": str(uuid.uuid4()), "unknownField": 1}
    async with browser.post("/v1/guilds/5/player:play", json=body) as answer:
        assert answer.status == 200
    (found,) = arrived(stack, PLAY)
    assert (found.request.guild_id, found.request.query, found.request.request_id) == (5, "a + b", body["requestId"])


async def test_query_parameters_are_decoded(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async with browser.get("/v1/search?query=a+b%2Fc%20%C3%A4&pageSize=3") as answer:
        assert answer.status == 200
    (found,) = arrived(stack, "/segue.audio.v1.CatalogService/SearchTracks")
    assert (found.request.query, found.request.page_size) == ("a b/c ä", 3)


async def test_native_grpc_works_on_the_same_port(stack: Stack) -> None:
    told(stack, GET_PLAYER, paused)
    async with stack.outside() as channel:
        answer = await call(channel, GET_PLAYER, metadata=TOKEN, guild_id=8)
        watched = [event.version async for event in call(channel, WATCH_PLAYER, metadata=TOKEN, guild_id=8)]
    assert answer.player.guild_id == 8
    assert watched == [1, 2, 3]


def frames(body: bytes) -> list[tuple[int, bytes]]:
    """Split a gRPC-Web body into its frames."""
    found = []
    while body:
        flag, length = struct.unpack(">BI", body[:5])
        found.append((flag, body[5 : 5 + length]))
        body = body[5 + length :]
    return found


async def test_grpc_web_works_on_the_same_port_also_as_text(stack: Stack, browser: aiohttp.ClientSession) -> None:
    message = request_class(WATCH_PLAYER)(guild_id=8).SerializeToString()
    body = struct.pack(">BI", 0, len(message)) + message
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
    async with browser.post(WATCH_PLAYER, data=body, headers=headers) as answer:
        *messages, (flag, trailers) = frames(await answer.read())
    versions = [response_class(WATCH_PLAYER).FromString(content).version for _, content in messages]  # type: ignore[attr-defined]  # made at run time
    assert versions == [1, 2, 3]
    assert (flag, b"grpc-status:0" in trailers) == (0x80, True)
    headers = {"content-type": "application/grpc-web-text+proto", "accept": "application/grpc-web-text+proto"}
    async with browser.post(WATCH_PLAYER, data=base64.b64encode(body), headers=headers) as answer:
        assert answer.status == 200
        assert answer.content_type.startswith("application/grpc-web-text")


async def test_a_stream_becomes_server_sent_events_one_by_one(stack: Stack, browser: aiohttp.ClientSession) -> None:
    for instance in ("audio", "audio-2"):
        stack[instance].go_on.clear()
    async with browser.get("/v1/guilds/5/player:watch?fromVersion=7") as answer:
        assert answer.content_type == "text/event-stream"
        first = await answer.content.readline()
        for instance in ("audio", "audio-2"):
            stack[instance].go_on.set()
        events = [first, *[line async for line in answer.content if line.strip()]]
    assert [json.loads(line.removeprefix(b"data: "))["version"] for line in events] == ["1", "2", "3"]
    (found,) = arrived(stack, WATCH_PLAYER)
    assert found.request.from_version == 7


async def test_browsers_are_let_in_from_the_named_origins_alone(stack: Stack, browser: aiohttp.ClientSession) -> None:
    for origin, allowed in ((ORIGIN, ORIGIN), ("http://evil.test", None)):
        asked = {"origin": origin, "access-control-request-method": "POST"}
        async with browser.options(GET_PLAYER, headers=asked) as answer:
            assert answer.headers.get("access-control-allow-origin") == allowed
    async with browser.get("/v1/guilds/5/player", headers={"origin": ORIGIN}) as answer:
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "x-trace-id" in answer.headers["access-control-expose-headers"]


async def test_the_contract_is_handed_out(stack: Stack) -> None:
    async with aiohttp.ClientSession(f"http://{stack.edge}") as anybody, anybody.get("/contract.binpb") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/octet-stream"
        assert "x-trace-id" in answer.headers
        assert await answer.read() == (ROOT / "gen/contract.binpb").read_bytes()
    assert stack.authentication.asked == []


async def test_a_service_may_choose_the_status_of_its_rest_answer(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async def unhealthy(here: Call) -> Any:
        await here.context.send_initial_metadata((("x-segue-http-status", "503"),))
        here.answer.status = 3
        return here.answer

    told(stack, CHECK_DEPLOYMENT, unhealthy)
    async with browser.get("/health") as answer:
        assert (answer.status, await answer.json()) == (503, {"status": "HEALTH_STATUS_UNHEALTHY"})
        assert "x-segue-http-status" not in answer.headers
    async with browser.head("/health") as answer:
        assert (answer.status, await answer.read()) == (503, b"")
    async with stack.outside() as channel:
        assert (await call(channel, CHECK_DEPLOYMENT)).status == 3


async def test_api_metrics_come_as_text(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async def text(here: Call) -> Any:
        here.answer.body.content_type = "text/plain; version=0.0.4"
        here.answer.body.data = b"up 1\n"
        return here.answer

    told(stack, "/segue.api.v1.EdgeService/GetEdgeMetrics", text)
    async with browser.get("/metrics") as answer:
        assert (answer.content_type, await answer.text()) == ("text/plain", "up 1\n")


# Nothing forged gets in


async def test_only_api_says_who_somebody_is(stack: Stack, browser: aiohttp.ClientSession) -> None:
    forged = base64.b64encode(actor_pb2.Actor(user_id=1, operator=True).SerializeToString()).decode()
    async with browser.get("/v1/me", headers={"segue-actor-bin": forged}) as answer:
        assert answer.status == 200
    async with stack.outside() as channel:
        metadata = (*TOKEN, ("segue-actor-bin", actor_pb2.Actor(user_id=1, operator=True).SerializeToString()))
        await call(channel, GET_ME, metadata=metadata)
    for found in arrived(stack, GET_ME):
        actor = actor_pb2.Actor.FromString(found.metadata["segue-actor-bin"])
        assert actor == actor_pb2.Actor(user_id=1001, surface=actor_pb2.SURFACE_API)
        assert "authorization" not in found.metadata
    assert len(arrived(stack, GET_ME)) == 2


async def test_headers_of_the_mesh_are_stripped_from_everything_outside(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    forged = {
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "tracestate": "a=b",
        "baggage": "user=1",
        "x-segue-anything": "1",
        "x-segue-instance": "audio-2",
        "x-guild-id": "1",
        "x-forwarded-client-cert": "URI=spiffe://segue/gateway",
        "x-envoy-upstream-rq-timeout-ms": "1",
        "x-envoy-original-method": "DELETE",
        "x-envoy-force-trace": "1",
        "x-request-id": str(uuid.UUID(int=1)),
    }
    async with browser.get("/v1/guilds/5/player", headers=forged) as answer:
        assert answer.status == 200
    (found,) = arrived(stack, GET_PLAYER)
    assert found.metadata["x-guild-id"] == '["5"]'
    assert found.metadata["x-envoy-original-method"] == "GET"
    assert found.metadata["x-forwarded-client-cert"].endswith("URI=spiffe://segue/edge")
    assert found.metadata["x-request-id"] != forged["x-request-id"]
    assert "a" * 32 not in found.metadata["traceparent"]
    for name in ("baggage", "x-segue-anything", "x-segue-instance", "x-envoy-upstream-rq-timeout-ms"):
        assert name not in found.metadata


async def test_what_no_outsider_may_call_does_not_exist_at_the_edge(stack: Stack) -> None:
    closed = [
        "/segue.audio.v1.VoiceEventService/ReportVoice",
        "/segue.gateway.v1.GuildService/GetBot",
        "/segue.common.v1.OpsService/GetMetrics",
        "/segue.common.v1.UpkeepService/PurgeExpired",
        "/segue.common.v1.PrivacyService/ErasePerson",
    ]
    async with stack.outside() as channel:
        for path in closed:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(channel, path, metadata=TOKEN)
            assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
            assert arrived(stack, path) == []


async def test_api_is_asked_about_the_method_however_the_call_came(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    async with browser.get("/v1/guilds/5/player") as answer:
        assert answer.status == 200
    async with stack.outside() as channel:
        await call(channel, GET_PLAYER, metadata=TOKEN, guild_id=5)
    assert [asked.path for asked in stack.authentication.asked] == [GET_PLAYER] * 2
    rest, native = stack.authentication.asked
    assert rest.headers["x-envoy-original-path"] == "/v1/guilds/5/player"
    assert "x-envoy-original-path" not in native.headers


# A service's own errors


async def test_an_error_keeps_its_details_on_every_surface(stack: Stack, browser: aiohttp.ClientSession) -> None:
    info = error_details_pb2.ErrorInfo(reason="NOTHING_PLAYING", domain="segue", metadata={"guild": "5"})
    status = status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, message="nothing is playing")
    status.details.add().Pack(info)

    async def refuse(here: Call) -> None:
        await here.context.abort_with_status(rpc_status.to_status(status))

    told(stack, GET_PLAYER, refuse)
    async with browser.get("/v1/guilds/5/player") as answer:
        body = await answer.json()
    assert (answer.status, body["code"], body["details"][0]["reason"]) == (400, 9, "NOTHING_PLAYING")
    assert body["details"][0]["metadata"] == {"guild": "5"}
    assert "x-trace-id" in answer.headers
    async with stack.outside() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(channel, GET_PLAYER, metadata=TOKEN, guild_id=5)
    assert rpc_status.from_call(cast("grpc.Call", refused.value)) == status
