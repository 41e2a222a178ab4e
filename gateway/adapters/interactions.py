"""Interactions in: read, traced, acted for, answered; after a restart also those that were left unanswered."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, get_current_span
from prometheus_client import Histogram

from gateway import wire
from gateway.adapters import spoken
from gateway.adapters.guilds import person
from gateway.adapters.replies import RestReply
from gateway.domain import wording
from gateway.domain.interaction import First, GoneError, Interaction, Person
from gateway.domain.text import whole
from kit import telemetry
from kit.actor import acting_as
from kit.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from gateway.adapters.bot import Bot
    from gateway.answering import Answering
    from gateway.commands.command import Commands, Desk
    from gateway.domain.cards.base import Card, Form
    from gateway.domain.guild_settings import GuildSettings
    from gateway.requesting import Requests
    from gateway.speaking import Speaking
    from gateway.tidying import Noise

_log = logging.getLogger(__name__)
_CHOICES = 25  # Discord's limit
_CLICKS = {discord.InteractionType.component, discord.InteractionType.modal_submit}
_ON_MESSAGE = discord.AppCommandType.message.value
_FILE = discord.AppCommandOptionType.attachment.value
_PLAY_THIS = "playthis"  # the only command in the menu of messages
_UNKNOWN = 10062  # Discord's code for an interaction without a first response in 3 s
_SUBCOMMAND = discord.AppCommandOptionType.subcommand.value
_acknowledged = Histogram(
    "segue_interaction_acknowledged_seconds",
    "Time from an interaction's arrival to its first response",
    ["name"],
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
)


class _TimedReply(RestReply):
    """Notes when the first response had been sent."""

    def __init__(self, bot: Bot, asked: Interaction, clear: Callable[[Noise], Awaitable[None]]) -> None:
        super().__init__(bot.http, asked, clear)
        self._name = asked.name
        self._began = time.perf_counter()

    async def acknowledge(self, first: First) -> None:
        """Send the first response."""
        await super().acknowledge(first)
        _acknowledged.labels(self._name).observe(time.perf_counter() - self._began)
        get_current_span().add_event("acknowledged")

    async def decline(self, card: Card) -> bool:
        """Say no to the person alone, as the first response."""
        is_first = await super().decline(card)
        _acknowledged.labels(self._name).observe(time.perf_counter() - self._began)
        return is_first

    async def ask(self, form: Form) -> None:
        """Show a form, as the first response."""
        await super().ask(form)
        _acknowledged.labels(self._name).observe(time.perf_counter() - self._began)


class Interactions:
    """Takes the interactions of the bot."""

    def __init__(
        self,
        bot: Bot,
        commands: Commands,
        desk: Desk,
        speaking: Speaking,
        answering: Answering,
        *,
        requests: Requests,
        clear: Callable[[Noise], Awaitable[None]],
        chosen: Callable[[int], GuildSettings],
    ) -> None:
        self._bot = bot
        self._commands = commands
        self._desk = desk
        self._speaking = speaking
        self._answering = answering
        self._requests = requests
        self._clear = clear
        self._chosen = chosen

    async def receive(self, interaction: discord.Interaction[Bot]) -> None:
        """Answer an interaction."""
        with self._bot.memory.settling(interaction.id):
            await self._receive(interaction)

    async def _receive(self, interaction: discord.Interaction[Bot]) -> None:
        asked = read(interaction)
        if interaction.type is discord.InteractionType.autocomplete:
            with _acting(asked, f"autocomplete /{asked.name}"):
                await self._suggest(await self._speaking.settled(asked))
            return
        reply = _TimedReply(self._bot, asked, self._clear)
        with _acting(asked, _span_name(asked)):
            asked = await self._speaking.settled(asked)
            is_for_requests = asked.channel_id == self._chosen(asked.guild_id).request_channel_id
            asked = replace(asked, passing=is_for_requests)
            await self._answering.answer(self._commands.find(asked), asked, reply, telemetry.ref())

    async def hear(self, said: discord.Message) -> None:
        """Answer a message that is a command, or was typed where that is played, if it is one."""
        with self._bot.memory.settling(said.id):
            await self._hear(said)

    async def _hear(self, said: discord.Message) -> None:
        if self._bot.user is None or said.guild is None:
            return
        found = spoken.read(said, self._bot.user, self._commands, self._chosen(said.guild.id))
        if found is None:
            return
        with _acting(found, _span_name(found)):
            settled = await self._speaking.settled(found)
            asked = replace(settled, locale=settled.guild_locale)  # all see what is answered
            reply = spoken.MessageReply(self._bot.http, asked, self._clear)
            has_place = await self._answering.answer(self._commands.find(asked), asked, reply, telemetry.ref())
            if asked.passing and not has_place:
                await self._requests.lost(asked.guild_id, asked.channel_id)

    async def finish(self, asked: Interaction) -> None:
        """Answer an interaction, or a message, that another process took."""
        if self._answering.is_at(asked):
            return
        _log.info("answering what was left unanswered", extra={"interaction_id": str(asked.id)})
        http = self._bot.http
        kind = RestReply if asked.token else spoken.MessageReply
        reply = kind(http, asked, self._clear)
        with _acting(asked, _span_name(asked)):
            await self._answering.finish(self._commands.find(asked), asked, reply, telemetry.ref())

    async def _suggest(self, asked: Interaction) -> None:
        options = {option.name: option for option in self._commands.find(asked).options}
        suggest = options[asked.focused].suggest if asked.focused in options else None
        desk = replace(self._desk, say=self._speaking.to_person(asked))
        try:
            found = await suggest(desk, asked, asked.options[asked.focused].strip()) if suggest else ()
        except Refused as refusal:
            _log.info("nothing is suggested: %s", refusal)
            found = ()
        choices = {value: name for name, value in found if value}
        listed = [(name, value) for value, name in choices.items()][:_CHOICES]
        with suppress(GoneError):  # who types on does not wait
            await RestReply(self._bot.http, asked).suggest(listed)


def _span_name(asked: Interaction) -> str:
    return f"interaction {'button ' if asked.clicked else '/'}{asked.name}"


@contextmanager
def _acting(asked: Interaction, span_name: str) -> Iterator[None]:
    """Begin the trace of an interaction, and act for the person."""
    attributes = {"segue.interaction_id": str(asked.id), "segue.guild_id": str(asked.guild_id)}
    try:
        with (
            telemetry.tracer.start_as_current_span(span_name, Context(), kind=SpanKind.SERVER, attributes=attributes),
            acting_as(wire.actor(asked.person)),
        ):
            yield
    except Refused as error:
        _log.warning("an interaction could not be answered: %s", error, extra=attributes)


def _value(option: dict[str, Any], resolved: dict[str, Any]) -> str:
    """Read what is given with an option; of a file, where it is."""
    value = str(option["value"])
    return str(resolved["attachments"][value]["url"]) if option["type"] == _FILE else value


def _query_in(message: dict[str, Any]) -> str:
    files = [one["url"] for one in message.get("attachments", ())]
    shown = [one["url"] for one in message.get("embeds", ()) if one.get("url")]
    return wording.query_in(message["content"], files, shown)


def read(interaction: discord.Interaction[Any]) -> Interaction:
    """Take from Discord's interaction what an answer needs."""
    data: dict[str, Any] = dict(interaction.data or {})
    clicked = interaction.type in _CLICKS
    given = data.get("options", ())
    if clicked:
        _, name, about = f"{data['custom_id']}::".split(":")[:3]
        fields = [label["component"] for label in data.get("components", ())]
        options = {"about": about} if about else {}
        options |= {field["custom_id"]: field["value"] for field in fields}
    elif data["type"] == _ON_MESSAGE:
        name, options = _PLAY_THIS, {"query": _query_in(data["resolved"]["messages"][data["target_id"]])}
    else:
        name = data["name"]
        if given and given[0]["type"] == _SUBCOMMAND:
            name, given = f"{name}-{given[0]['name']}", given[0].get("options", ())
        options = {option["name"]: _value(option, data.get("resolved", {})) for option in given}
    user = interaction.user
    return Interaction(
        id=interaction.id,
        application_id=interaction.application_id,
        token=interaction.token,
        person=person(user) if isinstance(user, discord.Member) else Person(0, user.id, whole(user.display_name)),
        name=name,
        clicked=clicked,
        options={option: whole(value) for option, value in options.items()},
        channel_id=interaction.channel_id or 0,
        parent_channel_id=interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else 0,
        choices=tuple(data.get("values", ())),
        focused=next((option["name"] for option in given if option.get("focused")), ""),
        locale=interaction.locale.value,
        guild_locale=interaction.guild_locale.value if interaction.guild_locale else "",
        private=interaction.message is not None and interaction.message.flags.ephemeral,
        message_id=interaction.message.id if interaction.message else 0,
    )
