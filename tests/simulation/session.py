"""What a node keeps for its clients: sessions, their sockets, and their players."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.simulation.loop import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulation.loop import Process, Wire


class Socket:
    """A websocket as its client holds it: what was sent arrives in order, each message after a while."""

    def __init__(self, wire: Wire, process: Process) -> None:
        self.process, self.is_open = process, True
        self.inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._line = Line(wire, process)

    def say(self, *messages: dict[str, Any] | None) -> None:
        """Send messages in one piece; None: the end."""
        self._line.send(self._hear, messages)

    def _hear(self, messages: Iterable[dict[str, Any] | None]) -> None:
        for message in messages:
            self.inbox.put_nowait(message)


@dataclass
class NodePlayer:
    """A guild's player in a session. It moves while it has a track, is not paused and was connected once."""

    guild_id: int
    track: dict[str, Any] | None = None
    position_ms: float = 0.0
    at: float = 0.0
    paused: bool = False
    volume: int = 100
    voice: dict[str, str] | None = None
    connected: bool = False
    started_at: float = 0.0
    disturbed_at: float = float("-inf")  # when its owner last had a reason to start its track again
    is_stuck: bool = False
    following: dict[str, Any] | None = None  # what it begins by itself behind its track
    timers: list[asyncio.Handle] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        return self.track is not None and not self.paused and self.voice is not None and not self.is_stuck

    @property
    def sounds(self) -> bool:
        return self.moves and self.connected

    @property
    def play_seq(self) -> int | None:
        return self.track["userData"]["play_seq"] if self.track else None

    def position(self, now: float) -> float:
        return self.position_ms + ((now - self.at) * 1000 if self.moves else 0.0)


@dataclass
class NodeSession:
    """What one socket commands; `kept` is what it said while nobody listened."""

    session_id: str
    socket: Socket | None = None
    resumable: bool = False
    players: dict[int, NodePlayer] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    opened_at: float = 0.0
    replaced_at: float = float("-inf")  # when another was opened in its place

    def say(self, message: dict[str, Any]) -> None:
        if self.socket:
            self.socket.say(message)
        elif message["op"] == "event":
            self.kept.append(message)
