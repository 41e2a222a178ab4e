"""A stand-in for api: what guilds chose and who did, told to whoever asks or follows. It takes what it is given."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format
from grpc_status import rpc_status

from kit import actor, status
from kit.errors import Reason, Refused
from segue.api.v1 import audit_service_pb2, audit_service_pb2_grpc, settings_pb2, settings_service_pb2_grpc
from segue.api.v1 import settings_service_pb2 as messages
from segue.common.v1 import actor_pb2, event_service_pb2

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
}


class Api(settings_service_pb2_grpc.SettingsServiceServicer, audit_service_pb2_grpc.AuditServiceServicer):
    """Keeps settings as a test, or somebody in Discord, chooses them."""

    def __init__(self) -> None:
        self.refusal: Refused | None = None
        self.calls: list[tuple[Any, actor_pb2.Actor]] = []
        """The changes that people asked for."""
        self.entries: list[audit_service_pb2.AuditEntry] = []
        self._chosen: dict[int, dict[str, Any]] = {}
        self._versions: Counter[int] = Counter()
        self._changed = asyncio.Condition()
        self._told_times = 0
        self._were_read = asyncio.Event()

    def reset(self) -> None:
        """Forget everything but versions: they never go back."""
        self.refusal = None
        self.calls.clear()
        self.entries.clear()
        self._chosen.clear()

    async def choose(self, guild_id: int, **settings: Any) -> None:
        """Choose settings for a guild; returns once gateway goes by them, as it does when it asks anew."""
        self._keep(guild_id, settings)
        for _ in range(2):
            self._were_read.clear()
            await self._tell()
            await asyncio.wait_for(self._were_read.wait(), 10)

    async def GetGuildSettings(self, request: Any, context: Any) -> messages.GetGuildSettingsResponse:
        await self._look(context)
        return messages.GetGuildSettingsResponse(**self._told(request.guild_id))

    async def UpdateGuildSettings(self, request: Any, context: Any) -> messages.UpdateGuildSettingsResponse:
        await self._look(context)
        who = actor_pb2.Actor.FromString(dict(context.invocation_metadata())[actor.METADATA_KEY])
        self.calls.append((request, who))
        guild_id = request.guild_id
        version = self._versions[guild_id]
        if request.HasField("expected_version") and request.expected_version != version:
            await _abort(context, Refused(Reason.VERSION_STALE, version=str(version), what="settings"))
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
            await _abort(context, self.refusal)

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
        return messages.WatchConfigResponse(changes=messages.ConfigChanges(guilds=guilds))


def _json(settings: settings_pb2.GuildSettings) -> dict[str, Any]:
    return json_format.MessageToDict(
        settings, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


async def _abort(context: Any, refusal: Refused) -> None:
    await context.abort_with_status(rpc_status.to_status(status.encode(refusal)))
