"""Gateway as a process of its own, between a simulated Discord and a stand-in for audio."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc
import pytest
from simcord.components import walk_components

from kit.migrate import migrate
from tests.gateway.api import Api
from tests.gateway.audio import Audio
from tests.gateway.serving import serve
from tests.gateway.worker import Worker
from tests.kit.serving import from_peer
from tests.simulator.conftest import Simulator, process, simulator_at

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator

    from segue.common.v1 import actor_pb2

    Database = asyncpg.Connection[asyncpg.Record]


@dataclass
class House:
    """Gateway and its surroundings."""

    simulator: Simulator
    audio: Audio
    worker: Worker
    api: Api
    folder: str
    environment: dict[str, str]
    stack: AsyncExitStack
    running: asyncio.subprocess.Process

    async def restart(self, signal: int = SIGKILL, **environment: str) -> None:
        """End gateway with a signal and start another one."""
        await self.stop(signal)
        await self.start(**environment)

    async def stop(self, signal: int = SIGKILL) -> None:
        """End gateway with a signal."""
        self.running.send_signal(signal)
        await self.running.wait()

    async def start(self, **environment: str) -> None:
        """Start another gateway."""
        self.audio.snapshots.clear()
        self.running = await self.stack.enter_async_context(
            process("gateway", self.simulator.home, **(self.environment | environment))
        )
        await self.settled()

    def log(self) -> str:
        """All that gateway logged."""
        return (self.simulator.home / "gateway.log").read_text()

    @asynccontextmanager
    async def calling(self, caller: str, who: actor_pb2.Actor | None = None) -> AsyncIterator[Caller]:
        """Call gateway as a peer."""
        async with grpc.aio.insecure_channel(f"unix:{self.folder}/app.sock") as channel:
            yield Caller(channel, from_peer(caller, who))

    async def settled(self) -> None:
        """Wait until the bot is connected, its commands are known and audio has heard of its voice."""
        place = await self.simulator.place()
        await self.simulator.until(
            lambda: self.simulator.call("GET", "/commands", params=place), lambda found: bool(found["commands"])
        )
        await self.audio.snapshot(lambda _: True)

    async def click(self, message: Any, label: str, person: str = "Liam") -> Any:
        """Press the button with this label."""
        custom_id = next(button["custom_id"] for button in buttons(message) if button.get("label") == label)
        body = {**await self.simulator.place(person), "messageId": message["id"], "customId": custom_id}
        return await self.simulator.call("POST", "/components", body)

    async def reads(self, message: Any, words: str, person: str = "Liam") -> Any:
        """Wait until a person reads these words in a message; return it."""
        place = await self.simulator.place(person)

        async def look() -> Any:
            path, params = f"/channels/{place['channelId']}/messages", {"userId": place["userId"]}
            found = (await self.simulator.call("GET", path, params=params))["messages"]
            return next(one for one in found if one["id"] == message["id"])

        return await self.simulator.until(look, lambda found: words in text(found))

    async def choose(self, message: Any, custom_id: str, value: str, person: str = "Liam") -> Any:
        """Choose from the list of this id."""
        body = {**await self.simulator.place(person), "messageId": message["id"], "customId": custom_id}
        return await self.simulator.call("POST", "/components", body | {"values": [value]})

    async def move(self, person: str, channel: str | None) -> None:
        """Let a person, or the bot, join a voice channel by name, or leave."""
        world = await self.simulator.call("GET", "/world")
        guild = world["guilds"][0]
        people = {member["name"]: member["id"] for member in guild["members"]} | {"bot": world["bot"]["id"]}
        body = {
            "guildId": guild["id"],
            "userId": people[person],
            "channelId": await self.voice_channel(channel) if channel else None,
        }
        await self.simulator.call("POST", "/voice-states", body)

    async def voice_channel(self, name: str) -> str:
        """Find a voice channel."""
        guild = await self.simulator.guild()
        return str(next(one["id"] for one in guild["channels"] if one["name"] == name))


@dataclass
class Caller:
    """A peer of gateway."""

    channel: grpc.aio.Channel
    metadata: Any

    async def __call__(self, stub: type[Any], method: str, request: Any) -> Any:
        """Call a method."""
        return await getattr(stub(self.channel), method)(request, metadata=self.metadata, timeout=60)


def buttons(message: Any) -> list[Any]:
    """List the buttons and lists of a message."""
    return [one for one in walk_components(message["components"]) if "custom_id" in one]


def labels(message: Any) -> list[str]:
    """List what stands on the buttons of a message."""
    return [button["label"] for button in buttons(message) if "label" in button]


def text(message: Any) -> str:
    """Everything that one reads in a message."""
    boxes = [f"{box.get('title', '')}\n{box.get('description', '')}" for box in message["embeds"]]
    parts = [one["content"] for one in walk_components(message["components"]) if "content" in one]
    return "\n".join([message["content"], *boxes, *parts])


@pytest.fixture(scope="session")
def folder() -> Iterator[str]:
    """A folder with a short path, for sockets."""
    with tempfile.TemporaryDirectory(prefix="segue-") as made:
        yield made


@pytest.fixture(scope="session")
async def session_house(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, folder: str
) -> AsyncIterator[House]:
    """Gateway, running for all tests."""
    await migrate(database_url, ["gateway"])
    audio = Audio()  # type: ignore[abstract]  # gateway asks nothing of the methods that are left out
    worker = Worker()
    api = Api()  # type: ignore[abstract]  # as above
    async with AsyncExitStack() as stack:
        served = await serve(audio, worker, api, f"unix:{folder}/out.sock")
        stack.push_async_callback(served.stop, None)
        simulator = await stack.enter_async_context(simulator_at(tmp_path_factory.mktemp("gateway")))
        discord = f"127.0.0.1:{simulator.ports[1]}"
        environment = {
            "SEGUE_LISTEN": f"unix:{folder}/app.sock",
            "SEGUE_MESH": f"unix:{folder}/out.sock",
            "SEGUE_INSTANCE": "gateway",
            "DATABASE_URL": database_url,
            "DISCORD_TOKEN": "any",
            "DISCORD_API_URL": f"http://{discord}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws://{discord}/",
            "DISCORD_CDN_URL": f"http://{discord}",
            "PYTHONPATH": f"{Path.cwd()}:{Path.cwd()}/gen/python",
        }
        running = await stack.enter_async_context(process("gateway", simulator.home, **environment))
        house = House(simulator, audio, worker, api, folder, environment, stack, running)
        await house.settled()
        yield house


@pytest.fixture
def house(session_house: House) -> House:
    """Gateway, connected; audio has nothing to play."""
    session_house.audio.reset()
    session_house.worker.started.clear()
    session_house.api.reset()
    session_house.worker.schedules.known.clear()
    session_house.worker.statistics.asked.clear()
    session_house.worker.lastfm.reset()
    return session_house


@pytest.fixture
async def database(house: House, database_url: str) -> AsyncIterator[Database]:
    """Connect to the tables of gateway."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "gateway"})
    yield connection
    await connection.close()
