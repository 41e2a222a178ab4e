"""`/stats`: what the server, or oneself, listened to most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Option
from gateway.domain.cards import stats
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

_WHOSE = ("server", "me")
_PERIODS = ("day", "week", "month", "all")


async def _stats(desk: Desk, asked: Interaction) -> Card:
    own, period = asked.options.get("who") == "me", asked.options.get("period", "month").upper()
    found = await desk.community.statistics.get(asked.guild_id, period, own=own)
    return stats.shown(desk.say, found, period, own=own)


COMMANDS = (
    Command(
        "stats",
        First.PRIVATE,
        _stats,
        (Option("who", required=False, choices=_WHOSE), Option("period", required=False, choices=_PERIODS)),
    ),
)
