"""The bot's voice connection in a guild, put together from what Discord tells in any order."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

_EARLY = 5.0  # seconds by which a server may precede the state it belongs to


@dataclass(frozen=True)
class Server:
    """Where the voice connection goes."""

    endpoint: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Listener:
    """A person in the bot's channel."""

    user_id: int
    deaf: bool


@dataclass(frozen=True)
class Snapshot:
    """All that is known about the bot's voice in a guild. `taken_at` is Unix seconds; zero and empty mean none."""

    guild_id: int
    sequence: int
    taken_at: float
    channel_id: int = 0
    session_id: str = field(default="", repr=False)
    server: Server | None = None
    listeners: tuple[Listener, ...] = ()


class Link:
    """Matches voice servers to voice states.

    Each new connection (channel or session changed) brings a server of its own, told shortly before or after the state.
    One of the connection before must not be used with it: its token is no longer valid.
    """

    def __init__(self) -> None:
        self.server: Server | None = None
        self._connection = (0, "")
        self._unpaired_since = -math.inf

    def seen(self, channel_id: int, session_id: str, now: float) -> None:
        """Take the bot's voice state; `now` in seconds."""
        connection = (channel_id, session_id) if channel_id else (0, "")
        if connection == self._connection:
            return
        self._connection = connection
        if not channel_id or now - self._unpaired_since > _EARLY:
            self.server = None
        self._unpaired_since = -math.inf

    def named(self, server: Server | None, now: float) -> None:
        """Take a voice server; None: the one before is gone and another will follow."""
        belongs = server is None or (self.server is None and self._connection[0] != 0)
        self._unpaired_since = -math.inf if belongs else now
        self.server = server
