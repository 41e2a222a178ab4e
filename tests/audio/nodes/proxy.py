"""A proxy in front of an audio node that misbehaves on demand, as real servers and networks have been seen to."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

_HOP_BY_HOP = {"Host", "Content-Length", "Transfer-Encoding", "Connection"}
_HANDSHAKE = ("Authorization", "User-Id", "Client-Name", "Session-Id")
_NOT_FOUND = {"timestamp": 0, "status": 404, "error": "Not Found", "message": "Session not found", "path": "/"}
_CANNOT_LOAD = {"timestamp": 0, "status": 400, "error": "Bad Request", "message": "It is no sound file.", "path": "/"}


@dataclass(frozen=True)
class Call:
    """A request that came by."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class Proxy:
    """Forwards REST and websockets to `upstream`, and keeps a journal of what came by."""

    def __init__(self, upstream: str) -> None:
        self.uri = ""
        self.calls: list[Call] = []
        self.most_at_once: Counter[str] = Counter()
        self.silent = False
        """Leave pings unanswered and say nothing."""
        self.stats_first = False
        """Say the first statistics before `ready`."""
        self.session_not_found = False
        """Answer as if every session waited to be resumed."""
        self.shutting_down = ""
        """Answer REST as a node that was told to end: `reset` the connection, or give an empty `503`."""
        self.cannot_load: Callable[[Call], bool] = lambda _: False
        """Plays that are refused, and pause or un-pause what played before nevertheless."""
        self.hang: Callable[[Call], bool] = lambda _: False
        """Requests that are never answered."""
        self.hold: Callable[[Call], bool] = lambda _: False
        """Requests that wait for `release`, before they are forwarded."""
        self.hold_answer: Callable[[Call], bool] = lambda _: False
        """Requests whose answer waits for `release`."""
        self.hold_message: Callable[[dict[str, Any]], bool] = lambda _: False
        """Websocket messages that wait for `release`."""
        self._upstream = upstream
        self._now: Counter[str] = Counter()
        self._news = asyncio.Condition()
        self._released = asyncio.Event()
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        app = web.Application()
        app.router.add_get("/v4/websocket", self._websocket)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.uri = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self.reset_connections()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.close()

    def release(self) -> None:
        """Let everything go that is held, now and from now on."""
        self._released.set()

    async def close_connections(self, code: int) -> None:
        """End the websockets with a close frame."""
        await asyncio.gather(*(each.close(code=code) for each in list(self._sockets)))

    def reset_connections(self) -> None:
        """End the websockets with a TCP reset."""
        for request in self._sockets.values():
            if request.transport is not None:
                wire = request.transport.get_extra_info("socket")
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                request.transport.abort()

    async def say(self, message: dict[str, Any]) -> None:
        """Put a message of the node's into every websocket."""
        for each in list(self._sockets):
            await each.send_str(json.dumps(message))

    def seen(self, method: str, ending: str = "") -> list[Call]:
        """The requests so far with this method and end of path."""
        return [call for call in self.calls if call.method == method and call.path.endswith(ending)]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until the journal fulfils a condition."""
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(condition)

    async def _note(self, call: Call) -> None:
        async with self._news:
            self.calls.append(call)
            self._now[call.path] += 1
            self.most_at_once[call.path] = max(self.most_at_once[call.path], self._now[call.path])
            self._news.notify_all()

    async def _forward(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        call = Call(request.method, request.path, request.query, request.headers, body)
        await self._note(call)
        if self.shutting_down == "reset" and request.transport:
            request.transport.abort()
        try:
            return await self._answer(call)
        finally:
            self._now[call.path] -= 1

    async def _answer(self, call: Call) -> web.Response:
        if self.session_not_found and "/sessions/" in call.path:
            return web.json_response(_NOT_FOUND, status=404)
        if self.shutting_down:
            return web.Response(status=503)
        if self.hang(call):
            await asyncio.Event().wait()
        if self.hold(call):
            await self._released.wait()
        if self.cannot_load(call):
            await self._pass_on(replace(call, body={"paused": call.body.get("paused", False)}))
            return web.json_response(_CANNOT_LOAD, status=400)
        response = await self._pass_on(call)
        if self.hold_answer(call):
            await self._released.wait()
        return response

    async def _pass_on(self, call: Call) -> web.Response:
        assert self._http is not None
        headers = {name: value for name, value in call.headers.items() if name not in _HOP_BY_HOP}
        try:
            async with self._http.request(
                call.method, self._upstream + call.path, params=call.query, headers=headers, json=call.body
            ) as answer:
                response = web.Response(body=await answer.read(), status=answer.status)
                response.headers["Content-Type"] = answer.headers.get("Content-Type", "text/plain")
        except aiohttp.ClientError:
            return web.Response(status=503)
        return response

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        await self._note(Call("GET", request.path, request.query, request.headers, None))
        self._now[request.path] -= 1
        headers = {name: request.headers[name] for name in _HANDSHAKE if name in request.headers}
        assert self._http is not None
        try:
            upstream = await self._http.ws_connect(f"{self._upstream}/v4/websocket", headers=headers)
        except aiohttp.ClientError:
            return web.Response(status=503)
        downstream = web.WebSocketResponse(autoping=False)
        await downstream.prepare(request)
        self._sockets[downstream] = request
        pump = asyncio.create_task(self._pump(upstream, downstream))
        async for frame in downstream:
            if frame.type is WSMsgType.PING and not self.silent:
                await downstream.pong(frame.data)
        del self._sockets[downstream]
        pump.cancel()
        await upstream.close()
        return downstream

    async def _pump(self, upstream: aiohttp.ClientWebSocketResponse, downstream: web.WebSocketResponse) -> None:
        late: list[str] = []
        async for frame in upstream:
            message = json.loads(frame.data)
            if self.stats_first and message["op"] == "ready":
                late.append(frame.data)
                continue
            if self.hold_message(message):
                await self._released.wait()
            if not self.silent:
                for data in (frame.data, *late):
                    await downstream.send_str(data)
            late.clear()
        await downstream.close(code=upstream.close_code or aiohttp.WSCloseCode.GOING_AWAY)
