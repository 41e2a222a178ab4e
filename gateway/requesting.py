"""Channels where people just type what they want to hear: ready for it, kept tidy, and told once what is missing."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from gateway.domain.cards import requests as cards
from gateway.domain.panel import ChannelLostError, MessageGoneError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from gateway.domain.cards.base import Card, Say
    from gateway.domain.guild import Presence
    from gateway.panels import Panels
    from gateway.tidying import Noise

_log = logging.getLogger(__name__)


class Lack(StrEnum):
    """What is missing in a channel."""

    CONTENT = "content"
    """Discord does not tell what people write."""
    DELETING = "deleting"
    """The bot may not delete what others write."""


@dataclass(frozen=True)
class Room:
    """The channel of a guild, and what it was told to be missing there."""

    channel_id: int
    told: Collection[str] = field(default_factory=frozenset)


class Rooms(Protocol):
    """The channels that gateway has made ready. Every method raises Refused(UNAVAILABLE) while they are away."""

    async def known(self) -> Mapping[int, Room]:
        """Return those of all guilds."""

    async def keep(self, guild_id: int, channel_id: int) -> None:
        """Keep a guild's channel, of which nothing was told yet."""

    async def forget(self, guild_id: int) -> None:
        """Forget a guild's channel."""

    async def tell(self, guild_id: int, channel_id: int, lack: Lack) -> bool:
        """Note that a guild's channel is told what is missing; return whether it was not, if it still is that."""

    async def untell(self, guild_id: int, lack: Lack) -> None:
        """Note that it is there."""


class Wishes(Protocol):
    """What guilds chose."""

    async def newer(self, seen: int) -> int:
        """Wait until they are known in a newer version than that; return it."""

    def request_channels(self) -> Mapping[int, int]:
        """Return the channels of those guilds that chose one."""


class Ears(Protocol):
    """Whether Discord tells the bot what people write. Every method raises Refused(UNAVAILABLE)."""

    async def is_granted(self) -> bool:
        """Tell whether it would, if it was asked for it."""

    async def listen(self, *, wanted: bool) -> bool:
        """Ask for it from now on, or no more; return whether it is told."""


class Places(Protocol):
    """Guilds and their channels, as far as Discord tells this process about them."""

    def is_complete(self) -> bool:
        """Tell whether it has told all of it."""

    def knows(self, guild_id: int) -> bool:
        """Tell whether it has told about a guild, or else the bot is not in it."""

    def present(self) -> Iterable[Presence]:
        """List the guilds the bot is in."""

    def may_write(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can write in a channel. Refused(GUILD_NOT_FOUND)."""

    def may_delete(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can delete there what others write. Refused(GUILD_NOT_FOUND)."""


class Messages(Protocol):
    """Messages in channels. Every method raises ChannelLostError, or Refused(UNAVAILABLE) while Discord is away."""

    async def post(self, channel_id: int, card: Card) -> int:
        """Post a message; return its id."""

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message. Raises MessageGoneError."""


class Requests:
    """Keeps the channels. `say` gives a guild's words."""

    def __init__(
        self,
        rooms: Rooms,
        wishes: Wishes,
        ears: Ears,
        places: Places,
        messages: Messages,
        *,
        panels: Panels,
        say: Callable[[int], Say],
    ) -> None:
        self._rooms, self._wishes, self._ears, self._places = rooms, wishes, ears, places
        self._messages, self._panels, self._say = messages, panels, say
        self._ready: dict[int, int] = {}  # guilds, and the channels that the panel was brought to
        self._seen = 0  # the version of what guilds chose
        self._one_after_the_other = asyncio.Lock()

    async def check(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused unless a channel could be one."""
        if not self._places.may_write(guild_id, channel_id):
            raise Refused(Reason.CHANNEL_NOT_WRITABLE)
        if not await self._ears.is_granted():
            raise Refused(Reason.CONTENT_INTENT_MISSING)

    async def follow(self) -> None:
        """Make ready what guilds choose, for ever. Raises Refused; what is left to be done is when it is run again."""
        seen = 0
        while True:
            seen = self._seen = await self._wishes.newer(seen)
            await self.look()

    async def look(self) -> None:
        """Make ready what is chosen, once that and all guilds are known.

        Raises Refused once each guild had its turn, if one is not ready; may be run again.
        """
        async with self._one_after_the_other:
            if self._seen and self._places.is_complete():
                await self._settle()

    async def clear(self, noise: Noise) -> None:
        """Take answers away, and the message that they are to; where the bot may not, say so once. Raises Refused."""
        may_delete = noise.written and self._places.may_delete(noise.guild_id, noise.channel_id)
        for message_id in (*noise.said_ids, noise.id) if may_delete else noise.said_ids:
            with suppress(MessageGoneError, ChannelLostError):  # then nothing of it is left to be read
                await self._messages.delete(noise.channel_id, message_id)
        if noise.written and not may_delete:
            await self._complain(noise.guild_id, noise.channel_id, Lack.DELETING)

    async def lost(self, guild_id: int, channel_id: int) -> None:
        """Take note that the bot can write in a channel no more."""
        await self._panels.lost(guild_id, channel_id)

    async def _settle(self) -> None:
        here = {guild.id for guild in self._places.present()}
        chosen = self._wishes.request_channels()
        rooms = {guild_id: channel_id for guild_id, channel_id in chosen.items() if guild_id in here}
        hears = await self._ears.listen(wanted=bool(rooms))
        known = await self._rooms.known()
        for guild_id in filter(self._places.knows, known.keys() - chosen.keys()):
            await self._panels.leave(guild_id, known[guild_id].channel_id)
            await self._rooms.forget(guild_id)
            self._ready.pop(guild_id, None)
        refused = None
        for guild_id, channel_id in rooms.items():
            try:
                room = await self._moved(guild_id, known.get(guild_id, Room(0)), channel_id)
                await self._open(guild_id, room, hears=hears)
            except Refused as refusal:
                _log.warning("a channel for requests is not ready: %s", refusal, extra={"guild_id": guild_id})
                refused = refusal
        if refused:
            raise refused

    async def _moved(self, guild_id: int, room: Room, channel_id: int) -> Room:
        """Return a guild's channel, after a move if another one was chosen."""
        if room.channel_id == channel_id:
            return room
        await self._panels.leave(guild_id, room.channel_id)
        await self._rooms.keep(guild_id, channel_id)
        return Room(channel_id)

    async def _open(self, guild_id: int, room: Room, *, hears: bool) -> None:
        """Bring the panel to a channel, or say what is missing there."""
        if Lack.DELETING in room.told and self._places.may_delete(guild_id, room.channel_id):
            await self._rooms.untell(guild_id, Lack.DELETING)
        if hears and Lack.CONTENT in room.told:
            await self._rooms.untell(guild_id, Lack.CONTENT)
        elif not hears and Lack.CONTENT not in room.told:
            await self._complain(guild_id, room.channel_id, Lack.CONTENT)
        if hears and self._ready.get(guild_id) != room.channel_id:
            await self._panels.settle(guild_id)
            self._ready[guild_id] = room.channel_id

    async def _complain(self, guild_id: int, channel_id: int, lack: Lack) -> None:
        """Say in a channel what is missing, unless that was said already."""
        if not await self._rooms.tell(guild_id, channel_id, lack):
            return
        try:
            await self._messages.post(channel_id, cards.missing(self._say(guild_id), lack))
        except ChannelLostError:  # the panel tells whoever can fix that
            return
        except Refused:
            await self._rooms.untell(guild_id, lack)
            raise
