"""`/import`: a form for many songs, its answer that shows how far they are, and the button that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Option
from gateway.domain.cards import imports
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card, Form, Say

_PLACEMENTS = ("end", "next")


def _form(say: Say, asked: Interaction) -> Form:
    return imports.import_form(say, asked.options.get("placement", _PLACEMENTS[0]))


async def _start(desk: Desk, asked: Interaction) -> Card:
    lines = [" ".join(line.split()) for line in asked.options["lines"].splitlines() if line.strip()]
    placement = asked.options["about"].upper()
    found = await desk.imports.start(asked.guild_id, lines, placement, request_id=asked.request_id)
    return imports.imported(desk.say, found)


async def _watch(desk: Desk, asked: Interaction, import_id: str) -> Card:
    return imports.imported(desk.say, await desk.imports.get(asked.guild_id, import_id))


async def _cancel(desk: Desk, asked: Interaction) -> Card:
    import_id = asked.options["about"]
    return imports.imported(desk.say, await desk.imports.cancel(asked.guild_id, import_id, request_id=asked.request_id))


COMMANDS = (
    Command("import", First.FORM, options=(Option("placement", required=False, choices=_PLACEMENTS),), form=_form),
)
BUTTONS = (
    Command("import", First.PUBLIC, _start, watch=_watch),
    Command("cancel_import", First.UPDATE, _cancel, watch=_watch),
)
