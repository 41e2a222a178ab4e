"""Imports of songs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import BUTTON_PREFIX, Button, Card, Field, Form, join, why

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.importing import Import

_LISTED_TITLE = 70
_MISSED = 10  # lines shown for which an import found nothing: escaped they fit into Discord's 2,000 characters


def import_form(say: Say, placement: str) -> Form:
    """Ask for songs."""
    custom_id = f"{BUTTON_PREFIX}:import:{placement}"
    field = Field("lines", say("form-import-lines"), say("form-import-example"), long=True)
    return Form(custom_id, say("form-import"), (field,))


def imported(say: Say, found: Import) -> Card:
    """Show how far an import is, with a button that ends it, or what came of it."""
    lines = [say("card-import", state=found.state, done=found.done, added=found.added, total=found.total)]
    if found.refusal:
        lines.append(why(say, found.refusal))
    if found.left_out:
        lines.append(say("card-left-out", count=found.left_out))
    if found.is_over and found.missed:
        listed = [text.escape(line, _LISTED_TITLE) for line in found.missed_lines[:_MISSED]]
        lines += [say("card-import-missed", count=found.missed), *listed]
        if found.missed > len(listed):
            lines.append(say("card-queue-more", count=found.missed - len(listed)))
    if found.is_over:
        return Card(join(*lines))
    cancel = Button(f"{BUTTON_PREFIX}:cancel_import:{found.id}", say("button-cancel"), "⏹️")
    return Card(join(*lines), rows=((cancel,),), watched=found.id)
