"""Gateway's voice, and Discord behind it, as the engine knows them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from audio.domain.voice import VoiceSnapshot
from kit.errors import Reason, Refused
from tests.audio.values import GUILD

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class FakeVoice:
    """`audio.voicing.VoiceChannels` and `audio.service.commanding.Reach`, and Discord behind it.

    `refusal` is what gateway answers when it is to connect, `unreachable` what it says before about single channels.
    """

    report: Callable[[VoiceSnapshot], Any] | None = None
    snapshots: dict[int, VoiceSnapshot] = field(default_factory=dict)
    refusal: Reason | None = None
    unreachable: dict[int, Reason] = field(default_factory=dict)
    checked: list[tuple[int, int]] = field(default_factory=list)
    asked: list[tuple[int, int, bool]] = field(default_factory=list)
    silent: bool = False
    people: tuple[int, ...] = ()
    deaf: tuple[int, ...] = ()
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def connect(self, guild_id: int, channel_id: int, *, renew: bool) -> None:
        self.asked.append((guild_id, channel_id, renew))
        if self.refusal:
            raise Refused(self.refusal)
        if not self.silent:
            self.say(guild_id, channel_id)

    async def disconnect(self, guild_id: int) -> None:
        self.asked.append((guild_id, 0, False))
        if not self.silent:
            self.say(guild_id, 0)

    async def check(self, guild_id: int, channel_id: int) -> None:
        self.checked.append((guild_id, channel_id))
        if channel_id in self.unreachable:
            raise Refused(self.unreachable[channel_id])

    async def newest(self, guild_id: int) -> VoiceSnapshot:
        # A new sequence each time, as gateway does it.
        known = self.snapshots.get(guild_id, VoiceSnapshot(guild_id, 0))
        self.snapshots[guild_id] = replace(known, sequence=known.sequence + 1)
        return self.snapshots[guild_id]

    def say(self, guild_id: int, channel_id: int) -> VoiceSnapshot:
        """Let Discord put the bot into a channel (0: none)."""
        sequence = self.snapshots[guild_id].sequence + 1 if guild_id in self.snapshots else 1
        snapshot = VoiceSnapshot(guild_id, sequence)
        if channel_id:
            voice = (f"session-{sequence}", "voice:443", "token")
            snapshot = VoiceSnapshot(guild_id, sequence, channel_id, *voice, self.people, self.deaf)
        self.snapshots[guild_id] = snapshot
        self.deliver(snapshot)
        return snapshot

    def move(self, *people: int) -> None:
        """Let people come into the bot's channel, and others leave it."""
        self.people = people
        known = self.snapshots[GUILD]
        self.snapshots[GUILD] = replace(known, sequence=known.sequence + 1, listeners=people, deaf=self.deaf)
        self.deliver(self.snapshots[GUILD])

    def deliver(self, snapshot: VoiceSnapshot) -> None:
        if self.report:
            task = asyncio.ensure_future(self.report(snapshot))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
