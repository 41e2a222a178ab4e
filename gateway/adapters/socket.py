"""A shard's connection to Discord, which also goes on with the session that another process left."""

# ruff: noqa: SLF001  (the library has no public way back into a session)

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self
from weakref import WeakSet

import discord
import yarl
from discord.gateway import DiscordWebSocket

from gateway.adapters.memory import Session
from gateway.adapters.parts import LISTS, OWN, SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from discord.state import AutoShardedConnectionState

    from gateway.adapters.memory import Left, Memory
    from gateway.adapters.parts import Payload

_log = logging.getLogger(__name__)
_CLOSED_WITHIN = 1.0  # seconds for Discord's side of it; nothing is read any more


@dataclass
class Return:
    """The way back into a session: how its guilds were, and what was missed, until Discord has told all of that.

    The bot knows nothing of it before: it would act on what Discord is about to correct, or refuses to go on with.
    """

    session: Session
    guilds: list[discord.Guild] = field(default_factory=list)
    servers: list[Payload] = field(default_factory=list)
    missed: list[Callable[[], None]] = field(default_factory=list)
    asked: bool = False

    @classmethod
    async def into(cls, left: Left, state: AutoShardedConnectionState[Any]) -> Return:
        """Make the guilds of what was left; that of thousands takes seconds, in which others have their turn."""
        back = cls(left.session)
        for text in left.guilds:
            told = json.loads(text)
            guild = told[OWN][0] | {kind: told.get(kind, []) for kind in LISTS}
            back.guilds.append(discord.Guild(data=guild, state=state))
            back.servers += told.get(SERVER, ())
            await asyncio.sleep(0)
        return back


class Remembering(Protocol):
    """The client of connections, as these need it."""

    memory: Memory
    returning: dict[int, Return]

    def get_guild(self, guild_id: int, /) -> discord.Guild | None:
        """Return a guild that Discord has told of."""


class Socket(DiscordWebSocket):
    """A connection that remembers what it is told."""

    _bot: Remembering
    _all: ClassVar[WeakSet[Socket]] = WeakSet()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._all.add(self)

    @classmethod
    async def close_all(cls, shard_id: int) -> None:
        """Close what a shard has open without a goodbye, also what was only about to be its own."""
        own = [socket for socket in cls._all if socket.shard_id == shard_id and socket.open]
        closing = [asyncio.create_task(socket.close()) for socket in own]
        if closing:
            await asyncio.wait(closing, timeout=_CLOSED_WITHIN)

    @classmethod
    async def from_client(cls, client: Any, *, shard_id: int, resume: bool = False, **how: Any) -> Self:  # type: ignore[override]  # the library's client is always a `Remembering`
        """Connect and begin a session, or go on with one: that of this process, or that of another before it."""
        if not resume:
            back = client.returning.get(shard_id)
            if back and not back.asked:
                back.asked = resume = True
                url, left = yarl.URL(back.session.resume_url), back.session
                how |= {"gateway": url, "session": left.id, "sequence": left.sequence}
            else:
                client.returning.pop(shard_id, None)
        socket = await super().from_client(client, shard_id=shard_id, resume=resume, **how)
        socket._bot = client
        parsers = socket._discord_parsers
        socket._discord_parsers = {event: partial(socket._hear, event, parse) for event, parse in parsers.items()}
        return socket

    def _hear(self, event: str, parse: Callable[[Payload], None], told: Payload) -> None:
        take = partial(self._take, self.sequence or 0, event, parse, told)
        back = self._bot.returning.get(self.shard_id or 0)
        if back is None:
            take()
        else:
            back.missed.append(take)
            if event == "RESUMED":
                self._return(back)

    def _take(self, sequence: int, event: str, parse: Callable[[Payload], None], told: Payload) -> None:
        state, shard_id = self._connection, self.shard_id or 0
        if event == "READY":
            url, intents = told["resume_gateway_url"], state._intents.value
            begun = Session(shard_id, self.shard_count or 1, told["session_id"], url, intents=intents, anew=True)
            self._bot.memory.follow(begun)
        try:
            self._bot.memory.note(shard_id, sequence, event, told, state.self_id or 0)
            parse(told)
        except Exception:  # noqa: BLE001  (it would end the bot, and then whoever goes on with the session)
            _log.exception("an event of Discord's was not understood", extra={"event": event})
            self._bot.memory.settle(int(told.get("id") or 0))
        if event == "VOICE_SERVER_UPDATE":
            self._dispatch("voice_server", told)
        elif event == "VOICE_STATE_UPDATE" and told["user_id"] == str(state.self_id):
            guild = self._bot.get_guild(int(told["guild_id"]))
            if guild and guild.me and guild.me.voice:
                guild.me.voice.session_id = told["session_id"]  # the library keeps the first one

    def _return(self, back: Return) -> None:
        """Let the library know what it would if it had been there all the time."""
        state: Any = self._connection
        shard_id = back.session.shard_id
        del self._bot.returning[shard_id]
        self._bot.memory.follow(back.session)
        me = state.user._to_minimal_user_json()
        state.parse_ready({"user": me, "shard": [shard_id, back.session.shard_count], "guilds": []})
        for guild in back.guilds:
            state._add_guild(guild)
        for server in back.servers:
            self._dispatch("voice_server", server)
        for take in back.missed:
            take()
        for guild in back.guilds:
            if self._bot.get_guild(guild.id) is guild and not guild.unavailable:
                state._add_ready_state(guild)
