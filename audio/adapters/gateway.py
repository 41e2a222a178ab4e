"""Gateway over the mesh: voice channels and members."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from audio import wire
from kit import actor
from kit.cache import Cache
from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import (
    guild_service_pb2,
    guild_service_pb2_grpc,
    voice_channel_service_pb2,
    voice_channel_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import grpc

    from audio.adapters.config import Config
    from audio.changes import Store
    from audio.domain.voice import VoiceSnapshot
    from kit.redis import Shared

_MEMBER = 1  # the version of what is kept of one
_MEMBER_TTL = 30.0
_PRESENCE_TTL = 60.0


class GatewayVoice:
    """`audio.voicing.VoiceChannels` and `audio.service.commanding.Reach`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = voice_channel_service_pb2_grpc.VoiceChannelServiceStub(channel)

    async def connect(self, guild_id: int, channel_id: int, *, renew: bool) -> None:
        await self._stub.ConnectVoice(
            voice_channel_service_pb2.ConnectVoiceRequest(guild_id=guild_id, channel_id=channel_id, renew=renew)
        )

    async def disconnect(self, guild_id: int) -> None:
        await self._stub.DisconnectVoice(voice_channel_service_pb2.DisconnectVoiceRequest(guild_id=guild_id))

    async def check(self, guild_id: int, channel_id: int) -> None:
        await self._stub.CheckVoice(
            voice_channel_service_pb2.CheckVoiceRequest(guild_id=guild_id, channel_id=channel_id)
        )

    async def newest(self, guild_id: int) -> VoiceSnapshot:
        answer = await self._stub.GetVoice(voice_channel_service_pb2.GetVoiceRequest(guild_id=guild_id))
        return wire.snapshot(answer.snapshot)


class GatewayGuilds:
    """`kit.authorization.Guilds`: members as gateway knows them, the bot's channel as the player's row has it, and the
    DJ role as settings say.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        voice: GatewayVoice,
        store: Store,
        config: Config,
        shared: Shared | None = None,
    ) -> None:
        self._stub = guild_service_pb2_grpc.GuildServiceStub(channel)
        self._voice, self._store, self._config = voice, store, config
        self._members: Cache[actor_pb2.Member] = Cache(
            "members",
            ttl=_MEMBER_TTL,
            size=10_000,
            shared=shared,
            encode=actor_pb2.Member.SerializeToString,
            decode=actor_pb2.Member.FromString,
        )
        self._present: Cache[bool] = Cache("guilds", ttl=_PRESENCE_TTL, size=10_000)

    async def bot_id(self) -> int:
        """Return the bot's Discord user id. Raises Refused(UNAVAILABLE) until gateway has logged in once."""
        with _as_ourselves():
            return (await self._stub.GetBot(guild_service_pb2.GetBotRequest())).user_id

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        async def load() -> actor_pb2.Member:
            request = guild_service_pb2.GetMemberRequest(guild_id=guild_id, user_id=user_id)
            with _as_ourselves():
                return (await self._stub.GetMember(request)).member

        return await self._members.get(f"{_MEMBER}:{guild_id}:{user_id}", load, fresh=fresh)

    async def bot_channel(self, guild_id: int) -> int:
        player = await self._store.player(guild_id)
        try:
            await self._present.get(str(guild_id), lambda: self._is_present(guild_id))
        except Refused as refused:
            if refused.reason is Reason.GUILD_NOT_FOUND or not player.version:
                raise
        return player.voice_channel_id

    async def dj_role(self, guild_id: int, /) -> int | None:
        known = self._config.dj_role(guild_id)
        if known is not None:
            return known
        settings = (await self._store.player(guild_id)).settings  # api was away since this process was started
        return settings.dj_role_id if settings.version else None

    async def _is_present(self, guild_id: int) -> bool:
        with _as_ourselves():
            await self._voice.newest(guild_id)
        return True


@contextmanager
def _as_ourselves() -> Iterator[None]:
    with actor.acting_as(actor.system()):
        yield
