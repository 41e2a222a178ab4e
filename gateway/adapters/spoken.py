"""Commands that people write to the bot: read from a message, answered below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.http import HTTPClient, Route

from gateway.adapters.guilds import person
from gateway.adapters.replies import message
from gateway.domain.interaction import Interaction

if TYPE_CHECKING:
    from gateway.commands.command import Commands
    from gateway.domain.cards.base import Card, Form
    from gateway.domain.interaction import First


class MessageReply:
    """The way back to a message: `gateway.answering.Reply`. Nothing of it is for the person alone."""

    def __init__(self, http: HTTPClient, asked: Interaction) -> None:
        self._http = http
        self._asked = asked
        self._sent = 0

    async def acknowledge(self, _first: First) -> None:
        """Show that an answer is being made."""
        await self._http.send_typing(self._asked.channel_id)

    async def ask(self, _form: Form) -> None:
        """Show a form: only interactions can, so commands with one cannot be written."""
        raise NotImplementedError

    async def decline(self, card: Card) -> bool:
        """Say no below the message."""
        await self.whisper(card)
        return True

    async def edit(self, card: Card) -> int:
        """Answer below the message, or change that answer; return its id."""
        if self._sent:
            path = "/channels/{channel_id}/messages/{message_id}"
            await self._request("PATCH", path, message(card), message_id=self._sent)
        else:
            answer = await self._request("POST", "/channels/{channel_id}/messages", self._below(card))
            self._sent = int(answer["id"])
        return self._sent

    async def delete(self) -> None:
        """Take nothing away: it only showed that it is typing."""

    async def whisper(self, card: Card) -> None:
        """Say it below the message."""
        await self._request("POST", "/channels/{channel_id}/messages", self._below(card))

    def _below(self, card: Card) -> dict[str, Any]:
        """Make an answer that Discord takes once, however often it is sent."""
        reference = {"message_id": str(self._asked.id), "fail_if_not_exists": False}
        return {**message(card), "message_reference": reference, "nonce": str(self._asked.id), "enforce_nonce": True}

    async def _request(self, method: str, path: str, body: dict[str, Any], **parameters: Any) -> Any:
        route = Route(method, path, channel_id=self._asked.channel_id, **parameters)
        return await self._http.request(route, json=body)


def read(said: discord.Message, me: discord.abc.User, commands: Commands) -> Interaction | None:
    """Take from a message to the bot what an answer needs; None: it is none, or names no command."""
    words = said.content.removeprefix(f"<@{me.id}>")
    if said.guild is None or said.author.bot or words == said.content:
        return None
    name, options = commands.spoken(words)
    if not name:
        return None
    return Interaction(
        id=said.id,
        application_id=0,
        token="",
        person=person(said.author),  # type: ignore[arg-type]  # a message in a guild is by a member
        name=name,
        options=options,
        channel_id=said.channel.id,
        parent_channel_id=said.channel.parent_id if isinstance(said.channel, discord.Thread) else 0,
        guild_locale=said.guild.preferred_locale.value,
    )
