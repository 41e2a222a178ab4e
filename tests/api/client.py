"""Those who call SettingsService, and the gateway that knows them."""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format

from kit import actor
from kit.errors import Reason, Refused
from segue.api.v1 import settings_pb2, settings_service_pb2, settings_service_pb2_grpc
from segue.common.v1 import actor_pb2, voice_pb2
from segue.gateway.v1 import guild_service_pb2, voice_channel_service_pb2
from tests.kit.serving import Brought
from tests.kit.world import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GUILD, OTHER_GUILD, UNKNOWN_GUILD = 700, 701, 702
MANAGER, MEMBER, STRANGER = 1, 2, 3


async def member(request: Any) -> guild_service_pb2.GetMemberResponse:
    if request.user_id == STRANGER:
        raise Refused(Reason.GUILD_NOT_FOUND)
    permissions = 0x20 if request.user_id == MANAGER else 0
    found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, permissions=permissions)
    return guild_service_pb2.GetMemberResponse(member=found)


async def voice(request: Any) -> voice_channel_service_pb2.GetVoiceResponse:
    if request.guild_id == UNKNOWN_GUILD:
        raise Refused(Reason.GUILD_NOT_FOUND)
    return voice_channel_service_pb2.GetVoiceResponse(snapshot=voice_pb2.VoiceSnapshot(guild_id=request.guild_id))


class Client:
    """An instance of api, and those who call it."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def get(self, *, who: int = MEMBER, guild_id: int = GUILD, **more: Any) -> settings_pb2.GuildSettings:
        request = settings_service_pb2.GetGuildSettingsRequest(guild_id=guild_id)
        answer = await self.call("GetGuildSettings", request, token(user_id=who, **more))
        found: settings_pb2.GuildSettings = answer.settings
        return found

    async def update(self, *, who: int = MANAGER, guild_id: int = GUILD, **fields: Any) -> settings_pb2.GuildSettings:
        request = settings_service_pb2.UpdateGuildSettingsRequest(guild_id=guild_id)
        answer = await self.call("UpdateGuildSettings", json_format.ParseDict(fields, request), token(user_id=who))
        found: settings_pb2.GuildSettings = answer.settings
        return found

    async def batch(self, *guild_ids: int) -> dict[int, settings_pb2.GuildSettings]:
        request = settings_service_pb2.BatchGetGuildSettingsRequest(guild_ids=guild_ids)
        return dict((await self.call("BatchGetGuildSettings", request, actor.system(), "audio")).settings)

    async def call(self, name: str, request: Any, who: actor_pb2.Actor, caller: str = "edge") -> Any:
        async with Brought(caller, self.address) as channel:
            with actor.acting_as(who):
                return await getattr(settings_service_pb2_grpc.SettingsServiceStub(channel), name)(request)

    @asynccontextmanager
    async def watching(self, cursor: int = 0) -> AsyncIterator[Any]:
        """Watch as audio does."""
        async with Brought("audio", self.address) as channel:
            stub: Any = settings_service_pb2_grpc.SettingsServiceStub(channel)
            async with aclosing(stub.WatchConfig(settings_service_pb2.WatchConfigRequest(cursor=cursor))) as answers:
                yield answers
