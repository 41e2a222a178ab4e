"""Messages that others have reason to post: gateway makes the words, and knows the guild they are for."""

from __future__ import annotations

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


class Places(Protocol):
    """Guilds and their channels. Both raise Refused(GUILD_NOT_FOUND, UNAVAILABLE)."""

    def about(self, guild_id: int) -> Guild:
        """Tell about a guild."""

    def may_write(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether the bot can write in a channel of a guild."""


class Posts(Protocol):
    """Messages in channels."""

    async def post(self, channel_id: int, card: Card, *, nonce: str = "") -> int:
        """Post a message, of those with a `nonce` one; return its id. Raises ChannelLostError, Refused(UNAVAILABLE)."""


class Messaging:
    """Posts messages. `now` is the Unix time."""

    def __init__(self, places: Places, posts: Posts, say: Say, now: Callable[[], float]) -> None:
        self._places, self._posts, self._say, self._now = places, posts, say, now

    def check(self, guild_id: int, channel_id: int) -> None:
        """Raise Refused(CHANNEL_NOT_WRITABLE) unless the bot may write in a channel now."""
        if not self._places.may_write(guild_id, channel_id):
            raise Refused(Reason.CHANNEL_NOT_WRITABLE)

    async def send(self, guild_id: int, channel_id: int, words: str, song: Song | None, *, nonce: str) -> int:
        """Post what people wrote, a song, or both; return the id of the message."""
        self.check(guild_id, channel_id)
        guild = self._places.about(guild_id)
        named = community.song_of_the_day(self._say, song) if song else ""
        values = {
            "server": text.escape(guild.name, TITLE),
            "count": str(guild.member_count),
            "date": f"<t:{int(self._now())}:D>",
        }
        try:
            return await self._posts.post(channel_id, Card(filled(join(words, named), values)), nonce=nonce)
        except ChannelLostError as error:
            raise Refused(Reason.CHANNEL_NOT_WRITABLE) from error
