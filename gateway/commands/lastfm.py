"""`/lastfm link` and `unlink`: a person's account at last.fm is told what they hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk
from gateway.domain.cards import lastfm
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card


async def _link(desk: Desk, asked: Interaction) -> Card:
    known = await desk.lastfm.get()
    return lastfm.linked(desk.say, known) if known else await _begin(desk, asked)


async def _begin(desk: Desk, _: Interaction) -> Card:
    return lastfm.asking(desk.say, await desk.lastfm.begin())


async def _finish(desk: Desk, asked: Interaction) -> Card:
    token = asked.options["about"]
    return lastfm.linked(desk.say, await desk.lastfm.finish(token, request_id=asked.request_id))


async def _unlink(desk: Desk, asked: Interaction) -> Card:
    return lastfm.unlinked(desk.say, await desk.lastfm.delete(request_id=asked.request_id))


COMMANDS = (
    Command("lastfm-link", First.PRIVATE, _link),
    Command("lastfm-unlink", First.PRIVATE, _unlink),
)
BUTTONS = (
    Command("lastfm-link", First.UPDATE, _begin),
    Command("lastfm-finish", First.UPDATE, _finish),
    Command("lastfm-unlink", First.UPDATE, _unlink),
)
