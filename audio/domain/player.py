"""A guild's player: what is wanted of it, and what was seen of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from audio.domain.course import Course
from audio.domain.edits import KEPT
from audio.domain.filters import Filters, Sound, combined, speed
from audio.domain.settings import DEFAULTS, GuildSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from audio.domain.track import Pick, Track

BUCKETS = 32
HANDED = 1 << 16
"""How many numbers there are from one start to the next: those between are of tracks that a node begins by itself."""
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
    VOTE = "vote"
    SETTINGS = "settings"
    DJ = "dj"


class LoopMode(enum.StrEnum):
    """What comes after a track that was played to its end. The names are the contract's."""

    OFF = "OFF"
    TRACK = "TRACK"
    QUEUE = "QUEUE"


@dataclass(frozen=True)
class Item:
    """A track that somebody asked for, and the part of it that is to be played."""

    item_id: int  # zero: not in a queue yet
    track: Track
    requester_id: int
    start_ms: int = 0
    end_ms: int = 0  # zero: to the track's end
    pick: Pick | None = None  # of what the player went on with by itself; `requester_id` is zero then


@dataclass(frozen=True)
class Handed:
    """A track that a node begins by itself, as `play_seq`, behind the present one."""

    play_seq: int
    item_id: int


@dataclass(frozen=True)
class Origin:
    """Where a wish came from: the conductor's spans continue its trace, and calls act as its actor (serialized)."""

    traceparent: str = ""
    actor: bytes = b""
    ref: str = ""


@dataclass(frozen=True)
class Update:
    """How the player is to play from now on; None: as before."""

    loop_mode: LoopMode | None = None
    loop_count: int | None = None
    volume: int | None = None
    autoplay: bool | None = None
    filters: Filters | None = None
    saved_filters: str | None = None  # the name of the filters to use


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
    undoable: int = 0  # edits that can be taken back
    redoable: int = 0  # edits that were taken back and can be done again
    returnable: int = 0  # entries of the history that `previous` can go back to
    votes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # who wants something, by action
    deserted: bool = False  # everybody has left the channel
    dj_id: int = 0  # who is the DJ of the session; zero: nobody
    goes_on: bool = False  # with the first who comes back: it was paused because it was deserted
    loop_mode: LoopMode = LoopMode.OFF
    loop_count: int = 0  # of TRACK: how many more times; zero: without end
    volume: int = 100
    autoplay: bool = False  # whether it goes on by itself when the queue is empty
    course: Course = field(default_factory=Course)  # through the playlist that it goes on with
    filters: Filters = field(default_factory=dict)
    saved_filters: Mapping[str, Filters] = field(default_factory=dict)
    settings: GuildSettings = DEFAULTS
    wanted_version: int = 0  # the last version that asked something of a node
    origin: Origin = Origin()  # of `wanted_version`
    # Written by the owner's conductor only:
    listeners: tuple[int, ...] = ()  # the people in the bot's channel
    deaf: tuple[int, ...] = ()  # those of them who were deafened
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
    def hearing(self) -> tuple[int, ...]:
        """The listeners who hear what plays."""
        return tuple(user_id for user_id in self.listeners if user_id not in self.deaf)

    @property
    def status(self) -> Status:
        """What people see."""
        if self.current is None:
            return Status.IDLE
        if self.paused:
            return Status.PAUSED
        return Status.PLAYING if self.is_heard else Status.CONNECTING

    @property
    def sound(self) -> Sound:
        """What a node has to be told."""
        settings = self.settings
        levelling, crossfade_ms = settings.loudness_levelling, settings.crossfade_ms
        return Sound(self.volume, combined(self.filters), levelling, crossfade_ms, settings.skip_segments)

    @property
    def is_lonely(self) -> bool:
        """Whether the last track sounds and the player is to go on by itself."""
        return self.is_heard and self._goes_on

    @property
    def is_stranded(self) -> bool:
        """Whether nothing plays in a channel in which the player is to go on by itself."""
        return self.current is None and self.voice_channel_id > 0 and self._goes_on

    @property
    def _goes_on(self) -> bool:
        return self.autoplay and not self.queue_length and self.loop_mode is LoopMode.OFF

    def position(self, now: datetime) -> int:
        """Return the position in the current track, in ms; it moves only while the track sounds."""
        if self.status is not Status.PLAYING:
            return self.position_ms
        seconds = max(0.0, (now - self.position_at).total_seconds())
        elapsed = self.position_ms + round(seconds * 1000 * speed(self.filters))
        length = self.current.track.length_ms if self.current else None
        return elapsed if length is None else min(elapsed, length)


def begun(player: Player, item: Item | None, now: datetime) -> Player:
    """Make `item` the current one; None: silence. Either way the old track's events are void.

    Where it is to start counts once: what begins it anew begins at the track's start.
    """
    return replace(
        player,
        current=replace(item, start_ms=0) if item else None,
        play_seq=(player.play_seq // HANDED + 1) * HANDED,
        paused=False,
        position_ms=item.start_ms if item else 0,
        position_at=now,
        seek_seq=0,
        seen_seek=0,
        votes={},
        goes_on=False,
    )


def updated(player: Player, wanted: Update, now: datetime) -> Player:
    """Play on as it is wanted."""
    if wanted.loop_mode is not None:
        player = replace(player, loop_mode=wanted.loop_mode, loop_count=wanted.loop_count or 0)
    if wanted.volume is not None:
        player = replace(player, volume=wanted.volume)
    if wanted.autoplay is not None:
        player = replace(player, autoplay=wanted.autoplay)
    if wanted.filters is not None:
        # From here on it may be faster or slower.
        player = replace(player, position_ms=player.position(now), position_at=now, filters=wanted.filters)
    return player


def repeated(player: Player, now: datetime) -> Player:
    """Begin the current track anew because its loop says so."""
    is_last = player.loop_count == 1
    again = begun(player, player.current, now)
    return replace(
        again,
        loop_mode=LoopMode.OFF if is_last else LoopMode.TRACK,
        loop_count=max(player.loop_count - 1, 0),
    )


def comes_again(player: Player) -> bool:
    """Tell whether the current track follows itself, once it has been played."""
    alone = player.loop_mode is LoopMode.QUEUE and not player.queue_length
    return alone or player.loop_mode is LoopMode.TRACK


def taken_over(player: Player, before: Player, handed: Handed | None) -> Player:
    """Number the track that follows another, if it is the one that the node began by itself."""
    follower = before.current if comes_again(before) else player.current
    if not (handed and follower and follower.item_id == handed.item_id):
        return player
    return replace(player, play_seq=handed.play_seq) if before.play_seq < handed.play_seq < player.play_seq else player


def paused(player: Player, now: datetime, *, wait: bool) -> Player:
    """Let the current track wait where it is, or go on from there."""
    player = replace(player, paused=wait, position_ms=player.position(now), position_at=now, goes_on=False)
    return decided(player, "PAUSE", "RESUME")


def voted(player: Player, action: str, user_id: int) -> Player:
    """Note that somebody wants something."""
    return replace(player, votes={**player.votes, action: (*player.votes.get(action, ()), user_id)})


def decided(player: Player, *actions: str) -> Player:
    """Forget who wanted what is done now, or cannot be done any more."""
    return replace(player, votes={action: who for action, who in player.votes.items() if action not in actions})


def summoned(player: Player, channel_id: int, user_id: int) -> Player:
    """Want the bot in a channel. Who brings it there out of none is the DJ of the session, if the guild wants one."""
    begins = player.settings.session_dj and not player.voice_channel_id
    return replace(player, voice_channel_id=channel_id, dj_id=user_id if begins else player.dj_id)


def dismissed(player: Player) -> Player:
    """Want the bot in no channel: the session is over."""
    return replace(player, voice_channel_id=0, listeners=(), deaf=(), deserted=False, dj_id=0)


def eligible(player: Player) -> list[int]:
    """Return those who listen and may do something, whoever does the longest first: not whom the guild lets only look.

    Of people that it names by a role, nobody here knows.
    """
    return [user_id for user_id in player.listeners if user_id not in player.settings.blocked_user_ids]


def led(player: Player) -> Player:
    """See to it that the DJ of the session is one of those who listen; while nobody does, it stays who it was."""
    if not (player.settings.session_dj and player.voice_channel_id):
        return replace(player, dj_id=0)
    able = eligible(player)
    return player if not able or player.dj_id in able else replace(player, dj_id=able[0])


def arranged(known: tuple[int, ...], seen: tuple[int, ...]) -> tuple[int, ...]:
    """Return who was seen in the order in which they came: those who are known already stay before the others."""
    stayed = tuple(user_id for user_id in known if user_id in seen)
    return stayed + tuple(user_id for user_id in seen if user_id not in known)


def is_deserted(player: Player, listeners: tuple[int, ...]) -> bool:
    """Tell whether these, who are in the channel now, mean that everybody has left it."""
    return bool(player.voice_channel_id and not listeners and (player.listeners or player.deserted))


def attended(player: Player, listeners: tuple[int, ...], deaf: tuple[int, ...], now: datetime) -> Player:
    """Note who is in the channel, and who of them was deafened.

    What plays waits when the last one leaves, and goes on when somebody comes. A DJ of the session who has left is
    followed by whoever listens the longest.
    """
    deserted = is_deserted(player, listeners)
    if deserted and not player.deserted and player.current and not player.paused:
        player = replace(paused(player, now, wait=True), goes_on=True)
    elif player.deserted and not deserted and player.goes_on:
        player = paused(player, now, wait=False)
    return led(replace(player, listeners=listeners, deaf=deaf, deserted=deserted))


def sought(player: Player, position_ms: int, now: datetime) -> Player:
    """Move within the current track."""
    return replace(player, position_ms=position_ms, position_at=now, seek_seq=player.seek_seq + 1)


def heard(player: Player, node: str, now: datetime) -> Player:
    """Note that the current track sounds, from where it was wanted."""
    return replace(player, heard_seq=player.play_seq, node=node, position_at=now)


def silenced(player: Player, position_ms: int, now: datetime) -> Player:
    """Note that the current track was lost at a position; it will go on from there."""
    return replace(player, heard_seq=0, node="", position_ms=position_ms, position_at=now)


def fulfilled(player: Player, seek_seq: int, node: str) -> Player:
    """Note that the last wish is true on a node, which has fulfilled the seek `seek_seq`."""
    is_new = player.seen_version < player.wanted_version
    return replace(
        player,
        seen_version=player.wanted_version,
        seen_seek=seek_seq if player.current else player.seek_seq,
        node=node,
        problem="" if is_new else player.problem,
    )


def skipped(player: Player, position_ms: int, now: datetime) -> Player:
    """Note that a part of the current track was left out, and where it goes on."""
    return replace(player, position_ms=position_ms, position_at=now)


def grown(player: Player, items: Sequence[Item]) -> Player:
    """Count items into the queue."""
    return counted(player, len(items), length_of(items))


def shrunk(player: Player, items: Sequence[Item]) -> Player:
    """Count items out of the queue."""
    return counted(player, -len(items), -length_of(items))


def edited(player: Player) -> Player:
    """Count an edit that can be taken back; those that were taken back are gone."""
    return replace(player, undoable=min(player.undoable + 1, KEPT), redoable=0)


def counted(player: Player, items: int, ms: int) -> Player:
    """Count so many items and ms into the queue; less than zero: out of it."""
    return replace(player, queue_length=player.queue_length + items, queue_ms=player.queue_ms + ms)


def length_of(items: Iterable[Item]) -> int:
    """Return the length of items in ms; a stream has none."""
    return sum(item.track.length_ms or 0 for item in items)


def remaining(player: Player, now: datetime) -> int:
    """Return how long the current track still takes, in ms; of a stream nobody knows, so zero."""
    length = player.current.track.length_ms if player.current else None
    return 0 if length is None else round(max(0, length - player.position(now)) / speed(player.filters))
