"""A stand-in for api: what guilds and people chose, told to whoever follows, and what is kept about people."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc

from kit import actor
from segue.api.v1 import (
    access_service_pb2,
    access_service_pb2_grpc,
    flag_pb2,
    preferences_pb2,
    settings_pb2,
    settings_service_pb2_grpc,
)
from segue.api.v1 import settings_service_pb2 as messages
from segue.common.v1 import actor_pb2, event_service_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Api(settings_service_pb2_grpc.SettingsServiceServicer, access_service_pb2_grpc.AccessServiceServicer):
    """Keeps settings and preferences as a test chooses them; `kept`: pages of what is kept about anybody."""

    def __init__(self) -> None:
        self._chosen: dict[int, settings_pb2.GuildSettings] = {}
        self._changed = asyncio.Condition()
        self._read = 0
        self.flags: list[flag_pb2.Flag] = []
        self.forget()

    def forget(self) -> None:
        """Know nothing of people."""
        self.preferences: dict[int, preferences_pb2.Preferences] = {}
        self.kept: list[access_service_pb2.ExportMeResponse] = [access_service_pb2.ExportMeResponse()]
        self.pending: list[str] = []
        self.deleted: list[int] = []
        self.is_away = False

    async def choose(self, guild_id: int, **settings: Any) -> None:
        """Choose settings for a guild; returns once gateway has read them."""
        read = self._read
        async with self._changed:
            version = self._chosen[guild_id].version + 1 if guild_id in self._chosen else 1
            self._chosen[guild_id] = settings_pb2.GuildSettings(version=version, **settings)
            self._changed.notify_all()
            await asyncio.wait_for(self._changed.wait_for(lambda: self._read > read), 10)

    async def switch(self, *flags: flag_pb2.Flag) -> None:
        """Switch features, or none; returns once gateway has read them."""
        read = self._read
        async with self._changed:
            self.flags = [*flags] or self.flags
            self._changed.notify_all()
            await asyncio.wait_for(self._changed.wait_for(lambda: self._read > read or not self.flags), 10)

    async def prefer(self, user_id: int, **preferences: Any) -> None:
        """Choose preferences for a person, as if they did so through another gateway."""
        async with self._changed:
            version = self._of(user_id).version + 1
            self.preferences[user_id] = preferences_pb2.Preferences(version=version, keep_history=True)
            self.preferences[user_id].MergeFrom(preferences_pb2.Preferences(**preferences))
            self._changed.notify_all()

    async def WatchConfig(self, _: Any, __: Any) -> AsyncIterator[messages.WatchConfigResponse]:
        sign = messages.WatchConfigResponse(heartbeat=event_service_pb2.StreamHeartbeat())
        yield self._changes()
        yield sign
        while True:
            async with self._changed:
                await self._changed.wait()
            yield self._changes()

    async def BatchGetGuildSettings(self, request: Any, _: Any) -> messages.BatchGetGuildSettingsResponse:
        found = {guild_id: self._chosen.get(guild_id, settings_pb2.GuildSettings()) for guild_id in request.guild_ids}
        async with self._changed:
            self._read += 1
            self._changed.notify_all()
        return messages.BatchGetGuildSettingsResponse(settings=found)

    def _changes(self) -> messages.WatchConfigResponse:
        guilds = [messages.GuildVersion(guild_id=one, version=each.version) for one, each in self._chosen.items()]
        people = [messages.PersonVersion(user_id=one, version=each.version) for one, each in self.preferences.items()]
        flags = [messages.FlagVersion(name=flag.name, version=flag.version) for flag in self.flags]
        changes = messages.ConfigChanges(guilds=guilds, people=people, flags=flags)
        return messages.WatchConfigResponse(changes=changes)

    async def ListFlags(self, request: Any, _: Any) -> messages.ListFlagsResponse:
        at = int(request.page_token or 0)
        more = str(at + 1) if at + 1 < len(self.flags) else ""
        if not more:
            async with self._changed:
                self._read += 1
                self._changed.notify_all()
        return messages.ListFlagsResponse(flags=self.flags[at : at + 1], next_page_token=more)

    async def GetPreferences(self, _: Any, context: Any) -> messages.GetPreferencesResponse:
        return messages.GetPreferencesResponse(preferences=self._of(_caller(context)))

    async def UpdatePreferences(self, request: Any, context: Any) -> messages.UpdatePreferencesResponse:
        found = self.preferences.setdefault(_caller(context), preferences_pb2.Preferences(keep_history=True))
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
        self.deleted.append(_caller(context))
        return access_service_pb2.DeleteMeResponse(pending=self.pending)

    def _of(self, user_id: int) -> preferences_pb2.Preferences:
        return self.preferences.get(user_id, preferences_pb2.Preferences(keep_history=True))


def _caller(context: Any) -> int:
    carried = dict(context.invocation_metadata())[actor.METADATA_KEY]
    return int(actor_pb2.Actor.FromString(carried).user_id)
