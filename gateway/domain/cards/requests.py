"""Answers where people just type what they want to hear: short, because they do not stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import Card, Section, join
from gateway.domain.cards.music import left_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.cards.base import Say
    from gateway.domain.player import Added, Player
    from kit.errors import Refused

_TITLE, _NAMED = 60, 5  # characters, and songs that are named


def taken(say: Say, added: Sequence[Added], missed: Sequence[tuple[str, Refused]], unread: int) -> Card:
    """Show what became of each song that somebody asked for; `unread` lines were too many."""
    lines = [join(_line(say, one), left_out(say, one)) for one in added[:_NAMED]]
    if more := len(added) - len(lines):
        lines.append(say("card-request-more", count=more))
    if missed:
        songs = tuple(text.escape(song, _TITLE) for song, _ in missed[:_NAMED])
        lines.append(say("card-request-missed", songs=songs, count=len(missed)))
    if unread:
        lines.append(say("card-request-unread", count=unread))
    return Card(join(*lines), refusal=missed[0][1] if missed else None)


def invitation(say: Say, player: Player, channel_id: int) -> Card:
    """Say what to do in a channel while nothing plays."""
    return Card(sections=(Section(say("card-request-invitation", channel=f"<#{channel_id}>")),), version=player.version)


def missing(say: Say, lack: str) -> Card:
    """Say what is missing in a channel, and the way out."""
    return Card(say("card-request-missing", lack=lack))


def _line(say: Say, what: Added) -> str:
    title = text.escape(what.item.track.title, _TITLE)
    return say("card-request-taken", title=f"**{title}**", place=what.place, count=what.count)
