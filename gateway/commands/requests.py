"""What is asked for by just typing it, in the channel that a guild has for that: one song or several."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from gateway.commands.command import Command, Desk
from gateway.commands.playback import placement, source
from gateway.domain.cards import requests as cards
from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card
    from gateway.domain.player import Added


async def _request(desk: Desk, asked: Interaction) -> Card:
    """Play each song for itself: what one is refused for does not keep the others back."""
    play = partial(desk.playback.players.play, asked.guild_id, placement=placement(asked), source=source(asked))
    added: list[Added] = []
    missed: list[tuple[str, Refused]] = []
    for number, song in enumerate(asked.options["songs"].split("\n")):
        request_id = str(uuid5(UUID(asked.request_id), str(number))) if number else asked.request_id
        try:
            found = await play(song, request_id=request_id)
        except Refused as refusal:
            if refusal.reason is Reason.UNAVAILABLE:
                raise
            missed.append((song, refusal))
        else:
            added.append(found)
    if not added:
        raise missed[0][1]
    return cards.taken(desk.say, added, missed, int(asked.options["unread"]))


WRITTEN = (Command("request", First.PUBLIC, _request),)
