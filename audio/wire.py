"""The contract's messages and the domain's values."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from google.protobuf import json_format

from audio.domain import policy
from audio.domain.filters import speed
from audio.domain.order import Order, Selection
from audio.domain.player import ChangeKind, Item, LoopMode, Player, Status, Update, eligible
from audio.domain.policy import Action, Caller
from audio.domain.track import Pick, Why
from audio.domain.voice import VoiceSnapshot
from audio.editing import Placement
from kit.durations import from_ms
from kit.errors import Reason, Refused
from segue.audio.v1 import (
    catalog_service_pb2,
    filters_pb2,
    node_service_pb2,
    player_pb2,
    player_service_pb2,
    queue_service_pb2,
)
from segue.common.v1 import error_reason_pb2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audio.changes import Played
    from audio.domain.edits import Edit
    from audio.domain.filters import Filters
    from audio.domain.lyrics import Lyrics
    from audio.domain.node import NodeStats, Probe, SourceStats
    from audio.domain.track import Track, TrackList
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
        length=None if found.length_ms is None else from_ms(found.length_ms),
        uri=found.uri[:2048],
        artwork_uri=found.artwork_uri[:2048],
        isrc=found.isrc[:16],
        source=found.source[:32],
        seekable=found.seekable,
        stream=found.stream,
        album=found.album[:256],
    )


def track_list(found: TrackList) -> catalog_service_pb2.TrackList:
    """Encode a list of tracks, its texts cut to what the contract allows."""
    return catalog_service_pb2.TrackList(
        kind=catalog_service_pb2.TrackListKind.Value(f"TRACK_LIST_KIND_{found.kind}"),
        title=found.title[:256],
        author=found.author[:256],
        query=found.query,
        artwork_uri=found.artwork_uri[:2048],
        track_count=found.track_count,
    )


def item(found: Item, sign: Sign) -> player_pb2.QueueItem:
    """Encode an item."""
    return player_pb2.QueueItem(
        item_id=found.item_id,
        track=track(found.track, sign),
        requester_id=found.requester_id,
        start=from_ms(found.start_ms) if found.start_ms else None,
        end=from_ms(found.end_ms) if found.end_ms else None,
        pick=_pick(found.pick) if found.pick else None,
    )


def _pick(found: Pick) -> player_pb2.AutoplayPick:
    reason = player_pb2.AutoplayReason.Value(f"AUTOPLAY_REASON_{found.why}")
    return player_pb2.AutoplayPick(reason=reason, because=found.because[:256], playlist_gone=found.playlist_gone)


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


def ended(found: Played, heard_ms: int, hearing: Sequence[int], sign: Sign) -> queue_service_pb2.TrackEnded:
    """Encode the end of a track, of which so much was heard, and who heard that."""
    return queue_service_pb2.TrackEnded(entry=played(found, sign), heard=from_ms(heard_ms), listener_ids=hearing)


def player(found: Player, sign: Sign, *, caller: Caller | None = None) -> player_pb2.Player:
    """Encode a player; with `caller`, say what they may do."""
    message = player_pb2.Player(
        guild_id=found.guild_id,
        version=found.version,
        status=_STATUS[found.status],
        voice_channel_id=found.voice_channel_id,
        current=item(found.current, sign) if found.current else None,
        speed=speed(found.filters),
        queue_length=found.queue_length,
        queue_duration=from_ms(found.queue_ms),
        node=found.node,
        loop_mode=player_pb2.LoopMode.Value(f"LOOP_MODE_{found.loop_mode}"),
        loop_count=found.loop_count,
        volume=found.volume,
        autoplay=found.autoplay,
        filters=json_format.ParseDict(dict(found.filters), filters_pb2.Filters()),
        saved_filters=sorted(found.saved_filters),
        listener_count=len(found.listeners),
        vote_count=len({*found.votes.get(Action.SKIP, ())}.intersection(eligible(found))),
        deserted=found.deserted,
        returnable_count=found.returnable,
        dj_user_id=found.dj_id,
        allowed_actions=[_allowed(action, caller, found) for action in Action] if caller else (),
    )
    if found.current:
        message.position.CopyFrom(from_ms(found.position_ms))
        message.position_time.FromDatetime(found.position_at)
    return message


def player_back(message: player_pb2.Player, known: Player, verify: Verify) -> Player:
    """Decode a player as people see it; what the message leaves out is as `known`."""
    current = None
    if message.HasField("current"):
        found = verify(message.current.track.handle)
        current = Item(
            message.current.item_id,
            found,
            message.current.requester_id,
            message.current.start.ToMilliseconds(),
            message.current.end.ToMilliseconds(),
            _pick_back(message.current),
        )
    return replace(
        known,
        version=message.version,
        voice_channel_id=message.voice_channel_id,
        current=current,
        play_seq=1,
        heard_seq=int(message.status == player_pb2.PLAYER_STATUS_PLAYING),
        paused=message.status == player_pb2.PLAYER_STATUS_PAUSED,
        position_ms=message.position.ToMilliseconds(),
        position_at=message.position_time.ToDatetime(UTC),
        queue_length=message.queue_length,
        queue_ms=message.queue_duration.ToMilliseconds(),
        node=message.node,
        loop_mode=loop_mode(message.loop_mode),
        loop_count=message.loop_count,
        deserted=message.deserted,
        returnable=message.returnable_count,
        dj_id=message.dj_user_id,
        volume=message.volume,
        autoplay=message.autoplay,
        filters=filters(message.filters),
        saved_filters={name: {} for name in message.saved_filters},
    )


def _pick_back(message: player_pb2.QueueItem) -> Pick | None:
    if not message.HasField("pick"):
        return None
    name = player_pb2.AutoplayReason.Name(message.pick.reason)
    return Pick(Why(name.removeprefix("AUTOPLAY_REASON_")), message.pick.because, message.pick.playlist_gone)


def node(found: NodeStats) -> node_service_pb2.Node:
    """Encode a node."""
    return node_service_pb2.Node(
        name=found.name,
        connected=found.connected,
        version=found.version,
        players=found.players,
        playing_players=found.playing_players,
        uptime=from_ms(found.uptime_ms),
        load=found.load,
        state=node_service_pb2.NodeState.Value(f"NODE_STATE_{found.state.name}"),
        detail=found.detail,
        uri=found.uri,
        region=found.region,
        configured=found.configured,
        plugins=found.plugins,
        sources=map(_source, found.sources),
    )


def probe(found: Probe) -> node_service_pb2.SourceProbe:
    """Encode what came of a probe."""
    return node_service_pb2.SourceProbe(node=found.node, source=found.source, detail=found.detail)


def lyrics(found: Lyrics, item_id: int) -> catalog_service_pb2.Lyrics:
    """Encode the lyrics of an item."""
    return catalog_service_pb2.Lyrics(
        item_id=item_id,
        source=found.source,
        provider=found.provider,
        synced=all(line.at_ms is not None for line in found.lines),
        lines=[
            catalog_service_pb2.LyricsLine(
                text=line.text,
                start=None if line.at_ms is None else from_ms(line.at_ms),
                length=None if line.length_ms is None else from_ms(line.length_ms),
            )
            for line in found.lines
        ],
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
        tuple(listener.user_id for listener in message.listeners),
        tuple(listener.user_id for listener in message.listeners if listener.deaf),
    )


def selection(message: queue_service_pb2.RemoveQueueItemsRequest) -> Selection:
    """Decode the conditions on items."""
    return Selection(
        frozenset(message.item_ids),
        message.first_item_id,
        message.last_item_id,
        message.requester_id,
        message.duplicates,
        tuple(message.words.split()),
        message.longer_than.ToMilliseconds() if message.HasField("longer_than") else None,
        message.absent,
    )


def order(value: queue_service_pb2.QueueOrder.ValueType) -> Order:
    """Decode what a queue is sorted by; not said: the titles."""
    name = queue_service_pb2.QueueOrder.Name(value).removeprefix("QUEUE_ORDER_")
    return Order(name) if value else Order.TITLE


def placement(value: player_pb2.Placement.ValueType) -> Placement:
    """Decode where tracks are put; not said: at the end."""
    return Placement(player_pb2.Placement.Name(value).removeprefix("PLACEMENT_")) if value else Placement.END


def part(message: player_service_pb2.PlayRequest) -> tuple[int, int]:
    """Decode which part of a track is to be played, as its start and end in ms; zero: the whole.

    Raises INVALID_ARGUMENT for an end that is not behind the start.
    """
    start, end = message.start.ToMilliseconds(), message.end.ToMilliseconds()
    if message.HasField("end") and end <= start:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"end": "it has to be behind the start"})
    return start, end


def destination(message: player_service_pb2.SeekRequest) -> tuple[int, bool]:
    """Decode where to go in ms, and whether that is from where the track is.

    Raises INVALID_ARGUMENT for none or both.
    """
    is_relative = message.HasField("offset")
    if is_relative == message.HasField("position"):
        raise Refused(Reason.INVALID_ARGUMENT, fields={"position": "either it or offset has to be given"})
    return (message.offset if is_relative else message.position).ToMilliseconds(), is_relative


def edit(found: Edit) -> queue_service_pb2.QueueEdit:
    """Encode an edit of a queue."""
    kind = queue_service_pb2.QueueEditKind.Value(f"QUEUE_EDIT_KIND_{found.kind}")
    return queue_service_pb2.QueueEdit(kind=kind, user_id=found.user_id, count=found.count)


def wanted(message: player_service_pb2.UpdatePlayerRequest) -> Update:
    """Decode how the player is to play; absent fields stay as they are."""
    return Update(
        loop_mode=loop_mode(message.loop_mode) if message.HasField("loop_mode") else None,
        loop_count=message.loop_count if message.HasField("loop_count") else None,
        volume=message.volume if message.HasField("volume") else None,
        autoplay=message.autoplay if message.HasField("autoplay") else None,
        filters=filters(message.filters) if message.HasField("filters") else None,
        saved_filters=message.saved_filters if message.HasField("saved_filters") else None,
    )


def filters(message: filters_pb2.Filters) -> Filters:
    """Decode filters: their names in JSON are Lavalink's, which needs the zeros of a band too."""
    bands = [{"band": one.band, "gain": one.gain} for one in message.equalizer]
    found: Filters = json_format.MessageToDict(message) | ({"equalizer": bands} if bands else {})
    return found


def loop_mode(value: player_pb2.LoopMode.ValueType) -> LoopMode:
    """Decode what comes after a track; not said, as before there were loops: the next one."""
    return LoopMode(player_pb2.LoopMode.Name(value).removeprefix("LOOP_MODE_")) if value else LoopMode.OFF


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
        votes_missing=policy.votes_missing(action, caller, found) if reason in {None, Reason.ALREADY_VOTED} else 0,
        limit=policy.limit_of(reason, found),
    )


def _source(found: SourceStats) -> node_service_pb2.NodeSource:
    return node_service_pb2.NodeSource(
        name=found.name,
        breaker=node_service_pb2.BreakerState.Value(f"BREAKER_STATE_{found.breaker.name}"),
        recent_failures=found.failures,
    )
