"""A node in this process, its music, a voice gateway and a client; everything on loopback and ephemeral ports."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
import trustme

from audionode.app import running
from audionode.settings import Limits, Settings
from tests.audionode.music import make_music, make_pieces
from tests.audionode.voice_double import DEFAULT_CHANNEL, VoiceDouble

PASSWORD = "test"


class Client:
    """Speaks Lavalink v4 by hand: what it reads is what any client reads."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, *, password: str = PASSWORD, user: int = 170939974227591168
    ) -> None:
        self.http = http
        self.url = url
        self.password = password
        self.user = user
        self.session_id = ""
        self.messages: list[dict[str, Any]] = []
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self._arrived = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    async def connect(self, session_id: str | None = None) -> aiohttp.ClientWebSocketResponse:
        headers = {"Authorization": self.password, "User-Id": str(self.user), "Client-Name": "tests/1"}
        if session_id is not None:
            headers["Session-Id"] = session_id
        self.messages.clear()
        self.socket = await self.http.ws_connect(f"{self.url}/v4/websocket", headers=headers)
        self._reader = asyncio.create_task(self._read(self.socket))
        ready = await self.message(lambda message: message["op"] == "ready")
        self.session_id = ready["sessionId"]
        return self.socket

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        if self._reader is not None:
            await self._reader

    def abort(self) -> None:
        """Break the websocket off as a killed process would."""
        assert self.socket is not None
        transport = self.socket.get_extra_info("socket")
        self.socket._response.connection.transport.abort()  # type: ignore[union-attr]
        assert transport is not None

    async def request(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": self.password, **kwargs.pop("headers", {})}
        async with self.http.request(method, self.url + path, headers=headers, **kwargs) as response:
            if response.content_type == "application/json":
                return (
                    await response.json() | {"_status": response.status}
                    if response.status >= 400
                    else await response.json()
                )
            return await response.text()

    async def load(self, identifier: str) -> Any:
        return await self.request("GET", "/v4/loadtracks", params={"identifier": identifier})

    async def patch(self, guild: int, body: dict[str, Any], **kwargs: Any) -> Any:
        return await self.request("PATCH", f"/v4/sessions/{self.session_id}/players/{guild}", json=body, **kwargs)

    async def join(self, guild: int, double: VoiceDouble, **changes: str) -> Any:
        voice = {
            "token": f"token-{guild}",
            "endpoint": double.endpoint,
            "sessionId": f"discord-{guild}",
            "channelId": str(DEFAULT_CHANNEL),
        }
        return await self.patch(guild, {"voice": voice | changes})

    async def play(self, guild: int, identifier: str, **more: Any) -> Any:
        return await self.patch(guild, {"track": {"identifier": identifier}, **more})

    async def message(self, wanted: Callable[[dict[str, Any]], Any], timeout: float = 60) -> dict[str, Any]:  # noqa: ASYNC109 - a test's patience
        found: list[dict[str, Any]] = []

        def arrived() -> bool:
            found[:] = [message for message in self.messages if wanted(message)]
            return bool(found)

        async with asyncio.timeout(timeout), self._arrived:
            await self._arrived.wait_for(arrived)
        return found[0]

    async def begun(self, guild: int, times: int) -> None:
        """Wait until so many tracks have begun."""
        await self.message(lambda _: self.events(guild).count("TrackStartEvent") == times)

    async def finished(self, guild: int, times: int) -> None:
        """Wait until so many tracks have ended by themselves."""
        await self.message(lambda _: self.events(guild).count("TrackEndEvent:finished") == times)

    async def event(self, kind: str, guild: int) -> dict[str, Any]:
        return await self.message(lambda sent: sent.get("type") == kind and sent["guildId"] == str(guild))

    def events(self, guild: int) -> list[str]:
        """The kinds of the guild's events so far, ends with their reason."""
        mine = [sent for sent in self.messages if sent["op"] == "event" and sent["guildId"] == str(guild)]
        return [sent["type"] + (f":{sent['reason']}" if sent["type"] == "TrackEndEvent" else "") for sent in mine]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            async with self._arrived:
                self.messages.append(message.json())
                self._arrived.notify_all()


Result = TypeVar("Result")


async def together(*scenes: Coroutine[Any, Any, Result]) -> list[Result]:
    """Play scenes that have nothing to do with each other at the same time: music takes its time."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(scene) for scene in scenes]
    return [task.result() for task in tasks]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The voice gateways' authority: our own, or the one a node elsewhere was told to trust."""
    if given := os.environ.get("LAVALINK_VOICE_CA"):
        pem = Path(given).read_bytes()
        return trustme.CA.from_pem(pem, pem)
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "voice-ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_music(tmp_path_factory.mktemp("music"))


@pytest.fixture(scope="session")
def pieces(music: Path) -> Path:
    return make_pieces(music)


StartNode = Callable[..., Any]


@pytest.fixture(scope="session")
def start_node(music: Path, ca_file: Path) -> StartNode:
    """A context manager that runs a node and yields its http address."""

    @asynccontextmanager
    async def start(limits: Limits | None = None, **settings: Any) -> AsyncIterator[str]:
        chosen: dict[str, Any] = {
            "node_port": 0,
            "node_password": PASSWORD,
            "music_dir": music,
            "node_voice_ca": str(ca_file),
        }
        async with running(Settings(**(chosen | settings)), limits) as port:
            yield f"http://127.0.0.1:{port}"

    return start


@pytest.fixture(scope="session")
async def node(start_node: StartNode) -> AsyncIterator[str]:
    async with start_node() as url:
        yield url


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Any]]:
    """Makes connected clients, and closes them."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def make(url: str, **kwargs: Any) -> Client:
            client = Client(http, url, **kwargs)
            stack.push_async_callback(client.close)
            await client.connect()
            return client

        yield make


@pytest.fixture
async def client(node: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(node)
    return made


@pytest.fixture
async def double(authority: trustme.CA) -> AsyncIterator[VoiceDouble]:
    async with VoiceDouble(authority) as made:
        yield made
