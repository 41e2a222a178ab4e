"""Api over the mesh: what guilds chose, chosen anew, and who did that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration

from gateway import wire
from gateway.domain.player import Page
from gateway.domain.setting import BY_NAME, Changed, Choices
from kit.durations import from_seconds
from segue.api.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    settings_pb2,
    settings_service_pb2,
    settings_service_pb2_grpc,
)
from segue.common.v1 import actor_pb2

if TYPE_CHECKING:
    from collections.abc import Collection

    import grpc

    from gateway.domain.setting import Value

_FIELDS = settings_pb2.GuildSettings.DESCRIPTOR.fields_by_name
_NANOS = 1_000_000_000


class ApiSettings:
    """`gateway.choosing.Settings`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._settings = settings_service_pb2_grpc.SettingsServiceStub(channel)
        self._audit = audit_service_pb2_grpc.AuditServiceStub(channel)

    async def get(self, guild_id: int, *, within: float | None = None) -> Choices:
        """Look at them, `within` so many seconds."""
        request = settings_service_pb2.GetGuildSettingsRequest(guild_id=guild_id)
        return _choices(await self._settings.GetGuildSettings(request, timeout=within))

    async def choose(self, guild_id: int, name: str, value: Value, seen: int | None, *, request_id: str) -> Choices:
        """Choose one."""
        request = settings_service_pb2.UpdateGuildSettingsRequest(
            guild_id=guild_id, expected_version=seen, request_id=request_id
        )
        _write(request, name, value)
        return _choices(await self._settings.UpdateGuildSettings(request))

    async def reset(self, guild_id: int, names: Collection[str], seen: int, *, request_id: str) -> Choices:
        """Let some have their defaults again."""
        request = settings_service_pb2.UpdateGuildSettingsRequest(
            guild_id=guild_id, reset=names, expected_version=seen, request_id=request_id
        )
        return _choices(await self._settings.UpdateGuildSettings(request))

    async def changes(self, guild_id: int, token: str, limit: int) -> Page[Changed]:
        """List who changed what, the newest first. What only another release knows is left out."""
        request = audit_service_pb2.ListAuditEntriesRequest(guild_id=guild_id, page_size=limit, page_token=token)
        answer = await self._audit.ListAuditEntries(request)
        return Page([_changed(entry) for entry in answer.entries if entry.name in BY_NAME], answer.next_page_token)


def _choices(
    answer: settings_service_pb2.GetGuildSettingsResponse | settings_service_pb2.UpdateGuildSettingsResponse,
) -> Choices:
    values = {name: _read(answer.settings, name) for name in BY_NAME}
    return Choices(answer.settings.version, values, frozenset(answer.chosen))


def _changed(entry: audit_service_pb2.AuditEntry) -> Changed:
    return Changed(
        at=entry.changed_at.ToNanoseconds() / _NANOS,
        user_id=entry.user_id,
        surface=actor_pb2.Surface.Name(entry.surface).removeprefix("SURFACE_"),
        setting=BY_NAME[entry.name],
        before=_parse(entry.name, entry.before),
        after=_parse(entry.name, entry.after),
    )


def _parse(name: str, value: str) -> Value:
    """Read a value as REST shows it."""
    return _read(json_format.ParseDict({name: json.loads(value)}, settings_pb2.GuildSettings()), name)


def _read(message: settings_pb2.GuildSettings, name: str) -> Value:
    field, value = _FIELDS[name], getattr(message, name)
    if name == "panel_buttons":
        return wire.panel_buttons(message)
    if isinstance(value, settings_pb2.VoteShares):
        return {share.name: percent for share, percent in value.ListFields()}
    if isinstance(value, Duration):
        return float(value.ToTimedelta().total_seconds())
    if field.message_type:
        return tuple(value.values)
    if field.enum_type:
        return str(field.enum_type.values_by_number[value].name)
    return value  # type: ignore[no-any-return]  # a bool, a number or a text


def _write(request: settings_service_pb2.UpdateGuildSettingsRequest, name: str, value: Value) -> None:
    field = _FIELDS[name]
    if name == "panel_buttons" and isinstance(value, tuple):
        request.panel_buttons.extend(
            settings_pb2.PanelButton.Value(f"PANEL_BUTTON_{str(one).upper()}") for one in value
        )
        request.reset.extend(() if value else (name,))
    elif isinstance(value, Mapping):
        request.vote_shares.CopyFrom(settings_pb2.VoteShares(**value))
    elif isinstance(value, tuple):
        chosen = getattr(request, name)
        chosen.SetInParent()  # none at all is a choice too
        chosen.values.extend(value)
    elif field.message_type:
        getattr(request, name).CopyFrom(from_seconds(float(value)))
    elif field.enum_type:
        setattr(request, name, field.enum_type.values_by_name[str(value)].number)
    else:
        setattr(request, name, value)
