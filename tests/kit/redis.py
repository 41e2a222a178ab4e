"""A real Redis or Valkey for tests, on a Unix socket of its own, that can be stopped, hung, filled and emptied."""

from __future__ import annotations

import asyncio
import shutil
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_READY_WITHIN = 60.0


class RedisServer:
    """A server in a folder; `options` are those of its configuration file."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._socket = folder / "redis.sock"
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    def url(self, password: str = "") -> str:
        """Return its address."""
        return f"unix://{f':{password}@' if password else ''}{self._socket}"

    async def start(self) -> None:
        """Start it, and wait until it takes connections."""
        binary = shutil.which("valkey-server") or shutil.which("redis-server")
        assert binary
        where = ("--port", "0", "--unixsocket", str(self._socket), "--save", "", "--daemonize", "no")
        self._process = await asyncio.create_subprocess_exec(
            binary, *where, *self._options, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(_READY_WITHIN), Redis.from_url(self.url()) as asking:
            while not await _answers(asking):  # noqa: ASYNC110  (it does not tell)
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End it with everything it holds."""
        if self._process:
            self._process.kill()
            await self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Let it answer nobody, and keep its connections."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def names(self) -> list[str]:
        """Return the names of all that it holds."""
        async with Redis.from_url(self.url()) as asking:
            return sorted(bytes(name).decode() for name in await asking.keys())  # type: ignore[arg-type]  # they are bytes

    async def order(self, *words: str) -> None:
        """Give it an order."""
        async with Redis.from_url(self.url()) as asking:
            await _say(asking, *words)


@asynccontextmanager
async def redis(folder: Path, *options: str) -> AsyncIterator[RedisServer]:
    """Run a server."""
    server = RedisServer(folder, *options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def _answers(asking: Redis) -> bool:
    try:
        await _say(asking, "PING")
    except NoConnection as error:
        return "authenticat" in str(error).lower()
    return True


async def _say(asking: Any, *words: str) -> None:
    await asking.execute_command(*words)  # which has no types
