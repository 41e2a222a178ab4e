"""The queue, what was played, and what was done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import position, text
from gateway.domain.cards.base import BUTTON_PREFIX, TITLE, Card, Field, Form, join, numbered, pages
from gateway.domain.cards.music import choices, listed, modes, queue_ends

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.player import Edit, Item, Page, Played, Player, Track

_CHOICE = 100  # Discord's limit for both sides of a choice
_DOT = " · "


def queue(say: Say, player: Player, page: Page[Item], first: int) -> Card:
    """Show what plays and a page of what waits; `first` is the place of its first item."""
    if player.current is None and not page.entries:
        return Card(say("card-queue-empty"))
    lines = [say("card-queue-current", track=listed(say, player.current))] if player.current else []
    lines += [
        say("card-queue-line", place=place, track=listed(say, item)) for place, item in enumerate(page.entries, first)
    ]
    behind = player.queue_length - (first - 1) - len(page.entries)
    if behind > 0:
        lines.append(say("card-queue-more", count=behind))
    if player.votes:
        lines.append(say("card-votes", count=player.votes, listeners=player.listeners))
    heading = say("card-queue", count=player.queue_length, length=position.show(player.queue_duration))
    number, rows = numbered(say, "queue", page, first, player.queue_length)
    return Card(join(*lines, queue_ends(say, player), modes(say, player), number), heading, rows=rows)


def page_form(say: Say, about: str) -> Form:
    """Ask for the number of a page of a list: of so many, and the list's name."""
    count, _, name = about.partition("-")
    field = Field("page", say("form-page-number", pages=count), longest=len("1000000"))
    return Form(f"{BUTTON_PREFIX}:{name}_page", say("form-page"), (field,))


def history(say: Say, page: Page[Played], first: int, *, own: bool = False) -> Card:
    """Show a page of what was played, for all or for oneself, the newest first, to be played again."""
    name = "own_history" if own else "history"
    key = "card-own-history" if own else "card-history"
    if not page.entries:
        return Card(say(f"{key}-empty"))
    lines = [
        say("card-history-line", track=listed(say, one.item), when=f"<t:{round(one.ended_at)}:R>", reason=one.reason)
        for one in page.entries
    ]
    number, rows = numbered(say, name, page, first, page.total)
    again = choices(say, "card-history-again", [one.item.track for one in page.entries], "end")
    return Card(join(*lines, number), say(key), rows=(*again, *rows))


def commands(say: Say, page: Page[str], first: int) -> Card:
    """List a page of the commands; `first` is the place of its first one."""
    lines = [
        say("card-help-line", command=_called(say, name), what=say(f"command-{name}.description"))
        for name in page.entries
    ]
    return Card("\n".join(lines), say("card-help"), rows=pages(say, "help", page, first))


def _called(say: Say, name: str) -> str:
    """Say what people type for a command, or for one of two parts."""
    group, _, part = name.partition("-")
    return f"{say(f'command-{group}')} {say(f'command-{name}')}" if part else say(f"command-{name}")


def removed(say: Say, track: Track) -> Card:
    """Confirm that a track waits no more."""
    return Card(say("card-removed", title=text.escape(track.title, TITLE)))


def edited(say: Say, key: str, edit: Edit) -> Card:
    """Confirm that an edit of the queue was taken back or done again: what, whose, and how many it was about."""
    user = f"<@{edit.user_id}>" if edit.user_id else say("somebody")
    return Card(say(key, user=user, what=say("queue-edit", kind=edit.kind, count=edit.count)))


def cleared(say: Say, count: int) -> Card:
    """Confirm that nothing waits."""
    return Card(say("card-cleared", count=count))


def item_line(say: Say, place: int, track: Track) -> str:
    """Show a track and its place as a choice."""
    shown = _DOT.join(filter(None, (track.title, track.author)))
    return text.plain(say("choice-item", place=place, track=shown), _CHOICE)
