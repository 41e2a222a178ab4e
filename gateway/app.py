"""Puts gateway together: the only place that names concrete parts."""

from __future__ import annotations

import asyncio
import logging
import time
import zoneinfo
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.adapters.bot import BadTokenError, Bot, point_at
from gateway.adapters.community import WorkerLastfm, WorkerSchedules, WorkerStatistics
from gateway.adapters.config import Config, level
from gateway.adapters.declaring import declare
from gateway.adapters.files import CdnFiles
from gateway.adapters.guilds import DiscordGuilds
from gateway.adapters.interactions import Interactions
from gateway.adapters.memory import Memory
from gateway.adapters.messages import RestMessages
from gateway.adapters.others import Others
from gateway.adapters.peers import AudioCatalog, AudioPlayers, AudioQueues, AudioVoiceEvents, WorkerImports
from gateway.adapters.personal import personal
from gateway.adapters.playlists import ApiPlaylists
from gateway.adapters.postgres import (
    PostgresDeclarations,
    PostgresIdentifies,
    PostgresJournal,
    PostgresMembership,
    PostgresPanels,
    upkeep,
)
from gateway.adapters.preferences import ApiAccount, ApiPreferences
from gateway.adapters.relay import Relay
from gateway.adapters.requests import DiscordEars, PostgresNoises, PostgresRooms
from gateway.adapters.sessions import PostgresSessions
from gateway.adapters.settings import ApiSettings
from gateway.adapters.shards import MOST_SHARDS, Connections, DiscordShards
from gateway.admission import Admission
from gateway.answering import Answering
from gateway.commands import (
    asking,
    dj,
    help,  # noqa: A004  (as people type it)
    importing,
    lastfm,
    lyrics,
    panel,
    playback,
    playlists,
    preferences,
    privacy,
    queue,
    requests,
    schedules,
    sound,
    stats,
    voice,
)
from gateway.commands import settings as guild_settings
from gateway.commands.command import Commands, Desk
from gateway.community import Community
from gateway.directory import Directory
from gateway.domain.interaction import First
from gateway.finishing import finish
from gateway.identifying import Gate
from gateway.membership import Membership
from gateway.messaging import Messaging
from gateway.panels import Panels
from gateway.playback import Playback
from gateway.playlists import Playlists
from gateway.reporting import Reports
from gateway.requesting import Requests
from gateway.service.guilds import GuildService
from gateway.service.messages import MessageService
from gateway.service.panels import PanelService
from gateway.service.shards import ShardService
from gateway.service.voice_channels import VoiceChannelService
from gateway.settings import Settings
from gateway.singing import Singing
from gateway.speaking import Speaking
from gateway.tidying import Tidying
from gateway.voice import Voice
from gateway.voice_status import VoiceStatuses
from gateway.watching import Watching
from gateway.words import Languages
from kit import client, postgres, settings, telemetry
from kit.actor import acting_as, system
from kit.events import Events
from kit.lease import Leases
from kit.server import Check, Server
from kit.tasks import Tasks
from segue.gateway.v1 import (
    guild_service_pb2_grpc,
    message_service_pb2_grpc,
    panel_service_pb2_grpc,
    shard_service_pb2_grpc,
    voice_channel_service_pb2_grpc,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from grpc.aio import Channel

    from kit.postgres import Pool

_log = logging.getLogger(__name__)
_LEASE = 4.0  # seconds without a renewal after which another gateway begins; Discord keeps a session for longer
_API_PAUSES = 0.1, 2.0  # seconds between tries to follow settings while api is away: at first, at last
_LONGEST_PAUSE = 5.0  # seconds between tries to agree on the number of shards while the database is away
_WORDS = Path(__file__).parent / "locales" / "en.ftl"
_LISTED = (
    *playback.COMMANDS,
    *lyrics.COMMANDS,
    *asking.COMMANDS,
    *queue.COMMANDS,
    *importing.COMMANDS,
    *playlists.COMMANDS,
    *sound.COMMANDS,
    *voice.COMMANDS,
    *dj.COMMANDS,
    *schedules.COMMANDS,
    *stats.COMMANDS,
    *guild_settings.COMMANDS,
    *preferences.COMMANDS,
    *lastfm.COMMANDS,
    *privacy.COMMANDS,
)
_HELP = help.command(_LISTED)
_COMMANDS = Commands(
    (*_LISTED, _HELP),
    (
        *playback.BUTTONS,
        *lyrics.BUTTONS,
        *asking.BUTTONS,
        *queue.BUTTONS,
        *importing.BUTTONS,
        *panel.BUTTONS,
        *playlists.BUTTONS,
        *schedules.BUTTONS,
        *guild_settings.BUTTONS,
        *lastfm.BUTTONS,
        *privacy.BUTTONS,
        replace(_HELP, first=First.UPDATE),
    ),
    requests.WRITTEN,
)


async def run() -> None:
    """Run gateway until it is told to stop; exit code 2 with a sentence for a token that Discord refuses."""
    zoneinfo.reset_tzpath(())  # time zones are those of the lock file's tzdata, as worker's are
    given = settings.load(Settings)
    point_at(given.discord_api_url, given.discord_gateway_url)
    logging.getLogger("discord").setLevel(logging.WARNING)  # below that it tells tokens and session ids
    try:
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            server, connect = await _build(given, stack)
            connecting = group.create_task(connect())
            try:
                await server.run()
            except asyncio.CancelledError:  # the connection has failed for good
                await server.stop(drain=0)
                raise
            connecting.cancel()
    except* BadTokenError:
        _log.error("Discord does not accept DISCORD_TOKEN: give the token shown under Bot in its developer portal")
        raise SystemExit(2) from None


async def _build(given: Settings, stack: AsyncExitStack) -> tuple[Server, Callable[[], Coroutine[None, None, None]]]:
    pool = await postgres.open_pool(given, schema="gateway")
    stack.push_async_callback(pool.close)
    sessions = PostgresSessions(pool)
    memory = Memory(sessions, asyncio.sleep)
    names = "audio", "worker", "api", "gateway"
    peers = [await stack.enter_async_context(client.channel(given.mesh, peer)) for peer in names]
    audio, worker, api, own = peers
    tasks = await stack.enter_async_context(Tasks())
    languages = Languages.read(_WORDS)
    rooms = PostgresRooms(pool)
    bot = await stack.enter_async_context(await _bot(pool, memory, rooms))
    tasks.keep(memory.keep, "memory of sessions")
    declaring = partial(declare, bot, _COMMANDS.declared(languages), PostgresDeclarations(pool))
    likes = ApiPreferences(api)
    config = Config(api, likes)
    tasks.keep(config.follow, "settings of guilds", pause=_API_PAUSES[0], longest=_API_PAUSES[1])
    guilds = DiscordGuilds(bot, config)
    speaking = Speaking(languages, likes.language, config.of, guilds.locale)
    signalling = Voice(guilds, time.time)
    reports = Reports(signalling.snapshot, AudioVoiceEvents(audio), tasks.spawn, asyncio.sleep, holds=bot.holds)
    players = AudioPlayers(audio)
    playing = Playback(players, AudioQueues(audio), AudioCatalog(audio))
    posts = RestMessages(bot)
    panels = _panels(PostgresPanels(pool), posts, playing, config, speaking, tasks=tasks)
    statuses = VoiceStatuses(posts, config.of, now=time.monotonic, sleep=asyncio.sleep)
    desk = _desk(given, playing, panels, config, languages, likes=likes, audio=audio, api=api, worker=worker)
    journal = PostgresJournal(pool, bot.memory.settle)
    admission = Admission(config.of, partial(level, config), time.monotonic)
    watching = _watching(journal, tasks)
    answering = Answering(desk, speaking, admission, journal, watching, sleep=asyncio.sleep)
    typed = Requests(rooms, config, DiscordEars(bot), guilds, posts, panels=panels, say=speaking.to_guild)
    tidying = Tidying(PostgresNoises(pool), typed.clear, keep=tasks.keep, sleep=asyncio.sleep, holds=bot.holds)
    interactions = Interactions(
        bot, _COMMANDS, desk, speaking, answering, requests=typed, clear=tidying.later, chosen=config.of
    )
    membership = Membership(PostgresMembership(pool), guilds, posts, players, speaking.to_guild, now=time.time)
    messaging = Messaging(guilds, posts, speaking.to_guild, chosen=config.of, now=time.time)
    relay = partial(Relay, membership=membership, messaging=messaging)
    take_up = partial(_take_up, journal, interactions, tidying, panels, tasks=tasks)
    look = partial(_as_system, typed.look)
    bot.events = relay(declaring, interactions, signalling, reports, tasks, take_up=take_up, look=look)
    tasks.keep(partial(_as_system, typed.follow), "choices of channels for requests", longest=_API_PAUSES[1])
    others = Others(pool, bot, own, given.instance)
    server = _server(given, pool, bot, guilds, others)
    directory, shards = Directory(guilds, PostgresMembership(pool)), DiscordShards(bot, given.instance)
    messages = MessageService(messaging, typed, partial(postgres.transaction, pool))
    _serve(server, GuildService(directory, others), signalling, PanelService(panels, statuses), messages=messages)
    server.add(shard_service_pb2_grpc.add_ShardServiceServicer_to_server, ShardService(shards, others))
    return server, partial(_connect, given, bot, sessions, memory, tasks)


async def _bot(pool: Pool, memory: Memory, rooms: PostgresRooms) -> Bot:
    gate = Gate(PostgresIdentifies(pool), asyncio.sleep)
    return Bot(gate, memory, wants_content=bool(await rooms.known()))


def _desk(
    given: Settings,
    playing: Playback,
    panels: Panels,
    config: Config,
    languages: Languages,
    *,
    likes: ApiPreferences,
    audio: Channel,
    api: Channel,
    worker: Channel,
) -> Desk:
    return Desk(
        playing,
        WorkerImports(worker),
        Playlists(ApiPlaylists(api), playing, CdnFiles(given.discord_cdn_url)),
        panels,
        ApiSettings(api),
        likes,
        ApiAccount(api, likes),
        config,
        languages,
        Community(WorkerSchedules(worker), WorkerStatistics(worker)),
        Singing(playing.players, AudioCatalog(audio), time.time),
        WorkerLastfm(worker),
    )


async def _connect(given: Settings, bot: Bot, sessions: PostgresSessions, memory: Memory, tasks: Tasks) -> None:
    """Be connected with a share of the shards until cancelled. Raises BadTokenError."""
    recommended = await bot.enter(given.discord_token.get_secret_value())
    agreeing = partial(sessions.agree, recommended, given.instance, _LEASE)
    await tasks.keep(agreeing, "number of shards", longest=_LONGEST_PAUSE)
    async with _leases(given, bot, sessions, memory):
        await bot.run_until_refused()


def _leases(given: Settings, bot: Bot, sessions: PostgresSessions, memory: Memory) -> Leases:
    """Return what lets one gateway at a time be connected with a shard; the next one's turn is once it is no more."""
    one_after_the_other = defaultdict[int, asyncio.Lock](asyncio.Lock)

    async def gained(shard_id: int, epoch: int) -> None:
        async with one_after_the_other[shard_id]:
            sessions.epochs[shard_id] = epoch
            bot.hold(shard_id, leases.buckets, is_sure=lambda: leases.held(shard_id) is not None)

    async def lost(shard_id: int, _epoch: int) -> None:
        async with one_after_the_other[shard_id]:
            await bot.let_go(shard_id)
            await memory.finish(shard_id)

    leases = Leases(
        given.database_url.get_secret_value(),
        "gateway.connection",
        given.instance,
        _LEASE,
        most=MOST_SHARDS,
        until_taken=True,  # while the database is away for all, somebody has to tell people so
        gained=gained,
        lost=lost,
    )
    return leases


def _panels(
    rows: PostgresPanels, posts: RestMessages, playing: Playback, config: Config, speaking: Speaking, *, tasks: Tasks
) -> Panels:
    knows, say, now = _COMMANDS.knows, speaking.to_guild, time.monotonic
    return Panels(rows, posts, playing, config.of, say, knows=knows, now=now, sleep=asyncio.sleep, spawn=tasks.spawn)


def _watching(journal: PostgresJournal, tasks: Tasks) -> Watching:
    async def untraced(work: Coroutine[object, object, None]) -> None:
        with telemetry.untraced():
            await work

    return Watching(
        journal, spawn=lambda work, name: tasks.spawn(untraced(work), name), now=time.time, sleep=asyncio.sleep
    )


def _server(given: Settings, pool: Pool, bot: Bot, guilds: DiscordGuilds, others: Others) -> Server:
    checks: dict[str, Check] = {
        "discord": Connections(bot, others, given.instance).check,
        "postgres": postgres.check(pool),
    }
    events, people = Events(pool), personal(pool)
    return Server(
        given,
        service="gateway",
        guilds=guilds,
        checks=checks,
        upkeep=upkeep(pool),
        events=events,
        personal=people,
        serves=lambda: bool(bot.held),
        passing=others,
    )


def _serve(
    server: Server, guilds: GuildService, signalling: Voice, panels: PanelService, *, messages: MessageService
) -> None:
    voices = VoiceChannelService(signalling)
    server.add(guild_service_pb2_grpc.add_GuildServiceServicer_to_server, guilds)
    server.add(voice_channel_service_pb2_grpc.add_VoiceChannelServiceServicer_to_server, voices)
    server.add(panel_service_pb2_grpc.add_PanelServiceServicer_to_server, panels)
    server.add(message_service_pb2_grpc.add_MessageServiceServicer_to_server, messages)


async def _take_up(
    journal: PostgresJournal,
    interactions: Interactions,
    tidying: Tidying,
    panels: Panels,
    is_of_shard: Callable[[int], bool],
    *,
    tasks: Tasks,
) -> None:
    """Take away what is to go in a shard, answer what was left unanswered there, and bring its panels up to date."""
    await tidying.recover(is_of_shard)
    left = [asked for asked in await journal.unanswered() if is_of_shard(asked.guild_id)]
    await finish(left, interactions.finish, tasks.spawn)
    await _as_system(partial(panels.recover, is_of_shard))


async def _as_system(work: Callable[[], Awaitable[None]]) -> None:
    """Do what no person asked for."""
    with acting_as(system()):
        await work()
