"""Discord's voice as the world has it, and the gateway process that asks for it and tells audio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from audio.domain.voice import VoiceSnapshot
from gateway.domain.voice import Listener, Server
from gateway.reporting import Reports
from gateway.voice import Seat, Voice
from kit.errors import Reason, Refused
from tests.simulation.loop import WORLD, Line
from tests.simulation.loop import Server as Answering

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from gateway.domain.voice import Snapshot
    from tests.simulation.instance import Instance
    from tests.simulation.lavalink import Node
    from tests.simulation.loop import Wire

FORBIDDEN = 666  # a voice channel that the bot must not enter
_LINGERS = 8.0  # seconds for which Discord keeps the voice of a gateway that died
_LATE = 30.0  # seconds within which the engine notices that nobody was in a channel


class Discord:
    """Where the bot is in each guild, and by which session and token its nodes may speak there."""

    def __init__(self, wire: Wire) -> None:
        self.nodes: Sequence[Node] = ()
        self.gateway: Gateway | None = None
        self.left_at: dict[int, float] = {}  # when the bot was last taken out of voice by others
        self._empty_at: dict[int, float] = {}  # when the bot was last alone
        self._channels: dict[int, int] = {}  # people's
        self._wire = wire
        self._seats: dict[int, tuple[int, str, str]] = {}  # guild -> (channel, session, token)
        self._number = 0

    def seat(self, guild_id: int) -> Seat:
        channel_id, session_id, _ = self._seats.get(guild_id, (0, "", ""))
        return Seat(channel_id, session_id, tuple(Listener(user_id, deaf=False) for user_id in self.people(channel_id)))

    def people(self, channel_id: int) -> tuple[int, ...]:
        """Return who is in a channel; they are in the same one in all guilds."""
        return tuple(sorted(user_id for user_id, where in self._channels.items() if where == channel_id))

    def walk(self, user_id: int, channel_id: int) -> None:
        """Let a person go into a channel; zero: out of voice."""
        concerned = {self._channels.get(user_id, 0), channel_id} - {0}
        near = [guild_id for guild_id in self.guilds() if self._seats[guild_id][0] in concerned]
        for guild_id in near:
            self.was_empty(guild_id)
        self._channels[user_id] = channel_id
        for guild_id in near:
            self.was_empty(guild_id)
            if self.gateway and self.gateway.process.is_alive:
                self.gateway.hear(guild_id, self.seat(guild_id), None)

    def was_empty(self, guild_id: int) -> bool:
        """Tell whether the bot is alone in its channel, or was so not long ago."""
        seat = self.seat(guild_id)
        if seat.channel_id and not seat.listeners:
            self._empty_at[guild_id] = self._wire.loop.time()
        return self._wire.loop.time() - self._empty_at.get(guild_id, -_LATE) < _LATE

    def accepts(self, guild_id: int, voice: dict[str, str] | None) -> bool:
        """Tell whether a node may speak with this session and token."""
        channel_id, session_id, token = self._seats.get(guild_id, (0, "", ""))
        known = str(channel_id), session_id, token
        return (
            voice is not None and channel_id != 0 and (voice["channelId"], voice["sessionId"], voice["token"]) == known
        )

    def seat_bot(self, guild_id: int, channel_id: int, gateway: Gateway | None, code: int = 4014) -> None:
        """Put the bot into a channel (0: none), and tell the nodes and the gateway that asked or is there."""
        before, session_id, _ = self._seats.get(guild_id, (0, "", ""))
        if channel_id == 0 and before == 0:
            return
        self.was_empty(guild_id)
        self._number += 1
        is_new = before == 0 or (gateway is not None and not session_id.startswith(f"{gateway.process.name}/"))
        by = gateway or self.gateway
        if channel_id == before and not is_new and gateway:
            return  # it is there
        if is_new and by:
            session_id = f"{by.process.name}/{self._number}"
        token = f"token-{self._number}"
        self._seats[guild_id] = (channel_id, session_id, token) if channel_id else (0, "", "")
        for node in self.nodes:
            self._wire.send(None, node.end_voice, guild_id, code)
        if self.gateway and self.gateway.process.is_alive:
            self.gateway.hear(guild_id, self.seat(guild_id), Server("voice:443", token) if channel_id else None)

    def take_out(self, guild_id: int) -> None:
        """Let a person send the bot away."""
        self.left_at[guild_id] = self._wire.loop.time()
        self.seat_bot(guild_id, 0, None)

    def forget(self, gateway: str) -> None:
        """End the voice that a dead gateway still has."""
        for guild_id, (_, session_id, _) in list(self._seats.items()):
            if session_id.startswith(f"{gateway}/"):
                self.take_out(guild_id)

    def guilds(self) -> list[int]:
        """Return the guilds with the bot in voice."""
        return [guild_id for guild_id, (channel_id, _, _) in self._seats.items() if channel_id]


class Gateway(Answering):
    """A gateway process: the real voice signalling and reporting between Discord and audio."""

    def __init__(self, name: str, wire: Wire, discord: Discord, pick: Callable[[], Instance | None]) -> None:
        super().__init__(name, wire)
        self._discord, self._pick = discord, pick
        self._voice = Voice(self, wire.loop.time)
        self._reports = Reports(self._snapshot, self, self._spawn, asyncio.sleep, holds=lambda _: True)
        self._seats: dict[int, Seat] = {}
        self._line = Line(wire, self.process)
        discord.gateway = self
        for guild_id in discord.guilds():
            self.hear(guild_id, discord.seat(guild_id), None)

    def hear(self, guild_id: int, seat: Seat, server: Server | None) -> None:
        """Be told by Discord where the bot is and where its voice goes, over a socket that keeps the order."""
        for call, fact in (self._move, seat), (self._name, server):
            if fact:
                self._line.send(call, guild_id, fact)

    def _move(self, guild_id: int, seat: Seat) -> None:
        self._seats[guild_id] = seat
        self._voice.moved(guild_id)
        self._reports.changed(guild_id)

    def _name(self, guild_id: int, server: Server) -> None:
        self._voice.named(guild_id, server)
        self._reports.changed(guild_id)

    async def connect(self, guild_id: int, channel_id: int, renew: bool) -> None:
        await self._voice.connect(guild_id, channel_id, renew=renew)

    async def disconnect(self, guild_id: int) -> None:
        await self._voice.disconnect(guild_id)

    async def check(self, guild_id: int, channel_id: int) -> None:
        self._voice.check(guild_id, channel_id)

    async def newest(self, guild_id: int) -> VoiceSnapshot:
        return _translated(self._voice.snapshot(guild_id))

    def die(self) -> None:
        super().die()
        self.wire.loop.call_later(_LINGERS, self._discord.forget, self.process.name, context=WORLD)

    def seat(self, guild_id: int) -> Seat:
        return self._seats.get(guild_id, Seat())

    def may_speak(self, _: int, channel_id: int) -> bool:
        return channel_id != FORBIDDEN

    async def move(self, guild_id: int, channel_id: int) -> None:
        await self.wire.ask(self.process, self._discord.seat_bot, guild_id, channel_id, self)

    async def report(self, snapshot: Snapshot) -> None:
        instance = self._pick()
        if instance is None:
            raise Refused(Reason.UNAVAILABLE, part="audio")
        await instance.call(self.process, 3.0, instance.hearing.report, _translated(snapshot))

    def _snapshot(self, guild_id: int) -> Snapshot:
        return self._voice.snapshot(guild_id)

    def _spawn(self, work: Coroutine[object, object, None], name: str) -> object:
        return self.spawn(work)


def _translated(snapshot: Snapshot) -> VoiceSnapshot:
    server = snapshot.server
    facts: dict[str, Any] = {"endpoint": server.endpoint, "token": server.token} if server else {}
    facts["listeners"] = tuple(listener.user_id for listener in snapshot.listeners)
    return VoiceSnapshot(snapshot.guild_id, snapshot.sequence, snapshot.channel_id, snapshot.session_id, **facts)
