"""Puts audio together: the only place that names concrete parts."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from audio import wire
from audio.adapters import postgres as store_postgres
from audio.adapters import tracing
from audio.adapters.clock import SystemClock
from audio.adapters.config import Config
from audio.adapters.figures import PrometheusFigures
from audio.adapters.gateway import GatewayGuilds, GatewayVoice
from audio.adapters.known_nodes import PostgresKnownNodes
from audio.adapters.node import WavelinkNodes
from audio.adapters.node_address import parse_nodes
from audio.adapters.panels import GatewayPanels, deed
from audio.adapters.personal import personal
from audio.adapters.playlists import ApiPlaylists
from audio.adapters.postgres import PostgresStore
from audio.catalogue import Catalogue
from audio.choosing import Choosing
from audio.domain.handles import Handles
from audio.hearing import Hearing
from audio.outcomes import Outcomes
from audio.ownership import Ownership
from audio.roster import Roster
from audio.service.commanding import Commanding
from audio.service.nodes import NodeService
from audio.service.others import CatalogService, VoiceEventService
from audio.service.players import PlayerService
from audio.service.queues import QueueService
from audio.settings import Settings
from audio.showing import Showing
from audio.stage import Stage
from audio.suggesting import Suggesting
from audio.watching import Watching
from kit import cache, client, postgres, settings
from kit.errors import Refused
from kit.events import Events
from kit.lease import Leases
from kit.server import Check, Server
from kit.tasks import Tasks
from segue.audio.v1 import (
    catalog_service_pb2_grpc,
    node_service_pb2_grpc,
    player_service_pb2_grpc,
    queue_service_pb2_grpc,
    voice_event_service_pb2_grpc,
)
from segue.common.v1 import ops_service_pb2

_HEALTHY = ops_service_pb2.HEALTH_STATUS_HEALTHY
_DEGRADED = ops_service_pb2.HEALTH_STATUS_DEGRADED
# Late in the drain: by then the proxies lead those who watch again to another instance.
_STREAMS_END_AFTER = 1.5
_API_PAUSES = 0.1, 2.0  # seconds between tries to follow settings while api is away: at first, at last


async def run() -> None:
    """Run audio until it is told to stop."""
    given = settings.load(Settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        server, watching = await _build(given, stack)
        await server.start()
        await stopping.wait()
        await asyncio.gather(server.stop(), _end_streams(watching))


async def _build(given: Settings, stack: AsyncExitStack) -> tuple[Server, Watching]:
    """Open everything but the server; all is closed in reverse: buckets are handed over, and players play on."""
    keys = given.handle_key.get_secret_value(), given.retired_handle_keys.get_secret_value()
    handles = Handles(keys[0].encode(), [key.encode() for key in keys[1].split(",") if key])
    pool = await postgres.open_pool(given, schema="audio")
    stack.push_async_callback(pool.close)
    gateway = await stack.enter_async_context(client.channel(given.mesh, "gateway"))
    store = PostgresStore(
        pool,
        encode=partial(wire.player, sign=handles.sign),
        encode_end=partial(wire.ended, sign=handles.sign),
        decode=partial(wire.player_back, verify=handles.verify),
        origin=tracing.origin,
    )
    if shared := cache.shared(given.redis_url.get_secret_value(), keys[0].encode()):
        stack.push_async_callback(shared.close)
    voice = GatewayVoice(gateway)
    api = await stack.enter_async_context(client.channel(given.mesh, "api"))
    config, playlists = Config(api), ApiPlaylists(api, handles.verify)
    guilds = GatewayGuilds(gateway, voice, store, config, shared)
    addresses = parse_nodes(given.lavalink_nodes.get_secret_value())
    nodes = await stack.enter_async_context(WavelinkNodes(addresses, guilds.bot_id, shared=shared))
    known_nodes = PostgresKnownNodes(pool)
    roster = Roster(known_nodes, nodes, SystemClock())
    await roster.look()
    tasks = await stack.enter_async_context(Tasks())
    tasks.keep(roster.keep, "look for nodes")
    panels = GatewayPanels(gateway, handles.sign)
    engine = _engine(given, store, nodes, voice, tasks, panels=panels, playlists=playlists)
    config.listeners.append(Choosing(store).apply)
    with tracing.WishSpans().apart():
        tasks.keep(config.follow, "settings of guilds", pause=_API_PAUSES[0], longest=_API_PAUSES[1])
    checks: dict[str, Check] = {"postgres": postgres.check(pool), "nodes": partial(_check_nodes, nodes)}
    upkeep, events = store_postgres.upkeep(pool), Events(pool)
    server = Server(
        given, service="audio", guilds=guilds, checks=checks, upkeep=upkeep, events=events, personal=personal(pool)
    )
    _serve(server, store, engine, handles, Catalogue(nodes, handles, playlists))
    node_service = NodeService(nodes, roster, known_nodes, store_postgres.once)
    server.add(node_service_pb2_grpc.add_NodeServiceServicer_to_server, node_service)
    await stack.enter_async_context(engine.leases)
    return server, engine.watching


@dataclass(frozen=True)
class _Engine:
    ownership: Ownership
    watching: Watching
    outcomes: Outcomes
    voice: GatewayVoice
    leases: Leases


def _engine(
    given: Settings,
    store: PostgresStore,
    nodes: WavelinkNodes,
    voice: GatewayVoice,
    tasks: Tasks,
    *,
    panels: GatewayPanels,
    playlists: ApiPlaylists,
) -> _Engine:
    clock, spans = SystemClock(), tracing.WishSpans()
    ownership = Ownership(store, nodes, clock, tasks, spans)
    watching = Watching(store, clock)
    outcomes = Outcomes(store, clock, ownership.is_ours)
    showing = Showing(panels, store, clock, tasks, spans, deed=deed)
    store.listeners += [ownership.committed, watching.committed, showing.committed]
    dsn = given.database_url.get_secret_value()

    async def gained(bucket: int, epoch: int) -> None:
        await ownership.gained(bucket, epoch)
        showing.gained(bucket)

    leases = Leases(dsn, "audio.bucket", given.instance, gained=gained, lost=ownership.lost)
    stage = Stage(
        store=store,
        nodes=nodes,
        channels=voice,
        clock=clock,
        spans=spans,
        figures=PrometheusFigures(),
        holds=lambda fence: leases.held(fence.bucket) == fence.epoch and ownership.has(fence),
        prepare=ownership.prepare,
        seen=outcomes.seen,
        lonely=Suggesting(store, nodes, playlists, tasks).lonely,
    )
    ownership.begin(stage)
    for work in (ownership.listen, ownership.look, ownership.sample, watching.look):
        with spans.apart():
            tasks.keep(work, work.__qualname__)
    return _Engine(ownership, watching, outcomes, voice, leases)


def _serve(server: Server, store: PostgresStore, engine: _Engine, handles: Handles, catalogue: Catalogue) -> None:
    sign = handles.sign
    commanding = Commanding(store, store_postgres.once, engine.outcomes, engine.voice, sign)
    players = PlayerService(store, commanding, catalogue, engine.watching, sign)
    queues = QueueService(store, commanding, catalogue, sign)
    voices = VoiceEventService(Hearing(store, engine.ownership))
    server.add(player_service_pb2_grpc.add_PlayerServiceServicer_to_server, players)
    server.add(queue_service_pb2_grpc.add_QueueServiceServicer_to_server, queues)
    catalog = CatalogService(catalogue, store, sign)
    server.add(catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server, catalog)
    server.add(voice_event_service_pb2_grpc.add_VoiceEventServiceServicer_to_server, voices)


async def _end_streams(watching: Watching) -> None:
    """Send those who watch to another instance, while the server drains."""
    await asyncio.sleep(_STREAMS_END_AFTER)
    watching.close()


async def _check_nodes(nodes: WavelinkNodes) -> tuple[ops_service_pb2.HealthStatus.ValueType, str]:
    try:
        nodes.choose(0)
    except Refused:
        return _DEGRADED, "No audio node answers: nothing can be played."
    return _HEALTHY, ""
