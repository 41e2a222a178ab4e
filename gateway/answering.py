"""From an interaction to its answer: first response, work, card; each is answered, and once, whoever ends meanwhile."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from gateway.domain.cards import base
from gateway.domain.interaction import First, GoneError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.admission import Admission
    from gateway.commands.command import Command, Desk
    from gateway.domain.cards.base import Card, Form
    from gateway.domain.interaction import Interaction
    from gateway.speaking import Speaking
    from gateway.watching import Watching

T = TypeVar("T")
_log = logging.getLogger(__name__)
_AWAITED = {"api", "audio", "worker"}
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0)  # seconds between tries: together longer than a service takes to come back


class Reply(Protocol):
    """The way back to where an interaction came from. Each method raises GoneError."""

    async def acknowledge(self, first: First) -> None:
        """Send the first response, unless a process before did."""

    async def ask(self, form: Form) -> None:
        """Show a form, as the first response, unless a process before did."""

    async def decline(self, card: Card) -> bool:
        """Say no to the person alone, as the first response; False: a process before sent one."""

    async def edit(self, card: Card) -> int:
        """Put the answer where the first response stands; return the id of the message."""

    async def delete(self) -> None:
        """Take the first response away; harmless if it is gone."""

    async def whisper(self, card: Card) -> None:
        """Say something to the person alone."""

    async def clear(self) -> None:
        """Let all that was said stand for a glance, with what it answers, and take it away."""


class Journal(Protocol):
    """Remembers what is to be answered, and for a while what was. Every method raises Refused(UNAVAILABLE)."""

    async def open(self, interaction: Interaction) -> Interaction | None:
        """Remember it; return it as it was first taken, None: it is answered."""

    async def keep(self, interaction: Interaction) -> None:
        """Remember what it means."""

    async def close(self, interaction: Interaction) -> None:
        """Remember that it is answered."""


class Answering:
    """Answers interactions. `sleep` waits some seconds."""

    def __init__(
        self,
        desk: Desk,
        speaking: Speaking,
        admission: Admission,
        journal: Journal,
        watching: Watching,
        *,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._speaking = speaking
        self._admission = admission
        self._journal = journal
        self._watching = watching
        self._sleep = sleep
        self._underway: set[int] = set()

    async def answer(self, command: Command, asked: Interaction, reply: Reply, ref: str) -> bool:
        """Answer an interaction, a command only where it is taken; `ref` is shown with a refusal.

        Tell whether there was a place for the answer.
        """
        return await self._alone(asked, partial(self._answer, command, asked, reply, ref))

    async def finish(self, command: Command, asked: Interaction, reply: Reply, ref: str) -> None:
        """Answer an interaction that another process took, with the same outcome as it would have had there.

        One that was answered, with an answer that goes on, is only watched on.
        """
        command = _as_wanted(self._as_switched(command, asked), asked)
        work = partial(self._work if asked.watched else self._take, command, asked, reply, ref)
        await self._alone(asked, work)

    def is_at(self, asked: Interaction) -> bool:
        """Tell whether an interaction is being answered, or what its answer shows goes on."""
        return asked.id in self._underway or self._watching.watches(asked)

    async def _alone(self, asked: Interaction, work: Callable[[], Awaitable[None]]) -> bool:
        """Work on an interaction unless that is done already; tell whether there was a place for the answer.

        What was taken and not answered is found in the journal, and told again.
        """
        if asked.id in self._underway:
            return True
        self._underway.add(asked.id)
        try:
            await work()
        except GoneError as error:
            _log.info("an answer has no place any more: %s", error, extra={"command": asked.name})
            await self._journal.close(asked)
            return False
        finally:
            self._underway.remove(asked.id)
        return True

    async def _answer(self, command: Command, asked: Interaction, reply: Reply, ref: str) -> None:
        try:
            if not asked.clicked:
                self._admission.admit(asked)
        except Refused as refusal:
            if not await reply.decline(base.refused(self._speaking.to_person(asked), refusal, ref)):
                await self._refuse(command, asked, reply, refusal, ref)
            await _clear(asked, reply)
            return
        command = self._as_switched(command, asked)
        form = command.form(self._speaking.to_person(asked), asked) if command.form else None
        if form:
            await reply.ask(form)
            return
        if command.filled_form:
            desk = replace(self._desk, say=self._speaking.to_person(asked))
            await self._ask(command.filled_form(desk, asked), asked, reply, ref)
            return
        likes = await self._desk.likes.of(asked.person.user_id)
        is_hidable = command.first is First.PUBLIC and bool(asked.token)  # a message's answer is seen by all
        asked = replace(asked, source=likes.default_source, quiet=is_hidable and likes.private_answers)
        await self._take(_as_wanted(command, asked), asked, reply, ref)

    async def _take(self, command: Command, asked: Interaction, reply: Reply, ref: str) -> None:
        """Answer what is taken. Its first response does not wait for the journal, nor the journal for Discord."""
        told, taken = await asyncio.gather(
            reply.acknowledge(command.first), self._journal.open(asked), return_exceptions=True
        )
        if told:
            await self._journal.close(asked)
            raise told
        if isinstance(taken, Refused):
            await self._refuse(command, asked, reply, taken, ref)
            await _clear(asked, reply)
        elif isinstance(taken, BaseException):
            raise taken
        elif taken:
            await self._work(_as_wanted(command, taken), taken, reply, ref)

    async def _work(self, command: Command, asked: Interaction, reply: Reply, ref: str) -> None:
        desk = replace(self._desk, say=self._speaking.to_readers(asked, command.first))
        if asked.watched:
            await self._watching.resume(command, desk, asked, reply)
            return
        try:
            asked = await self._pin(command, desk, asked)
            card = await self._run(partial(command.run, desk, asked))
            if command.first is First.UPDATE:
                await self._watching.end(asked.message_id)
            message_id = await _show(reply, card)
        except Refused as refusal:
            await self._refuse(command, asked, reply, refusal, ref)
        except GoneError:
            raise
        except Exception:  # noqa: BLE001  (logged whole; the person gets its reference)
            _log.exception("a command failed", extra={"command": asked.name, "ref": ref})
            await self._refuse(command, asked, reply, Refused(Reason.INTERNAL), ref)
        else:
            if card.refusal:
                await reply.whisper(base.refused(self._speaking.to_person(asked), card.refusal, ref))
            if message_id:
                if not await self._go_on(command, desk, replace(asked, message_id=message_id), reply, card):
                    await self._journal.close(asked)
                return
        await _clear(asked, reply)
        await self._journal.close(asked)

    def _as_switched(self, command: Command, asked: Interaction) -> Command:
        """Return a command, or what refuses it, to the person alone, where its group is off."""
        if self._desk.features.is_on(command.group, asked.guild_id):
            return command
        first = First.UPDATE if command.first is First.UPDATE else First.PRIVATE
        return replace(command, first=first, run=_refuse_as_off, options=(), form=None, filled_form=None, watch=None)

    async def _ask(self, form: Awaitable[Form], asked: Interaction, reply: Reply, ref: str) -> None:
        """Show a form, or say to the person alone why it is not there: it may be asked for again."""
        try:
            shown = await form
        except Refused as refusal:
            await reply.acknowledge(First.PRIVATE)
            await reply.edit(base.refused(self._speaking.to_person(asked), refusal, ref))
        else:
            await reply.ask(shown)

    async def _go_on(self, command: Command, desk: Desk, asked: Interaction, reply: Reply, card: Card) -> bool:
        """Let an answer go on, watched or as the panel, or take it away; tell whether it is watched."""
        is_watched = await self._watching.begin(command, desk, asked, reply, card)
        if not (is_watched or card.version):
            await _clear(asked, reply)
        await self._follow(command, asked, card)
        return is_watched

    async def _follow(self, command: Command, asked: Interaction, card: Card) -> None:
        """Let an answer that shows the player go on as the panel, and the panel recover from another answer in it."""
        panels, guild_id, channel_id = self._desk.panels, asked.guild_id, asked.channel_id
        if asked.is_private(command.first):
            return
        try:
            if command.first is First.UPDATE:
                await panels.clicked(guild_id, channel_id, asked.message_id, card)
            elif card.version:
                await panels.begin(guild_id, channel_id, asked.message_id, card.version)
        except Refused as refusal:  # the answer stands; the next change of the player shows itself, or the next /play
            _log.warning("an answer did not become the panel: %s", refusal, extra={"guild_id": guild_id})

    async def _pin(self, command: Command, desk: Desk, asked: Interaction) -> Interaction:
        """Find what is meant before anything is done, and remember it for whoever has to do it again."""
        pinned = await self._run(partial(command.pinned, desk, asked))
        if pinned != asked:
            await self._journal.keep(pinned)
        return pinned

    async def _run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Work on a command, and again while what it needs is away: it has one effect however often it is asked for."""
        for pause in _PAUSES:
            try:
                return await work()
            except Refused as refusal:
                if refusal.reason is not Reason.UNAVAILABLE or refusal.metadata.get("part") not in _AWAITED:
                    raise
            await self._sleep(pause)
        return await work()

    async def _refuse(self, command: Command, asked: Interaction, reply: Reply, refusal: Refused, ref: str) -> None:
        """Say no to the person alone, and leave nothing of it in the channel."""
        card = base.refused(self._speaking.to_person(asked), refusal, ref)
        match command.first:
            case First.PRIVATE:
                await _show(reply, card)
            case First.UPDATE:
                await reply.whisper(card)
            case First.PUBLIC:
                await reply.delete()
                await reply.whisper(card)


async def _show(reply: Reply, card: Card) -> int:
    """Show an answer in its place and return its id; where somebody deleted that, say it to the person alone."""
    try:
        return await reply.edit(card)
    except GoneError:
        await reply.whisper(card)
        return 0


async def _clear(asked: Interaction, reply: Reply) -> None:
    """Let an answer stand for a glance where nothing is to stay."""
    if asked.passing:
        await reply.clear()


async def _refuse_as_off(_desk: Desk, _asked: Interaction) -> Card:
    raise Refused(Reason.FEATURE_OFF)


def _as_wanted(command: Command, asked: Interaction) -> Command:
    """Return a command whose answer nobody but the person sees, if they want that."""
    return replace(command, first=First.PRIVATE) if asked.quiet and command.first is First.PUBLIC else command
