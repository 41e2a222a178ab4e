"""What people write to the bot, or where it plays what is typed: read from a message, answered below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.http import HTTPClient, Route

from gateway.adapters import trouble
from gateway.adapters.guilds import person
from gateway.adapters.replies import message
from gateway.domain import wording
from gateway.domain.interaction import Interaction
from gateway.domain.text import whole
from gateway.tidying import Noise

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.commands.command import Commands
    from gateway.domain.cards.base import Card, Form
    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.interaction import First


_ANSWER, _WHISPER = "", "w"  # what tells their nonces apart
_PLAY, _REQUEST = "play", "request"
_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


class MessageReply:
    """The way back to a message: `gateway.answering.Reply`. Nothing of it is for the person alone.

    `clear` lets noise stand for a glance and takes it away.
    """

    def __init__(self, http: HTTPClient, asked: Interaction, clear: Callable[[Noise], Awaitable[None]]) -> None:
        self._http = http
        self._asked = asked
        self._clear = clear
        self._sent = 0
        self._all: list[int] = []

    async def acknowledge(self, _first: First) -> None:
        """Show that an answer is being made."""
        with trouble.of_an_answer():
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
            self._sent = await self._post(card, _ANSWER)
        return self._sent

    async def delete(self) -> None:
        """Take nothing away: it only showed that it is typing."""

    async def whisper(self, card: Card) -> None:
        """Say it below the message."""
        await self._post(card, _WHISPER)

    async def clear(self) -> None:
        """Let what was said stand for a glance, with the message that it answers, and take it away."""
        asked = self._asked
        await self._clear(Noise(asked.id, asked.guild_id, asked.channel_id, tuple(self._all), written=True))

    async def _post(self, card: Card, kind: str) -> int:
        """Post below the message what Discord takes once, however often it is sent; return its id."""
        reference = {"message_id": str(self._asked.id), "fail_if_not_exists": False}
        once = {"message_reference": reference, "nonce": f"{kind}{self._asked.id}", "enforce_nonce": True}
        posted = await self._request("POST", "/channels/{channel_id}/messages", message(card) | once)
        self._all.append(int(posted["id"]))
        return self._all[-1]

    async def _request(self, method: str, path: str, body: dict[str, Any], **parameters: Any) -> Any:
        route = Route(method, path, channel_id=self._asked.channel_id, **parameters)
        with trouble.of_an_answer():
            return await self._http.request(route, json=body)


def read(said: discord.Message, me: discord.abc.User, commands: Commands, chosen: GuildSettings) -> Interaction | None:
    """Take from a message what an answer needs; None: it is neither a command to the bot nor a request for songs."""
    if said.guild is None or said.author.bot:
        return None
    typed = said.channel.id == chosen.request_channel_id
    written = whole(said.content)
    words = written.removeprefix(f"<@{me.id}>")
    name, options = commands.spoken(words) if words != written else ("", {})
    asks = typed and name in ("", _PLAY) and not _is_talk(said, me)
    if asks and (songs := wording.songs_in(options.get("query", words), _audio(said))):
        most = chosen.max_songs_per_message
        name, options = _REQUEST, {"songs": "\n".join(songs[:most]), "unread": str(len(songs[most:]))}
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
        passing=typed,
    )


def _is_talk(said: discord.Message, me: discord.abc.User) -> bool:
    """Tell whether a message is for other people, as a reply to one of them is, or a note of Discord's."""
    answered = said.reference.resolved if said.reference else None
    to_bot = isinstance(answered, discord.Message) and answered.author.id == me.id
    return said.type not in _BY_PEOPLE or said.flags.voice or (said.reference is not None and not to_bot)


def _audio(said: discord.Message) -> list[str]:
    """List where the sound is that was uploaded with a message."""
    return [file.url for file in said.attachments if (file.content_type or "").startswith("audio/")]
