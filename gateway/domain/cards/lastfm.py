"""A person's account at last.fm, as they see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import BUTTON_PREFIX, TITLE, Button, Card, Link, join

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.lastfm import Linked, Permission


def asking(say: Say, wanted: Permission) -> Card:
    """Ask a person to allow it at last.fm, and then to say so."""
    page = Link(wanted.url, say("button-lastfm-open"), "🔗")
    allowed = Button(f"{BUTTON_PREFIX}:lastfm-finish:{wanted.token}", say("button-lastfm-finish"), "✅")
    return Card(join(say("card-lastfm-asking"), say("card-lastfm-told")), rows=((page, allowed),))


def linked(say: Say, account: Linked) -> Card:
    """Show what is linked and what it is told, with the ways to another one and to none."""
    another = Button(f"{BUTTON_PREFIX}:lastfm-link", say("button-lastfm-link"), "🔁")
    unlink = Button(f"{BUTTON_PREFIX}:lastfm-unlink", say("button-lastfm-unlink"), "🗑️")
    line = say("card-lastfm-linked", name=_name(account), when=f"<t:{int(account.linked_at)}:D>")
    return Card(join(line, say("card-lastfm-told")), rows=((another, unlink),))


def unlinked(say: Say, account: Linked | None) -> Card:
    """Confirm that it is forgotten, or say that there was none."""
    return Card(say("card-lastfm-unlinked", name=_name(account)) if account else say("card-lastfm-none"))


def _name(account: Linked) -> str:
    return text.escape(account.name, TITLE)
