"""One run of the whole system, started as a person starts it, and what a test needs to drive it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import aiohttp
import asyncpg
import grpc
import psutil

from tests.e2e.discord import Discord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from tests.e2e.discord import Guild

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

START = 90.0  # seconds a start may take on two busy cores
STOP = 20.0


def free_base_port() -> int:
    """Find a base port below the ephemeral range whose offsets of surface section 2 are free."""
    for base in range(20_000 + os.getpid() % 1_000 * 10, 32_000, 10):
        with contextlib.ExitStack() as held:
            try:
                for offset in (0, 1, 2, 3, 4, 100, 101):
                    sock = held.enter_context(socket.socket())
                    sock.bind(("127.0.0.1", base + offset))
            except OSError:
                continue
            return base
    raise RuntimeError("no free base port")


async def eventually(probe: Callable[[], Awaitable[T]], *, within: float, what: str) -> T:
    """Ask until the answer is true; the last answer or error is told when it never was."""
    deadline = time.monotonic() + within
    last: object = None
    while time.monotonic() < deadline:
        try:
            if last := await probe():
                return last
        except (AssertionError, aiohttp.ClientError, grpc.RpcError, OSError, KeyError) as error:
            last = error
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}; last: {last!r}")


@dataclass
class Stack:
    """A running `make up` with a folder and ports of its own."""

    home: Path
    music: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("deploy.local",)
    port: int = field(default_factory=free_base_port)
    process: asyncio.subprocess.Process | None = None
    http: aiohttp.ClientSession = field(init=False)

    async def __aenter__(self) -> Self:
        """Start the system and wait until it says it is ready."""
        self.http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        try:
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the system as Ctrl-C does."""
        async with self.http:
            await self.stop()

    async def start(self) -> None:
        """Run the command that `make up` runs once its environment exists."""
        self.home.mkdir(parents=True, exist_ok=True)
        log = (self.home / "up.log").open("ab")
        path = ":".join(str(ROOT / root) for root in ("", "gen/python", "envoy", "lavalink"))
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", *self.command),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={
                **inherited,
                "PYTHONPATH": path,
                "SEGUE_HOME": str(self.home),
                "SEGUE_PORT": str(self.port),
                "MUSIC_DIR": str(self.music),
                "NODE_YTDLP": "off",  # words that no file bears would be looked for on the web
                **self.environment,
            },
        )
        log.close()
        await eventually(self._is_ready, within=START, what=f"{self.home}/run.json (see {self.home}/up.log)")

    async def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.returncode is not None:
            raise RuntimeError(
                f"make up ended with {self.process.returncode}: {(self.home / 'up.log').read_text()[-3000:]}"
            )
        return (self.home / "run.json").exists()

    async def stop(self) -> None:
        """Stop with SIGTERM and wait for the end."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        await asyncio.wait_for(self.process.wait(), STOP)

    @property
    def run(self) -> dict[str, Any]:
        """Return what run.json says now."""
        loaded: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return loaded

    @property
    def token(self) -> str:
        """Return the operator's token."""
        return str(self.run["token"])

    @property
    def discord(self) -> Discord:
        """Return Discord as people see it."""
        return Discord(self.http, self.run["simulator"])

    def channel(self) -> grpc.aio.Channel:
        """Open a native gRPC channel to the edge."""
        return grpc.aio.insecure_channel(f"127.0.0.1:{self.port}")

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return the metadata a native gRPC client sends."""
        return (("authorization", f"Bearer {self.token}"),)

    async def rest(self, method: str, path: str, body: object = None, *, token: str | None = None) -> tuple[int, Any]:
        """Call the REST surface with a token; (status, JSON)."""
        headers = {"authorization": f"Bearer {token or self.token}"}
        async with self.http.request(method, f"{self.run['edge']}{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def enter(self, guild: Guild, user: str, channel: str) -> None:
        """Let a person join a voice channel, and wait until the system has heard of it."""
        await self.discord.enter(guild, user, channel)

        async def probe() -> bool:
            _, body = await self.rest("GET", f"/v1/guilds/{guild.id}/members/{user}")
            return bool(body["member"].get("voiceChannelId") == channel)

        await eventually(probe, within=10, what=f"{user} is seen in {channel}")

    async def forget(self, guild: Guild, *settings: str) -> None:
        """Let a guild have chosen none of these settings; returns once its player goes by that."""
        await self.rest("PATCH", f"/v1/guilds/{guild.id}/settings", {"reset": settings})
        await self.goes_by_settings(guild)

    async def goes_by_settings(self, guild: Guild) -> None:
        """Wait until a guild's player goes by what the guild chose last."""

        async def probe() -> bool:
            _, body = await self.rest("GET", f"/v1/guilds/{guild.id}/settings")
            query = "SELECT (settings ->> 'version')::bigint AS version FROM audio.player WHERE guild_id = $1"
            kept = await self.rows(query, int(guild.id))
            chosen = int(body["settings"].get("version", 0))
            return chosen == 0 or bool(kept and kept[0]["version"] >= chosen)

        await eventually(probe, within=10, what="the player goes by the settings")

    async def holders(self) -> dict[int, str]:
        """Name the gateway that is connected with each shard; of one that none is connected with, nothing."""
        status, body = await self.rest("GET", "/v1/shards")
        shards = body["shards"] if status == 200 else []
        works = [shard for shard in shards if shard["status"] == "SHARD_STATUS_CONNECTED"]
        return {int(shard.get("shardId", 0)): str(shard["instance"]) for shard in works}

    async def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Read from the database, as api reaches it."""
        database = await asyncpg.connect(psutil.Process(self.run["pids"]["api"]).environ()["DATABASE_URL"])
        try:
            return list(await database.fetch(query, *arguments))
        finally:
            await database.close()

    async def kill(self, name: str) -> None:
        """Kill one process with -9 and wait until another one stands in its place."""
        old = self.run["pids"][name]
        os.kill(old, signal.SIGKILL)
        await eventually(lambda: self.is_replaced(name, old), within=30, what=f"{name} started again")

    async def is_replaced(self, name: str, old: int) -> bool:
        """Tell whether another process stands in the place of an old one."""
        return bool(self.run["pids"].get(name, old) != old)

    async def is_healthy(self) -> bool:
        """Ask the edge whether all parts work."""
        status, body = await self.rest("GET", "/health")
        return bool(status == 200 and body["status"] == "HEALTH_STATUS_HEALTHY")
