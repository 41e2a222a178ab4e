"""The other services, as api sees them through the mesh."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from api import wire
from api.deployment import Health
from kit import actor
from kit.cache import Cache
from kit.errors import Refused
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    node_service_pb2,
    node_service_pb2_grpc,
)
from segue.common.v1 import ops_service_pb2, ops_service_pb2_grpc
from segue.gateway.v1 import (
    guild_service_pb2,
    guild_service_pb2_grpc,
    message_service_pb2,
    message_service_pb2_grpc,
    voice_channel_service_pb2,
    voice_channel_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from api.choosing import Store
    from api.domain.playlist import Track
    from segue.common.v1 import actor_pb2

logger = logging.getLogger(__name__)

_ANSWERS_WITHIN = 2.0
_KEPT = 30.0
_MOST_KEPT = 10_000


class GatewayBot:
    """The application as gateway knows it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._guilds = guild_service_pb2_grpc.GuildServiceStub(channel)

    async def owner_id(self) -> int:
        """Return the Discord user who owns it. Raises Refused(UNAVAILABLE) until it is known."""
        with actor.acting_as(actor.system()):
            answer = await self._guilds.GetBot(guild_service_pb2.GetBotRequest())
        return answer.owner_id


class GatewayGuilds:
    """`kit.authorization.Guilds`: members and the bot's channel as gateway knows them, at most 30 s old."""

    def __init__(self, channel: grpc.aio.Channel, store: Store) -> None:
        self._store = store
        self._guilds = guild_service_pb2_grpc.GuildServiceStub(channel)
        self._voice = voice_channel_service_pb2_grpc.VoiceChannelServiceStub(channel)
        self._members: Cache[actor_pb2.Member] = Cache("members", ttl=_KEPT, size=_MOST_KEPT)
        self._channels: Cache[int] = Cache("bot channels", ttl=_KEPT, size=_MOST_KEPT)

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        """Return the facts about a member, or of this moment if `fresh`."""

        async def load() -> actor_pb2.Member:
            request = guild_service_pb2.GetMemberRequest(guild_id=guild_id, user_id=user_id)
            with actor.acting_as(actor.system()):
                return (await self._guilds.GetMember(request)).member

        return await self._members.get(f"{guild_id}:{user_id}", load, fresh=fresh)

    async def bot_channel(self, guild_id: int) -> int:
        """Return the voice channel the bot is in; 0: idle."""

        async def load() -> int:
            request = voice_channel_service_pb2.GetVoiceRequest(guild_id=guild_id)
            with actor.acting_as(actor.system()):
                return (await self._voice.GetVoice(request)).snapshot.channel_id

        return await self._channels.get(str(guild_id), load)

    async def dj_role(self, guild_id: int, /) -> int:
        """Return the role whose members are DJs; 0: one named DJ."""
        return (await self._store.get([guild_id]))[guild_id].dj_role_id


class GatewayChannels:
    """`api.choosing.Channels`, by asking gateway."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._messages = message_service_pb2_grpc.MessageServiceStub(channel)

    async def check_welcome(self, guild_id: int, channel_id: int) -> None:
        """Ask whether people could be welcomed there."""
        request = message_service_pb2.CheckWelcomeRequest(guild_id=guild_id, channel_id=channel_id)
        with actor.acting_as(actor.system()):
            await self._messages.CheckWelcome(request)

    async def check_requests(self, guild_id: int, channel_id: int) -> None:
        """Ask whether what is typed there could be played."""
        request = message_service_pb2.CheckRequestsRequest(guild_id=guild_id, channel_id=channel_id)
        with actor.acting_as(actor.system()):
            await self._messages.CheckRequests(request)


class AudioNodes:
    """`api.choosing.Nodes`: the nodes as audio finds them."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._nodes = node_service_pb2_grpc.NodeServiceStub(channel)

    async def lack(self, plugin: str) -> bool:
        """Tell whether it is known of every node that it does not have a plugin; while audio is away, it is not."""
        try:
            with actor.acting_as(actor.system()):
                answer = await self._nodes.ListNodes(node_service_pb2.ListNodesRequest(), timeout=_ANSWERS_WITHIN)
        except Refused as refused:
            logger.warning("the audio nodes are not known", extra={"error": str(refused)})
            return False
        return bool(answer.nodes) and all(node.version and plugin not in node.plugins for node in answer.nodes)


class AudioCatalog:
    """`api.playlists.Catalog`: tracks as audio knows them."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._catalog = catalog_service_pb2_grpc.CatalogServiceStub(channel)

    async def describe(self, handles: Sequence[str]) -> list[Track]:
        """Return the tracks of handles. Raises HANDLE_INVALID."""
        answer = await self._catalog.DescribeTracks(catalog_service_pb2.DescribeTracksRequest(handles=handles))
        return [wire.track(track) for track in answer.tracks]

    async def find(self, query: str, limit: int) -> list[Track]:
        """Find tracks by words or address, whatever else the caller's token is good for."""
        request = catalog_service_pb2.SearchTracksRequest(query=query, page_size=limit)
        with actor.acting_as(actor.system(actor.current().user_id)):
            answer = await self._catalog.SearchTracks(request)
        return [wire.track(track) for track in answer.tracks]


class MeshPeer:
    """A service that is asked how it is, within two seconds."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._ops = ops_service_pb2_grpc.OpsServiceStub(channel)

    async def health(self) -> Health:
        """Return how it says it is. Raises Refused if it does not."""
        request = ops_service_pb2.CheckHealthRequest()
        answer = await self._ops.CheckHealth(request, timeout=_ANSWERS_WITHIN)
        return Health(answer.status)

    async def ready(self) -> bool:
        """Return whether it takes calls. Raises Refused if it does not say."""
        request = ops_service_pb2.CheckReadinessRequest()
        answer = await self._ops.CheckReadiness(request, timeout=_ANSWERS_WITHIN)
        return answer.ready
