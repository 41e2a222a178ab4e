"""`/queue`, `/history`, `/remove`, `/move`, `/shuffle`, `/clear`, and the buttons that turn pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option, number_of
from gateway.domain import cards
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards import Card


async def items(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find items of the queue that one may mean."""
    found = await desk.playback.waiting(asked.guild_id, words, asked.person.user_id)
    return [cards.item_choice(desk.say, place, item) for place, item in found]


def _page(asked: Interaction) -> tuple[int, str]:
    """Read which page a button stands for: the place of its first entry, and its token."""
    first, _, token = asked.options.get("about", "1-").partition("-")
    return int(first), token


async def _queue(desk: Desk, asked: Interaction) -> Card:
    first, token = _page(asked)
    return cards.queue(desk.say, *await desk.playback.upcoming(asked.guild_id, token), first)


async def _history(desk: Desk, asked: Interaction) -> Card:
    first, token = _page(asked)
    return cards.history(desk.say, await desk.playback.played(asked.guild_id, token), first)


async def _remove(desk: Desk, asked: Interaction) -> Card:
    item = number_of(asked, "item")
    removed = await desk.playback.queues.remove(asked.guild_id, item, request_id=asked.request_id)
    return cards.removed(desk.say, removed)


async def _move(desk: Desk, asked: Interaction) -> Card:
    item, before = number_of(asked, "item"), number_of(asked, "before") if "before" in asked.options else 0
    await desk.playback.queues.move(asked.guild_id, item, before, request_id=asked.request_id)
    return cards.reordered(desk.say, "card-moved")


async def _shuffle(desk: Desk, asked: Interaction) -> Card:
    keep = asked.options.get("keep") == str(True)
    await desk.playback.queues.shuffle(asked.guild_id, keep=keep, request_id=asked.request_id)
    return cards.reordered(desk.say, "card-shuffled")


async def _clear(desk: Desk, asked: Interaction) -> Card:
    return cards.cleared(desk.say, await desk.playback.queues.clear(asked.guild_id, request_id=asked.request_id))


_ITEM = Option("item", suggest=items)
COMMANDS = (
    Command("queue", First.PRIVATE, _queue),
    Command("history", First.PRIVATE, _history),
    Command("remove", First.PUBLIC, _remove, (_ITEM,)),
    Command("move", First.PUBLIC, _move, (_ITEM, Option("before", required=False, suggest=items))),
    Command("shuffle", First.PUBLIC, _shuffle, (Option("keep", Kind.BOOLEAN, required=False),)),
    Command("clear", First.PUBLIC, _clear),
)
BUTTONS = (Command("queue", First.UPDATE, _queue), Command("history", First.UPDATE, _history))
