"""What a node says, as events: one message at a time, and one end for each track that was started."""

from __future__ import annotations

from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from audio.domain.node import NodeEvent, NodeEventKind, NodeRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_TRACKS = {
    "TrackStartEvent": NodeEventKind.STARTED,
    "TrackEndEvent": NodeEventKind.ENDED,
    "TrackExceptionEvent": NodeEventKind.FAILED,
    "TrackStuckEvent": NodeEventKind.STUCK,
}
_ENDS = (NodeEventKind.ENDED, NodeEventKind.FAILED, NodeEventKind.STUCK)
_REMEMBERED = 32
"""Ends kept per guild; a node's late words about a track come within seconds of its end."""


def read(message: dict[str, Any], *, bucket: int, node: str) -> NodeEvent | None:
    """The event in a message of a node; None for what is of no use here, and for kinds that only other nodes know.

    Raises KeyError, TypeError or ValueError when the message is not one of Lavalink's.
    """
    if message["op"] not in {"playerUpdate", "event"}:
        return None
    event = partial(NodeEvent, bucket, node, int(message["guildId"]))
    match message.get("type", message["op"]):
        case "playerUpdate" if message["state"]["connected"]:  # else it counts on although nobody hears anything
            return event(NodeEventKind.POSITION, position_ms=int(message["state"]["position"]))
        case "SegmentSkipped":
            return event(NodeEventKind.SKIPPED, position_ms=int(message["segment"]["end"]))
        case "WebSocketClosedEvent" if message["byRemote"] or message["code"] != 1000:
            # 1000 by the node itself only says that the voice connection is being changed.
            closed = partial(event, NodeEventKind.VOICE_CLOSED, message["reason"] or "")
            return closed(code=int(message["code"]), by_remote=bool(message["byRemote"]))
        case kind if kind in _OF_TRACKS:
            return event(_OF_TRACKS[kind], _reason(message), play_seq=_play_seq(message["track"]))
    return None


def outcome(message: dict[str, Any]) -> tuple[str, bool] | None:
    """Return the source whose track a message is about and whether it worked; None: it says nothing about that."""
    match message.get("type"):
        case "TrackEndEvent" if message["reason"] == "finished":
            worked = True
        case "TrackStuckEvent":
            worked = False
        case "TrackExceptionEvent" if message["exception"].get("severity") != "common":
            worked = False
        case _:
            return None
    return message["track"]["info"]["sourceName"], worked


def _reason(message: dict[str, Any]) -> str:
    return message.get("reason") or message.get("exception", {}).get("message") or ""


def _play_seq(track: dict[str, Any]) -> int | None:
    user_data = track.get("userData") or {}
    return int(user_data["play_seq"]) if "play_seq" in user_data else None


class Instances:
    """The track instances of one session: which one plays in each guild, and which have had their end.

    A node may say `finished` and then throw, throw and then say `finished`, or be stuck and say nothing more: whatever
    comes first about a `play_seq` is its end, and the only one until it is started again.
    """

    def __init__(self) -> None:
        self._wanted: dict[int, int | None] = {}
        self._playing: dict[int, int] = {}
        self._ended: defaultdict[int, deque[int | None]] = defaultdict(partial(deque, maxlen=_REMEMBERED))

    @contextmanager
    def starting(self, guild_id: int, play_seq: int | None) -> Iterator[None]:
        """Expect the start of an instance; when the node refuses it, the one before is expected still.

        Positions told until then are those of the one before, which may have the same number.
        """
        before, playing = self._wanted.get(guild_id), self._playing.pop(guild_id, None)
        self._wanted[guild_id] = play_seq
        if play_seq in self._ended[guild_id]:
            self._ended[guild_id].remove(play_seq)
        try:
            yield
        except NodeRefused:
            self._wanted[guild_id] = before
            if playing is not None:
                self._playing.setdefault(guild_id, playing)
            raise

    def drop(self, guild_id: int) -> None:
        """The player is being taken away: that ends no track."""
        for play_seq in {self._wanted.pop(guild_id, None), self._playing.pop(guild_id, None)} - {None}:
            self._ended[guild_id].append(play_seq)

    def is_wanted(self, guild_id: int, play_seq: int | None) -> bool:
        """Whether nothing was started in the guild after this instance."""
        return self._wanted.get(guild_id) == play_seq

    def found(self, guild_id: int, play_seq: int) -> None:
        """A player was seen with this instance, whose start may have been told to another process."""
        self._playing.setdefault(guild_id, play_seq)
        self._wanted.setdefault(guild_id, play_seq)

    def forget_players(self) -> None:
        """All players are gone, with a session that was not resumed."""
        self._playing.clear()
        self._wanted.clear()

    def admit(self, event: NodeEvent) -> NodeEvent | None:
        """The event with the instance it is about, or None when it is a word too many."""
        if event.kind is NodeEventKind.VOICE_CLOSED:
            return event
        playing = self._playing.get(event.guild_id)
        if event.kind is NodeEventKind.SKIPPED:
            return replace(event, play_seq=playing)  # unknown to a new owner, who looks where the track is by now
        if event.kind is NodeEventKind.POSITION:
            return None if playing is None else replace(event, play_seq=playing)
        if event.play_seq is None:
            return None  # not started by us
        return event if self._is_news(event.guild_id, event.play_seq, event) else None

    def _is_news(self, guild_id: int, play_seq: int, event: NodeEvent) -> bool:
        if event.kind in _ENDS and self._playing.get(guild_id) == play_seq:
            del self._playing[guild_id]
        if event.reason == "replaced" and self.is_wanted(guild_id, play_seq):
            return False  # by itself: the start was repeated
        if play_seq in self._ended[guild_id]:
            if event.kind is not NodeEventKind.STARTED:
                return False
            self._ended[guild_id].remove(play_seq)  # started anew: an order of another process came late
        if event.kind in _ENDS:
            self._ended[guild_id].append(play_seq)
        else:
            self._playing[guild_id] = play_seq
            if self._wanted.get(guild_id) in self._ended[guild_id]:
                self._wanted[guild_id] = play_seq  # it was handed over, and begun behind the one that has ended
        return True
