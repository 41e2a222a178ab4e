"""Lavalink's protocol 3, the newest that Red speaks, in front of a node that speaks 4.

It resumes no session and sets no equaliser.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_LOADED = {
    "track": "TRACK_LOADED",
    "playlist": "PLAYLIST_LOADED",
    "search": "SEARCH_RESULT",
    "empty": "NO_MATCHES",
    "error": "LOAD_FAILED",
}


class Lavalink3:
    """Translates, both ways, for whoever connects."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.port = 0
        self.connected = asyncio.Event()
        self._http = http
        self._url = f"{url}/v4"

    def routes(self) -> list[web.RouteDef]:
        """List what is served."""
        return [web.get("/", self._converse), web.get("/loadtracks", self._load)]

    async def _load(self, request: web.Request) -> web.Response:
        async with self._http.get(f"{self._url}/loadtracks", params=request.query) as response:
            return web.json_response(_loaded(**await response.json()))

    async def _converse(self, request: web.Request) -> web.WebSocketResponse:
        client = web.WebSocketResponse()
        await client.prepare(request)
        headers = {name: request.headers[name] for name in ("User-Id", "Client-Name")}
        async with self._http.ws_connect(f"{self._url}/websocket", headers=headers) as node:
            session = (await node.receive_json())["sessionId"]
            telling = asyncio.create_task(_tell(node, client))
            self.connected.set()
            async for message in client:
                await self._do(session, message.json())
            telling.cancel()
        return client

    async def _do(self, session: str, asked: dict[str, Any]) -> None:
        if asked["op"] == "configureResuming":
            return
        player = f"{self._url}/sessions/{session}/players/{asked['guildId']}"
        method, body = ("DELETE", None) if asked["op"] == "destroy" else ("PATCH", _change(asked))
        async with self._http.request(method, player, json=body) as response:
            response.raise_for_status()


def _change(asked: dict[str, Any]) -> dict[str, Any]:
    """Make the body of a request out of an operation."""
    match asked["op"]:
        case "voiceUpdate":
            given = {"sessionId": asked["sessionId"], "channelId": asked["channelId"]}
            return {"voice": given | {name: asked["event"][name] for name in ("token", "endpoint")}}
        case "play":
            track = {"encoded": asked["track"]}
            return {"track": track, "position": int(asked["startTime"]), "paused": asked["pause"]}
        case "stop":
            return {"track": {"encoded": None}}
        case "pause":
            return {"paused": asked["pause"]}
        case "seek" | "volume":
            return {name: asked[name] for name in ("position", "volume") if name in asked}
        case other:
            raise ValueError(f"what is {other} in protocol 4?")


async def _tell(node: aiohttp.ClientWebSocketResponse, client: web.WebSocketResponse) -> None:
    async for message in node:
        told = {name: value for name, value in message.json().items() if value is not None}
        if "track" in told:
            told["track"] = told["track"]["encoded"]
        if told.get("type") == "TrackEndEvent":
            told["reason"] = _constant(told["reason"])
        if "exception" in told:
            told["exception"]["severity"] = _constant(told["exception"]["severity"])
        await client.send_json(told)


def _constant(name: str) -> str:
    """Write a value as protocol 3 does: loadFailed as LOAD_FAILED."""
    return re.sub("(?=[A-Z])", "_", name).upper()


def _loaded(loadType: str, data: Any) -> dict[str, Any]:  # noqa: N803  # as the node names them
    found: dict[str, Any] = {"loadType": _LOADED[loadType]}
    tracks: list[dict[str, Any]] = []
    match loadType:
        case "track":
            tracks = [data]
        case "search":
            tracks = data
        case "playlist":
            tracks, found["playlistInfo"] = data["tracks"], data["info"]
        case "error":
            found["exception"] = data | {"severity": _constant(data["severity"])}
    return found | {"tracks": [{"track": track["encoded"], "info": track["info"]} for track in tracks]}


@asynccontextmanager
async def lavalink3(url: str, password: str) -> AsyncIterator[Lavalink3]:
    """Serve protocol 3 for the node at `url`."""
    async with aiohttp.ClientSession(headers={"Authorization": password}) as http:
        served, app = Lavalink3(http, url), web.Application()
        app.add_routes(served.routes())
        async with TestServer(app) as server:
            assert server.port is not None
            served.port = server.port
            yield served
