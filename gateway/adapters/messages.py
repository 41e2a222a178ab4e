"""Messages in channels, and their statuses, over REST: what `gateway.panels` and others like it ask for."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from discord.http import Route

from gateway.adapters import trouble
from gateway.adapters.replies import message
from gateway.domain.panel import ChannelLostError, Owner
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    import discord

    from gateway.domain.cards.base import Card

_LAST = 5  # messages at the end of a channel that people see without scrolling


class RestMessages:
    """Messages of the bot."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, channel_id: int, card: Card, *, nonce: str = "", pinged: int = 0) -> int:
        """Post a message, of those with a `nonce` one within some minutes; return its id."""
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        more: dict[str, Any] = {"nonce": nonce or secrets.token_hex(12), "enforce_nonce": True}
        if pinged:
            more["allowed_mentions"] = {"parse": [], "users": [str(pinged)]}
        posted = await self._request(route, json=message(card) | more)
        return int(posted["id"])

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        """Show another card in a message."""
        await self._request(_one("PATCH", channel_id, message_id), json=message(card))

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message."""
        await self._request(_one("DELETE", channel_id, message_id))

    async def is_buried(self, channel_id: int, message_id: int) -> bool:
        """Tell whether a message is no longer among the last ones; no, where the bot cannot look.

        It asks without the intent for messages, so it is told which there are, not what they say.
        """
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_id)
        try:
            behind = await self._request(route, params={"after": message_id, "limit": _LAST})
        except ChannelLostError:
            return False
        return len(behind) >= _LAST

    async def owner(self, guild_id: int) -> Owner:
        """Tell whose a guild is."""
        guild = await self._request(Route("GET", "/guilds/{guild_id}", guild_id=guild_id))
        return Owner(int(guild["owner_id"]), guild["name"])

    async def tell(self, user_id: int, card: Card) -> None:
        """Write to a person."""
        private = await self._request(Route("POST", "/users/@me/channels"), json={"recipient_id": user_id})
        await self.post(int(private["id"]), card)

    async def set_status(self, guild_id: int, channel_id: int, status: str) -> None:
        """Set the status of a voice channel where the bot may; empty: none."""
        guild = self._client.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if guild is None or channel is None or not channel.permissions_for(guild.me).set_voice_channel_status:
            return
        route = Route("PUT", "/channels/{channel_id}/voice-status", channel_id=channel_id)
        with suppress(ChannelLostError):  # what Discord told of permissions is not always the newest
            await self._request(route, json={"status": status})

    async def _request(self, route: Route, **body: Any) -> Any:
        if self._client.user is None:  # it has not logged in yet
            raise Refused(Reason.UNAVAILABLE, part="discord")
        with trouble.named():
            return await self._client.http.request(route, **body)


def _one(method: str, channel_id: int, message_id: int) -> Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return Route(method, path, channel_id=channel_id, message_id=message_id)
