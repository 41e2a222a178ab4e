"""The composition root of api."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial

from envoy.service.auth.v3 import external_auth_pb2_grpc

from api import contract, wire
from api.adapters.audit import PostgresAudit
from api.adapters.flags import PostgresFlags
from api.adapters.guild_settings import PostgresSettings, once
from api.adapters.own import OwnPeer
from api.adapters.peers import AudioCatalog, AudioNodes, GatewayBot, GatewayChannels, GatewayGuilds, MeshPeer
from api.adapters.personal import MeshRecords, OwnRecords, PostgresErasures, personal
from api.adapters.playlists import PostgresPlaylists
from api.adapters.postgres import PostgresTokens
from api.adapters.preferences import PostgresPreferences
from api.adapters.upkeep import upkeep
from api.authentication import Authentication
from api.deployment import Deployment
from api.domain.token import digest
from api.forgetting import Forgetting, Keeper
from api.service.access import Access
from api.service.audit import Audit
from api.service.authorization import Authorization
from api.service.edge import Edge
from api.service.playlists import PlaylistService
from api.service.settings import SettingsService
from api.settings import ApiSettings
from api.watching import Reading, Watching
from kit import client, postgres
from kit.events import Events
from kit.server import Server
from kit.settings import load
from kit.tasks import Tasks
from segue.api.v1 import (
    access_service_pb2_grpc,
    audit_service_pb2_grpc,
    edge_service_pb2_grpc,
    playlist_service_pb2_grpc,
    settings_service_pb2_grpc,
)

_PEERS = ("gateway", "audio", "worker")
_VITAL = frozenset({"api", "audio"})
# Worker before audio: an import that still runs would add to what is erased there.
_KEEPERS = ("gateway", "worker", "audio")


async def run() -> None:
    """Run api until it is told to stop."""
    async with AsyncExitStack() as stack:
        server = await build(load(ApiSettings), stack)
        await server.run()


async def build(settings: ApiSettings, stack: AsyncExitStack) -> Server:
    """Build everything; `stack` closes it in reverse."""
    pool = await postgres.open_pool(settings, schema="api")
    stack.push_async_callback(pool.close)
    channels = {peer: await stack.enter_async_context(client.channel(settings.mesh, peer)) for peer in _PEERS}
    tokens = PostgresTokens(pool)
    await tokens.put_operator(digest(settings.operator_token.get_secret_value()), contract.scopes())
    authentication = Authentication(tokens, GatewayBot(channels["gateway"]))
    checks = {"postgres": postgres.check(pool)}
    store, events = PostgresSettings(pool), Events(pool)
    guilds = GatewayGuilds(channels["gateway"], store)
    own = personal(pool)
    server = Server(
        settings, service="api", guilds=guilds, checks=checks, upkeep=upkeep(pool), events=events, personal=own
    )
    peers = {peer: MeshPeer(channel) for peer, channel in channels.items()}
    deployment = Deployment({**peers, "api": OwnPeer(server.ops)}, vital=_VITAL)
    server.add(external_auth_pb2_grpc.add_AuthorizationServicer_to_server, Authorization(authentication))
    erasures = PostgresErasures(pool)
    keepers: dict[str, Keeper] = {name: MeshRecords(channels[name]) for name in _KEEPERS}
    forgetting = Forgetting({**keepers, "api": OwnRecords(own)}, erasures, asyncio.sleep)
    access = Access(forgetting, erasures.ask, partial(postgres.transaction, pool))
    server.add(access_service_pb2_grpc.add_AccessServiceServicer_to_server, access)
    server.add(edge_service_pb2_grpc.add_EdgeServiceServicer_to_server, Edge(deployment, server.ops))
    server.add(audit_service_pb2_grpc.add_AuditServiceServicer_to_server, Audit(PostgresAudit(pool)))
    playlists = PlaylistService(PostgresPlaylists(pool), once, AudioCatalog(channels["audio"]), guilds)
    server.add(playlist_service_pb2_grpc.add_PlaylistServiceServicer_to_server, playlists)
    people, flags = PostgresPreferences(pool), PostgresFlags(pool)
    watching = Watching(store, people, flags, events, Reading(person=wire.person_version, flag=wire.flag_version))
    nodes = AudioNodes(channels["audio"])
    rooms = GatewayChannels(channels["gateway"])
    chosen = SettingsService(store, people, flags, once=once, watching=watching, nodes=nodes, channels=rooms)
    server.add(settings_service_pb2_grpc.add_SettingsServiceServicer_to_server, chosen)
    tasks = await stack.enter_async_context(Tasks())
    tasks.keep(authentication.learn_operator, "learn who the operator is")
    tasks.keep(forgetting.run, "forget people")
    return server
