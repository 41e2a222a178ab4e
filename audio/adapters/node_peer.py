"""An audio node as a whole, whatever the bucket: its limits, its health and what is asked of it without a session."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.utils import suppress_http_instrumentation

from audio.adapters import figures
from audio.adapters.node_link import Bot, Link, Timing
from audio.domain.breaker import Breaker, BreakerState
from audio.domain.node import NodeAway, NodeRefused, NodeState, NodeStats, SourceStats
from audio.domain.placing import Place
from audio.domain.sources import is_breakable
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from audio.adapters.node_address import NodeAddress

logger = logging.getLogger(__name__)

# Loads run inside a node's HTTP workers, of which it has eight per core; 16 slow ones make it deaf.
_LOADS = 4
_STARTS = 4
# A voice PATCH that hangs keeps one of those workers until the node restarts: half of them may be lost.
_HANGS_PER_CORE = 4
# How much its statistics may be out of order, told over two ways.
_JITTER_MS = 1000
_OLDEST = (4, 2)  # the first that speaks DAVE, without which Discord lets nobody into a call
_JOINING, _SKIPPING = "segue-next", "sponsorblock-plugin"  # the first is of our own node, see docs/segue-next.md
_ASKED_ANEW = 1.0  # seconds; the buckets' sessions come back together
_STATS = 2.0  # seconds
_FRAMES = 3000  # of a player in a minute


class Peer:
    """One node. `draining`: it gets no new players. `leaving`: it is on its way out, and serves what it still has."""

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
        self.draining = False
        self.leaving = False
        self.trouble = ""
        """Why it was not connected to the last time."""
        self.breakers = Breakers(self.name)
        self._refusal = ""
        self._http = http
        self._bot_id = bot_id
        self._loads = asyncio.Semaphore(_LOADS)
        self._door = self.link(address.name)
        self._stats: dict[str, Any] = {}
        self._missing = 0.0
        self._info: dict[str, Any] = {}
        self._asking = asyncio.Lock()
        self._asked_at = -_ASKED_ANEW

    @property
    def healthy(self) -> bool:
        """Whether new players may be put here."""
        is_whole = self.hangs < _HANGS_PER_CORE * self._cores
        return bool(self.attached) and is_whole and not (self.draining or self.leaving or self._refusal)

    @property
    def usable(self) -> bool:
        """Whether it may be asked for tracks."""
        return not (self.leaving or self._refusal)

    @property
    def place(self) -> Place:
        """It as a place for players."""
        cpu = self._stats.get("cpu", {}).get("systemLoad", 0.0)
        playing = self._stats.get("playingPlayers", 0)
        return Place(self.name, self.address.region, playing, self._cores, max(0.0, cpu), self._missing)

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of its plugins, as it last told."""
        return tuple(plugin["name"] for plugin in self._info.get("plugins", ()))

    @property
    def joins(self) -> bool:
        """Whether it begins a track by itself that was handed over to it."""
        return _JOINING in self.plugins

    @property
    def skips(self) -> bool:
        """Whether it can leave segments out."""
        return _SKIPPING in self.plugins

    def show(self) -> None:
        """Show how it is among the figures, from now on."""
        figures.watch_node(self.name, lambda: bool(self.attached), lambda: self._stats)

    def link(self, name: str) -> Link:
        """A new connection to it, not yet attached."""
        return Link(name, self.address, self._http, self.timing)

    async def bot(self, hear: Callable[[dict[str, Any]], None]) -> Bot:
        """The bot as which to speak; what a node says to it goes to `hear`."""
        return Bot(await self._bot_id(), hear)

    async def admit(self) -> None:
        """Look whether it is one to play through; raises NodeRefused when it is not, NodeAway."""
        async with self._asking:
            if time.monotonic() - self._asked_at >= _ASKED_ANEW:
                self._info = await self._ask("v4/info")
                self._asked_at = time.monotonic()
                self._refusal = _refusal_of(self._info)
        if self._refusal:
            raise NodeRefused(self._refusal)

    def hear_stats(self, stats: dict[str, Any]) -> None:
        """Take its statistics; when it was restarted, everything else known about it is old."""
        if stats["uptime"] < self._stats.get("uptime", 0) - _JITTER_MS:
            self.hangs = 0
            self._info = {}
        self._stats = stats
        if frames := stats.get("frameStats"):
            self._missing = max(0, frames["nulled"] + frames["deficit"]) / _FRAMES
            figures.count_frames(self.name, frames)

    async def load(self, identifier: str, seconds: float) -> dict[str, Any]:
        """Ask it what an identifier or search names; raises NodeAway, NodeRefused."""
        async with self._loads:
            result: dict[str, Any] = await self._ask("v4/loadtracks", {"identifier": identifier}, seconds=seconds)
        if result["loadType"] == "error":
            data = result["data"]
            raise NodeRefused(str(data["message"]), is_common=data.get("severity") == "common")
        return result

    async def lists(self, identifier: str, seconds: float) -> dict[str, Any] | None:
        """Ask it for lists of tracks that a search finds; None: it has none. Raises NodeAway, NodeRefused."""
        async with self._loads:
            params = {"query": identifier, "types": "album,artist,playlist"}
            found: dict[str, Any] | None = await self._ask("v4/loadsearch", params, seconds=seconds)
        return found

    async def lyrics(self, encoded: str) -> dict[str, Any] | None:
        """Ask it for the lyrics of a track that it loaded; None: it has none. Raises NodeAway, NodeRefused."""
        found: dict[str, Any] | None = await self._ask("v4/lyrics", {"track": encoded, "skipTrackSource": "false"})
        return found

    async def info(self) -> dict[str, Any]:
        """Its version, sources and plugins, asked once per start of it; raises NodeAway, NodeRefused."""
        if not self._info:
            self._info = await self._ask("v4/info")
        return self._info

    async def stats(self) -> NodeStats:
        """What it holds now, or held when it last answered."""
        try:
            # A health poll is nobody's request, and whoever asks wants to hear of the other nodes too.
            with suppress_http_instrumentation():
                async with asyncio.timeout(_STATS):
                    self.hear_stats(await self._ask("v4/stats"))
                    await self.info()
            connected = bool(self.attached)
        except (NodeAway, NodeRefused, Refused, TimeoutError):
            connected = False
        state = self._state(connected=connected)
        return NodeStats(
            name=self.name,
            connected=connected,
            version=self._info.get("version", {}).get("semver", ""),
            players=self._stats.get("players", 0),
            playing_players=self._stats.get("playingPlayers", 0),
            uptime_ms=self._stats.get("uptime", 0),
            load=self._stats.get("cpu", {}).get("lavalinkLoad", 0.0),
            state=state,
            detail=self._refusal or (self.trouble if state is NodeState.AWAY else ""),
            uri=self.address.uri,
            region=self.address.region,
            plugins=self.plugins,
            sources=tuple(map(self.breakers.stats, self._info.get("sourceManagers", ()))),
        )

    @property
    def _cores(self) -> int:
        return int(self._stats.get("cpu", {}).get("cores", 1))

    def _state(self, *, connected: bool) -> NodeState:
        if self._refusal:
            return NodeState.REFUSED
        if self.draining or self.leaving:
            return NodeState.DRAINING
        return NodeState.CONNECTED if connected else NodeState.AWAY

    async def _ask(self, path: str, params: dict[str, str] | None = None, *, seconds: float | None = None) -> Any:
        if self._door.client is None:
            self._door.become(await self.bot(_nobody_listens))
        return await self._door.call("GET", path, params=params, seconds=seconds)


class Breakers:
    """The breakers of one node's sources, on the clock of the machine."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._known: dict[str, Breaker] = {}

    def allows(self, source: str) -> bool:
        """Whether the source may be asked now."""
        return self._of(source).state(time.monotonic()) is not BreakerState.OPEN

    def tried(self, source: str) -> None:
        """A try begins, whose outcome will be told."""
        self._known[source] = self._of(source).tried(time.monotonic())

    def worked(self, source: str) -> None:
        """Something of the source was loaded or played."""
        self._turn(source, self._of(source).worked(time.monotonic()))

    def failed(self, source: str) -> None:
        """Something of the source could not be loaded or played, by the source's own fault as far as is known."""
        if is_breakable(source):
            self._turn(source, self._of(source).failed(time.monotonic()))

    def stats(self, source: str) -> SourceStats:
        """The source as operators see it."""
        breaker, now = self._of(source), time.monotonic()
        return SourceStats(source, breaker.state(now), breaker.failures(now))

    def _of(self, source: str) -> Breaker:
        return self._known.get(source, Breaker())

    def _turn(self, source: str, after: Breaker) -> None:
        is_open, was_open = after.opened_at is not None, self._of(source).opened_at is not None
        if is_open != was_open:
            said = "is left alone for a while" if is_open else "is used again"
            logger.warning("a source %s", said, extra={"node": self._node, "source": source})
        self._known[source] = after


def _refusal_of(info: dict[str, Any]) -> str:
    version = info["version"]
    if (version["major"], version["minor"]) >= _OLDEST:
        return ""
    return (
        f"It is Lavalink {version['semver']}: Discord's encrypted calls need "
        f"{'.'.join(map(str, _OLDEST))} or later, so it has to be updated."
    )


def _nobody_listens(_: object) -> None:
    """A connection without a websocket says nothing."""
