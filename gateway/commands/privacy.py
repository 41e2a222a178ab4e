"""`/privacy`: what is kept about a person is shown, given to them, or deleted once they confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk
from gateway.domain.cards import personal
from gateway.domain.interaction import First, Interaction
from gateway.personal import document, kept

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card


async def _show(desk: Desk, _: Interaction) -> Card:
    found, whole = await kept(desk.account)
    return personal.shown(desk.say, [(one.service, one.kind) for one in found], whole=whole)


async def _export(desk: Desk, _: Interaction) -> Card:
    found, whole = await kept(desk.account)
    return personal.exported(desk.say, document(found), whole=whole)


async def _delete(desk: Desk, _: Interaction) -> Card:
    return personal.deletion(desk.say)


async def _forget(desk: Desk, asked: Interaction) -> Card:
    pending = await desk.account.delete(request_id=asked.request_id)
    return personal.deleted(desk.say, is_finished=not pending)


COMMANDS = (
    Command("privacy-show", First.PRIVATE, _show),
    Command("privacy-export", First.PRIVATE, _export),
    Command("privacy-delete", First.PRIVATE, _delete),
)
BUTTONS = (Command("forget", First.UPDATE, _forget),)
