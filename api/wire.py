"""What api means, as messages."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import struct
from typing import TYPE_CHECKING, Any, cast

from envoy.config.core.v3 import base_pb2
from envoy.service.auth.v3 import external_auth_pb2
from envoy.type.v3 import http_status_pb2
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import status_pb2

from api.choosing import Wish
from api.domain.audit import Change
from api.domain.flag import Switch
from api.domain.playlist import Track, may_change
from kit import actor, status
from kit.durations import from_ms
from kit.errors import Code, Reason, Refused
from kit.events import End, Heartbeat, end
from kit.idempotency import unpack
from segue.api.v1 import (
    audit_service_pb2,
    flag_pb2,
    playlist_pb2,
    preferences_pb2,
    settings_pb2,
    settings_service_pb2,
)
from segue.audio.v1 import player_pb2
from segue.common.v1 import actor_pb2, event_service_pb2, ops_service_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.descriptor import FieldDescriptor

    from api.deployment import Health
    from api.domain.audit import Entry
    from api.domain.flag import Flag
    from api.domain.guild_settings import GuildSettings
    from api.domain.playlist import Caller, Item, Playlist
    from api.domain.preferences import Preferences
    from api.domain.token import Token
    from api.watching import Changes

    Update = settings_service_pb2.UpdateGuildSettingsRequest | settings_service_pb2.UpdatePreferencesRequest

_SETTINGS = [field for field in settings_pb2.GuildSettings.DESCRIPTOR.fields if field.name != "version"]
_NO_SETTINGS = {"guild_id", "reset", "expected_version", "request_id", "validate_only"}
"""Fields of a request to change settings or preferences that are none themselves."""
_PAGE = struct.Struct(">q")
_LISTS = (settings_pb2.DiscordIds, settings_pb2.Texts, settings_pb2.Domains)
_HTTP = {Code.UNAUTHENTICATED: 401, Code.UNAVAILABLE: 503, Code.DEADLINE_EXCEEDED: 504}
_TRACK = [field.name for field in dataclasses.fields(Track) if field.name != "length_ms"]
# Neither the secret nor a forged identity may go on.
_REMOVED = ("authorization", actor.METADATA_KEY)


def health(found: Health) -> ops_service_pb2.HealthStatus.ValueType:
    """Return the contract's word for it."""
    return ops_service_pb2.HealthStatus.Value(f"HEALTH_STATUS_{found.name}")


def guild_settings(found: GuildSettings) -> settings_pb2.GuildSettings:
    """Encode the settings of a guild."""
    return settings_pb2.GuildSettings(
        version=found.version,
        vote_share_percent=found.vote_share_percent,
        fair_queue=found.fair_queue,
        max_queue_length=found.max_queue_length,
        max_items_per_requester=found.max_items_per_requester,
        max_track_length=from_ms(found.max_track_length_ms),
        allow_duplicates=found.allow_duplicates,
        allow_streams=found.allow_streams,
        empty_channel_timeout=from_ms(found.empty_channel_timeout_ms),
        stay_connected=found.stay_connected,
        crossfade=from_ms(found.crossfade_ms),
        loudness_levelling=found.loudness_levelling,
        dj_role_id=found.dj_role_id,
        skip_segments=found.skip_segments,
        language=found.language,
        blocked_user_ids=settings_pb2.DiscordIds(values=found.blocked_user_ids),
        blocked_role_ids=settings_pb2.DiscordIds(values=found.blocked_role_ids),
        blocked_tracks=settings_pb2.Texts(values=found.blocked_tracks),
        blocked_artists=settings_pb2.Texts(values=found.blocked_artists),
        blocked_domains=settings_pb2.Domains(values=found.blocked_domains),
        command_channel_ids=settings_pb2.DiscordIds(values=found.command_channel_ids),
        voice_channel_ids=settings_pb2.DiscordIds(values=found.voice_channel_ids),
        command_cooldown=from_ms(found.command_cooldown_ms),
        commands_per_minute=found.commands_per_minute,
        vote_shares=settings_pb2.VoteShares(**found.vote_shares),
        lone_listener_is_dj=found.lone_listener_is_dj,
        session_dj=found.session_dj,
        autoplay_playlist_id=found.autoplay_playlist_id,
        panel_buttons=found.panel_buttons,  # type: ignore[arg-type]  # numbers of the enum, as they were chosen
        music_channel_id=found.music_channel_id,
        request_channel_id=found.request_channel_id,
        max_songs_per_message=found.max_songs_per_message,
        voice_status=found.voice_status,
        welcome_channel_id=found.welcome_channel_id,
        welcome_text=found.welcome_text,
        welcome_mention=found.welcome_mention,
    )


def chosen(found: GuildSettings) -> list[str]:
    """Name the settings that somebody chose."""
    return [field.name for field in _SETTINGS if _own_name(field) in found.chosen]


def setting_changes(before: GuildSettings, after: GuildSettings) -> list[Change]:
    """Tell what was chosen otherwise, or taken back."""
    was, became = _as_json(before), _as_json(after)
    return [
        Change(field.name, json.dumps(was.get(field.name)), json.dumps(became.get(field.name)))
        for field in _SETTINGS
        if before.chosen.get(_own_name(field)) != after.chosen.get(_own_name(field))
    ]


def audit_entry(found: Entry) -> audit_service_pb2.AuditEntry:
    """Encode an entry."""
    changed_at = Timestamp()
    changed_at.FromDatetime(found.changed_at)
    return audit_service_pb2.AuditEntry(
        entry_id=found.entry_id,
        changed_at=changed_at,
        user_id=found.user_id,
        surface=actor_pb2.Surface.ValueType(found.surface),
        token_id=found.token_id,
        what=found.what,
        name=found.change.name,
        before=found.change.before,
        after=found.change.after,
    )


def page_token(entry_id: int) -> str:
    """Encode the id that a page ended with."""
    return base64.urlsafe_b64encode(_PAGE.pack(entry_id)).decode().rstrip("=")


def page_place(token: str) -> int | None:
    """Decode a page token; empty: the first page. Raises PAGE_TOKEN_INVALID."""
    if not token:
        return None
    try:
        (entry_id,) = _PAGE.unpack(base64.b64decode(token + "=", altchars=b"-_", validate=True))
    except (struct.error, binascii.Error, ValueError) as error:
        raise Refused(Reason.PAGE_TOKEN_INVALID) from error
    return int(entry_id)


def preferences(found: Preferences) -> preferences_pb2.Preferences:
    """Encode the preferences of a person."""
    return preferences_pb2.Preferences(
        version=found.version,
        language=found.language,
        private_answers=found.private_answers,
        default_source=found.default_source,
        keep_history=found.keep_history,
    )


def flag(found: Flag) -> flag_pb2.Flag:
    """Encode a flag."""
    return flag_pb2.Flag(
        name=found.name,
        version=found.version,
        percent=found.percent,
        on_in=sorted(found.on_in),
        off_in=sorted(found.off_in),
    )


def switch(request: settings_service_pb2.UpdateFlagRequest) -> Switch:
    """Decode how somebody wants a flag."""
    percent = request.percent if request.HasField("percent") else None
    return Switch(percent, frozenset(request.on_in), frozenset(request.off_in), frozenset(request.reset_in))


def flag_version(payload: bytes) -> tuple[str, int]:
    """Decode which flag an event is about, and its version."""
    found = cast("flag_pb2.Flag", unpack(payload))
    return found.name, found.version


def person_version(payload: bytes) -> tuple[int, int]:
    """Decode whose preferences an event is about, and their version."""
    found = cast("settings_service_pb2.PersonVersion", unpack(payload))
    return found.user_id, found.version


def wish(request: Update) -> Wish:
    """Decode what somebody wants. Raises Refused(INVALID_ARGUMENT) for a name that no setting has."""
    present = {field.name for field, _ in request.ListFields()}
    settings = [field for field in request.DESCRIPTOR.fields if field.name not in _NO_SETTINGS]
    given = [field for field in settings if field.name in present]
    spelled = {name: _own_name(field) for field in settings for name in (field.name, field.json_name)}
    strange = [index for index, name in enumerate(request.reset) if name not in spelled]
    if strange:
        raise Refused(Reason.INVALID_ARGUMENT, fields={f"reset[{index}]": "is no setting" for index in strange})
    return Wish(
        choices={_own_name(field): _own_value(getattr(request, field.name)) for field in given},
        reset={spelled[name] for name in request.reset},
        expected_version=request.expected_version if request.HasField("expected_version") else None,
    )


def watched(message: Changes | Heartbeat | End) -> settings_service_pb2.WatchConfigResponse:
    """Encode a message of a stream."""
    if isinstance(message, End):
        return settings_service_pb2.WatchConfigResponse(end=end())
    if isinstance(message, Heartbeat):
        sign = event_service_pb2.StreamHeartbeat()
        return settings_service_pb2.WatchConfigResponse(cursor=message.cursor, heartbeat=sign)
    changes = settings_service_pb2.ConfigChanges(
        guilds=[settings_service_pb2.GuildVersion(guild_id=one, version=version) for one, version in message.guilds],
        people=[settings_service_pb2.PersonVersion(user_id=one, version=version) for one, version in message.people],
        flags=[settings_service_pb2.FlagVersion(name=one, version=version) for one, version in message.flags],
    )
    return settings_service_pb2.WatchConfigResponse(cursor=message.cursor, changes=changes)


def playlist(found: Playlist, caller: Caller, *, listed: bool = False) -> playlist_pb2.Playlist:
    """Encode a playlist as a caller sees it; `listed`: as one of many."""
    changeable = may_change(found, caller)
    shares = found.shares if changeable and not listed else ()
    message = playlist_pb2.Playlist(
        playlist_id=found.playlist_id,
        kind=playlist_pb2.PlaylistKind.Value(f"PLAYLIST_KIND_{found.kind}"),
        guild_id=found.guild_id,
        owner_id=found.owner_id,
        name=found.name,
        item_count=found.item_count,
        length=from_ms(found.length_ms),
        version=found.version,
        changeable=changeable,
        shares=[playlist_pb2.PlaylistShare(user_id=each.user_id, guild_id=each.guild_id) for each in shares],
    )
    message.created_at.FromDatetime(found.created_at)
    message.updated_at.FromDatetime(found.updated_at)
    return message


def item(found: Item) -> playlist_pb2.PlaylistItem:
    """Encode an item of a playlist."""
    return playlist_pb2.PlaylistItem(item_id=found.item_id, track=track_message(found.track))


def document(name: str, items: Iterable[Item]) -> playlist_pb2.PlaylistDocument:
    """Encode a playlist as it leaves the deployment."""
    tracks = [
        playlist_pb2.PlaylistDocumentTrack(
            title=track.title, author=track.author, length=_length(track), uri=track.uri, handle=track.handle
        )
        for track in (each.track for each in items)
    ]
    return playlist_pb2.PlaylistDocument(name=name, tracks=tracks)


def track(message: player_pb2.Track) -> Track:
    """Decode a track."""
    fields = {field: getattr(message, field) for field in _TRACK}
    return Track(length_ms=message.length.ToMilliseconds() if message.HasField("length") else None, **fields)


def track_message(found: Track) -> player_pb2.Track:
    """Encode a track."""
    return player_pb2.Track(length=_length(found), **{field: getattr(found, field) for field in _TRACK})


def _length(track: Track) -> Duration | None:
    return None if track.length_ms is None else from_ms(track.length_ms)


def acting(token: Token) -> actor_pb2.Actor:
    """Return who acts with a token."""
    return actor_pb2.Actor(
        user_id=token.user_id or 0,
        surface=actor_pb2.SURFACE_API,
        token_id=token.token_id,
        scopes=token.scopes,
        guild_ids=token.guild_ids,
        operator=token.operator,
    )


def passed(token: Token | None) -> external_auth_pb2.CheckResponse:
    """Let a request go on, as the token's user or as nobody."""
    if token is None:
        ok = external_auth_pb2.OkHttpResponse(headers_to_remove=_REMOVED)
    else:
        carried = base64.b64encode(acting(token).SerializeToString()).decode()
        ok = external_auth_pb2.OkHttpResponse(
            headers=[_header(actor.METADATA_KEY, carried)],
            headers_to_remove=_REMOVED[:1],
        )
    return external_auth_pb2.CheckResponse(status=status_pb2.Status(), ok_response=ok)


def denied(refused: Refused, *, as_json: bool) -> external_auth_pb2.CheckResponse:
    """Deny a request: REST gets the one error format, gRPC its status, for which Envoy takes the body as message."""
    found = status.encode(refused)
    headers = [_header("www-authenticate", "Bearer")] if refused.reason.code is Code.UNAUTHENTICATED else []
    if as_json:
        body = json_format.MessageToJson(found, indent=None)
        headers.append(_header("content-type", "application/json"))
    else:
        body = found.message
        details = base64.b64encode(found.SerializeToString()).decode()
        headers.append(_header("grpc-status-details-bin", details))
    return external_auth_pb2.CheckResponse(
        status=status_pb2.Status(code=refused.reason.code),
        denied_response=external_auth_pb2.DeniedHttpResponse(
            status=http_status_pb2.HttpStatus(code=_HTTP.get(refused.reason.code, 500)),
            headers=headers,
            body=body,
        ),
    )


def _as_json(found: GuildSettings) -> dict[str, Any]:
    return json_format.MessageToDict(
        guild_settings(found), preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def _own_name(field: FieldDescriptor) -> str:
    return f"{field.name}_ms" if field.message_type is Duration.DESCRIPTOR else field.name


def _own_value(value: Any) -> object:
    """Return a value as JSON has it: a length in ms, a list as what is in it, shares by their names."""
    if isinstance(value, Duration):
        return value.ToMilliseconds()
    if isinstance(value, settings_pb2.VoteShares):
        return {field.name: share for field, share in value.ListFields()}
    if isinstance(value, _LISTS):
        return list(value.values)
    return value if isinstance(value, int | str) else list(value)


def _header(key: str, value: str) -> base_pb2.HeaderValueOption:
    return base_pb2.HeaderValueOption(
        header=base_pb2.HeaderValue(key=key, value=value),
        append_action=base_pb2.HeaderValueOption.OVERWRITE_IF_EXISTS_OR_ADD,
    )
