"""`/queue`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk
from gateway.domain import cards
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards import Card


async def _queue(desk: Desk, asked: Interaction) -> Card:
    return cards.queue(desk.say, *await desk.playback.upcoming(asked.guild_id))


COMMANDS = (Command("queue", First.PRIVATE, _queue),)
