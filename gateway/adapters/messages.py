"""Messages in channels over REST, as `gateway.panels` and `gateway.messaging` ask for them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.http import Route

from gateway.adapters.replies import message
from gateway.domain.panel import ChannelLostError, MessageGoneError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.domain.cards.base import Card

_UNKNOWN_MESSAGE = 10008
_AWAY = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError)


class RestMessages:
    """Messages of the bot."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def post(self, channel_id: int, card: Card, *, nonce: str = "", pinged: int = 0) -> int:
        """Post a message, of those with a `nonce` one within some minutes; return its id."""
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
        more: dict[str, Any] = {"nonce": nonce, "enforce_nonce": True} if nonce else {}
        if pinged:
            more["allowed_mentions"] = {"parse": [], "users": [str(pinged)]}
        posted = await self._request(route, card, more)
        return int(posted["id"])

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        """Show another card in a message."""
        path = "/channels/{channel_id}/messages/{message_id}"
        await self._request(Route("PATCH", path, channel_id=channel_id, message_id=message_id), card, {})

    async def _request(self, route: Route, card: Card, more: dict[str, Any]) -> Any:
        if self._client.user is None:  # it has not logged in yet
            raise Refused(Reason.UNAVAILABLE, part="discord")
        with _trouble():
            return await self._client.http.request(route, json=message(card) | more)


@contextmanager
def _trouble() -> Iterator[None]:
    """Say what Discord's error means for a panel."""
    try:
        yield
    except discord.NotFound as error:
        raise (MessageGoneError if error.code == _UNKNOWN_MESSAGE else ChannelLostError) from error
    except discord.Forbidden as error:
        raise ChannelLostError from error
    except _AWAY as error:
        raise Refused(Reason.UNAVAILABLE, part="discord") from error
