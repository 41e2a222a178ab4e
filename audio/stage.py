"""What the conductors of an instance share, and what each knows of its node."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from audio.domain.filters import PLAIN, Sound

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Collection
    from contextlib import AbstractContextManager

    from audio.changes import Fence, OwnerStore
    from audio.clock import Clock, Tasks
    from audio.domain.node import PlayerState, VoiceState
    from audio.domain.player import Handed, Player
    from audio.nodes import AudioNodes
    from audio.voicing import VoiceChannels


_SILENCE = 6.0
_LATE = 0.5  # seconds for which a node's words from before a seek may still be on their way


class Spans(Protocol):
    """Traces what is done for a wish."""

    def apart(self) -> AbstractContextManager[object]:
        """Make everything inside part of no trace, done by the service itself."""
        ...

    def continuing(self, player: Player) -> AbstractContextManager[object]:
        """Make everything inside part of the trace and actor of the player's last wish, until it was seen."""
        ...


def keep_apart(tasks: Tasks, spans: Spans, work: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[Any]:
    """Keep `work` running in a context of its own: no part of the command that began it, nor bound by its deadline."""

    async def apart() -> None:
        with spans.apart():
            await work()

    return Context().run(tasks.keep, apart, name)


class Figures(Protocol):
    """Counts what operators look at."""

    def started(self, node: str) -> None:
        """A track was started."""
        ...

    def recovered(self, node: str) -> None:
        """A track that was lost goes on."""
        ...

    def failed(self, node: str, source: str) -> None:
        """A track could not be played."""
        ...

    def sounded(self, seconds: float) -> None:
        """A started track was heard after so long."""
        ...


@dataclass(frozen=True)
class Stage:
    """What all conductors of an instance share."""

    store: OwnerStore
    nodes: AudioNodes
    channels: VoiceChannels
    clock: Clock
    spans: Spans
    figures: Figures
    holds: Callable[[Fence], bool]  # whether the bucket is surely ours at this moment
    prepare: Callable[[Fence], Awaitable[Collection[str]]]  # opens the bucket's sessions; with which nodes it has one
    seen: Callable[[Player], None]  # told of every wish that was fulfilled or given up
    lonely: Callable[[Player, Fence], None]  # told of players that may have to go on by themselves


@dataclass
class Actual:
    """What the node does, as far as is known. `play_seq` None: no track is loaded."""

    node: str = ""
    voice: VoiceState | None = None
    play_seq: int | None = None
    seek_seq: int = 0
    paused: bool = False
    sound: Sound | None = PLAIN  # None: unknown
    sounds: bool = False
    started_at: float | None = None  # until it sounds
    leftover: bool = False  # a track may be loaded that is not known any more
    handed: Handed | None = None  # what the node will begin by itself
    handed_seq: int = 0  # the last one that anything was handed over as
    handed_at: int = -1  # the player's version that what was handed over is right for

    def mute(self) -> None:
        """Note that its voice ended: it may count on, although nobody hears it."""
        self.leftover = self.leftover or self.play_seq is not None
        self.voice, self.play_seq, self.started_at = None, None, None


@dataclass
class Meter:
    """Where the track of a start is, by what its node said last and the clock since; nodes tell every five seconds.

    However fast a track is played, its node counts what was heard, and not how far that is in the track.
    """

    play_seq: int = -1
    position_ms: int = 0
    counted_ms: int = 0  # by the node
    at: float = 0.0
    moves: bool = False
    speed: float = 1.0
    sought_at: float = -_LATE
    began_at: float = 0.0

    def note(self, play_seq: int, position_ms: int, at: float, *, moves: bool) -> None:
        """Take it that the node counts from a position now."""
        self.began_at = self.began_at if play_seq == self.play_seq else at
        self.play_seq, self.position_ms, self.counted_ms = play_seq, position_ms, position_ms
        self.at, self.moves = at, moves

    def seek(self, play_seq: int, position_ms: int, at: float, *, moves: bool) -> None:
        """Take a position that the node was sent to."""
        self.note(play_seq, position_ms, at, moves=moves)
        self.sought_at = at

    def hear(self, play_seq: int, counted_ms: int, at: float, *, moves: bool) -> None:
        """Take what the node counted, unless it may be from before the last seek."""
        if play_seq != self.play_seq:
            self.note(play_seq, counted_ms, at, moves=moves)
        elif at - self.sought_at > _LATE:
            self._count(counted_ms, at, moves=moves)

    def read(self, play_seq: int, at: float) -> int | None:
        """Return the position in ms; None if nothing is known of this start. A node that is silent has stopped."""
        return self.position_ms + round(self._heard(at) * self.speed) if play_seq == self.play_seq else None

    def lasted(self, play_seq: int, at: float) -> int | None:
        """Return how far a start has come at least, in ms; of one that nobody listened to for long, by the clock."""
        position = self.read(play_seq, at)
        return None if position is None else max(position, round((at - self.began_at - _SILENCE) * 1000))

    def turn(self, at: float, *, moves: bool) -> None:
        """Stop where it is, or go on from there."""
        self._count(self.counted_ms + round(self._heard(at)), at, moves=moves)

    def _count(self, counted_ms: int, at: float, *, moves: bool) -> None:
        heard_ms = counted_ms - self.counted_ms
        self.position_ms, self.counted_ms = self.position_ms + round(heard_ms * self.speed), counted_ms
        self.at, self.moves = at, moves

    def _heard(self, at: float) -> float:
        return min(at - self.at, _SILENCE) * 1000 if self.moves else 0.0


@dataclass(frozen=True)
class Adoption:
    """A player as its node showed it when its session was opened; `state` None: the node has none."""

    node: str
    state: PlayerState | None
