"""Wires that can be slow, lossy or cut, and the system with such wires between one audio process and its neighbours.

`python -m tests.e2e.wire <folder>` is `make up` whose process `audio` reaches PostgreSQL and the node through the
wires that `wired` keeps in that folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.__main__ import COMMANDS, main
from deploy.local.app import up
from deploy.local.plan import Plan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from deploy.local.process import Process

    Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SOCKET = ".s.PGSQL.5432"
_AT_ONCE = 2**16  # bytes
_POSTGRES, _NODE, _NEAR_NODE = "postgres", "node", "near-node"  # in the folder: where the far ends are, and a near one


@dataclass
class Wire:
    """Carries bytes both ways, in order. What is under way while it is cut arrives once it is mended, as over TCP."""

    reach: Callable[[], Awaitable[Ends]]
    lag: Callable[[], float] = lambda: 0.0  # seconds for which a piece is under way, and those behind it at least
    _whole: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Be whole."""
        self.mend()

    def cut(self) -> None:
        """Let nothing through; neither end hears of it."""
        self._whole.clear()

    def mend(self) -> None:
        """Let through what waits and what comes."""
        self._whole.set()

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until both ends are closed."""
        far_reader, far_writer = await self.reach()
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(under_way, writer))
        now, data = asyncio.get_running_loop().time, b"begun"
        while data:
            data = b""
            with contextlib.suppress(ConnectionError):
                data = await reader.read(_AT_ONCE)
            under_way.put_nowait((now() + self.lag(), data))
        await arriving

    async def _arrive(self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        data = b"begun"
        while data:
            due, data = await under_way.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            await self._whole.wait()
            writer.write(data)
        writer.close()


@dataclass(frozen=True)
class Wires:
    """The wires of `audio`."""

    postgres: Wire
    node: Wire


@asynccontextmanager
async def wired(folder: Path) -> AsyncIterator[Wires]:
    """Keep the near ends of the wires in a folder, and find the far ones there once a run has begun."""

    async def node() -> Ends:
        return await asyncio.open_connection("127.0.0.1", int((folder / _NODE).read_text()))

    wires = Wires(Wire(partial(asyncio.open_unix_connection, folder / _POSTGRES / SOCKET)), Wire(node))
    near_postgres = await asyncio.start_unix_server(wires.postgres.join, folder / SOCKET)
    near_node = await asyncio.start_server(wires.node.join, "127.0.0.1")
    (folder / _NEAR_NODE).write_text(str(near_node.sockets[0].getsockname()[1]))
    async with near_postgres, near_node:
        yield wires


class WiredPlan(Plan):
    """The plan of a run whose process `audio` has wires."""

    folder: Path

    def processes(self) -> list[Process]:
        """Return those of every run, one of them with other addresses."""
        (node,) = self._run.nodes.values()
        (self.folder / _POSTGRES).symlink_to(self._run.file("postgres"))
        (self.folder / _NODE).write_text(str(node))
        return [self._wired(process) if process.name == "audio" else process for process in super().processes()]

    def _wired(self, process: Process) -> Process:
        (node,) = self._run.nodes.values()
        near = (self.folder / _NEAR_NODE).read_text()
        changed = {
            "DATABASE_URL": process.environment["DATABASE_URL"].replace(self._run.file("postgres"), str(self.folder)),
            "LAVALINK_NODES": process.environment["LAVALINK_NODES"].replace(f":{node}|", f":{near}|"),
        }
        return replace(process, environment={**process.environment, **changed})


if __name__ == "__main__":
    WiredPlan.folder = Path(sys.argv.pop())
    COMMANDS["up"] = partial(up, plan=WiredPlan)
    main()
