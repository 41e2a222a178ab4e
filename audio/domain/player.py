"""A guild's player: what is wanted of it, and what was seen of it."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audio.domain.track import Track

BUCKETS = 32
NEVER = datetime.fromtimestamp(0, UTC)


def bucket_of(guild_id: int) -> int:
    """Return the bucket a guild belongs to. The upper bits of a Discord id are its time: they spread evenly."""
    return (guild_id >> 22) % BUCKETS


class Status(enum.StrEnum):
    """What a player does, as people see it."""

    IDLE = "idle"
    CONNECTING = "connecting"
    PLAYING = "playing"
    PAUSED = "paused"


class ChangeKind(enum.StrEnum):
    """What a change of a player was about."""

    PLAYBACK = "playback"
    QUEUE = "queue"
    VOICE = "voice"
    TRACK_FAILED = "track_failed"


@dataclass(frozen=True)
class Item:
    """A track that somebody asked for."""

    item_id: int
    track: Track
    requester_id: int


@dataclass(frozen=True)
class Origin:
    """Where a wish came from: the conductor's spans continue its trace, and calls act as its actor (serialized)."""

    traceparent: str = ""
    actor: bytes = b""
    ref: str = ""


@dataclass(frozen=True)
class Player:
    """A guild's header row. Each start of a track has its own `play_seq`; each seek within it a `seek_seq`."""

    guild_id: int
    version: int = 0
    voice_channel_id: int = 0
    current: Item | None = None
    play_seq: int = 0
    seek_seq: int = 0
    paused: bool = False
    position_ms: int = 0
    position_at: datetime = NEVER
    queue_length: int = 0
    queue_ms: int = 0
    wanted_version: int = 0  # the last version that asked something of a node
    origin: Origin = Origin()  # of `wanted_version`
    # Written by the owner's conductor only:
    seen_version: int = 0  # the last wanted version that was fulfilled or given up
    seen_seek: int = 0  # the seek_seq that was fulfilled
    heard_seq: int = 0  # the play_seq that sounds
    node: str = ""
    problem: str = ""  # why `seen_version` was given up: a reason's name; empty when fulfilled

    @property
    def is_heard(self) -> bool:
        """Whether the current track sounded when its node was last seen."""
        return self.current is not None and self.heard_seq == self.play_seq

    @property
    def status(self) -> Status:
        """What people see."""
        if self.current is None:
            return Status.IDLE
        if self.paused:
            return Status.PAUSED
        return Status.PLAYING if self.is_heard else Status.CONNECTING

    def position(self, now: datetime) -> int:
        """Return the position in the current track, in ms; it moves only while the track sounds."""
        if self.status is not Status.PLAYING:
            return self.position_ms
        elapsed = self.position_ms + max(0, round((now - self.position_at).total_seconds() * 1000))
        length = self.current.track.length_ms if self.current else None
        return elapsed if length is None else min(elapsed, length)


def begun(player: Player, item: Item | None, now: datetime) -> Player:
    """Make `item` the current one, from its start; None: silence. Either way the old track's events are void."""
    return replace(
        player,
        current=item,
        play_seq=player.play_seq + 1,
        paused=False,
        position_ms=0,
        position_at=now,
        seek_seq=0,
        seen_seek=0,
    )


def paused(player: Player, now: datetime, *, wait: bool) -> Player:
    """Let the current track wait where it is, or go on from there."""
    return replace(player, paused=wait, position_ms=player.position(now), position_at=now)


def sought(player: Player, position_ms: int, now: datetime) -> Player:
    """Move within the current track."""
    return replace(player, position_ms=position_ms, position_at=now, seek_seq=player.seek_seq + 1)


def heard(player: Player, node: str, now: datetime) -> Player:
    """Note that the current track sounds, from where it was wanted."""
    return replace(player, heard_seq=player.play_seq, node=node, position_at=now)


def silenced(player: Player, position_ms: int, now: datetime) -> Player:
    """Note that the current track was lost at a position; it will go on from there."""
    return replace(player, heard_seq=0, node="", position_ms=position_ms, position_at=now)


def grown(player: Player, tracks: Iterable[Track]) -> Player:
    """Count tracks into the queue."""
    lengths = [track.length_ms or 0 for track in tracks]
    return replace(player, queue_length=player.queue_length + len(lengths), queue_ms=player.queue_ms + sum(lengths))


def without(player: Player, items: Iterable[Item]) -> Player:
    """Count items out of the queue."""
    return functools.reduce(shrunk, items, player)


def shrunk(player: Player, item: Item) -> Player:
    """Count an item out of the queue."""
    return replace(
        player,
        queue_length=player.queue_length - 1,
        queue_ms=player.queue_ms - (item.track.length_ms or 0),
    )
