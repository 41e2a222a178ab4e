"""`/dj`: who is the DJ of the session, and who is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option
from gateway.domain.cards import dj
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card


async def _dj(desk: Desk, asked: Interaction) -> Card:
    if "person" not in asked.options:
        return dj.told(desk.say, await desk.playback.players.get(asked.guild_id))
    user_id = int(asked.options["person"])
    player = await desk.playback.players.transfer_dj(asked.guild_id, user_id, request_id=asked.request_id)
    return dj.handed_on(desk.say, player)


COMMANDS = (Command("dj", First.PUBLIC, _dj, (Option("person", Kind.MEMBER, required=False),)),)
