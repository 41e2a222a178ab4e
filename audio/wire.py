"""The contract's messages and the domain's values."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration

from audio.domain import policy
from audio.domain.order import Order, Selection
from audio.domain.player import ChangeKind, Item, Player, Status
from audio.domain.policy import Action, Caller
from audio.domain.voice import VoiceSnapshot
from kit.errors import Reason, Refused
from segue.audio.v1 import node_service_pb2, player_pb2, player_service_pb2, queue_service_pb2
from segue.common.v1 import error_reason_pb2

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.changes import Played
    from audio.domain.node import NodeStats
    from audio.domain.track import Track
    from segue.common.v1 import voice_pb2

    Sign = Callable[[Track], str]
    Verify = Callable[[str], Track]

_STATUS = {status: player_pb2.PlayerStatus.Value(f"PLAYER_STATUS_{status.name}") for status in Status}
_PAGE = struct.Struct(">qq")
CHANGES = {kind: player_service_pb2.PlayerChange.Value(f"PLAYER_CHANGE_{kind.name}") for kind in ChangeKind}


def track(found: Track, sign: Sign) -> player_pb2.Track:
    """Encode a track. Titles and authors are cut to what the contract allows."""
    return player_pb2.Track(
        handle=sign(found),
        title=found.title[:256],
        author=found.author[:256],
        length=None if found.length_ms is None else _duration(found.length_ms),
        uri=found.uri[:2048],
        artwork_uri=found.artwork_uri[:2048],
        isrc=found.isrc[:16],
        source=found.source[:32],
        seekable=found.seekable,
        stream=found.stream,
    )


def item(found: Item, sign: Sign) -> player_pb2.QueueItem:
    """Encode an item."""
    return player_pb2.QueueItem(item_id=found.item_id, track=track(found.track, sign), requester_id=found.requester_id)


def played(found: Played, sign: Sign) -> queue_service_pb2.HistoryEntry:
    """Encode an entry of the history."""
    entry = queue_service_pb2.HistoryEntry(
        entry_id=found.entry_id,
        item=item(found.item, sign),
        reason=queue_service_pb2.HistoryReason.Value(f"HISTORY_REASON_{found.ending.reason.name}"),
        detail=found.ending.detail[:1000],
    )
    entry.ended_at.FromDatetime(found.ended_at)
    return entry


def player(found: Player, sign: Sign, *, caller: Caller | None = None) -> player_pb2.Player:
    """Encode a player; with `caller`, say what they may do."""
    message = player_pb2.Player(
        guild_id=found.guild_id,
        version=found.version,
        status=_STATUS[found.status],
        voice_channel_id=found.voice_channel_id,
        current=item(found.current, sign) if found.current else None,
        speed=1.0,
        queue_length=found.queue_length,
        queue_duration=_duration(found.queue_ms),
        node=found.node,
        allowed_actions=[_allowed(action, caller, found) for action in Action] if caller else (),
    )
    if found.current:
        message.position.CopyFrom(_duration(found.position_ms))
        message.position_time.FromDatetime(found.position_at)
    return message


def player_back(message: player_pb2.Player, verify: Verify) -> Player:
    """Decode a player as people see it; what only its owner needs is not in the message."""
    current = None
    if message.HasField("current"):
        found = verify(message.current.track.handle)
        current = Item(message.current.item_id, found, message.current.requester_id)
    return Player(
        message.guild_id,
        version=message.version,
        voice_channel_id=message.voice_channel_id,
        current=current,
        play_seq=1,
        heard_seq=int(message.status == player_pb2.PLAYER_STATUS_PLAYING),
        paused=message.status == player_pb2.PLAYER_STATUS_PAUSED,
        position_ms=milliseconds(message.position),
        position_at=message.position_time.ToDatetime(UTC),
        queue_length=message.queue_length,
        queue_ms=milliseconds(message.queue_duration),
        node=message.node,
    )


def node(found: NodeStats) -> node_service_pb2.Node:
    """Encode a node."""
    return node_service_pb2.Node(
        name=found.name,
        connected=found.connected,
        version=found.version,
        players=found.players,
        playing_players=found.playing_players,
        uptime=_duration(found.uptime_ms),
        load=found.load,
    )


def snapshot(message: voice_pb2.VoiceSnapshot) -> VoiceSnapshot:
    """Decode a voice snapshot."""
    return VoiceSnapshot(
        message.guild_id,
        message.sequence,
        message.channel_id,
        message.session_id,
        message.server.endpoint,
        message.server.token,
    )


def selection(message: queue_service_pb2.RemoveQueueItemsRequest) -> Selection:
    """Decode the conditions on items."""
    return Selection(
        frozenset(message.item_ids),
        message.requester_id,
        message.duplicates,
        tuple(message.words.split()),
        milliseconds(message.longer_than) if message.HasField("longer_than") else None,
    )


def order(value: queue_service_pb2.QueueOrder.ValueType) -> Order:
    """Decode what a queue is sorted by; not said: the titles."""
    name = queue_service_pb2.QueueOrder.Name(value).removeprefix("QUEUE_ORDER_")
    return Order(name) if value else Order.TITLE


def milliseconds(duration: Duration) -> int:
    """Decode a length."""
    return duration.ToMilliseconds()


def page_token(place: tuple[int, int]) -> str:
    """Encode the (rank, item id) that a page ended with."""
    return base64.urlsafe_b64encode(_PAGE.pack(*place)).decode().rstrip("=")


def page_place(token: str) -> tuple[int, int] | None:
    """Decode a page token; empty: the first page. Raises PAGE_TOKEN_INVALID."""
    if not token:
        return None
    try:
        rank, item_id = _PAGE.unpack(base64.b64decode(token + "==", altchars=b"-_", validate=False))
    except (struct.error, binascii.Error, ValueError) as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error
    return rank, item_id


def _allowed(action: Action, caller: Caller, found: Player) -> player_pb2.AllowedAction:
    reason = policy.refusal(action, caller, found)
    return player_pb2.AllowedAction(
        action=player_pb2.Action.Value(f"ACTION_{action}"),
        allowed=reason is None,
        reason=error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{reason}")
        if reason
        else error_reason_pb2.ERROR_REASON_UNSPECIFIED,
    )


def _duration(ms: int) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(milliseconds=ms))
    return duration
