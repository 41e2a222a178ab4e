"""A stand-in for api: what guilds chose, told to whoever follows."""

# ruff: noqa: N802  (gRPC names its methods)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from segue.api.v1 import settings_pb2, settings_service_pb2_grpc
from segue.api.v1 import settings_service_pb2 as messages
from segue.common.v1 import event_service_pb2
from tests.gateway.keeping import Keeping

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Api(settings_service_pb2_grpc.SettingsServiceServicer, Keeping):
    """Keeps settings as a test chooses them, and playlists."""

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[int, settings_pb2.GuildSettings] = {}
        self._changed = asyncio.Condition()
        self._read = 0

    async def choose(self, guild_id: int, **settings: Any) -> None:
        """Choose settings for a guild; returns once gateway has read them."""
        read = self._read
        async with self._changed:
            version = self._chosen[guild_id].version + 1 if guild_id in self._chosen else 1
            self._chosen[guild_id] = settings_pb2.GuildSettings(version=version, **settings)
            self._changed.notify_all()
            await asyncio.wait_for(self._changed.wait_for(lambda: self._read > read), 10)

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
        return messages.WatchConfigResponse(changes=messages.ConfigChanges(guilds=guilds))
