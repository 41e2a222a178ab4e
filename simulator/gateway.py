"""Discord's gateway, version 10: sessions with replay, shards and intents."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.conduct import Conduct
    from simulator.voice.switchboard import Switchboard
    from simulator.world.world import World

_REPLAY = 2000  # events a session keeps for RESUME
_GOING_AWAY = (1000, 1001)


class Socket(Protocol):
    """A connection of the bot."""

    def send(self, text: str) -> None:
        """Send a text frame."""

    def close(self, code: int) -> None:
        """Close with a code."""

    def invalidate(self, *, resumable: bool) -> None:
        """Say that the session has ended."""

    def send_away(self) -> None:
        """Say that the bot is to connect anew."""


class Session:
    """What IDENTIFY began; it outlives its sockets."""

    def __init__(self, shard: tuple[int, int], intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.socket: Socket | None = None
        self.expiry: asyncio.TimerHandle | None = None
        self._sequence = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=_REPLAY)

    def dispatch(self, event: str, payload: Any) -> None:
        """Send an event, now or at the next RESUME."""
        self._sequence += 1
        text = json.dumps({"op": 0, "s": self._sequence, "t": event, "d": payload})
        self._sent.append((self._sequence, text))
        if self.socket is not None:
            self.socket.send(text)

    def owns(self, guild_id: int) -> bool:
        """Tell whether the guild is on this session's shard."""
        return (guild_id >> 22) % self.shard[1] == self.shard[0]

    def missed(self, after: int) -> list[str] | None:
        """List the events after a sequence number; None when it is not one of this session's, or too old."""
        if not self._sent[0][0] - 1 <= after <= self._sequence:
            return None
        return [text for sequence, text in self._sent if sequence > after]


class Gateway:
    """All sessions of the bot."""

    def __init__(self, world: World, switchboard: Switchboard, conduct: Conduct, shards: int) -> None:
        self.world = world
        self.switchboard = switchboard
        self.url = ""
        """Address of this gateway, known once it listens."""
        self.shards = shards
        """Shards that the bot is recommended to have."""
        self.session_ttl = 60.0
        """Seconds a session lives without a socket."""
        self.conduct = conduct
        self.sockets: set[Socket] = set()
        self._sessions: dict[str, Session] = {}
        world.subscribe(self._announce)

    def _announce(self, event: str, payload: Mapping[str, Any]) -> None:
        guild_id = payload.get("guild_id") or (payload["id"] if event in ("GUILD_CREATE", "GUILD_DELETE") else None)
        for session in self._sessions.values():
            if event == "VOICE_SERVER_UPDATE":
                concerned = self.switchboard.owner(int(payload["guild_id"])) == session.id
            else:
                concerned = session.owns(int(guild_id)) if guild_id else session.shard[0] == 0
            if concerned:
                self._present(session, event, payload)

    def _present(self, session: Session, event: str, payload: Mapping[str, Any]) -> None:
        shown = self.world.presented(event, payload, session.intents)
        if shown is not None:
            session.dispatch(event, shown)

    def begin(self, socket: Socket, shard: tuple[int, int], intents: int) -> Session:
        """Start a session: READY, then a GUILD_CREATE for each guild of the shard."""
        session = Session(shard, intents)
        session.socket = socket
        self._sessions[session.id] = session
        about = {"session_id": session.id, "resume_gateway_url": self.url, "shard": list(shard)}
        session.dispatch("READY", self.world.ready(shard) | about)
        for guild_id in self.world.guild_ids(shard):
            self._present(session, "GUILD_CREATE", self.world.guild_create(guild_id))
        return session

    def find(self, session_id: str) -> Session | None:
        """Find a session that has not ended."""
        return self._sessions.get(session_id)

    def lost(self, session: Session, code: int | None) -> None:
        """A session's socket is gone: end it after a clean close, else give it time to resume."""
        session.socket = None
        if code in _GOING_AWAY:
            self.end(session)
        elif session.id in self._sessions:
            session.expiry = asyncio.get_running_loop().call_later(self.session_ttl, self.end, session)

    def end(self, session: Session) -> None:
        """End a session and the voice states it still owns."""
        if self._sessions.pop(session.id, None) is not None:
            self.switchboard.session_ended(session.id)
