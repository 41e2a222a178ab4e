"""Which guilds the bot is in: one that is new is told how to begin, once; in one that it left, the music ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gateway.domain.cards import community
from gateway.domain.panel import ChannelLostError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.domain.cards.base import Say
    from gateway.domain.guild import Presence
    from gateway.messaging import Posts

_NEW = 24 * 3600.0
"""Seconds for which a guild that nobody knew is new: before gateway had a table of them, it came into others."""

_SILENT = {Reason.NOT_CONNECTED, Reason.GUILD_NOT_FOUND}
"""What a player says that is nowhere, or that cannot leave because Discord has taken it out."""


class Rows(Protocol):
    """The guilds the bot is or was in. Every method raises Refused(UNAVAILABLE) while they are away."""

    async def open(self) -> dict[int, bool]:
        """Return the guilds the bot is in, and whether it is still to say how to begin."""

    async def join(self, guild_id: int, name: str, *, greet: bool) -> bool:
        """Keep that the bot is in a guild; `greet` one that was not known. Return whether that is still to be done."""

    async def leave(self, guild_id: int) -> None:
        """Keep that the bot is in a guild no more."""

    async def greeted(self, guild_id: int) -> None:
        """Keep that the bot has said how to begin, or cannot."""


class Guilds(Protocol):
    """What Discord told about guilds."""

    def present(self) -> Sequence[Presence]:
        """List the guilds the bot is in, as far as this process knows."""

    def knows(self, guild_id: int) -> bool:
        """Tell whether this process knows if the bot is in a guild: Discord tells others of others."""

    def presence(self, guild_id: int) -> Presence | None:
        """Tell about one; None: the bot is not in it, or this process does not know."""

    def foyer(self, guild_id: int) -> int:
        """Tell the text channel for whoever is new, of those the bot may write in; zero: there is none."""


class Music(Protocol):
    """The players of guilds."""

    async def close(self, guild_id: int) -> None:
        """Stop a player and let it leave. Raises Refused."""


class Membership:
    """Keeps track. `say` gives a guild's words, `now` is the Unix time."""

    def __init__(
        self,
        rows: Rows,
        guilds: Guilds,
        posts: Posts,
        music: Music,
        say: Callable[[int], Say],
        *,
        now: Callable[[], float],
    ) -> None:
        self._rows, self._guilds, self._posts, self._music = rows, guilds, posts, music
        self._say, self._now = say, now
        self._open: set[int] = set()  # guilds of which all is kept

    async def compare(self) -> None:
        """Take note of what happened while nobody was connected. Raises Refused; may be run again."""
        rows = await self._rows.open()
        present = {guild.id: guild for guild in self._guilds.present()}
        known = {guild_id: greet for guild_id, greet in rows.items() if self._guilds.knows(guild_id)}
        for guild_id in known.keys() - present.keys():
            await self.left(guild_id)
        self._open = {guild_id for guild_id, greet in known.items() if guild_id in present and not greet}
        for guild in present.values():
            if guild.id not in self._open:
                await self._keep(guild)

    async def joined(self, guild_id: int) -> None:
        """Take note of a guild that the bot came into, or sees again. Raises Refused; may be run again."""
        guild = None if guild_id in self._open else self._guilds.presence(guild_id)
        if guild:
            await self._keep(guild)

    async def left(self, guild_id: int) -> None:
        """Take note of a guild that the bot left, unless it is back already. Raises Refused; may be run again."""
        self._open.discard(guild_id)
        if not self._guilds.knows(guild_id):  # whoever does will find that it is missing
            return
        try:
            await self._music.close(guild_id)
        except Refused as refusal:
            if refusal.reason not in _SILENT:
                raise
        if self._guilds.knows(guild_id) and self._guilds.presence(guild_id) is None:
            await self._rows.leave(guild_id)

    async def _keep(self, guild: Presence) -> None:
        if guild.joined_at is None:  # Discord has no more to tell at the moment, and will
            return
        is_new = self._now() - guild.joined_at < _NEW
        if await self._rows.join(guild.id, guild.name, greet=is_new):
            await self._greet(guild.id)
            await self._rows.greeted(guild.id)
        self._open.add(guild.id)

    async def _greet(self, guild_id: int) -> None:
        channel_id = self._guilds.foyer(guild_id)
        if not channel_id:
            return
        try:
            await self._posts.post(channel_id, community.first_steps(self._say(guild_id)), nonce=f"hello-{guild_id}")
        except ChannelLostError:
            return
