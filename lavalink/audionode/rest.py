"""The HTTP side of Lavalink v4: who may ask, how errors look, and each route."""

import asyncio
import http
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

import av
from aiohttp import WSMsgType, web
from pydantic import TypeAdapter, ValidationError

from audionode.errors import SourceError, UnreadableError, describe
from audionode.filters import NAMES
from audionode.lyrics import Lyrics
from audionode.media import MediaError
from audionode.node import Node
from audionode.opus import OpusError
from audionode.patch import Body, PlayerUpdate, SessionUpdate
from audionode.player import Player
from audionode.playing import LOOKUP_FAILED, ApiError, PlayerRequests
from audionode.session import Session
from audionode.singing import Singing
from audionode.sources import ARTWORK
from audionode.tracing import Tracing
from audionode.track import Loaded, TrackInfo

log = logging.getLogger(__name__)

VERSION = "4.2.2"  # of the protocol and of the server whose behaviour this node has
_BUILD_TIME = 1795374300000
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

_OPEN = frozenset({"/", "/v3/websocket", ARTWORK})  # browsers, which fetch pictures, have no password
_PICTURE = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}

AnyBody = TypeVar("AnyBody", bound=Body)
Found = TypeVar("Found")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rest:
    """Routes bound to one node. `loader` runs what blocks: looking up tracks. `plugins` are names with versions."""

    def __init__(
        self, node: Node, password: str, loader: Executor, tracing: Tracing, plugins: Mapping[str, str]
    ) -> None:
        self._node = node
        self._password = password
        self._loader = loader
        self._tracing = tracing
        self._plugins = plugins
        self._requests = PlayerRequests(node, self._load)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._protocol])
        app.on_response_prepare.append(_headers)
        app.add_routes(
            [
                web.get("/", _nothing),
                web.get("/v3/websocket", _nothing),
                web.get(ARTWORK, self._artwork),
                web.get("/version", self._version),
                web.get("/v4/info", self._info),
                web.get("/v4/stats", self._stats),
                web.get("/v4/loadtracks", self._load_tracks),
                web.get("/v4/decodetrack", self._decode_track),
                web.post("/v4/decodetracks", self._decode_tracks),
                web.get("/v4/routeplanner/status", _no_content),
                web.post("/v4/routeplanner/free/address", self._free_address),
                web.post("/v4/routeplanner/free/all", _no_route_planner),
                web.get("/v4/websocket", self._websocket),
                web.patch("/v4/sessions/{session}", self._patch_session),
                web.get("/v4/sessions/{session}/players", self._get_players),
                web.delete("/v4/sessions/{session}/players/{guild}", self._delete_player),
                web.patch("/v4/sessions/{session}/players/{guild}", self._patch_player),
                web.get("/v4/sessions/{session}/players/{guild}", self._get_player),
            ]
        )
        if "lavasearch-plugin" in self._plugins:
            app.add_routes([web.get("/v4/loadsearch", self._load_search)])
        if "lavalyrics-plugin" in self._plugins:
            player = "/v4/sessions/{session}/players/{guild}"
            app.add_routes(
                [
                    web.get("/v4/lyrics", self._track_lyrics),
                    web.get(f"{player}/lyrics", self._player_lyrics),
                    web.get(f"{player}/track/lyrics", self._player_lyrics),
                    web.post(f"{player}/lyrics/subscribe", self._subscribe),
                    web.delete(f"{player}/lyrics/subscribe", self._unsubscribe),
                ]
            )
        return app

    @web.middleware
    async def _protocol(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return web.Response(status=refused) if (refused := self._refusal(request)) else await handler(request)
        except ApiError as error:
            return _error(request, error)
        except web.HTTPNotFound:
            return _error(request, ApiError(404, f"No endpoint {request.method} {request.path}."))
        except web.HTTPMethodNotAllowed as error:
            response = _error(request, ApiError(405, f"Method '{request.method}' is not supported."))
            response.headers["Allow"] = ", ".join(sorted(set(error.allowed_methods) - {"HEAD"}))
            return response
        except web.HTTPException as error:
            return _error(request, ApiError(error.status, error.reason))
        except Exception:
            log.exception("a request failed", extra={"path": request.path})
            return _error(request, ApiError(500, "No message available", uncaught=True))

    def _refusal(self, request: web.Request) -> int | None:
        """The status for who may not ask, or cannot read the answer; None for all others."""
        if request.match_info.http_exception is not None or request.path in _OPEN:
            return None
        given = request.headers.get("Authorization")
        if given != self._password:
            return 401 if given is None or request.path == "/v4/websocket" else 403
        return 406 if request.method == "GET" and not _accepts(request) else None

    async def _version(self, _: web.Request) -> web.Response:
        return web.Response(body=VERSION.encode(), headers={"Content-Type": "text/plain;charset=ISO-8859-1"})

    async def _info(self, _: web.Request) -> web.Response:
        major, minor, patch = map(int, VERSION.split("."))
        version = {"semver": VERSION, "major": major, "minor": minor, "patch": patch, "preRelease": ""}
        body = {
            "version": version,
            "buildTime": _BUILD_TIME,
            "git": {"branch": "unknown", "commit": "unknown", "commitTime": 0},
            "jvm": "none",
            "lavaplayer": f"PyAV {av.__version__}",
            "sourceManagers": list(self._node.engine.sources.names),
            "filters": NAMES,
            "plugins": [{"name": name, "version": version} for name, version in self._plugins.items()],
        }
        return _json(body)

    async def _stats(self, _: web.Request) -> web.Response:
        return _json({"frameStats": None, **self._node.stats()})

    async def _load_tracks(self, request: web.Request) -> web.Response:
        _parameter(request, "identifier")
        try:
            loaded = await self._load(",".join(request.query.getall("identifier")))
        except (SourceError, MediaError, OpusError) as error:
            cause, severity = describe(error), "common" if isinstance(error, UnreadableError) else "fault"
            data = {"message": LOOKUP_FAILED, "severity": severity, "cause": cause, "causeStackTrace": cause}
            return _json({"loadType": "error", "data": data})
        return _json(loaded.to_json())

    async def _load_search(self, request: web.Request) -> web.Response:
        types = re.split(r",\s*", request.query.get("types", ""))
        found = await self._blocking(self._node.engine.sources.search, _parameter(request, "query"), types)
        return _json(found) if found else web.Response(status=204)

    async def _track_lyrics(self, request: web.Request) -> web.Response:
        return _lyrics(await self._lyrics(self._decode(_parameter(request, "track"))[0]))

    async def _player_lyrics(self, request: web.Request) -> web.Response:
        track = self._player(request).track
        if track is None:
            raise ApiError(404, "No track playing")
        return _lyrics(await self._lyrics(track.info))

    async def _subscribe(self, request: web.Request) -> web.Response:
        guild, session = guild_of(request), self.session(request)
        session.follow("lyrics", guild, Singing(session, guild, self._lyrics).follow())
        return await _no_content(request)

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        self.session(request).unfollow("lyrics", guild_of(request))
        return await _no_content(request)

    async def _lyrics(self, track: TrackInfo) -> Lyrics | None:
        try:
            return await self._blocking(self._node.engine.sources.lyrics, track)
        except (SourceError, MediaError):
            return None

    async def _artwork(self, request: web.Request) -> web.Response:
        identifier = _parameter(request, "identifier")
        try:
            cover = await self._blocking(self._node.engine.sources.cover, identifier)
        except (SourceError, MediaError) as error:
            raise ApiError(404, "There is no cover") from error
        return web.Response(body=cover.data, content_type=cover.content_type, headers=_PICTURE)

    async def _load(self, identifier: str) -> Loaded:
        return await self._blocking(self._node.engine.sources.load, identifier)

    async def _blocking(self, work: Callable[..., Found], *arguments: Any) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._loader, work, *arguments)

    async def _decode_track(self, request: web.Request) -> web.Response:
        encoded = request.query.get("encodedTrack", request.query.get("track"))
        if encoded is None:
            raise ApiError(400, "No track to decode provided")
        return _json(self._decoded(encoded))

    async def _decode_tracks(self, request: web.Request) -> web.Response:
        try:
            tracks = TypeAdapter(list[str]).validate_python(await body_of(request))
        except ValidationError as error:
            raise ApiError(400, "Bad Request") from error
        if not tracks:
            raise ApiError(400, "No tracks to decode provided")
        return _json([self._decoded(track) for track in tracks])

    def _decoded(self, encoded: str) -> dict[str, Any]:
        track, position = self._decode(encoded)
        return {**track.to_json(position=position), "encoded": encoded}

    def _decode(self, encoded: str) -> tuple[TrackInfo, int]:
        try:
            return self._node.engine.sources.decode(encoded)
        except ValueError as error:
            raise ApiError(500, f"Request processing failed: {error}", uncaught=True) from error

    async def _free_address(self, request: web.Request) -> web.Response:
        await body_of(request)
        return await _no_route_planner(request)

    async def _patch_session(self, request: web.Request) -> web.Response:
        update = _validated(SessionUpdate, await body_of(request))
        session = self.session(request)
        if update.has("resuming"):
            session.resuming = update.resuming
        if update.has("timeout"):
            session.timeout = update.timeout
        return _json({"resuming": session.resuming, "timeout": session.timeout})

    async def _get_players(self, request: web.Request) -> web.Response:
        return _json([player.to_json() for player in self.session(request).players.values()])

    async def _get_player(self, request: web.Request) -> web.Response:
        return _json(self._player(request).to_json())

    async def _delete_player(self, request: web.Request) -> web.Response:
        guild = guild_of(request)
        session = self.session(request)
        if guild in session.players:
            async with session.players[guild].lock:
                session.remove(guild)
        return web.Response(status=204)

    async def _patch_player(self, request: web.Request) -> web.Response:
        guild = guild_of(request)
        no_replace = _BOOLEANS.get(request.query.get("noReplace", "false").lower())
        if no_replace is None:
            raise ApiError(400, "Bad Request")
        update = _validated(PlayerUpdate, await body_of(request))
        session = self.session(request)
        with self._tracing.patch(request.headers, str(guild)) as trace:
            return _json(await self._requests.update(session, guild, update, trace, no_replace=no_replace))

    def session(self, request: web.Request) -> Session:
        """The session that the path names; ApiError when there is none."""
        session = self._node.sessions.get(request.match_info["session"])
        if session is None:
            raise ApiError(404, "Session not found")
        return session

    def _player(self, request: web.Request) -> Player:
        guild = guild_of(request)
        player = self.session(request).players.get(guild)
        if player is None:
            raise ApiError(404, "Player not found")
        return player

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        user = request.headers.get("User-Id", "")
        wanted = request.headers.get("Session-Id")
        socket = web.WebSocketResponse(heartbeat=self._node.engine.limits.dead_client, compress=False)
        resumed = {"Session-Resumed": str(self._node.can_resume(wanted)).lower()}
        if not socket.can_prepare(request):
            text = b'Can "Upgrade" only to "WebSocket".'
            return web.Response(status=400, body=text, headers=resumed)
        if user in {"", "0"}:
            return web.Response(status=400)
        socket.headers.update(resumed)
        await socket.prepare(request)
        if not user.lstrip("-").isdecimal():
            await socket.close(code=1011)
            return socket
        session = self._node.open(socket, int(user), wanted)
        try:
            async for message in socket:
                if message.type is WSMsgType.BINARY:
                    await socket.close(code=1003)
        finally:
            self._node.leave(session)
        return socket


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    if "X-Uncaught" in response.headers:
        del response.headers["X-Uncaught"]
    else:
        response.headers["Lavalink-Api-Version"] = "4"
    if response.content_type == "application/octet-stream":  # aiohttp's word for "nothing was said"
        response.headers.pop("Content-Type", None)


def _accepts(request: web.Request) -> bool:
    accepted = request.headers.get("Accept", "*/*")
    wanted = "text/" if request.path == "/version" else "application/"
    return "*/*" in accepted or wanted in accepted or request.path == "/v4/websocket"


def _json(body: Any) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), content_type="application/json")


def _error(request: web.Request, error: ApiError) -> web.Response:
    body: dict[str, Any] = {
        "timestamp": int(time.time() * 1000),
        "status": error.status,
        "error": http.HTTPStatus(error.status).phrase,
    }
    if request.query.get("trace") == "true":
        body["trace"] = f"{type(error).__name__}: {error}"
    body |= {"message": str(error), "path": request.path}
    response = _json(body)
    response.set_status(error.status)
    if error.uncaught:
        response.headers["X-Uncaught"] = "true"
    return response


async def _nothing(_: web.Request) -> web.Response:
    return web.Response()


async def _no_content(_: web.Request) -> web.Response:
    return web.Response(status=204)


async def _no_route_planner(_: web.Request) -> web.Response:
    raise ApiError(500, "Can't access disabled route planner")


async def body_of(request: web.Request) -> Any:
    """The JSON that was sent; ApiError when it is none."""
    sent = request.headers.get("Content-Type", "application/octet-stream")
    if request.content_type != "application/json":
        named = sent.replace("; ", ";") if "charset" in sent else f"{sent};charset=UTF-8"
        raise ApiError(415, f"Content-Type '{named}' is not supported.")
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise ApiError(400, "Bad Request") from error


def _validated(kind: type[AnyBody], body: Any) -> AnyBody:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        raise ApiError(400, "Bad Request") from error


def _lyrics(found: Lyrics | None) -> web.Response:
    return web.Response(status=204) if found is None else _json(found.to_json())


def _parameter(request: web.Request, name: str) -> str:
    if name not in request.query:
        raise ApiError(400, f"Required parameter '{name}' is not present.")
    return request.query[name]


def guild_of(request: web.Request) -> int:
    """The guild that the path names; ApiError when that is no id."""
    text = request.match_info["guild"]
    if not text.lstrip("-").isdecimal() or not -(2**63) <= int(text) < 2**63:
        raise ApiError(400, "Bad Request")
    return int(text)
