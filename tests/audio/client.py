"""Audio's services behind a gRPC server, on Postgres, and somebody with a token who calls them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from audio.adapters import postgres as store_postgres
from audio.adapters.clock import SystemClock
from audio.adapters.known_nodes import PostgresKnownNodes
from audio.catalogue import Catalogue
from audio.roster import Roster
from audio.service.commanding import Commanding
from audio.service.nodes import NodeService
from audio.service.others import CatalogService, VoiceEventService
from audio.service.players import PlayerService
from audio.service.queues import QueueService
from kit import actor
from kit.errors import Reason, Refused
from segue.audio.v1 import (
    catalog_service_pb2_grpc,
    node_service_pb2_grpc,
    player_pb2,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    queue_service_pb2_grpc,
    voice_event_service_pb2_grpc,
)
from segue.common.v1 import actor_pb2
from tests.audio.rig import NodeWorld, Rig, engine
from tests.audio.stores import HANDLES, empty, postgres_store
from tests.audio.values import CHANNEL, GUILD, track
from tests.audio.voices import FakeVoice
from tests.kit.serving import from_peer, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kit.postgres import Pool

DJ, LISTENER, OUTSIDER, MANAGER = 2, 3, 4, 5
_MANAGE_GUILD = 0x20
IDLE, PLAYING, PAUSED = player_pb2.PLAYER_STATUS_IDLE, player_pb2.PLAYER_STATUS_PLAYING, player_pb2.PLAYER_STATUS_PAUSED


class People:
    """`kit.authorization.Guilds`: a guild with a manager, a DJ, a listener in the channel and somebody outside."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def member(self, guild_id: int, user_id: int, *, fresh: bool) -> actor_pb2.Member:
        if guild_id != GUILD:
            raise Refused(Reason.GUILD_NOT_FOUND)
        roles = [actor_pb2.Role(id=1, name="DJ")] if user_id == DJ else []
        channel = 0 if user_id == OUTSIDER else CHANNEL
        return actor_pb2.Member(
            guild_id=guild_id,
            user_id=user_id,
            roles=roles,
            permissions=_MANAGE_GUILD if user_id == MANAGER else 0,
            voice_channel_id=channel,
        )

    async def bot_channel(self, guild_id: int) -> int:
        if guild_id != GUILD:
            raise Refused(Reason.GUILD_NOT_FOUND)
        found: int = (await self._store.player(guild_id)).voice_channel_id
        return found

    async def dj_role(self, _: int, /) -> int:
        return 0


@dataclass
class Client:
    """The service's stubs, called as somebody with a token."""

    channel: grpc.aio.Channel
    rig: Rig
    world: NodeWorld
    pool: Pool

    async def __call__(self, method: str, request: Any, *, who: int = DJ, caller: str = "edge") -> Any:
        scopes = ["player.read", "player.write", "catalog.read"]
        someone = actor_pb2.Actor(user_id=who, surface=actor_pb2.SURFACE_API, scopes=scopes)
        return await getattr(self._stub(method), method)(request, metadata=from_peer(caller, someone))

    def watch(self, from_version: int = 0, *, who: int = DJ) -> Any:
        someone = actor_pb2.Actor(user_id=who, surface=actor_pb2.SURFACE_API, scopes=["player.read"])
        request = player_service_pb2.WatchPlayerRequest(guild_id=GUILD, from_version=from_version)
        stub = player_service_pb2_grpc.PlayerServiceStub(self.channel)
        return stub.WatchPlayer(request, metadata=from_peer("edge", someone))

    async def play(self, *names: str, who: int = DJ, **more: Any) -> player_service_pb2.PlayResponse:
        handles = [HANDLES.sign(track(name)) for name in names]
        request = player_service_pb2.PlayRequest(guild_id=GUILD, handles=handles, **more)
        answer: player_service_pb2.PlayResponse = await self("Play", request, who=who)
        return answer

    async def player(self, who: int = DJ) -> player_pb2.Player:
        answer = await self("GetPlayer", player_service_pb2.GetPlayerRequest(guild_id=GUILD), who=who)
        found: player_pb2.Player = answer.player
        return found

    async def names(self) -> list[str]:
        answer = await self("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
        return [item.track.title for item in answer.items]

    def _stub(self, method: str) -> Any:
        for stub in (
            player_service_pb2_grpc.PlayerServiceStub,
            queue_service_pb2_grpc.QueueServiceStub,
            catalog_service_pb2_grpc.CatalogServiceStub,
            voice_event_service_pb2_grpc.VoiceEventServiceStub,
            node_service_pb2_grpc.NodeServiceStub,
        ):
            if hasattr(found := stub(self.channel), method):
                return found
        raise AssertionError(method)


@asynccontextmanager
async def serving_audio(pool: Pool) -> AsyncIterator[Client]:
    await empty(pool)
    store, world = postgres_store(pool), NodeWorld()
    async with engine(store, world, FakeVoice()) as rig:
        with actor.acting_as(actor.system()):
            await rig.own(0)
        catalogue = Catalogue(rig.nodes, HANDLES, rig.kept)
        commanding = Commanding(store, store_postgres.once, rig.outcomes, rig.voice, HANDLES.sign)
        players = PlayerService(store, commanding, catalogue, rig.watching, HANDLES.sign)
        queues = QueueService(store, commanding, catalogue, HANDLES.sign)
        known_nodes = PostgresKnownNodes(pool)
        roster = Roster(known_nodes, rig.nodes, SystemClock())
        node_service = NodeService(rig.nodes, roster, known_nodes, store_postgres.once)
        served = (
            (player_service_pb2_grpc.add_PlayerServiceServicer_to_server, players),
            (queue_service_pb2_grpc.add_QueueServiceServicer_to_server, queues),
            (
                catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server,
                CatalogService(catalogue, store, HANDLES.sign),
            ),
            (voice_event_service_pb2_grpc.add_VoiceEventServiceServicer_to_server, VoiceEventService(rig.hearing)),
            (node_service_pb2_grpc.add_NodeServiceServicer_to_server, node_service),
        )
        async with (
            serving(*served, guilds=People(store), upkeep=store_postgres.upkeep(pool)) as address,
            grpc.aio.insecure_channel(address) as channel,
        ):
            yield Client(channel, rig, world, pool)
            rig.watching.close()


def refused(reason: Reason) -> Any:
    return pytest.raises(grpc.aio.AioRpcError, match=reason.sentence.rstrip("."))
