"""What people chose for themselves, and what is kept about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gateway.domain.cards.base import BUTTON_PREFIX, Button, Card, File, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.domain.cards.base import Say
    from gateway.domain.preferences import Preferences

_FILE = "segue.json"


def preferences(say: Say, found: Preferences) -> Card:
    """Show what a person chose."""
    lines = (
        say("card-preferences-language", language=found.language or "any"),
        say("card-preferences-private", mode=_mode(on=found.private_answers)),
        say("card-preferences-source", source=found.default_source or "any"),
        say("card-preferences-history", mode=_mode(on=found.keep_history)),
    )
    return Card(join(*lines), say("card-preferences"))


def shown(say: Say, kinds: Iterable[tuple[str, str]], *, whole: bool) -> Card:
    """Show how much of what is kept about a person."""
    counts = sorted(Counter(kinds).items())
    lines = [say("card-privacy-kept", kind=kind, count=count) for (_, kind), count in counts]
    if not lines:
        return Card(say("card-privacy-nothing"))
    return Card(join(*lines, "" if whole else say("card-privacy-more"), say("card-privacy-ways")), say("card-privacy"))


def exported(say: Say, document: bytes, *, whole: bool) -> Card:
    """Give what is kept about a person as a file."""
    text = join(say("card-privacy-exported"), "" if whole else say("card-privacy-more"))
    return Card(text, file=File(_FILE, document))


def deletion(say: Say) -> Card:
    """Ask whether everything is really to be deleted."""
    button = Button(f"{BUTTON_PREFIX}:forget", say("button-forget"), "🗑️")
    return Card(say("card-privacy-delete"), rows=((button,),))


def deleted(say: Say, *, is_finished: bool) -> Card:
    """Confirm that everything is deleted, or will be."""
    return Card(say("card-privacy-deleted" if is_finished else "card-privacy-deleting"))


def _mode(*, on: bool) -> str:
    return "on" if on else "off"
