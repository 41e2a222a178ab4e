"""`/help`: all commands, as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, page_of
from gateway.domain.cards import lists
from gateway.domain.interaction import First, Interaction
from gateway.domain.player import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.commands.command import Desk
    from gateway.domain.cards.base import Card

_LISTED = 20  # commands of a page


def command(others: Sequence[Command]) -> Command:
    """Return the command that lists the others, which is also the button that turns its pages."""

    async def show(desk: Desk, asked: Interaction) -> Card:
        first, _ = page_of(asked)
        shown = names[first - 1 : first - 1 + _LISTED]
        more = "more" if len(names) > first - 1 + _LISTED else ""
        return lists.commands(desk.say, Page(shown, more), first)

    names = [other.name for other in others if not other.on_message]
    return Command("help", First.PRIVATE, show)
