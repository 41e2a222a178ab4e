"""What the conductors of an instance share, and what each knows of its node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from audio.changes import Fence, OwnerStore, Sample
    from audio.clock import Clock
    from audio.domain.node import PlayerState, VoiceState
    from audio.domain.player import Player
    from audio.nodes import AudioNodes
    from audio.voicing import VoiceChannels


class Spans(Protocol):
    """Traces what is done for a wish."""

    def apart(self) -> AbstractContextManager[object]:
        """Make everything inside part of no trace, done by the service itself."""
        ...

    def continuing(self, player: Player) -> AbstractContextManager[object]:
        """Make everything inside part of the trace and actor of the player's last wish, until it was seen."""
        ...


@dataclass(frozen=True)
class Stage:
    """What all conductors of an instance share."""

    store: OwnerStore
    nodes: AudioNodes
    channels: VoiceChannels
    clock: Clock
    spans: Spans
    holds: Callable[[Fence], bool]  # whether the bucket is surely ours at this moment
    prepare: Callable[[Fence], Awaitable[None]]  # makes sure that the bucket has its sessions
    seen: Callable[[Player], None]  # told of every wish that was fulfilled or given up
    sampled: Callable[[Sample], None]


@dataclass
class Actual:
    """What the node does, as far as is known. `play_seq` None: no track is loaded."""

    node: str = ""
    voice: VoiceState | None = None
    play_seq: int | None = None
    seek_seq: int = 0
    paused: bool = False
    sounds: bool = False
    must_sound_by: float | None = None


@dataclass(frozen=True)
class Adoption:
    """A player as its node showed it when its session was opened; `state` None: the node has none."""

    node: str
    state: PlayerState | None
