"""An audio node as a whole, whatever the bucket: its limits, its health and what is asked of it without a session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.utils import suppress_http_instrumentation

from audio.adapters import figures
from audio.adapters.node_link import Bot, Link, Timing
from audio.domain.node import NodeAway, NodeRefused, NodeStats
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from audio.adapters.node_address import NodeAddress

# Loads run inside a node's HTTP workers, of which it has eight per core; 16 slow ones make it deaf.
_LOADS = 4
_STARTS = 4
# A voice PATCH that hangs keeps one of those workers until the node restarts: half of them may be lost.
_HANGS_PER_CORE = 4
# How much its statistics may be out of order, told over two ways.
_JITTER_MS = 1000


class Peer:
    """One node of `LAVALINK_NODES`."""

    def __init__(
        self, address: NodeAddress, http: aiohttp.ClientSession, bot_id: Callable[[], Awaitable[int]], timing: Timing
    ) -> None:
        self.name = address.name
        self.address = address
        self.timing = timing
        self.starts = asyncio.Semaphore(_STARTS)
        self.hangs = 0
        self.attached: set[int] = set()
        """The buckets that have a session with it now."""
        self._http = http
        self._bot_id = bot_id
        self._loads = asyncio.Semaphore(_LOADS)
        self._door = self.link(address.name)
        self._stats: dict[str, Any] = {}
        self._info: dict[str, Any] = {}
        figures.watch_node(self.name, lambda: bool(self.attached), lambda: self._stats)

    @property
    def healthy(self) -> bool:
        """Whether new players may be put here."""
        cores = int(self._stats.get("cpu", {}).get("cores", 1))
        return bool(self.attached) and self.hangs < _HANGS_PER_CORE * cores

    def link(self, name: str) -> Link:
        """A new connection to it, not yet attached."""
        return Link(name, self.address, self._http, self.timing)

    async def bot(self, hear: Callable[[dict[str, Any]], None]) -> Bot:
        """The bot as which to speak; what a node says to it goes to `hear`."""
        return Bot(await self._bot_id(), hear)

    def hear_stats(self, stats: dict[str, Any]) -> None:
        """Take its statistics; when it was restarted, everything else known about it is old."""
        if stats["uptime"] < self._stats.get("uptime", 0) - _JITTER_MS:
            self.hangs = 0
            self._info = {}
        self._stats = stats
        if frames := stats.get("frameStats"):
            figures.count_frames(self.name, frames)

    async def load(self, identifier: str) -> dict[str, Any]:
        """Ask it what an identifier or search names; raises NodeAway, NodeRefused."""
        async with self._loads:
            result: dict[str, Any] = await self._ask(
                "v4/loadtracks", {"identifier": identifier}, seconds=self.timing.load
            )
            return result

    async def info(self) -> dict[str, Any]:
        """Its version, sources and plugins, asked once per start of it; raises NodeAway, NodeRefused."""
        if not self._info:
            self._info = await self._ask("v4/info")
        return self._info

    async def stats(self) -> NodeStats:
        """What it holds now, or held when it last answered."""
        try:
            with suppress_http_instrumentation():  # a health poll is nobody's request
                self.hear_stats(await self._ask("v4/stats"))
                await self.info()
            connected = bool(self.attached)
        except (NodeAway, NodeRefused, Refused):
            connected = False
        return NodeStats(
            name=self.name,
            connected=connected,
            version=self._info.get("version", {}).get("semver", ""),
            players=self._stats.get("players", 0),
            playing_players=self._stats.get("playingPlayers", 0),
            uptime_ms=self._stats.get("uptime", 0),
            load=self._stats.get("cpu", {}).get("lavalinkLoad", 0.0),
        )

    async def _ask(self, path: str, params: dict[str, str] | None = None, *, seconds: float | None = None) -> Any:
        if self._door.client is None:
            self._door.become(await self.bot(_nobody_listens))
        return await self._door.call("GET", path, params=params, seconds=seconds)


def _nobody_listens(_: object) -> None:
    """A connection without a websocket says nothing."""
