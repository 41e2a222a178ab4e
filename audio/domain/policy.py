"""Who may do what to a player, now. Commands and `allowed_actions` ask the same functions."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

from audio.domain.player import eligible
from audio.domain.sources import host_of, is_of
from kit.errors import Reason, Refused
from kit.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from audio.domain.player import Item, Player
    from audio.domain.settings import GuildSettings
    from audio.domain.track import Track

QUEUE_LIMIT = 20_000
_NAMED = 10  # channels that a refusal names


class Action(enum.StrEnum):
    """What a person can do to a player or its queue. The names are the contract's."""

    JOIN = "JOIN"
    LEAVE = "LEAVE"
    PLAY = "PLAY"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    STOP = "STOP"
    SKIP = "SKIP"
    SEEK = "SEEK"
    QUEUE_ADD = "QUEUE_ADD"
    QUEUE_REMOVE = "QUEUE_REMOVE"
    QUEUE_MOVE = "QUEUE_MOVE"
    QUEUE_CLEAR = "QUEUE_CLEAR"
    QUEUE_REORDER = "QUEUE_REORDER"
    QUEUE_JUMP = "QUEUE_JUMP"
    REPLAY = "REPLAY"
    LOOP = "LOOP"
    VOLUME = "VOLUME"
    FILTERS = "FILTERS"
    AUTOPLAY = "AUTOPLAY"
    PREVIOUS = "PREVIOUS"
    QUEUE_UNDO = "QUEUE_UNDO"
    QUEUE_REDO = "QUEUE_REDO"
    QUEUE_REPLACE = "QUEUE_REPLACE"
    QUEUE_SHUFFLE = "QUEUE_SHUFFLE"
    TRANSFER_DJ = "TRANSFER_DJ"


FLOORS = dict.fromkeys(Action, Level.LISTENER) | {
    Action.QUEUE_REMOVE: Level.DJ,  # of others' items; one's own need not more than a LISTENER
    Action.QUEUE_MOVE: Level.DJ,
    Action.QUEUE_CLEAR: Level.DJ,
    Action.QUEUE_REORDER: Level.DJ,
    Action.QUEUE_JUMP: Level.DJ,
    Action.LOOP: Level.DJ,
    Action.VOLUME: Level.DJ,
    Action.FILTERS: Level.DJ,
    Action.AUTOPLAY: Level.DJ,
    Action.QUEUE_UNDO: Level.DJ,
    Action.QUEUE_REDO: Level.DJ,
    Action.QUEUE_REPLACE: Level.DJ,  # as QUEUE_REMOVE
    Action.QUEUE_SHUFFLE: Level.DJ,
    Action.TRANSFER_DJ: Level.DJ,
}
"""The usual ones; where listeners vote, it is LISTENER."""
_OF_TRACK = {Action.SKIP, Action.REPLAY, Action.PREVIOUS}  # for which whoever asked for the track needs nobody else


class _Leader(TypedDict, total=False):
    """What a refusal tells of the DJ of the session."""

    dj: str


@dataclass(frozen=True)
class Caller:
    """Who asks, and the voice channel they are in (zero: none). `held`: their tracks in the queue, where it matters."""

    user_id: int
    level: Level
    voice_channel_id: int
    held: int = 0
    role_ids: frozenset[int] = frozenset()


def refusal(action: Action, caller: Caller, player: Player) -> Reason | None:
    """Say why `action` is not possible for `caller` now, without knowing its target; None: it is."""
    if caller.level < _floor(action, player):
        return Reason.LEVEL_TOO_LOW
    if _is_blocked(caller, player.settings):
        return Reason.BLOCKED
    has_voted = caller.user_id in player.votes.get(action, ()) and votes_missing(action, caller, player)
    return _OBSTACLES[action](caller, player) or _unless(not has_voted, Reason.ALREADY_VOTED)


def judged(caller: Caller, player: Player) -> Caller:
    """Return what the caller is to the player as it is now: it may be in another channel, and others may have left.

    The DJ of the session and, where the guild wants that, who listens alone are DJs.
    """
    if caller.level not in {Level.MEMBER, Level.LISTENER}:
        return caller
    if player.voice_channel_id not in {0, caller.voice_channel_id}:
        return replace(caller, level=Level.MEMBER)
    is_alone = player.settings.lone_listener_is_dj and player.listeners == (caller.user_id,)
    is_dj = player.voice_channel_id and (is_alone or player.dj_id == caller.user_id)
    return replace(caller, level=Level.DJ if is_dj else Level.LISTENER)


def require(action: Action, caller: Caller, player: Player) -> None:
    """Raise Refused where `refusal` gives a reason."""
    reason = refusal(action, caller, player)
    if reason is not None:
        raise _refused(reason, action, caller, player)


def _refused(reason: Reason, action: Action, caller: Caller, player: Player) -> Refused:
    match reason:
        case Reason.LEVEL_TOO_LOW:
            floor = _floor(action, player)
            return Refused(reason, required=floor.name, **(_leader(player) if floor is Level.DJ else _Leader()))
        case Reason.QUEUE_FULL | Reason.QUOTA_REACHED:
            return Refused(reason, limit=str(limit_of(reason, player)))
        case Reason.VOTES_NEEDED:
            return Refused(reason, missing=str(votes_missing(Action.SKIP, caller, player)))
        case Reason.ALREADY_VOTED:
            return Refused(reason, missing=str(votes_missing(action, caller, player)))
        case Reason.VOICE_CHANNEL_UNWELCOME:
            return Refused(reason, channels=",".join(map(str, player.settings.voice_channel_ids[:_NAMED])))
    return Refused(reason)


def _leader(player: Player) -> _Leader:
    """Say whom to ask for what takes a DJ, if the session has one."""
    return _Leader(dj=str(player.dj_id)) if player.dj_id else _Leader()


def votes_missing(action: Action, caller: Caller, player: Player) -> int:
    """Return how many votes are missing for an action, once the caller has voted; zero: it is done.

    A DJ, who listens alone and, of what is about a track, whoever asked for that need nobody else. Only those who
    listen have a vote, and none whom the guild lets only look.
    """
    is_own = action in _OF_TRACK and player.current and player.current.requester_id == caller.user_id
    share = _share(action, player.settings)
    if share is None or is_own or caller.level >= Level.DJ:
        return 0
    listeners = {*eligible(player), caller.user_id}
    needed = 1 if len(listeners) == 1 else -(-len(listeners) * share // 100)
    return max(0, needed - len({*player.votes.get(action, ()), caller.user_id} & listeners))


def require_no_vote(caller: Caller, player: Player) -> None:
    """Raise VOTES_NEEDED where the current track may be interrupted only by a vote."""
    missing = votes_missing(Action.SKIP, caller, player) if player.current else 0
    if missing:
        raise Refused(Reason.VOTES_NEEDED, missing=str(missing))


def channel_for(caller: Caller, named: int) -> int:
    """Return the voice channel to go to: the named one, else the caller's own.

    Raises NOT_IN_VOICE, or FOREIGN_VOICE_CHANNEL for somebody below DJ who names another than their own.
    """
    if not (named or caller.voice_channel_id):
        raise Refused(Reason.NOT_IN_VOICE)
    if named and named != caller.voice_channel_id and caller.level < Level.DJ:
        raise Refused(Reason.FOREIGN_VOICE_CHANNEL)
    return named or caller.voice_channel_id


def require_room(player: Player, count: int) -> None:
    """Raise QUEUE_FULL unless `count` more items fit into the queue."""
    if not _has_room(player, count):
        raise Refused(Reason.QUEUE_FULL, limit=str(limit_of(Reason.QUEUE_FULL, player)))


def require_share(caller: Caller, player: Player, count: int) -> None:
    """Raise QUOTA_REACHED unless the caller may have `count` more items in the queue."""
    if not _has_share(caller, player, count):
        raise Refused(Reason.QUOTA_REACHED, limit=str(limit_of(Reason.QUOTA_REACHED, player)))


def is_limited(caller: Caller, player: Player, count: int = 1) -> bool:
    """Tell whether it depends on what the caller holds already that they may add `count` more; DJs have no limit."""
    return 0 < player.settings.max_items_per_requester < player.queue_length + count and caller.level < Level.DJ


def limit_of(reason: Reason | None, player: Player) -> int:
    """Return the limit that a reason speaks of; zero: it speaks of none."""
    if reason is Reason.QUEUE_FULL:
        return min(QUEUE_LIMIT, player.settings.max_queue_length)
    return player.settings.max_items_per_requester if reason is Reason.QUOTA_REACHED else 0


def unwelcome(track: Track, settings: GuildSettings) -> Reason | None:
    """Say why a guild does not want a track; None: it does."""
    longest = settings.max_track_length_ms
    if reason := _block(track, settings):
        return reason
    if track.stream:
        return _unless(settings.allow_streams, Reason.STREAM_UNWELCOME)
    return _unless(not longest or (track.length_ms or 0) <= longest, Reason.TRACK_TOO_LONG)


def _block(track: Track, settings: GuildSettings) -> Reason | None:
    """Say what of a track a guild has blocked."""
    if not {track.uri.casefold(), track.title.casefold()}.isdisjoint(settings.blocked_tracks):
        return Reason.TRACK_BLOCKED
    if track.author.casefold() in settings.blocked_artists:
        return Reason.ARTIST_BLOCKED
    return _unless(not is_of(host_of(track.uri), settings.blocked_domains), Reason.DOMAIN_BLOCKED)


def require_removable(caller: Caller, item: Item, player: Player) -> None:
    """Raise NOT_OWN_ITEM unless it is the caller's item or the caller a DJ, BLOCKED where they may only look."""
    if _is_blocked(caller, player.settings):
        raise Refused(Reason.BLOCKED)
    if item.requester_id != caller.user_id and caller.level < FLOORS[Action.QUEUE_REMOVE]:
        raise Refused(Reason.NOT_OWN_ITEM, **_leader(player))


def require_successor(player: Player, user_id: int) -> None:
    """Raise ALREADY_DJ, or LISTENER_NEEDED for somebody who cannot be the DJ of the session."""
    if user_id == player.dj_id:
        raise Refused(Reason.ALREADY_DJ)
    if user_id not in eligible(player):
        raise Refused(Reason.LISTENER_NEEDED)


def require_version(player: Player, expected: int) -> None:
    """Raise VERSION_STALE unless the caller saw this version; zero: any."""
    if expected and expected != player.version:
        raise Refused(Reason.VERSION_STALE, version=str(player.version))


def require_seekable(player: Player, position_ms: int) -> None:
    """Raise SEEK_OUT_OF_RANGE beyond the end of the current track."""
    length = player.current.track.length_ms if player.current else None
    if length is not None and position_ms > length:
        raise Refused(Reason.SEEK_OUT_OF_RANGE)


def _has_room(player: Player, count: int) -> bool:
    return player.queue_length + count <= limit_of(Reason.QUEUE_FULL, player)


def _has_share(caller: Caller, player: Player, count: int) -> bool:
    return not is_limited(caller, player, count) or caller.held + count <= player.settings.max_items_per_requester


def _is_blocked(caller: Caller, settings: GuildSettings) -> bool:
    """Tell whether the caller may only look; who manages the server could take that back."""
    is_named = caller.user_id in settings.blocked_user_ids or not caller.role_ids.isdisjoint(settings.blocked_role_ids)
    return is_named and caller.level < Level.MANAGER


def _share(action: Action, settings: GuildSettings) -> int | None:
    """Return the share of listeners, in percent, that has to want an action; None: it takes no votes."""
    return settings.vote_share_percent if action is Action.SKIP else settings.vote_shares.get(action)


def _floor(action: Action, player: Player) -> Level:
    return Level.LISTENER if action in player.settings.vote_shares else FLOORS[action]


def _unless(is_possible: object, reason: Reason) -> Reason | None:
    return None if is_possible else reason


def _join(caller: Caller, player: Player) -> Reason | None:
    if not caller.voice_channel_id:
        return Reason.NOT_IN_VOICE
    welcome = player.settings.voice_channel_ids
    return _unless(not welcome or caller.voice_channel_id in welcome, Reason.VOICE_CHANNEL_UNWELCOME)


def _be_there(caller: Caller, player: Player) -> Reason | None:
    return None if player.voice_channel_id else _join(caller, player)


def _play(caller: Caller, player: Player) -> Reason | None:
    return _be_there(caller, player) or _add(caller, player)


def _add(caller: Caller, player: Player) -> Reason | None:
    full = _unless(_has_room(player, 1), Reason.QUEUE_FULL)
    return full or _unless(_has_share(caller, player, 1), Reason.QUOTA_REACHED)


def _current(_: Caller, player: Player) -> Reason | None:
    return _unless(player.current, Reason.NOTHING_PLAYING)


def _pause(caller: Caller, player: Player) -> Reason | None:
    return _current(caller, player) or _unless(not player.paused, Reason.ALREADY_PAUSED)


def _resume(caller: Caller, player: Player) -> Reason | None:
    return _current(caller, player) or _unless(player.paused, Reason.NOT_PAUSED)


def _seek(caller: Caller, player: Player) -> Reason | None:
    return _current(caller, player) or _unless(player.current and player.current.track.seekable, Reason.NOT_SEEKABLE)


def _item(_: Caller, player: Player) -> Reason | None:
    return _unless(player.queue_length, Reason.ITEM_NOT_FOUND)


def _waiting(_: Caller, player: Player) -> Reason | None:
    return _unless(player.queue_length, Reason.QUEUE_EMPTY)


def _previous(caller: Caller, player: Player) -> Reason | None:
    is_voted_on = Action.PREVIOUS in player.settings.vote_shares
    if player.current and not is_voted_on and votes_missing(Action.SKIP, caller, player):
        return Reason.VOTES_NEEDED
    return _be_there(caller, player) or _unless(player.returnable, Reason.NOTHING_BEFORE)


def _transfer(_: Caller, player: Player) -> Reason | None:
    if not player.settings.session_dj:
        return Reason.SESSION_DJ_OFF
    if not player.voice_channel_id:
        return Reason.NOT_CONNECTED
    return _unless(set(eligible(player)) - {player.dj_id}, Reason.LISTENER_NEEDED)


def _jump(caller: Caller, player: Player) -> Reason | None:
    return _be_there(caller, player) or _item(caller, player)


_OBSTACLES: dict[Action, Callable[[Caller, Player], Reason | None]] = {
    Action.JOIN: _join,
    Action.LEAVE: lambda _, player: _unless(player.voice_channel_id, Reason.NOT_CONNECTED),
    Action.PLAY: _play,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.STOP: _current,
    Action.SKIP: _current,
    Action.SEEK: _seek,
    Action.QUEUE_ADD: _add,
    Action.QUEUE_REMOVE: _item,
    Action.QUEUE_MOVE: _item,
    Action.QUEUE_CLEAR: _waiting,
    Action.QUEUE_REORDER: _waiting,
    Action.QUEUE_JUMP: _jump,
    Action.REPLAY: _current,
    Action.LOOP: lambda _caller, _player: None,
    Action.VOLUME: lambda _caller, _player: None,
    Action.FILTERS: lambda _caller, _player: None,
    Action.AUTOPLAY: lambda _caller, _player: None,
    Action.PREVIOUS: _previous,
    Action.QUEUE_UNDO: lambda _, player: _unless(player.undoable, Reason.NOTHING_TO_UNDO),
    Action.QUEUE_REDO: lambda _, player: _unless(player.redoable, Reason.NOTHING_TO_REDO),
    Action.QUEUE_REPLACE: lambda _, player: _unless(player.current or player.queue_length, Reason.ITEM_NOT_FOUND),
    Action.QUEUE_SHUFFLE: _waiting,
    Action.TRANSFER_DJ: _transfer,
}
