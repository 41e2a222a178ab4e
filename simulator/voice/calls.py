"""The bot's voice sessions: who may connect to which, and when one ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.voice.ear import Ear

if TYPE_CHECKING:
    from simulator.voice.dave import Delivery
    from simulator.websocket import Websocket

# After these close codes a client must ask for a new session; after every other it may resume.
FINAL = frozenset({1000, 4004, 4006, 4009, 4011, 4012, 4014, 4016, 4017, 4021, 4022})


@dataclass(eq=False)
class Call:
    """One voice session of the bot in one channel: its credentials, and its keys once it is connected."""

    guild_id: int
    channel_id: int
    user_id: int
    session_id: str
    ssrc: int
    token: str
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    mode: str | None = None
    delivery: Delivery | None = None
    socket: Websocket | None = None
    sent: list[tuple[int, str | bytes]] = field(default_factory=list)
    """Messages that a resume repeats, with their sequence numbers."""

    @property
    def connected(self) -> bool:
        """Tell whether sound may come: the handshake is done and the socket is open."""
        return self.mode is not None and self.socket is not None


class Calls:
    """At most one call for each guild; each guild's ear outlives its calls."""

    def __init__(self) -> None:
        self._by_guild: dict[int, Call] = {}
        self._by_ssrc: dict[int, Call] = {}
        self._ears: dict[int, Ear] = {}
        self._ssrc = 1000

    def ear(self, guild_id: int) -> Ear:
        """Give the guild's ear."""
        return self._ears.setdefault(guild_id, Ear())

    def of_guild(self, guild_id: int) -> Call | None:
        """Give the guild's call."""
        return self._by_guild.get(guild_id)

    def of_ssrc(self, ssrc: int) -> Call | None:
        """Give the call whose packets carry this source."""
        return self._by_ssrc.get(ssrc)

    def all(self) -> list[Call]:
        """List every call."""
        return list(self._by_guild.values())

    def open(self, guild_id: int, channel_id: int, user_id: int, session_id: str, token: str | None = None) -> Call:
        """Make a call where there is none; a new token unless one is given."""
        self._ssrc += 1
        call = Call(guild_id, channel_id, user_id, session_id, self._ssrc, token or secrets.token_hex(8))
        self._by_guild[guild_id] = self._by_ssrc[call.ssrc] = call
        return call

    def close(self, call: Call, code: int) -> None:
        """Close a call's socket; after a final code the call is over and its packets are no longer heard."""
        if code in FINAL:
            self.forget(call)
        if call.socket is not None:
            call.socket.hang_up(code)
            call.socket = None

    def forget(self, call: Call) -> None:
        """End a call."""
        if self._by_guild.get(call.guild_id) is call:
            del self._by_guild[call.guild_id]
        self._by_ssrc.pop(call.ssrc, None)
