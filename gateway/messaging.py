"""Messages that others have reason to post: gateway makes the words, and knows the guild they are for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from gateway.domain import text
from gateway.domain.cards import community
from gateway.domain.cards.base import TITLE, Card, join
from gateway.domain.panel import ChannelLostError
from gateway.domain.placeholders import filled
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.cards.base import Say
    from gateway.domain.cards.community import Song
    from gateway.domain.guild import Guild
    from gateway.domain.guild_settings import GuildSettings

_log = logging.getLogger(__name__)


class Places(Protocol):
    """Guilds and their channels. Those that are about a guild raise Refused(GUILD_NOT_FOUND, UNAVAILABLE)."""

    def about(self, guild_id: int) -> Guild:
        """Tell about a guild."""

    def may_write(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can write in a channel of a guild."""

    def sees_members(self) -> bool:
        """Tell whether Discord tells the bot who comes into guilds."""


class Posts(Protocol):
    """Messages in channels."""

    async def post(self, channel_id: int, card: Card, *, nonce: str = "", pinged: int = 0) -> int:
        """Post a message, of those with a `nonce` one; return its id. It pings nobody but the user `pinged`.

        Raises ChannelLostError, Refused(UNAVAILABLE).
        """


class Messaging:
    """Posts messages. `say` gives a guild's words, `chosen` what it chose, `now` the Unix time."""

    def __init__(
        self,
        places: Places,
        posts: Posts,
        say: Callable[[int], Say],
        *,
        chosen: Callable[[int], GuildSettings],
        now: Callable[[], float],
    ) -> None:
        self._places, self._posts, self._say, self._chosen, self._now = places, posts, say, chosen, now

    def check(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused(CHANNEL_NOT_WRITABLE) unless the bot may write in a channel now."""
        if not self._places.may_write(guild_id, channel_id):
            raise Refused(Reason.CHANNEL_NOT_WRITABLE)

    async def send(self, guild_id: int, channel_id: int, words: str, song: Song | None, *, nonce: str) -> int:
        """Post what people wrote, a song, or both; return the id of the message."""
        self.check(guild_id, channel_id)
        named = community.song_of_the_day(self._say(guild_id), song) if song else ""
        card = Card(filled(join(words, named), self._values(guild_id)))
        try:
            return await self._posts.post(channel_id, card, nonce=nonce)
        except ChannelLostError as error:
            raise Refused(Reason.CHANNEL_NOT_WRITABLE) from error

    def check_welcome(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused unless who comes into a guild could be welcomed in a channel."""
        if not self._places.sees_members():
            raise Refused(Reason.MEMBERS_INTENT_MISSING)
        self.check(guild_id, channel_id)

    async def welcome(self, guild_id: int, user_id: int, name: str) -> None:
        """Welcome somebody who came into a guild, where it wants that, and once."""
        chosen = self._chosen(guild_id)
        if not chosen.welcome_channel_id:
            return
        user = f"<@{user_id}>" if chosen.welcome_mention else text.escape(name, TITLE)
        pinged = user_id if chosen.welcome_mention else 0
        words = chosen.welcome_text or self._say(guild_id)("card-welcome")
        try:
            card = Card(filled(words, self._values(guild_id) | {"user": user}))
            await self._posts.post(chosen.welcome_channel_id, card, nonce=f"hi-{user_id}", pinged=pinged)
        except (ChannelLostError, Refused) as error:
            _log.warning("somebody was not welcomed: %r", error, extra={"guild_id": guild_id})

    def _values(self, guild_id: int) -> dict[str, str]:
        guild = self._places.about(guild_id)
        return {
            "server": text.escape(guild.name, TITLE),
            "count": str(guild.member_count),
            "date": f"<t:{int(self._now())}:D>",
        }
