"""One simulator, and a bot on stock discord.py in a process of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


@dataclass
class Simulator:
    """A running simulator and its control API."""

    ports: list[int]
    """Of the page, of Discord, of voice."""
    home: Path
    http: aiohttp.ClientSession
    running: asyncio.subprocess.Process

    @property
    def page(self) -> str:
        """Address of the page."""
        return f"http://127.0.0.1:{self.ports[0]}"

    async def answers(self) -> bool:
        """Tell whether it is up."""
        try:
            await self.call("GET", "/world")
        except aiohttp.ClientConnectorError:
            return False
        return True

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **options: Any) -> Any:
        """Call the control API and check the status."""
        url = f"{self.page}/sim/v1{path}"
        async with self.http.request(method, url, json=body, **options) as response:
            content = await response.json() if response.content_type == "application/json" else None
            assert response.status == status, (response.status, content)
            return content

    async def guild(self) -> dict[str, Any]:
        """Show the first guild."""
        world = await self.call("GET", "/world")
        guild: dict[str, Any] = world["guilds"][0]
        return guild

    async def place(self, person: str = "Liam") -> dict[str, str]:
        """Where a person types."""
        guild = await self.guild()
        text = next(channel for channel in guild["channels"] if channel["type"] == 0)
        user = next(member for member in guild["members"] if member["name"] == person)
        return {"guildId": guild["id"], "channelId": text["id"], "userId": user["id"]}

    async def command(self, name: str, *, status: int = 200, person: str = "Liam", **options: Any) -> Any:
        """Type a command."""
        body = {**await self.place(person), "name": name, "options": options}
        return await self.call("POST", "/commands", body, status=status)

    async def until(self, fetch: Callable[[], Any], what: Callable[[Any], bool]) -> Any:
        """Fetch until the condition holds."""
        async with asyncio.timeout(_PATIENCE):
            while not what(value := await fetch()):  # noqa: ASYNC110  # the control API is asked, it does not call
                await asyncio.sleep(0.05)
        return value


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [found.getsockname()[1] for found in sockets]


@asynccontextmanager
async def process(module: str, home: Path, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module as a process of its own, and end it."""
    with (home / f"{module}.log").open("ab") as log:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, cwd=_ROOT, env=os.environ | environment, stdout=log, stderr=log
        )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
            async with asyncio.timeout(_PATIENCE):
                await running.wait()


@asynccontextmanager
async def simulator_at(home: Path, ports: list[int] | None = None, *, shards: int = 1) -> AsyncIterator[Simulator]:
    """Run a simulator."""
    page, discord, voice = ports or free_ports(3)
    environment = {
        "SIMULATOR_PORT": str(page),
        "SIMULATOR_DISCORD_PORT": str(discord),
        "SIMULATOR_VOICE_PORT": str(voice),
        "SIMULATOR_HOME": str(home),
        "SIMULATOR_SHARDS": str(shards),
        "SIMULATOR_TRACES_URL": "http://127.0.0.1:9",
    }
    async with process("simulator", home, **environment) as running, aiohttp.ClientSession() as http:
        simulator = Simulator([page, discord, voice], home, http, running)
        async with asyncio.timeout(_PATIENCE):
            while not await simulator.answers():  # noqa: ASYNC110  # a process tells it is up by answering
                await asyncio.sleep(0.05)
        yield simulator


@asynccontextmanager
async def bot_for(simulator: Simulator) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot."""
    discord = simulator.ports[1]
    environment = {
        "BOT_API": f"http://127.0.0.1:{discord}/api/v10",
        "BOT_GATEWAY": f"ws://127.0.0.1:{discord}/",
        "BOT_VOICE_CA": str(simulator.home / "voice-ca.pem"),
    }
    async with process("tests.simulator.bot", simulator.home, **environment) as running:
        yield running


@pytest.fixture(scope="session")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """Run one simulator for the session."""
    async with simulator_at(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(scope="session")
async def bot(simulator: Simulator) -> AsyncIterator[Simulator]:
    """Run the simulator with the bot logged in and its commands synced."""
    async with bot_for(simulator):
        place = await simulator.place()
        await simulator.until(
            lambda: simulator.call("GET", "/commands", params=place), lambda found: bool(found["commands"])
        )
        yield simulator


@pytest.fixture(scope="session")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """Run a simulator which no bot has found."""
    async with simulator_at(tmp_path_factory.mktemp("alone")) as running:
        yield running


@pytest.fixture(scope="session")
async def cover() -> AsyncIterator[str]:
    """Serve a picture of 8 x 8 pixels for as long as a page may show the message that names it; gives its address."""

    async def picture(_request: web.Request) -> web.Response:
        return web.Response(text=_PICTURE, content_type="image/svg+xml")

    app = web.Application()
    app.router.add_get("/artwork", picture)
    async with TestServer(app) as server:
        yield str(server.make_url("/artwork?identifier=an%20album/song.flac"))
