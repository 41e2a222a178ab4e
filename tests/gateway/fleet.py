"""Several gateways that share the shards of one bot, as processes of their own; sidecars are stood in for."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from signal import SIGKILL
from typing import TYPE_CHECKING, Any

import asyncpg
import grpc

from kit.migrate import migrate
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import shard_service_pb2
from segue.gateway.v1.shard_service_pb2_grpc import ShardServiceStub
from tests.gateway.api import Api
from tests.gateway.audio import Audio
from tests.gateway.conftest import Caller
from tests.gateway.serving import serve
from tests.gateway.worker import Worker
from tests.kit.serving import from_peer
from tests.simulator.conftest import process, simulator_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from tests.simulator.conftest import Simulator

SHARDS = 4
_WITHIN = 180.0  # seconds for what takes a lease's time, or several times Discord's pace of 5.5 s
_CARRIED = {"segue-actor-bin", "traceparent", "tracestate", "x-request-id", "x-segue-instance"}
OPERATOR = actor_pb2.Actor(user_id=7, surface=actor_pb2.SURFACE_API, scopes=["operator"], operator=True)


@dataclass(frozen=True)
class Guild:
    """A guild, what it has of each, and who listens there."""

    id: int
    text: int
    voice: int
    user: int

    @property
    def shard(self) -> int:
        """Its shard."""
        return (self.id >> 22) % SHARDS

    @property
    def place(self) -> dict[str, str]:
        """Where somebody types."""
        return {"guildId": str(self.id), "channelId": str(self.text), "userId": str(self.user)}


class Sidecars(grpc.GenericRpcHandler):
    """Brings calls of gateways to the gateway that they name."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.brought: list[tuple[str, str]] = []
        """Methods, and the instances that they were brought to."""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        """Take what is for gateways."""
        if not details.method.startswith("/segue.gateway."):
            return None
        return grpc.unary_unary_rpc_method_handler(partial(self._bring, details.method))

    async def _bring(self, method: str, request: bytes, context: Any) -> bytes:
        metadata = dict(context.invocation_metadata())
        instance = metadata["x-segue-instance"]
        self.brought.append((method.rpartition("/")[2], instance))
        carried = tuple((key, value) for key, value in metadata.items() if key in _CARRIED)
        async with grpc.aio.insecure_channel(f"unix:{self._folder}/{instance}.sock") as channel:
            send: Any = channel.unary_unary(method)
            try:
                answer: bytes = await send(
                    request, metadata=(*carried, *from_peer("gateway")), timeout=context.time_remaining()
                )
            except grpc.aio.AioRpcError as error:
                await context.abort(error.code(), error.details() or "", tuple(error.trailing_metadata()))
        return answer


@dataclass
class Fleet:
    """Gateways and their surroundings."""

    simulator: Simulator
    audio: Audio
    sidecars: Sidecars
    folder: str
    environment: dict[str, str]
    database: asyncpg.Connection[asyncpg.Record]
    stack: AsyncExitStack
    guilds: list[Guild] = field(default_factory=list)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, instance: str) -> None:
        """Start a gateway."""
        own = {"SEGUE_INSTANCE": instance, "SEGUE_LISTEN": f"unix:{self.folder}/{instance}.sock"}
        self.running[instance] = await self.stack.enter_async_context(
            process("gateway", self.simulator.home, **self.environment, **own)
        )

    async def end(self, instance: str, signal: int = SIGKILL) -> None:
        """End a gateway."""
        ended = self.running.pop(instance)
        ended.send_signal(signal)
        await ended.wait()

    @asynccontextmanager
    async def calling(self, instance: str, caller: str, who: actor_pb2.Actor | None = None) -> AsyncIterator[Caller]:
        """Call a gateway as a peer."""
        async with grpc.aio.insecure_channel(f"unix:{self.folder}/{instance}.sock") as channel:
            yield Caller(channel, from_peer(caller, who))

    async def shards(self, instance: str) -> list[shard_service_pb2.Shard]:
        """Ask a gateway for the shards, as an operator does."""
        async with self.calling(instance, "edge", OPERATOR) as call:
            return list((await call(ShardServiceStub, "ListShards", shard_service_pb2.ListShardsRequest())).shards)

    async def shared(self, *shares: int) -> dict[int, str]:
        """Wait until those that run hold so many shards, the largest share first, and all works; return who holds each.

        Each of them tells the same.
        """

        async def look() -> Mapping[int, str]:
            told = []
            for instance in self.running:
                shards = await self.shards(instance)
                if any(shard.status != shard_service_pb2.SHARD_STATUS_CONNECTED for shard in shards):
                    return {}
                told.append({shard.shard_id: shard.instance for shard in shards})
            held = sorted((list(told[0].values()).count(instance) for instance in self.running), reverse=True)
            return told[0] if all(each == told[0] for each in told) and held == [*shares] else {}

        return dict(await self.eventually(look))

    async def eventually(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """Look until there is something; an instance that is away has nothing."""
        deadline = time.monotonic() + _WITHIN
        while time.monotonic() < deadline:
            try:
                if found := await look():
                    return found
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
            await asyncio.sleep(0.1)
        raise AssertionError(
            f"not within {_WITHIN} s; gateways said {(self.simulator.home / 'gateway.log').read_text()}"
        )

    async def conduct(self) -> tuple[int, int]:
        """Count the sessions that the bot began, and those it went on with."""
        shown = await self.simulator.call("GET", "/conduct")
        return len(shown["identifiedAtMs"]), shown["resumed"]

    async def found(self, name: str) -> Guild:
        """Found a guild with a channel of each kind, where Liam is."""
        liam = int((await self.simulator.place())["userId"])
        made = await self.simulator.call("POST", "/guilds", {"name": name})
        here = {"guildId": made["id"]}
        text = await self.simulator.call("POST", "/channels", here | {"name": "general", "type": 0})
        voice = await self.simulator.call("POST", "/channels", here | {"name": "Lounge", "type": 2})
        await self.simulator.call("POST", "/members", here | {"userId": str(liam)})
        return Guild(int(made["id"]), int(text["id"]), int(voice["id"]), liam)

    async def command(self, guild: Guild, name: str, **options: Any) -> Any:
        """Type a command in a guild."""
        return await self.simulator.call("POST", "/commands", guild.place | {"name": name, "options": options})


async def fresh(cluster_url: str, name: str) -> str:
    """Make another database for gateways; return its address."""
    admin = await asyncpg.connect(cluster_url)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    url = cluster_url.replace("/postgres?", f"/{name}?")
    await migrate(url, ["gateway"])
    return url


@asynccontextmanager
async def fleet_at(home: Path, folder: str, cluster_url: str) -> AsyncIterator[Fleet]:
    """Run what gateways need, with a database of their own, and a guild on each shard."""
    url = await fresh(cluster_url, "fleet")
    audio, sidecars = Audio(), Sidecars(folder)  # type: ignore[abstract]  # gateway asks nothing of what is left out
    address = f"unix:{folder}/fleet.sock"
    served = await serve(audio, Worker(), Api(), address, sidecars)  # type: ignore[abstract]  # as above
    async with AsyncExitStack() as stack:
        stack.push_async_callback(served.stop, None)
        database = await asyncpg.connect(url, server_settings={"search_path": "gateway"})
        stack.push_async_callback(database.close)
        simulator = await stack.enter_async_context(simulator_at(home, shards=SHARDS))
        discord = f"127.0.0.1:{simulator.ports[1]}"
        environment = {
            "SEGUE_MESH": address,
            "DATABASE_URL": url,
            "DISCORD_TOKEN": "any",
            "DISCORD_API_URL": f"http://{discord}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws://{discord}/",
            "DISCORD_CDN_URL": f"http://{discord}",
        }
        fleet = Fleet(simulator, audio, sidecars, folder, environment, database, stack)
        while len({guild.shard for guild in fleet.guilds}) < SHARDS:
            fleet.guilds.append(await fleet.found(f"Guild {len(fleet.guilds)}"))
        try:
            yield fleet
        finally:
            for instance in [*fleet.running]:
                await fleet.end(instance)
