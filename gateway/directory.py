"""Which guilds somebody shares with the bot, and what they see there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gateway.domain.guild import Bot, Channel, Guild
    from gateway.domain.interaction import Person

_AT_ONCE = 20  # members asked for at the same time


class Guilds(Protocol):
    """What Discord told about guilds. All raise Refused(UNAVAILABLE) before it has told which there are."""

    def known(self) -> Sequence[Guild]:
        """List all guilds of the bot, by id."""

    def about(self, guild_id: int) -> Guild:
        """Tell about one. Refused(GUILD_NOT_FOUND)."""

    async def person(self, guild_id: int, user_id: int) -> Person:
        """Tell about a member. Refused(GUILD_NOT_FOUND), also where the user is none."""

    async def channels(self, guild_id: int, user_id: int) -> Sequence[Channel]:
        """List the channels a member sees, in Discord's order; user 0 sees all. Refused(GUILD_NOT_FOUND)."""

    def bot(self) -> Bot:
        """Tell who the bot is."""


class Known(Protocol):
    """The guilds that the bot is or was in."""

    async def left(self, limit: int) -> Sequence[int]:
        """Return guilds that it left for good and of which something is kept, by id."""


class Directory:
    """Looks things up for a caller."""

    def __init__(self, guilds: Guilds, known: Known) -> None:
        self.guilds = guilds
        self.known = known

    async def shared(self, user_id: int, only: Collection[int], after: int, limit: int) -> list[Guild]:
        """List up to `limit` guilds with ids above `after` that the user is in; `only` these, unless it is empty."""
        found: list[Guild] = []
        left = [guild for guild in self.guilds.known() if guild.id > after and (not only or guild.id in only)]
        while left and len(found) < limit:
            some, left = left[:_AT_ONCE], left[_AT_ONCE:]
            members = await asyncio.gather(*(self._is_member(guild.id, user_id) for guild in some))
            found += [guild for guild, is_member in zip(some, members, strict=True) if is_member]
        return found[:limit]

    async def _is_member(self, guild_id: int, user_id: int) -> bool:
        if not user_id:  # a service that acts for nobody
            return True
        try:
            await self.guilds.person(guild_id, user_id)
        except Refused as refusal:
            if refusal.reason is not Reason.GUILD_NOT_FOUND:
                raise
            return False
        return True
