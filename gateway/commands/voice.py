"""`/join` and `/leave`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk
from gateway.domain.cards import music
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card


async def _join(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.join(asked.guild_id, request_id=asked.request_id)
    return music.joined(desk.say, player.voice_channel_id)


async def _leave(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.leave(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.left(desk.say))


COMMANDS = (Command("join", First.PUBLIC, _join), Command("leave", First.PUBLIC, _leave))
