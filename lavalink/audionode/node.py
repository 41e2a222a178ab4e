"""The node: its sessions, which of them wait to be resumed, and its statistics."""

import asyncio
import secrets
import string
import time
from typing import Any

import psutil
from aiohttp import web

from audionode.player import Engine
from audionode.session import Session

_ALPHABET = string.ascii_lowercase + string.digits
_FRAMES_PER_MINUTE = 3000


class Node:
    """Belongs to the loop."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions: dict[str, Session] = {}
        self._waiting: dict[str, tuple[Session, asyncio.TimerHandle]] = {}
        self._started = time.monotonic()
        self._process = psutil.Process()
        self._process.cpu_percent()

    def can_resume(self, session_id: str | None) -> bool:
        """Whether a session of this id waits for its client."""
        return session_id in self._waiting

    def open(self, socket: web.WebSocketResponse, user_id: int, session_id: str | None) -> Session:
        """The session for a new socket: the one that waits under this id, else a new one."""
        waiting = self._waiting.pop(session_id or "", None)
        if waiting is None:
            session = Session(self.engine, "".join(secrets.choice(_ALPHABET) for _ in range(16)), user_id)
        else:
            session = waiting[0]
            waiting[1].cancel()
        self.sessions[session.id] = session
        session.attach(socket, resumed=waiting is not None)
        if waiting is None:
            session.send({"op": "stats", **self.stats(), "frameStats": None})
        return session

    def leave(self, session: Session) -> None:
        """The session's socket ended: it waits for its client if it asked for that, else it ends."""
        del self.sessions[session.id]
        session.detach()
        if session.resuming and session.timeout > 0:
            timer = asyncio.get_running_loop().call_later(session.timeout, self._expire, session)
            self._waiting[session.id] = (session, timer)
        else:
            self.engine.tasks.start(session.close(), f"end-{session.id}")

    def take_over(self, user_id: int, guild_id: int, voice_session_id: str) -> None:
        """A client brings this voice session: a player that still uses it in a session nobody holds gives it up."""
        for session, _ in list(self._waiting.values()):
            player = session.players.get(guild_id)
            voice = player.voice if player is not None and session.user_id == user_id else None
            if voice is not None and voice.server.session_id == voice_session_id:
                session.remove(guild_id)

    async def close(self) -> None:
        """End every session: sockets with 1001, players with five frames of silence."""
        waiting = [session for session, _ in self._waiting.values()]
        await asyncio.gather(*(session.close() for session in [*self.sessions.values(), *waiting]))

    def stats(self) -> dict[str, Any]:
        """Lavalink's statistics without `frameStats`; memory in bytes, loads as shares of the machine."""
        players = [player for session in self.sessions.values() for player in session.players.values()]
        memory, used = psutil.virtual_memory(), self._process.memory_info().rss
        cores = psutil.cpu_count() or 1
        return {
            "players": len(players),
            "playingPlayers": sum(player.track is not None and not player.paused for player in players),
            "uptime": int((time.monotonic() - self._started) * 1000),
            "memory": {
                "free": memory.available,
                "used": used,
                "allocated": used,
                "reservable": memory.total,
            },
            "cpu": {
                "cores": cores,
                "systemLoad": psutil.cpu_percent() / 100,
                "lavalinkLoad": self._process.cpu_percent() / 100 / cores,
            },
        }

    async def report(self) -> None:
        """Send every client the statistics, each period, for ever."""
        while True:
            await asyncio.sleep(self.engine.limits.stats)
            stats = self.stats()
            for session in self.sessions.values():
                session.send({"op": "stats", **stats, "frameStats": self._frames(session)})

    def _frames(self, session: Session) -> dict[str, int] | None:
        """Per player that played the whole period: frames sent, silent frames, frames missing."""
        sent = nulled = counted = 0
        for player in session.players.values():
            frames, silent = player.outlet.take_counts()
            if player.track is not None and frames:
                counted += 1
                sent += frames
                nulled += silent
        if not counted:
            return None
        sent, nulled = sent // counted, nulled // counted
        return {"sent": sent, "nulled": nulled, "deficit": _FRAMES_PER_MINUTE - sent - nulled}

    def _expire(self, session: Session) -> None:
        if self._waiting.pop(session.id, None) is not None:
            self.engine.tasks.start(session.close(), f"expire-{session.id}")
