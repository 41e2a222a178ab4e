"""The way of the bot into one guild's voice channel: asks gateway, reads its snapshots, judges lost connections."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from audio.domain.voice import Closure, VoiceSnapshot, VoiceStep, closure_of, next_step
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from audio.clock import Clock
    from audio.domain.node import VoiceState

_PATIENCE = 5.0  # seconds until gateway is asked again
_ATTEMPTS = 4
_RENEWALS, _RENEWALS_WITHIN = 5, 60.0  # more broken connections than that in so many seconds mean that there is no way
# Discord ends the voice connection and tells gateway why at the same time, over two sockets.
_SUSPENSE = 1.0


class VoiceChannels(Protocol):
    """What gateway does for voice. Every method raises Refused."""

    async def connect(self, guild_id: int, channel_id: int, *, renew: bool) -> None:
        """Ask for the bot in a channel; `renew`: with a new voice server."""
        ...

    async def disconnect(self, guild_id: int) -> None:
        """Ask for the bot in no channel."""
        ...

    async def newest(self, guild_id: int) -> VoiceSnapshot:
        """Return the newest snapshot."""
        ...


class Voicing:
    """Keeps one guild's bot in its wanted channel. `due`: when it wants to be asked again, on the clock."""

    def __init__(self, guild_id: int, channels: VoiceChannels, clock: Clock) -> None:
        self.due: float | None = None
        self.snapshot: VoiceSnapshot | None = None
        self._guild_id, self._channels, self._clock = guild_id, channels, clock
        self._asked_at: float | None = None
        self._attempts = 0
        self._renew = False
        self._dead: VoiceState | None = None  # what led to a connection that broke
        self._settled_in = 0
        self._suspect_until: float | None = None
        self._is_hopeless = False
        self._broken: deque[float] = deque(maxlen=_RENEWALS)

    @property
    def state(self) -> VoiceState | None:
        """What leads to where the bot is; None: it is in no channel, or not all of it is known."""
        return self.snapshot.state if self.snapshot else None

    def settle(self, voice: VoiceState) -> VoiceState:
        """Take it that the bot is in a channel, from an owner before; return what led there."""
        self._settled_in, told = voice.channel_id, self.state
        return told if told and (told.token, told.session_id) == (voice.token, voice.session_id) else voice

    def report(self, snapshot: VoiceSnapshot) -> None:
        """Take a snapshot, unless a newer one is known."""
        if self.snapshot and snapshot.sequence <= self.snapshot.sequence:
            return
        if self.snapshot is None or snapshot.state != self.snapshot.state:
            self._suspect_until = None
        self.snapshot = snapshot

    def closed(self, used: VoiceState | None, code: int | None, *, by_remote: bool) -> Closure:
        """Take the end of the node's connection that was made with `used`."""
        closure = closure_of(code, by_remote=by_remote)
        if self.snapshot is not None and self.snapshot.state != used:
            return closure  # Discord has told already what comes next
        if closure is Closure.SUSPECT:
            self._suspect_until = self._now() + _SUSPENSE
        elif closure is Closure.RENEW:
            self._distrust()
        return closure

    async def bring(self, channel_id: int) -> VoiceStep:
        """Make a step towards the channel, and return what is to be done. Raises Refused when there is no way."""
        self.due = None
        if self._in_suspense():
            return VoiceStep.WAIT
        if self.snapshot is None:
            self.report(await self._channels.newest(self._guild_id))
        step = self._judge(channel_id)
        if step is VoiceStep.READY or step is VoiceStep.FOLLOW:
            self._arrive(self.snapshot.channel_id if self.snapshot else channel_id)
        elif step is VoiceStep.LEFT:
            self._settled_in = 0
        elif step is VoiceStep.CONNECT or self._is_overdue():
            await self._ask(channel_id)
            return VoiceStep.WAIT
        return step

    async def take_away(self) -> VoiceSnapshot | None:
        """Let the bot be in no channel; return what stands for the snapshot from before until Discord has told."""
        left = None
        is_somewhere = self._asked_at is not None or (self.snapshot is not None and self.snapshot.channel_id != 0)
        if is_somewhere or self._settled_in:
            await self._channels.disconnect(self._guild_id)
        if self.snapshot and self.snapshot.channel_id:
            self.snapshot = left = VoiceSnapshot(self._guild_id, self.snapshot.sequence + 1)
        self._asked_at, self._settled_in, self._suspect_until, self._attempts = None, 0, None, 0
        return left

    def _judge(self, channel_id: int) -> VoiceStep:
        return next_step(
            channel_id, self._trusted(), asked=self._asked_at is not None, settled=self._settled_in == channel_id
        )

    def _trusted(self) -> VoiceSnapshot | None:
        """Return the snapshot without what led to a broken connection; gateway may tell the same again and again."""
        if self.snapshot and self.snapshot.state and self.snapshot.state == self._dead:
            return replace(self.snapshot, token="")
        return self.snapshot

    def _in_suspense(self) -> bool:
        if self._suspect_until is None:
            return False
        if self._now() < self._suspect_until:
            self.due = self._suspect_until
            return True
        self._distrust()
        return False

    def _distrust(self) -> None:
        self._suspect_until, self._asked_at, self._settled_in, self._renew = None, None, 0, True
        self._dead = self.state
        self._is_hopeless = len(self._broken) == _RENEWALS and self._now() - self._broken[0] < _RENEWALS_WITHIN
        self._broken.append(self._now())

    def _arrive(self, channel_id: int) -> None:
        self._settled_in, self._asked_at, self._attempts, self._renew = channel_id, None, 0, False

    def _is_overdue(self) -> bool:
        if self._asked_at is None:
            return False
        self.due = self._asked_at + _PATIENCE
        return self._now() >= self.due

    def _now(self) -> float:
        return self._clock.monotonic()

    async def _ask(self, channel_id: int) -> None:
        if self._attempts == _ATTEMPTS or self._is_hopeless:
            self._attempts, self._asked_at, self._is_hopeless = 0, None, False
            raise Refused(Reason.VOICE_CHANNEL_FORBIDDEN)
        await self._channels.connect(self._guild_id, channel_id, renew=self._renew or self._attempts > 0)
        self._attempts += 1
        self._asked_at = self._now()
        self.due = self._asked_at + _PATIENCE
