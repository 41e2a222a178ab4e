"""Members, the bot's channel and the DJ role, as gateway and api know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import actor
from kit.cache import Cache
from kit.errors import Reason, Refused
from segue.api.v1 import settings_service_pb2, settings_service_pb2_grpc
from segue.gateway.v1 import (
    guild_service_pb2,
    guild_service_pb2_grpc,
    voice_channel_service_pb2,
    voice_channel_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    import grpc

    from segue.common.v1 import actor_pb2

_KEPT = 30.0


class MeshGuilds:
    """`kit.authorization.Guilds`."""

    def __init__(self, gateway: grpc.aio.Channel, api: grpc.aio.Channel) -> None:
        self._guilds = guild_service_pb2_grpc.GuildServiceStub(gateway)
        self._voice = voice_channel_service_pb2_grpc.VoiceChannelServiceStub(gateway)
        self._settings = settings_service_pb2_grpc.SettingsServiceStub(api)
        self._members: Cache[actor_pb2.Member] = Cache("members", ttl=_KEPT)

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        """Return the facts about a member."""

        async def load() -> actor_pb2.Member:
            request = guild_service_pb2.GetMemberRequest(guild_id=guild_id, user_id=user_id)
            with actor.acting_as(actor.system()):
                return (await self._guilds.GetMember(request)).member

        return await self._members.get(f"{guild_id}:{user_id}", load, fresh=fresh)

    async def bot_channel(self, guild_id: int) -> int:
        """Return the voice channel the bot is in; 0: idle."""
        request = voice_channel_service_pb2.GetVoiceRequest(guild_id=guild_id)
        with actor.acting_as(actor.system()):
            return int((await self._voice.GetVoice(request)).snapshot.channel_id)

    async def left(self) -> Collection[int]:
        """Return some guilds that the bot left for good. Raises Refused."""
        with actor.acting_as(actor.system()):
            return (await self._guilds.ListLeftGuilds(guild_service_pb2.ListLeftGuildsRequest())).guild_ids

    async def dj_role(self, guild_id: int, /) -> int | None:
        """Return the role whose members are DJs; 0: one named DJ. None: api is away."""
        request = settings_service_pb2.BatchGetGuildSettingsRequest(guild_ids=[guild_id])
        try:
            with actor.acting_as(actor.system()):
                found = (await self._settings.BatchGetGuildSettings(request)).settings
        except Refused as refused:
            if refused.reason is not Reason.UNAVAILABLE:
                raise
            return None
        return int(found[guild_id].dj_role_id)
