"""Every failure that the edge makes by itself comes in the one format, and nothing happens behind it."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from kit.errors import Reason
from mesh import reply
from mesh.topology import EDGE
from tests.mesh.stack import Stack, call, until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.mesh.standin import Call

GET_PLAYER = "/segue.audio.v1.PlayerService/GetPlayer"
ADD = "/segue.audio.v1.QueueService/AddQueueItems"
TOKEN = (("authorization", "Bearer good"),)
MIB = 2**20


def total(stack: Stack) -> int:
    """Return how many calls have reached any service."""
    return sum(sum(service.counts.values()) for service in stack.services.values())


def check(status: int, headers: Mapping[str, str], body: bytes, expected: tuple[Any, ...]) -> None:
    """Check that an answer is a google.rpc.Status in JSON, of a status, code and reason."""
    failure = json.loads(body)
    assert (status, failure["code"], failure["details"][0]["reason"]) == expected
    assert headers["content-type"] == "application/json"
    assert failure["message"]
    info, *more = failure["details"]
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"}
    assert more == ([retry] if expected[2] == "RATE_LIMITED" else [])
    assert info == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": expected[2],
        "domain": "segue",
        "metadata": {},
    }


async def failed(answer: aiohttp.ClientResponse, *expected: Any) -> None:
    """Check the answer of a client; it names its trace."""
    check(answer.status, answer.headers, await answer.read(), expected)
    assert len(answer.headers["x-trace-id"]) == 32


def said(refused: grpc.aio.AioRpcError) -> tuple[int, str]:
    """Return the code and the reason that a native gRPC caller is given."""
    status = rpc_status.from_call(cast("grpc.Call", refused))
    assert status, "no details"
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.domain == "segue"
    return status.code, info.reason


async def refused(stack: Stack, path: str, metadata: Any = TOKEN, **fields: Any) -> tuple[int, str]:
    """Make a native gRPC call that fails, and return its code and reason."""
    async with stack.outside() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call(channel, path, metadata=metadata, **fields)
    return said(error.value)


async def raw(stack: Stack, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes to the edge and return what comes back until it closes."""
    host, _, port = stack.edge.rpartition(":")
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-1])}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.close()
    return int(head[0].split()[1]), headers, body


UNKNOWN = (404, 5, "UNKNOWN_METHOD")
INVALID = (400, 3, "INVALID_ARGUMENT")
NOBODY = (401, 16, "UNAUTHENTICATED")
AWAY = (503, 14, "UNAVAILABLE")


def test_the_edge_gives_each_reason_the_code_that_services_give_it() -> None:
    assert {failure.reason: failure.code for failure in reply.FAILURES} == {
        failure.reason: Reason(failure.reason).code for failure in reply.FAILURES
    }


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/v1/nothing"),
        ("DELETE", "/v1/guilds/5/player"),
        ("GET", "/v1/guilds/5/player:play"),
        ("OPTIONS", "/v1/guilds/5/player"),
        ("GET", "/v1/guilds/5/queue:add"),
        ("GET", GET_PLAYER),
    ],
)
async def test_what_does_not_exist_is_not_found(
    stack: Stack, browser: aiohttp.ClientSession, verb: str, path: str
) -> None:
    async with browser.request(verb, path) as answer:
        await failed(answer, *UNKNOWN)
    assert total(stack) == 0


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "/v1/guilds/5/player?unknown=1", None),
        ("GET", "/v1/guilds/five/player", None),
        ("GET", "/v1/guilds/99999999999999999999999/player", None),
        ("GET", "/v1/guilds/5/player:watch?fromVersion=x", None),
        ("POST", "/v1/guilds/5/player:play", b"{"),
        ("POST", "/v1/guilds/5/player:play", b'{"query": 7}'),
        ("POST", "/v1/guilds/5/player:play", b"[]"),
        ("POST", "/v1/guilds/5/player:play", b'{"guild_id": "6", "query": "x"}'),
        ("POST", "/v1/guilds/5/player:play", b'{"guildId": "6", "query": "x"}'),
        ("POST", "/v1/guilds/5/player:play", b'{"guildId" : "5"}'),
        ("POST", "/v1/guilds/5/player:play", b"\xff\xfe"),
    ],
)
async def test_what_does_not_fit_the_method_is_refused(
    stack: Stack, browser: aiohttp.ClientSession, verb: str, path: str, body: bytes | None
) -> None:
    async with browser.request(verb, path, data=body) as answer:
        await failed(answer, *INVALID)
    assert total(stack) == 0


async def test_a_title_may_hold_what_a_key_may_not(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async with browser.post("/v1/guilds/5/player:play", json={"query": '"guildId":'}) as answer:
        assert answer.status == 200
    assert total(stack) == 1


@pytest.mark.parametrize("token", [None, "Bearer wrong", "good", ""])
async def test_without_a_valid_token_nothing_is_reached(stack: Stack, token: str | None) -> None:
    headers = {} if token is None else {"authorization": token}
    async with aiohttp.ClientSession(f"http://{stack.edge}", headers=headers) as session:
        for path in ("/v1/me", "/v1/guilds/5/player", "/v1/guilds/5/player:watch", "/metrics"):
            async with session.get(path) as answer:
                await failed(answer, *NOBODY)
    async with stack.outside() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call(channel, GET_PLAYER, metadata=list(headers.items()), guild_id=5)
    assert said(error.value) == (16, "UNAUTHENTICATED")
    assert "{" not in (error.value.details() or "")
    assert total(stack) == 0


async def test_bodies_are_limited_by_method(stack: Stack, browser: aiohttp.ClientSession) -> None:
    too_large = (413, 8, "BODY_TOO_LARGE")
    async with browser.post("/v1/guilds/5/player:play", data=io.BytesIO(b" " * MIB + b"{}")) as answer:
        await failed(answer, *too_large)
    async with browser.post("/v1/guilds/5/queue:add", data=io.BytesIO(b" " * (8 * MIB) + b"{}")) as answer:
        await failed(answer, *too_large)
    assert total(stack) == 0
    async with browser.post("/v1/guilds/5/player:play", data=io.BytesIO(b" " * (MIB - 10) + b"{}")) as answer:
        assert answer.status == 200
    async with browser.post(
        "/v1/guilds/5/queue:add", data=io.BytesIO(json.dumps({"handles": ["h" * 512] * 10_000}).encode())
    ) as answer:
        assert answer.status == 200
    async with stack.outside() as channel:
        await call(channel, ADD, metadata=TOKEN, guild_id=5, handles=["h" * 512] * 10_000)
    play = "/segue.audio.v1.PlayerService/Play"
    assert await refused(stack, play, guild_id=5, query="x" * MIB) == (8, "BODY_TOO_LARGE")
    assert total(stack) == 3


async def test_a_large_answer_passes_and_a_too_large_one_is_an_error(
    stack: Stack, browser: aiohttp.ClientSession
) -> None:
    def sized(size: int) -> Any:
        async def answer(here: Call) -> Any:
            here.answer.next_page_token = "x" * size
            return here.answer

        return answer

    path = "/segue.audio.v1.QueueService/ListQueueItems"
    for size in (MIB, 9 * MIB):
        for instance in ("audio", "audio-2"):
            stack[instance].behaviours[path] = sized(size)
        async with browser.get("/v1/guilds/5/queue") as answer:
            if size == MIB:
                assert len((await answer.json())["nextPageToken"]) == MIB
            else:
                await failed(answer, 500, 13, "INTERNAL")


async def test_a_late_answer_is_a_timeout(stack: Stack, browser: aiohttp.ClientSession) -> None:
    async def hang(here: Call) -> None:
        await asyncio.Event().wait()

    for instance in ("audio", "audio-2"):
        stack[instance].behaviours[GET_PLAYER] = hang
    async with browser.get("/v1/guilds/5/player", headers={"grpc-timeout": "2000m"}) as answer:
        await failed(answer, 504, 4, "DEADLINE_EXCEEDED")
    assert total(stack) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (grpc.StatusCode.DEADLINE_EXCEEDED, (504, 4, "DEADLINE_EXCEEDED")),
        (grpc.StatusCode.UNAVAILABLE, (503, 14, "UNAVAILABLE")),
        (grpc.StatusCode.PERMISSION_DENIED, (403, 7, "CALLER_REFUSED")),
    ],
)
async def test_what_another_proxy_refused_without_a_reason_gets_one(
    stack: Stack, browser: aiohttp.ClientSession, code: grpc.StatusCode, expected: tuple[int, int, str]
) -> None:
    async def refuse(here: Call) -> None:
        await here.context.abort(code, "no words")

    for instance in ("audio", "audio-2"):
        stack[instance].behaviours[GET_PLAYER] = refuse
    async with browser.get("/v1/guilds/5/player") as answer:
        await failed(answer, *expected)
    assert await refused(stack, GET_PLAYER, guild_id=5) == expected[1:]


async def test_a_method_that_does_not_exist_is_unimplemented_for_grpc(stack: Stack) -> None:
    assert await refused(stack, "/segue.audio.v1.VoiceEventService/ReportVoice") == (12, "UNKNOWN_METHOD")
    assert total(stack) == 0


async def gone(stack: Stack, *instances: str) -> None:
    """Take instances out and wait until the edge has seen it."""
    for instance in instances:
        await stack[instance].leave()
    await stack.healthy(EDGE, hosts=5 - len(instances))


async def back(stack: Stack, *instances: str) -> None:
    """Bring instances back and wait until every proxy has seen it."""
    for instance in instances:
        await stack[instance].come_back()
    await asyncio.gather(*(stack.healthy(proxy) for proxy in (EDGE, *stack.services)))


async def test_a_missing_service_is_unavailable_for_the_moment(stack: Stack, browser: aiohttp.ClientSession) -> None:
    await gone(stack, "audio", "audio-2")
    try:
        async with browser.get("/v1/guilds/5/player") as answer:
            await failed(answer, *AWAY)
        assert await refused(stack, GET_PLAYER, guild_id=5) == (14, "UNAVAILABLE")
    finally:
        await back(stack, "audio", "audio-2")


async def test_without_api_nobody_is_let_in(stack: Stack, browser: aiohttp.ClientSession) -> None:
    await gone(stack, "api")
    try:
        async with browser.get("/v1/guilds/5/player") as answer:
            await failed(answer, *AWAY)
        assert await refused(stack, GET_PLAYER, guild_id=5) == (14, "UNAVAILABLE")
        assert total(stack) == 0
    finally:
        await back(stack, "api")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET /v1/me HTTP/1.0\r\n\r\n", (426, 3, "INVALID_ARGUMENT")),
        (b"GET /v1/me HTTP/1.1\r\nhost: x\r\nx-long: " + b"a" * 40_000 + b"\r\n\r\n", (431, 3, "INVALID_ARGUMENT")),
        (b"GET /v1/me HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 101 + b"\r\n", (431, 3, "INVALID_ARGUMENT")),
        (b"GET /v1/me HTTP/1.1\r\nhost: x\r\nsegue_actor_bin: x\r\n\r\n", INVALID),
        (b"GET /v1/me HTTP/1.1\r\n\r\n", INVALID),
        (b"GET /v1/guilds/5%2F6/player HTTP/1.1\r\nhost: x\r\n\r\n", INVALID),
        (b"NO SENSE AT ALL\r\n\r\n", INVALID),
        (b"GET /v1/me HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", INVALID),
    ],
)
async def test_broken_http_is_refused(stack: Stack, request_: bytes, expected: tuple[int, int, str]) -> None:
    status, headers, body = await raw(stack, request_)
    check(status, headers, body, expected)
    assert "x-trace-id" not in headers  # nothing has begun that could be traced
    assert total(stack) == 0


# Calls without a valid token are limited, by address


def visitor(stack: Stack, address: str, **headers: str) -> aiohttp.ClientSession:
    """Return a client with an address of its own."""
    connector = aiohttp.TCPConnector(local_addr=(address, 0))
    return aiohttp.ClientSession(f"http://{stack.edge}", headers=headers, connector=connector)


async def knock(visitor: aiohttp.ClientSession, path: str, times: int) -> Counter[int]:
    """Call so often and return how often each status came."""
    statuses: Counter[int] = Counter()
    for _ in range(times):
        async with visitor.get(path) as answer:
            statuses[answer.status] += 1
            if answer.status == 429:
                await failed(answer, 429, 8, "RATE_LIMITED")
                assert answer.headers["retry-after"] == "1"
    return statuses


@pytest.mark.parametrize(
    ("address", "path", "headers", "status"),
    [
        ("127.0.0.2", "/v1/me", {}, 401),
        ("127.0.0.3", "/v1/me", {"authorization": "Bearer wrong"}, 401),
        ("127.0.0.4", "/health", {}, 200),
        ("127.0.0.5", "/health", {"authorization": "Bearer wrong"}, 200),
        ("127.0.0.6", "/nothing", {"authorization": "Bearer wrong"}, 404),
        ("127.0.0.7", "/contract.binpb", {}, 200),
    ],
)
async def test_an_address_has_a_hundred_calls_without_a_valid_token(
    stack: Stack, address: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with visitor(stack, address, **headers) as stranger:
        statuses = await knock(stranger, path, 200)
    assert set(statuses) == {status, 429}
    assert statuses[status] >= 100


async def test_wrong_and_missing_tokens_count_together(stack: Stack) -> None:
    async with visitor(stack, "127.0.0.8") as nobody, visitor(stack, "127.0.0.8", authorization="x") as liar:
        statuses = await knock(nobody, "/v1/me", 90) + await knock(liar, "/v1/me", 90)
    assert statuses[429] > 0


async def test_a_valid_token_is_served_from_an_address_that_is_limited(stack: Stack) -> None:
    async with visitor(stack, "127.0.0.9") as nobody, visitor(stack, "127.0.0.9", authorization="Bearer good") as guest:
        assert (await knock(nobody, "/v1/me", 200))[429] > 0
        assert await knock(guest, "/v1/me", 200) == Counter({200: 200})


async def test_another_address_is_not_limited_with_it(stack: Stack) -> None:
    async with visitor(stack, "127.0.0.10") as nobody, visitor(stack, "127.0.0.11") as other:
        assert (await knock(nobody, "/v1/me", 200))[429] > 0
        assert await knock(other, "/v1/me", 50) == Counter({401: 50})


async def test_an_address_may_call_again_after_a_while(stack: Stack) -> None:
    async with visitor(stack, "127.0.0.12") as nobody:
        assert (await knock(nobody, "/v1/me", 200))[429] > 0

        async def served() -> bool:
            return 429 not in await knock(nobody, "/v1/me", 1)

        await until(served)


async def test_grpc_callers_are_limited_in_their_own_words(stack: Stack) -> None:
    host = stack.edge.rpartition(":")[0]
    assert host == "127.0.0.1"
    for metadata in ((), (("authorization", "Bearer wrong"),)):
        codes: Counter[grpc.StatusCode] = Counter()
        async with stack.outside() as channel:
            for _ in range(250):
                with pytest.raises(grpc.aio.AioRpcError) as error:
                    await call(channel, GET_PLAYER, metadata=metadata, guild_id=5)
                codes[error.value.code()] += 1
                if error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED:
                    assert error.value.details() == reply.RATE_LIMITED.message
                    assert said(error.value) == (8, "RATE_LIMITED")
        assert set(codes) == {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert codes[grpc.StatusCode.RESOURCE_EXHAUSTED] > 0
    assert total(stack) == 0
