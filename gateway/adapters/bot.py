"""The connection to Discord: REST and gateway."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

import aiohttp
import discord
import discord.shard
import yarl
from discord.gateway import ReconnectWebSocket
from discord.http import Route

from gateway.adapters.rest import Rest
from gateway.adapters.socket import Return, Socket
from gateway.domain.shard import shard_of
from gateway.domain.voice import Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from gateway.adapters.memory import Memory
    from gateway.adapters.parts import Payload
    from gateway.identifying import Gate

_log = logging.getLogger(__name__)
_AUTHENTICATION_FAILED = 4004
_CONTENT = discord.Intents(message_content=True).value
_UNHEARD = "MESSAGE_UPDATE"  # each edit of an answer or a panel is one; a message would be made of it, for nobody
_LOOK = 0.1  # seconds between two looks at a lease
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds
_AWAY = (OSError, TimeoutError, aiohttp.ClientError, discord.GatewayNotFound, discord.HTTPException)


class BadTokenError(Exception):
    """Discord does not accept the bot's token."""


class Events(Protocol):
    """Takes what Discord tells, in Discord's order."""

    def session(self, shard_id: int, is_of_shard: Callable[[int], bool]) -> None:
        """A shard is connected and its guilds are known; again with each new session."""

    def message(self, message: discord.Message) -> None:
        """Somebody wrote something."""

    def interaction(self, interaction: discord.Interaction[Bot]) -> None:
        """Somebody used a command or a button."""

    def voice_state(self, guild_id: int, *, own: bool) -> None:
        """The bot (`own`), or somebody in its channel, changed their voice state."""

    def voice_server(self, guild_id: int, server: Server | None) -> None:
        """The bot was given a voice server; None: it will be given another one."""

    def guild(self, guild_id: int) -> None:
        """The bot has come into a guild, or sees it again."""

    def member(self, guild_id: int, user_id: int, name: str) -> None:
        """Somebody came into a guild."""

    def no_guild(self, guild_id: int) -> None:
        """The bot is no longer in a guild."""

    def begun(self, guild_id: int) -> None:
        """The session of a guild's shard is another one."""


def point_at(api_url: str, gateway_url: str) -> None:
    """Use another Discord than the real one. Must come before the first login."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        Socket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class Bot(discord.AutoShardedClient):
    """The bot as Discord sees it; who mentions it is understood.

    Of the privileged intents it asks for that for members, and for that for content where somebody wants it; both where
    they are granted.
    """

    events: Events

    def __init__(self, gate: Gate, memory: Memory, *, wants_content: bool) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, voice_states=True, guild_messages=True),
            max_messages=None,
            # Without members to wait for, guilds arrive within milliseconds; the default adds 2 s to each start.
            guild_ready_timeout=0.2,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        del self._connection.parsers[_UNHEARD]
        self._gate = gate
        self.memory = memory
        self._reconnect = True
        self._gateway = Socket.DEFAULT_GATEWAY
        self._turn = asyncio.Lock()
        self._holding: dict[int, asyncio.Task[None]] = {}
        self.told: set[int] = set()
        """The shards that are held and whose guilds are known."""
        self._refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.returning: dict[int, Return] = {}
        """The ways back into sessions, by shard, until they are found or closed."""
        discord.shard.DiscordWebSocket = Socket  # type: ignore[misc]  # the library cannot be given another one
        self._wants_content = wants_content
        self.http = self._connection.http = self._rest = Rest(self.loop)

    async def enter(self, token: str) -> int:
        """Log in, and return how many shards Discord recommends. It may be away: it is tried again.

        Raises BadTokenError.
        """
        try:
            return await _persist(lambda: self._login(token))
        except discord.LoginFailure as error:
            raise BadTokenError from error

    async def run_until_refused(self) -> None:
        """Wait until Discord refuses a shard for good, and raise why. Raises BadTokenError."""
        try:
            await self._refused
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                raise BadTokenError from error
            raise

    @property
    def held(self) -> Collection[int]:
        """The shards that it is for this process to be connected with."""
        return self._holding.keys()

    def shard_of(self, guild_id: int) -> int:
        """Return the shard of a guild; what is in none is told to the first one."""
        return shard_of(guild_id, self.shard_count or 1)

    def holds(self, guild_id: int) -> bool:
        """Tell whether it is for this process to be told about a guild."""
        return self.shard_of(guild_id) in self._holding

    def knows(self, guild_id: int) -> bool:
        """Tell whether Discord has told this process about a guild, or else there is none."""
        return self.shard_of(guild_id) in self.told

    def hold(self, shard_id: int, shard_count: int, *, is_sure: Callable[[], bool]) -> None:
        """Connect a shard: no other process is. The number of all of them changes while none is held.

        While it is not sure that this is still so, what is connected stays, and what Discord ends is not gone on with.
        """
        self.shard_count = self._connection.shard_count = shard_count
        holding = self._holding[shard_id] = asyncio.create_task(self._keep(shard_id, is_sure), name=f"shard {shard_id}")
        holding.add_done_callback(self._ended)
        self._look()

    async def let_go(self, shard_id: int) -> None:
        """Connect a shard no more, so that another process may go on with its session; forget its guilds."""
        holding = self._holding.pop(shard_id, None)
        self.told.discard(shard_id)
        self._look()
        while holding and not holding.done():
            holding.cancel()  # the library may swallow it
            await asyncio.wait([holding], timeout=0.1)
        if shard := self._parents.pop(shard_id, None):
            shard._cancel_task()  # noqa: SLF001  (the library has no other way to end it)
        await Socket.close_all(shard_id)
        self.returning.pop(shard_id, None)
        state = self._connection
        state._ready_states.pop(shard_id, None)  # noqa: SLF001  (as above)
        if getting_ready := state._ready_tasks.pop(shard_id, None):  # noqa: SLF001  (as above)
            getting_ready.cancel()
        for guild in [guild for guild in self.guilds if guild.shard_id == shard_id]:
            state._remove_guild(guild)  # noqa: SLF001  (as above)

    async def _keep(self, shard_id: int, is_sure: Callable[[], bool]) -> None:
        """Be connected with a shard until cancelled; what the library does for all of them, one after the other."""
        async with self._turn:  # who is connected and waits to begin a session does not hear Discord meanwhile
            await self.launch_shard(self._gateway, shard_id, initial=True)
        shard, events = self._parents[shard_id], asyncio.PriorityQueue[discord.shard.EventItem]()
        shard._queue_put = events.put_nowait  # noqa: SLF001  (it would be the queue of all)
        while True:
            event = await events.get()
            while not is_sure():  # noqa: ASYNC110  (a lease ends by itself)
                await asyncio.sleep(_LOOK)
            if isinstance(event.error, ReconnectWebSocket):
                await shard.reidentify(event.error)
            elif event.type == discord.shard.EventType.reconnect:
                await shard.reconnect()
            elif event.error:
                raise event.error

    def _ended(self, holding: asyncio.Task[None]) -> None:
        error = None if holding.cancelled() else holding.exception()
        if error and not self._refused.done():
            self._refused.set_exception(error)

    def _look(self) -> None:
        """Be ready while all shards that are held have told which guilds they have."""
        self._ready.set() if self._holding and self.told >= self._holding.keys() else self._ready.clear()

    @property
    def _parents(self) -> dict[int, discord.shard.Shard]:
        found: dict[int, discord.shard.Shard] = self._AutoShardedClient__shards  # type: ignore[attr-defined]  # the library has no other way to them
        return found

    def trouble(self) -> str:
        """Say in one sentence what stands between the bot and Discord; empty: nothing."""
        if self._gate.stopped:
            return self._gate.stopped
        if stopped := self._rest.stopped():
            return stopped
        if not self.is_ready() or any(shard.is_closed() for shard in self.shards.values()):
            return "Not connected to Discord; it is tried again."
        return ""

    async def close(self) -> None:
        """Drop the connection without saying goodbye.

        A goodbye would end the session, and with it the bot's place in voice. Discord keeps both for a while, so the
        next process goes on with the session and nobody hears of it.
        """
        await self.http.close()

    async def _login(self, token: str) -> int:
        try:
            await self.login(token)
            self._ask_for_members()
            if self._wants_content:
                self._ask_for_content()
            recommended, gateway, _ = await self.http.get_bot_gateway()
        except _AWAY:
            # A session that failed is not closed by the library, and its connector cannot be used again.
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise
        self._gateway = yarl.URL(gateway)
        return recommended

    def _ask_for_members(self) -> None:
        """Let Discord tell who comes into guilds, if it would: whoever asks for what is not granted is not let in."""
        flags = self.application_flags
        if flags.gateway_guild_members or flags.gateway_guild_members_limited:
            self._connection._intents.members = True  # noqa: SLF001  (the library wants to know it before it has logged in)
        else:
            _log.warning(
                "nobody can be welcomed: turn on the Server Members Intent under Bot in Discord's developer portal"
            )

    def _ask_for_content(self) -> None:
        """Let Discord tell what people write, if it would."""
        granted = tells_content(self.application_flags)
        self.listen(granted=granted)
        if not granted:
            _log.warning(
                "nobody's words are heard: turn on the Message Content Intent under Bot in Discord's developer portal"
            )

    def listen(self, *, granted: bool) -> None:
        """Ask for what people write, or not, in the sessions that begin from now on."""
        self._connection._intents.message_content = granted  # noqa: SLF001  (as above)

    def hears(self, shard_id: int) -> bool:
        """Tell whether the session of a shard is told what people write."""
        return bool(self.memory.intents(shard_id) & _CONTENT)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard, with the session that another process left if there is one."""
        left = await self.memory.left(shard_id, self.shard_count or 1)
        if left:
            self.returning[shard_id] = await Return.into(left, self._connection)
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Keep Discord's pace, and within the sessions of a day.

        The library waits five seconds where Discord has ended a session. By then audio knows, from its node, that the
        bot's place in voice ended with it, and does not take the bot for sent away.
        """
        await super().before_identify_hook(shard_id, initial=initial)
        await self._gate.enter(self.application_id or 0)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Pass it on, unless the shard was let go of in the moment since."""
        if shard_id in self._holding:
            self.told.add(shard_id)
            self._look()
            _log.info("connected to Discord", extra={"shard": shard_id, "guilds": len(self.guilds)})
            self.events.session(shard_id, lambda guild_id: self.shard_of(guild_id) == shard_id)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Pass it on, for each guild."""
        for guild in self.guilds:
            if guild.shard_id == shard_id:
                self.events.begun(guild.id)

    async def on_message(self, message: discord.Message) -> None:
        """Pass it on."""
        self.events.message(message)

    async def on_interaction(self, interaction: discord.Interaction[Bot]) -> None:
        """Pass it on."""
        self.events.interaction(interaction)

    async def on_member_join(self, member: discord.Member) -> None:
        """Pass it on."""
        if not member.bot:
            self.events.member(member.guild.id, member.id, member.display_name)

    async def on_voice_state_update(
        self, member: discord.Member, before: discord.VoiceState, after: discord.VoiceState
    ) -> None:
        """Pass on what concerns the bot's channel."""
        me = member.guild.me
        own = member.id == me.id
        if own or (me.voice and me.voice.channel in (before.channel, after.channel)):
            self.events.voice_state(member.guild.id, own=own)
        if own and isinstance(after.channel, discord.StageChannel) and after.channel != before.channel:
            await _ask_to_speak(me, after.channel)

    async def on_voice_server(self, told: Payload) -> None:
        """Pass it on: `gateway.adapters.socket` tells it, the library tells nobody."""
        server = Server(told["endpoint"], told["token"]) if told.get("endpoint") else None
        self.events.voice_server(int(told["guild_id"]), server)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass it on."""
        self.events.guild(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Pass it on, unless the bot left it in the moment since; at the start this comes for each guild."""
        if self.get_guild(guild.id):
            self.events.guild(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass it on."""
        self.events.no_guild(guild.id)


def tells_content(flags: discord.ApplicationFlags) -> bool:
    """Tell whether Discord would tell an application what people write."""
    return flags.gateway_message_content or flags.gateway_message_content_limited


async def _ask_to_speak(me: discord.Member, stage: discord.StageChannel) -> None:
    """Become a speaker, as a moderator of the stage may, or raise a hand as everybody else."""
    try:
        if stage.permissions_for(me).mute_members:
            await me.edit(suppress=False)
        else:
            await me.request_to_speak()
    except discord.HTTPException as error:
        _log.warning("cannot ask to speak on a stage", extra={"channel_id": stage.id, "error": str(error)})


async def _persist(work: Callable[[], Awaitable[int]]) -> int:
    """Do it again while Discord is away."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await work()
        except discord.LoginFailure:
            raise
        except _AWAY as error:
            _log.warning("Discord cannot be reached: %s; it is tried again in %.0f s", error, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
