"""What is said to an audio node, and what it says."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from audio.domain.breaker import BreakerState


@dataclass(frozen=True)
class VoiceState:
    """What a node needs to open a voice connection. Token and session are secrets: they are never logged."""

    token: str = field(repr=False)
    endpoint: str
    session_id: str = field(repr=False)
    channel_id: int


@dataclass(frozen=True)
class Start:
    """Begin a track. `user_data` (`play_seq`, `seek_seq`, `item_id`) comes back with the player and its events."""

    identifier: str
    position_ms: int
    paused: bool
    user_data: dict[str, Any]
    end_ms: int = 0  # zero: the track's end


@dataclass(frozen=True)
class PlayerState:
    """A player as its node shows it. `user_data` is that of the loaded track; None: no track is loaded.

    `is_plain`: its volume and filters are those of a new player. `next_data` is the user data of the track that it
    will begin by itself; None: there is none.
    """

    guild_id: int
    user_data: dict[str, Any] | None
    position_ms: int
    paused: bool
    connected: bool
    voice: VoiceState | None
    is_plain: bool = True
    next_data: dict[str, Any] | None = None


@dataclass(frozen=True)
class SessionOpened:
    """A bucket's session with a node. `resumed`: its players went on; otherwise it is new and holds none."""

    node: str
    session_id: str
    resumed: bool


class NodeState(enum.StrEnum):
    """Whether a node is used."""

    CONNECTED = "connected"
    AWAY = "away"
    DRAINING = "draining"  # it gets no new players, and those it has move to others
    REFUSED = "refused"  # it answers, and is not one to play through


@dataclass(frozen=True)
class SourceStats:
    """A source at a node. `failures`: those that its breaker counts."""

    name: str
    breaker: BreakerState
    failures: int


@dataclass(frozen=True)
class NodeStats:
    """A node as operators see it. `load` is 0 to 1; `version` is empty until it was connected once.

    `detail` says in a sentence why it is not used. A configured node is one of LAVALINK_NODES.
    """

    name: str
    connected: bool
    version: str
    players: int
    playing_players: int
    uptime_ms: int
    load: float
    state: NodeState = NodeState.CONNECTED
    detail: str = ""
    uri: str = ""
    region: str = ""
    configured: bool = True
    plugins: tuple[str, ...] = ()
    sources: tuple[SourceStats, ...] = ()


@dataclass(frozen=True)
class KnownNode:
    """What is kept of a node. `uri` empty: it is one of LAVALINK_NODES, and only `draining` counts."""

    name: str
    uri: str = ""
    password: str = field(default="", repr=False)
    region: str = ""
    draining: bool = False


@dataclass(frozen=True)
class Probe:
    """What came of loading a known track. `detail` says why it failed; empty: it worked."""

    node: str
    source: str
    detail: str = ""


class NodeEventKind(enum.StrEnum):
    """What happened at a node."""

    STARTED = "started"
    ENDED = "ended"  # `reason`: finished, loadFailed, stopped, replaced, cleanup
    FAILED = "failed"  # the track threw; `reason` is the node's sentence
    STUCK = "stuck"
    POSITION = "position"
    SKIPPED = "skipped"  # a segment was left out; `position_ms` is its end, `play_seq` may be unknown
    VOICE_CLOSED = "voice_closed"  # with `code` and `by_remote`
    SESSION_LOST = "session_lost"  # the bucket's socket to the node is down; `guild_id` is 0
    SESSION_READY = "session_ready"  # it is back; `reason`: "resumed" (players went on) or "new" (they are gone)
    DRAINING = "draining"  # the bucket's players on the node should move to others; `guild_id` is 0


@dataclass(frozen=True)
class NodeEvent:
    """One thing that happened at a node in a bucket's session. `play_seq` is that of the track it is about."""

    bucket: int
    node: str
    guild_id: int
    kind: NodeEventKind
    reason: str = ""
    play_seq: int | None = None
    position_ms: int | None = None
    code: int | None = None
    by_remote: bool = False
    # Of SESSION_READY: the id to resume it by.
    session_id: str = ""


class NodeAway(Exception):  # noqa: N818 - named for what happened, as kit.errors.Refused
    """The node does not answer, or the bucket has no session with it; nothing is known about the effect."""


class NodeRefused(Exception):  # noqa: N818 - as NodeAway
    """The node answered no; `reason` says why, in words for the history.

    `is_common`: it was to be expected of what was asked for, and says nothing about its source.
    """

    def __init__(self, reason: str, *, is_common: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_common = is_common
