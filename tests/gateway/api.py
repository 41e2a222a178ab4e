"""A stand-in for api: what guilds and people chose, told to whoever asks or follows, and what is kept about people."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import json_format

from kit.errors import Reason, Refused
from segue.api.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    audit_service_pb2,
    audit_service_pb2_grpc,
    flag_pb2,
    preferences_pb2,
    settings_pb2,
    settings_service_pb2_grpc,
)
from segue.api.v1 import settings_service_pb2 as messages
from segue.common.v1 import actor_pb2, event_service_pb2
from tests.gateway.keeping import Keeping
from tests.kit.serving import refuse, who_calls

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_NAMES = {field.name for field in settings_pb2.GuildSettings.DESCRIPTOR.fields} - {"version"}
_DEFAULTS: dict[str, Any] = {
    "vote_share_percent": 50,
    "max_queue_length": 20_000,
    "allow_duplicates": True,
    "allow_streams": True,
    "empty_channel_timeout": "300s",
    "max_track_length": "0s",
    "crossfade": "0s",
    "command_cooldown": "0s",
    "lone_listener_is_dj": True,
    "max_songs_per_message": 10,
}


class Api(
    settings_service_pb2_grpc.SettingsServiceServicer,
    audit_service_pb2_grpc.AuditServiceServicer,
    access_service_pb2_grpc.AccessServiceServicer,
    Keeping,
):
    """Keeps settings and preferences as a test, or somebody in Discord, chooses them, and playlists.

    `kept`: pages of what is kept about anybody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refusal: Refused | None = None
        self.calls: list[tuple[Any, actor_pb2.Actor]] = []
        """The changes that people asked for."""
        self.entries: list[audit_service_pb2.AuditEntry] = []
        self._chosen: dict[int, dict[str, Any]] = {}
        self._versions: Counter[int] = Counter()
        self._changed = asyncio.Condition()
        self._told_times = 0
        self._were_read, self._flags_were_read = asyncio.Event(), asyncio.Event()
        self.flags: list[flag_pb2.Flag] = []

    def forget(self) -> None:
        """Know nothing of people."""
        super().forget()
        self.preferences: dict[int, preferences_pb2.Preferences] = {}
        self.kept: list[access_service_pb2.ExportMeResponse] = [access_service_pb2.ExportMeResponse()]
        self.pending: list[str] = []
        self.deleted: list[int] = []
        self.is_away = False

    def reset(self) -> None:
        """Forget everything but versions: they never go back."""
        self.refusal = None
        self.calls.clear()
        self.entries.clear()
        self._chosen.clear()
        self.forget()

    async def choose(self, guild_id: int, **settings: Any) -> None:
        """Choose settings for a guild; returns once gateway goes by them, as it does when it asks anew."""
        self._keep(guild_id, settings)
        for _ in range(2):
            self._were_read.clear()
            await self._tell()
            await asyncio.wait_for(self._were_read.wait(), 60)

    async def GetGuildSettings(self, request: Any, context: Any) -> messages.GetGuildSettingsResponse:
        await self._look(context)
        return messages.GetGuildSettingsResponse(**self._told(request.guild_id))

    async def UpdateGuildSettings(self, request: Any, context: Any) -> messages.UpdateGuildSettingsResponse:
        await self._look(context)
        who = who_calls(context)
        self.calls.append((request, who))
        guild_id = request.guild_id
        version = self._versions[guild_id]
        if request.HasField("expected_version") and request.expected_version != version:
            await refuse(context, Refused(Reason.VERSION_STALE, version=str(version), what="settings"))
        given = json_format.MessageToDict(request, preserving_proto_field_name=True)
        kept = {name: one for name, one in self._chosen.get(guild_id, {}).items() if name not in request.reset}
        before = self._told(guild_id)["settings"]
        self._keep(guild_id, kept | {name: one for name, one in given.items() if name in _NAMES})
        self._note(_json(before), _json(self._told(guild_id)["settings"]), who)
        await self._tell()
        return messages.UpdateGuildSettingsResponse(**self._told(guild_id))

    async def ListAuditEntries(self, request: Any, context: Any) -> audit_service_pb2.ListAuditEntriesResponse:
        await self._look(context)
        begin = int(request.page_token or 0)
        end = begin + request.page_size
        return audit_service_pb2.ListAuditEntriesResponse(
            entries=self.entries[::-1][begin:end], next_page_token=str(end) if len(self.entries) > end else ""
        )

    async def switch(self, *flags: flag_pb2.Flag) -> None:
        """Switch features, or none; returns once gateway has read them."""
        self.flags = [*flags] or self.flags
        for _ in range(2 if self.flags else 0):
            self._flags_were_read.clear()
            await self._tell()
            await asyncio.wait_for(self._flags_were_read.wait(), 60)

    async def prefer(self, user_id: int, **preferences: Any) -> None:
        """Choose preferences for a person, as if they did so through another gateway."""
        version = self._of(user_id).version + 1
        self.preferences[user_id] = preferences_pb2.Preferences(version=version, keep_history=True)
        self.preferences[user_id].MergeFrom(preferences_pb2.Preferences(**preferences))
        await self._tell()

    async def WatchConfig(self, _: Any, __: Any) -> AsyncIterator[messages.WatchConfigResponse]:
        sign = messages.WatchConfigResponse(heartbeat=event_service_pb2.StreamHeartbeat())
        told = self._told_times

        def is_news() -> bool:
            return self._told_times > told

        yield self._changes()
        yield sign
        while True:
            async with self._changed:
                await self._changed.wait_for(is_news)
            told = self._told_times
            yield self._changes()

    async def BatchGetGuildSettings(self, request: Any, _: Any) -> messages.BatchGetGuildSettingsResponse:
        found = {guild_id: self._told(guild_id)["settings"] for guild_id in request.guild_ids}
        self._were_read.set()
        return messages.BatchGetGuildSettingsResponse(settings=found)

    async def _tell(self) -> None:
        async with self._changed:
            self._told_times += 1
            self._changed.notify_all()

    async def _look(self, context: Any) -> None:
        if self.refusal is not None:
            await refuse(context, self.refusal)

    def _keep(self, guild_id: int, chosen: dict[str, Any]) -> None:
        self._versions[guild_id] += 1
        self._chosen[guild_id] = chosen

    def _told(self, guild_id: int) -> dict[str, Any]:
        chosen = self._chosen.get(guild_id, {})
        settings = {**_DEFAULTS, **chosen, "version": self._versions[guild_id]}
        return {"settings": json_format.ParseDict(settings, settings_pb2.GuildSettings()), "chosen": chosen}

    def _note(self, before: dict[str, Any], after: dict[str, Any], who: actor_pb2.Actor) -> None:
        """Note who changed what."""
        for name in sorted(name for name in _NAMES if before.get(name) != after.get(name)):
            entry = audit_service_pb2.AuditEntry(user_id=who.user_id, surface=who.surface, what="settings", name=name)
            entry.before, entry.after = json.dumps(before.get(name)), json.dumps(after.get(name))
            entry.changed_at.GetCurrentTime()
            self.entries.append(entry)

    def _changes(self) -> messages.WatchConfigResponse:
        guilds = [messages.GuildVersion(guild_id=one, version=self._versions[one]) for one in self._chosen]
        people = [messages.PersonVersion(user_id=one, version=each.version) for one, each in self.preferences.items()]
        flags = [messages.FlagVersion(name=flag.name, version=flag.version) for flag in self.flags]
        changes = messages.ConfigChanges(guilds=guilds, people=people, flags=flags)
        return messages.WatchConfigResponse(changes=changes)

    async def ListFlags(self, request: Any, _: Any) -> messages.ListFlagsResponse:
        at = int(request.page_token or 0)
        more = str(at + 1) if at + 1 < len(self.flags) else ""
        if not more:
            self._flags_were_read.set()
        return messages.ListFlagsResponse(flags=self.flags[at : at + 1], next_page_token=more)

    async def GetPreferences(self, _: Any, context: Any) -> messages.GetPreferencesResponse:
        return messages.GetPreferencesResponse(preferences=self._of(who_calls(context).user_id))

    async def UpdatePreferences(self, request: Any, context: Any) -> messages.UpdatePreferencesResponse:
        found = self.preferences.setdefault(who_calls(context).user_id, preferences_pb2.Preferences(keep_history=True))
        for field, value in request.ListFields():
            if field.has_presence:
                setattr(found, field.name, value)
        return messages.UpdatePreferencesResponse(preferences=found)

    async def BatchGetPreferences(self, request: Any, context: Any) -> messages.BatchGetPreferencesResponse:
        if self.is_away:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        return messages.BatchGetPreferencesResponse(preferences={one: self._of(one) for one in request.user_ids})

    async def ExportMe(self, request: Any, _: Any) -> access_service_pb2.ExportMeResponse:
        return self.kept[int(request.page_token or 0)]

    async def DeleteMe(self, _: Any, context: Any) -> access_service_pb2.DeleteMeResponse:
        self.deleted.append(who_calls(context).user_id)
        return access_service_pb2.DeleteMeResponse(pending=self.pending)

    def _of(self, user_id: int) -> preferences_pb2.Preferences:
        return self.preferences.get(user_id, preferences_pb2.Preferences(keep_history=True))


def _json(settings: settings_pb2.GuildSettings) -> dict[str, Any]:
    return json_format.MessageToDict(
        settings, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
