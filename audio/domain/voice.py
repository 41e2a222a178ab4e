"""The bot's place in a guild's voice, and what to do about it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from audio.domain.node import VoiceState


@dataclass(frozen=True)
class VoiceSnapshot:
    """All that gateway knows about the bot's voice in a guild; the highest sequence is the newest."""

    guild_id: int
    sequence: int
    channel_id: int = 0
    session_id: str = field(default="", repr=False)
    endpoint: str = ""
    token: str = field(default="", repr=False)
    listeners: tuple[int, ...] = ()  # the people in the bot's channel
    deaf: tuple[int, ...] = ()  # those of them who were deafened, by themselves or others

    @property
    def state(self) -> VoiceState | None:
        """What a node needs to connect; None until Discord has said all of it."""
        if not (self.channel_id and self.session_id and self.endpoint and self.token):
            return None
        return VoiceState(self.token, self.endpoint, self.session_id, self.channel_id)


class VoiceStep(enum.Enum):
    """What a conductor does next about voice."""

    CONNECT = enum.auto()  # ask gateway to go to the wanted channel
    WAIT = enum.auto()  # it was asked; the snapshot is on its way
    READY = enum.auto()  # the snapshot is whole: the node can connect
    FOLLOW = enum.auto()  # somebody moved the bot: the new channel is the wanted one
    LEFT = enum.auto()  # somebody sent the bot away


def next_step(wanted: int, snapshot: VoiceSnapshot | None, *, asked: bool, settled: bool) -> VoiceStep:
    """Judge a snapshot against the wanted channel.

    `asked`: gateway was asked and has not delivered yet. `settled`: the bot has been in the wanted channel,
    so that a change is somebody's doing and not the way there.
    """
    channel = snapshot.channel_id if snapshot else 0
    if snapshot and channel == wanted and snapshot.state:
        return VoiceStep.READY
    if asked:
        return VoiceStep.WAIT
    if settled and snapshot and channel != wanted:
        return VoiceStep.FOLLOW if channel else VoiceStep.LEFT
    return VoiceStep.CONNECT


class Closure(enum.Enum):
    """What the end of a node's voice connection asks for."""

    NOTHING = enum.auto()
    SUSPECT = enum.auto()  # sent away, moved, or gateway's session ended: the next snapshot tells
    RENEW = enum.auto()
    HOPELESS = enum.auto()


def closure_of(code: int | None, *, by_remote: bool) -> Closure:
    """Judge a voice close code. 1000 of our own doing follows each voice change and means nothing."""
    match code:
        case 1000 if not by_remote:
            return Closure.NOTHING
        case 4014:
            return Closure.SUSPECT
        case 4021 | 4022:  # rate limited; call terminated: Discord says not to come back
            return Closure.HOPELESS
        case _:
            return Closure.RENEW
