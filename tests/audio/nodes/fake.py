"""A small Lavalink: its REST and websocket, without sound."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from types import TracebackType

PASSWORD = "correct horse"
INFO: dict[str, Any] = {
    "version": {"semver": "4.2.2", "major": 4, "minor": 2, "patch": 2, "preRelease": ""},
    "sourceManagers": ["local", "http", "youtube"],
    "filters": [],
    "plugins": [],
}


def track(identifier: str, user_data: dict[str, Any] | None = None, **info: Any) -> dict[str, Any]:
    known = {
        "identifier": identifier,
        "isSeekable": True,
        "author": "Nobody",
        "length": 12_000,
        "isStream": False,
        "position": 0,
        "title": identifier,
        "uri": identifier,
        "sourceName": "local",
        "artworkUrl": None,
        "isrc": None,
    }
    return {"encoded": "AAAA", "info": known | info, "pluginInfo": {}, "userData": user_data or {}}


@dataclass
class _Session:
    id: str
    players: dict[int, dict[str, Any]] = field(default_factory=dict)
    socket: web.WebSocketResponse | None = None
    resuming: bool = False
    waiting: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, message: dict[str, Any]) -> None:
        if self.socket is None:
            self.waiting.append(message)
        else:
            await self.socket.send_str(json.dumps(message))

    async def event(self, kind: str, guild_id: int, **facts: Any) -> None:
        await self.say({"op": "event", "type": kind, "guildId": str(guild_id), **facts})


class FakeNode:
    """A node on a port that it keeps over `stop` and `start`; what it holds does not survive them."""

    def __init__(self) -> None:
        self.port = 0
        self.results: dict[str, dict[str, Any]] = {}
        self.broken: dict[str, str] = {}
        self.info = dict(INFO)
        self.more_stats: dict[str, Any] = {}
        self.lyrics: dict[str, Any] | None = None
        """What LavaLyrics, where it is announced, finds for every track."""
        self.lists: dict[str, dict[str, Any]] = {}
        """What LavaSearch, where it is announced, finds for queries."""
        self.sessions: dict[str, _Session] = {}
        self._ids = map("session-{}".format, itertools.count(1))
        self._runner: web.AppRunner | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        app = web.Application(middlewares=[_guard])
        app.router.add_get("/v4/info", self._info)
        app.router.add_get("/v4/stats", self._stats)
        app.router.add_get("/v4/loadtracks", self._load)
        app.router.add_get("/v4/lyrics", self._lyrics)
        app.router.add_get("/v4/loadsearch", self._load_search)
        app.router.add_get("/v4/websocket", self._websocket)
        app.router.add_patch("/v4/sessions/{session}", self._patch_session)
        app.router.add_get("/v4/sessions/{session}/players", self._players)
        app.router.add_patch("/v4/sessions/{session}/players/{guild}", self._patch_player)
        app.router.add_delete("/v4/sessions/{session}/players/{guild}", self._delete_player)
        categories = "/v4/sessions/{session}/players/{guild}/sponsorblock/categories"
        app.router.add_put(categories, self._change_skipped)
        app.router.add_delete(categories, self._change_skipped)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is None:
            return
        sockets = [session.socket for session in self.sessions.values() if session.socket is not None]
        self.sessions.clear()
        await asyncio.gather(*(socket.close(code=aiohttp.WSCloseCode.GOING_AWAY) for socket in sockets))
        await self._runner.cleanup()
        self._runner = None

    async def _info(self, request: web.Request) -> web.Response:
        return web.json_response(self.info)

    async def _stats(self, request: web.Request) -> web.Response:
        return web.json_response(self.stats())

    def stats(self) -> dict[str, Any]:
        players = sum(len(session.players) for session in self.sessions.values())
        cpu = {"cores": 1, "systemLoad": 0.5, "lavalinkLoad": 0.25}
        memory = {"free": 1, "used": 1, "allocated": 2, "reservable": 4}
        known = {"players": players, "playingPlayers": 0, "uptime": 5_000, "memory": memory, "cpu": cpu}
        return known | {"frameStats": None} | self.more_stats

    async def _load(self, request: web.Request) -> web.Response:
        return web.json_response(self.results.get(request.query["identifier"], {"loadType": "empty", "data": None}))

    async def _lyrics(self, request: web.Request) -> web.Response:
        if not self.info["plugins"]:
            raise _refusal(web.HTTPNotFound, "No endpoint GET /v4/lyrics.")
        assert request.query["track"] == "AAAA"
        return web.Response(status=204) if self.lyrics is None else web.json_response(self.lyrics)

    async def _load_search(self, request: web.Request) -> web.Response:
        if not self.info["plugins"]:
            raise _refusal(web.HTTPNotFound, "No endpoint GET /v4/loadsearch.")
        found = self.lists.get(request.query["query"])
        return web.Response(status=204) if found is None else web.json_response(found)

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if not int(request.headers.get("User-Id") or 0):
            return web.Response(status=400)
        socket = web.WebSocketResponse()
        session = self.sessions.get(request.headers.get("Session-Id", ""))
        resumed = session is not None and session.socket is None
        if session is None or not resumed:
            session = _Session(next(self._ids))
            self.sessions[session.id] = session
        await socket.prepare(request)
        await socket.send_json({"op": "ready", "resumed": resumed, "sessionId": session.id})
        session.socket = socket
        for message in session.waiting:
            await session.say(message)
        session.waiting.clear()
        await session.say({"op": "stats", **self.stats()})
        async for frame in socket:
            assert frame.type is not WSMsgType.BINARY
        session.socket = None
        if not session.resuming:
            self.sessions.pop(session.id, None)
        return socket

    def _attached(self, request: web.Request) -> _Session:
        session = self.sessions.get(request.match_info["session"])
        if session is None or session.socket is None:
            raise _refusal(web.HTTPNotFound, "Session not found")
        return session

    async def _patch_session(self, request: web.Request) -> web.Response:
        session, body = self._attached(request), await request.json()
        session.resuming = body.get("resuming", session.resuming)
        return web.json_response({"resuming": session.resuming, "timeout": body.get("timeout", 60)})

    async def _players(self, request: web.Request) -> web.Response:
        return web.json_response(list(self._attached(request).players.values()))

    async def _patch_player(self, request: web.Request) -> web.Response:
        session, guild_id, body = self._attached(request), int(request.match_info["guild"]), await request.json()
        state = {"time": 0, "position": 0, "connected": False, "ping": -1}
        empty = {"guildId": str(guild_id), "track": None, "paused": False, "voice": None, "state": state}
        player = session.players.setdefault(guild_id, empty)
        if "voice" in body:
            player |= {"voice": body["voice"]}
            state = player["state"] | {"connected": True}
            player |= {"state": state}
        if "track" in body:
            await self._change_track(session, player, body)
        if "position" in body:
            player |= {"state": player["state"] | {"position": body["position"]}}
        player |= {"paused": body.get("paused", player["paused"])}
        return web.json_response(player)

    async def _change_track(self, session: _Session, player: dict[str, Any], body: dict[str, Any]) -> None:
        identifier, guild_id, old = body["track"].get("identifier"), int(player["guildId"]), player["track"]
        if identifier in self.broken:
            raise _refusal(web.HTTPBadRequest, self.broken[identifier])
        player["track"] = identifier and track(identifier, body["track"]["userData"])
        if old is not None:
            await session.event("TrackEndEvent", guild_id, track=old, reason="replaced" if identifier else "stopped")
        if identifier:
            await session.event("TrackStartEvent", guild_id, track=player["track"])

    async def _change_skipped(self, request: web.Request) -> web.Response:
        if not self.info["plugins"]:
            raise _refusal(web.HTTPNotFound, f"No endpoint {request.method} {request.path}.")
        self._attached(request)
        return web.Response()

    async def _delete_player(self, request: web.Request) -> web.Response:
        session, guild_id = self._attached(request), int(request.match_info["guild"])
        player = session.players.pop(guild_id, None)
        if player is not None and player["track"] is not None:
            await session.event("TrackEndEvent", guild_id, track=player["track"], reason="stopped")
        return web.Response(status=204)


def _refusal(kind: type[web.HTTPException], message: str) -> web.HTTPException:
    status = kind.status_code
    body = {"timestamp": 0, "status": status, "error": "Refused", "message": message, "path": "/"}
    return kind(text=json.dumps(body), content_type="application/json")


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.headers.get("Authorization") != PASSWORD:
        return web.Response(status=401 if "Authorization" not in request.headers else 403)
    response: web.StreamResponse = await handler(request)
    return response
