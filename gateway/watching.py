"""Answers that go on: they are looked after while what they show changes, and edited only when that is to be seen."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from gateway.domain.interaction import GoneError
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable

    from gateway.commands.command import Command, Desk
    from gateway.domain.cards.base import Card
    from gateway.domain.interaction import Interaction

    Look = Callable[[Interaction, str], Awaitable[Card]]

_log = logging.getLogger(__name__)
_PAUSE = 2.0  # seconds between two edits of an answer, and at most between two looks
_PASSING = {Reason.UNAVAILABLE, Reason.DEADLINE_EXCEEDED}


class Answer(Protocol):
    """The message that shows it."""

    async def edit(self, card: Card) -> int:
        """Show another card in it. Raises GoneError, Refused(UNAVAILABLE)."""


class Journal(Protocol):
    """Remembers which answers go on, for the next process."""

    async def keep(self, interaction: Interaction) -> None:
        """Remember that one is answered, and what its answer goes on to show."""

    async def close(self, interaction: Interaction) -> None:
        """Forget it."""


class Watching:
    """Looks after answers, until what they show is over or Discord takes no more edits of them.

    A message shows one thing, and a person's newest answer alone goes on to show the same thing. `spawn` runs a task
    beside everything else, `now` gives Unix seconds, `sleep` waits some.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        spawn: Callable[[Coroutine[object, object, None], str], object],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._journal, self._spawn, self._now, self._sleep = journal, spawn, now, sleep
        self._edits: dict[Hashable, asyncio.Lock] = {}  # by message, and by whoever watches what
        self._watched: set[int] = set()

    def watches(self, asked: Interaction) -> bool:
        """Tell whether the answer of an interaction goes on."""
        return asked.id in self._watched

    async def begin(self, command: Command, desk: Desk, asked: Interaction, answer: Answer, card: Card) -> bool:
        """Let an answer go on from what it shows, if that goes on; tell whether it does."""
        if command.watch is None or not card.watched:
            return False
        asked = replace(asked, watched=card.watched)
        edits = await self._claim(asked)
        await self._journal.keep(asked)
        self._spawn(self._watch(partial(command.watch, desk), asked, answer, card, edits), f"answer {asked.id}")
        return True

    async def resume(self, command: Command, desk: Desk, asked: Interaction, answer: Answer) -> None:
        """Let an answer of the process before go on; where nothing goes on any more, it is left as it is."""
        if command.watch is None:
            await self._journal.close(asked)
            return
        edits = await self._claim(asked)
        self._spawn(self._watch(partial(command.watch, desk), asked, answer, None, edits), f"answer {asked.id}")

    async def end(self, key: Hashable) -> None:
        """Let no more of what a message shows, or what somebody watches, go on; an edit under way is waited for."""
        if edits := self._edits.pop(key, None):
            async with edits:
                return

    async def _claim(self, asked: Interaction) -> asyncio.Lock:
        self._watched.add(asked.id)
        edits = asyncio.Lock()
        for key in _keys(asked):
            await self.end(key)
            self._edits[key] = edits
        return edits

    async def _watch(
        self, look: Look, asked: Interaction, answer: Answer, shown: Card | None, edits: asyncio.Lock
    ) -> None:
        try:
            with suppress(GoneError):
                await self._keep_true(look, asked, answer, shown, edits)
        finally:
            self._watched.discard(asked.id)
            for key in _keys(asked):
                if self._edits.get(key) is edits:
                    del self._edits[key]
        await self._journal.close(asked)

    async def _keep_true(
        self, look: Look, asked: Interaction, answer: Answer, shown: Card | None, edits: asyncio.Lock
    ) -> None:
        watched, pause = asked.watched, _PAUSE if shown else 0.0
        while watched and self._now() + pause < asked.expires_at:
            await self._sleep(pause)
            pause = _PAUSE
            try:
                card = await look(asked, watched)
                async with edits:
                    if any(self._edits.get(key) is not edits for key in _keys(asked)):
                        return
                    if card != shown:
                        await answer.edit(card)
                    elif card.changes_in:
                        pause = min(_PAUSE, card.changes_in)
            except Refused as refusal:
                _log.info("what goes on is not shown: %s", refusal)
                if refusal.reason not in _PASSING:
                    return
            else:
                shown, watched = card, card.watched


def _keys(asked: Interaction) -> tuple[Hashable, ...]:
    """Name the message of an answer, and who watches what in it."""
    return asked.message_id, (asked.guild_id, asked.person.user_id, asked.watched)
