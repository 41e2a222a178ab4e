"""`/queue`, `/history`, what changes the queue from `/remove` to `/redo`, and the buttons that turn pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option, chosen, is_on, page_of
from gateway.domain import choice
from gateway.domain.cards import base, lists, music
from gateway.domain.interaction import First, Interaction
from gateway.domain.player import LISTED, Rule

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card, Form, Say

_REVERSE = "reverse"
_LONGEST_WORDS = 200  # characters; the contract's limit


async def _items(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find items of the queue that one may mean."""
    found = await desk.playback.waiting(asked.guild_id, words, asked.person.user_id)
    return [(lists.item_line(desk.say, place, item.track), choice.of(item.id)) for place, item in found]


async def _at(desk: Desk, asked: Interaction, place: int) -> int:
    item = await desk.playback.at_place(asked.guild_id, place)
    return item.id if item else 0


ITEM = Option("item", suggest=_items, at=_at)


async def _queue(desk: Desk, asked: Interaction) -> Card:
    first, token = page_of(asked)
    return lists.queue(desk.say, *await desk.playback.upcoming(asked.guild_id, token), first)


def _ask_page(say: Say, asked: Interaction) -> Form:
    return lists.page_form(say, asked.options["about"])


def _page_number(asked: Interaction) -> int:
    written = asked.options["page"].strip()
    return int(written) if written.isdecimal() else 0


def _first_of(number: int) -> int:
    """Return the place of the first entry of a page."""
    return (number - 1) * LISTED + 1


async def _page(desk: Desk, asked: Interaction) -> Card:
    number = _page_number(asked)
    player, page = await desk.playback.numbered(asked.guild_id, number)
    return lists.queue(desk.say, player, page, _first_of(number))


async def _history(desk: Desk, asked: Interaction) -> Card:
    own = is_on(asked, "mine") or asked.name.startswith("own_")
    if own and not (await desk.likes.of(asked.person.user_id)).keep_history:
        return base.done(desk.say, "card-history-off")
    if "page" in asked.options:
        number = _page_number(asked)
        first, page = _first_of(number), await desk.playback.numbered_played(asked.guild_id, number, own=own)
    else:
        first, token = page_of(asked)
        page = await desk.playback.played(asked.guild_id, token, own=own)
    return lists.history(desk.say, page, first, own=own)


async def _remove(desk: Desk, asked: Interaction) -> Card:
    item, last = (chosen(asked, name) if name in asked.options else 0 for name in ("item", "to"))
    rule = Rule(
        item,
        int(asked.options.get("member", 0)),
        is_on(asked, "duplicates"),
        is_on(asked, "absent"),
        last,
        asked.options.get("words", ""),
    )
    if item and rule == Rule(item):
        removed = await desk.playback.queues.remove(asked.guild_id, item, request_id=asked.request_id)
        return lists.removed(desk.say, removed)
    count = await desk.playback.queues.remove_all(asked.guild_id, rule, request_id=asked.request_id)
    return lists.cleared(desk.say, count)


async def _move(desk: Desk, asked: Interaction) -> Card:
    item, before = chosen(asked, "item"), chosen(asked, "before") if "before" in asked.options else 0
    await desk.playback.queues.move(asked.guild_id, item, before, request_id=asked.request_id)
    return base.done(desk.say, "card-moved")


async def _sort(desk: Desk, asked: Interaction) -> Card:
    by, queues = asked.options["by"], desk.playback.queues
    if by == _REVERSE:
        await queues.reverse(asked.guild_id, request_id=asked.request_id)
    else:
        await queues.sort(asked.guild_id, by.upper(), request_id=asked.request_id)
    return base.done(desk.say, "card-sorted")


async def _shuffle(desk: Desk, asked: Interaction) -> Card:
    keep = is_on(asked, "keep")
    player = await desk.playback.queues.shuffle(asked.guild_id, keep=keep, request_id=asked.request_id)
    return music.decided(desk.say, player, base.done(desk.say, "card-shuffled"))


async def _clear(desk: Desk, asked: Interaction) -> Card:
    player, count = await desk.playback.queues.clear(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, lists.cleared(desk.say, count))


async def _undo(desk: Desk, asked: Interaction) -> Card:
    return lists.edited(
        desk.say, "card-undone", await desk.playback.queues.undo(asked.guild_id, request_id=asked.request_id)
    )


async def _redo(desk: Desk, asked: Interaction) -> Card:
    return lists.edited(
        desk.say, "card-redone", await desk.playback.queues.redo(asked.guild_id, request_id=asked.request_id)
    )


COMMANDS = (
    Command("queue", First.PRIVATE, _queue),
    Command("history", First.PRIVATE, _history, (Option("mine", Kind.BOOLEAN, required=False),)),
    Command(
        "remove",
        First.PUBLIC,
        _remove,
        (
            replace(ITEM, required=False),
            replace(ITEM, name="to", required=False),
            Option("member", Kind.MEMBER, required=False),
            Option("duplicates", Kind.BOOLEAN, required=False),
            Option("absent", Kind.BOOLEAN, required=False),
            Option("words", required=False, longest=_LONGEST_WORDS),
        ),
    ),
    Command("move", First.PUBLIC, _move, (ITEM, replace(ITEM, name="before", required=False))),
    Command("sort", First.PUBLIC, _sort, (Option("by", choices=("title", "length", "requester", _REVERSE)),)),
    Command("shuffle", First.PUBLIC, _shuffle, (Option("keep", Kind.BOOLEAN, required=False),)),
    Command("clear", First.PUBLIC, _clear),
    Command("undo", First.PUBLIC, _undo),
    Command("redo", First.PUBLIC, _redo),
)
BUTTONS = (
    Command("queue", First.UPDATE, _queue),
    Command("ask_page", First.FORM, form=_ask_page),
    Command("queue_page", First.UPDATE, _page),
    *(Command(name, First.UPDATE, _history) for name in ("history", "history_page", "own_history", "own_history_page")),
)
