"""A client's session: its websocket, its players, and what it missed while it was away."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any

from aiohttp import WSCloseCode, web

from audionode.player import Engine, Player

log = logging.getLogger(__name__)

_MISSED_EVENTS = 1000
_SEND_DEADLINE = 10.0


class Session:
    """Belongs to the loop. While no socket is attached, events wait for the next one; playerUpdates are dropped."""

    def __init__(self, engine: Engine, session_id: str, user_id: int) -> None:
        self.id = session_id
        self.user_id = user_id
        self.players: dict[int, Player] = {}
        self.skipped: dict[int, list[str]] = {}
        """The categories of segments that each guild's player leaves out."""
        self._following: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.resuming = False
        self.timeout = 60
        self._engine = engine
        self._socket: web.WebSocketResponse | None = None
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._missed: deque[dict[str, Any]] = deque(maxlen=_MISSED_EVENTS)
        self._writer: asyncio.Task[None] | None = None

    def player(self, guild_id: int) -> Player:
        """The guild's player, made when it does not exist."""
        if guild_id not in self.players:
            self.players[guild_id] = Player(self._engine, guild_id, self.user_id, self.send)
        return self.players[guild_id]

    def attach(self, socket: web.WebSocketResponse, *, resumed: bool) -> None:
        """Talk through this socket; a resumed session first hears what it missed."""
        self._socket, self._outbox = socket, asyncio.Queue()
        self._writer = self._engine.tasks.start(self._write(socket, self._outbox), f"session-{self.id}")
        self.send({"op": "ready", "resumed": resumed, "sessionId": self.id})
        while self._missed:
            self.send(self._missed.popleft())
        if resumed:
            for player in self.players.values():
                player.send_update()

    def detach(self) -> None:
        """The socket is gone; what it was not sent is kept."""
        self._socket = None
        if self._writer is not None:
            self._writer.cancel()
        while not self._outbox.empty():
            self._keep(self._outbox.get_nowait())

    def send(self, message: dict[str, Any]) -> None:
        """Messages reach the client in the order of these calls."""
        if self._socket is None:
            self._keep(message)
        else:
            self._outbox.put_nowait(message)

    def follow(self, what: str, guild_id: int, work: Coroutine[Any, Any, None]) -> None:
        """Have this work look after the guild's player, instead of any of the same name."""
        self.unfollow(what, guild_id)
        self._following[what, guild_id] = self._engine.tasks.start(work, f"{what}-{guild_id}")

    def unfollow(self, what: str, guild_id: int) -> None:
        """End the guild's work of this name, if there is any."""
        task = self._following.pop((what, guild_id), None)
        if task is not None:
            task.cancel()

    def remove(self, guild_id: int) -> None:
        """Destroy the guild's player, if there is one, and all that looks after it."""
        self.skipped.pop(guild_id, None)
        for what in [name for name, guild in self._following if guild == guild_id]:
            self.unfollow(what, guild_id)
        player = self.players.pop(guild_id, None)
        if player is not None:
            player.close()

    async def close(self) -> None:
        """End all players and close the socket with 1001."""
        if self._socket is not None:
            await self._socket.close(code=WSCloseCode.GOING_AWAY)
        for guild in [*self.players, *(guild for _, guild in self._following)]:
            self.remove(guild)

    def _keep(self, message: dict[str, Any]) -> None:
        if message["op"] == "event":
            self._missed.append(message)

    async def _write(self, socket: web.WebSocketResponse, outbox: asyncio.Queue[dict[str, Any]]) -> None:
        while True:
            message = await outbox.get()
            try:
                async with asyncio.timeout(_SEND_DEADLINE):
                    await socket.send_str(json.dumps(message))
            except (ConnectionError, TimeoutError, RuntimeError) as error:
                log.info("the client's socket takes no messages", extra={"session": self.id, "error": str(error)})
                self._keep(message)
                await socket.close(code=WSCloseCode.GOING_AWAY)
                return
