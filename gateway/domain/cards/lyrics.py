"""What is sung: page by page, or following the song."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import BUTTON_PREFIX, Button, Card, join, pages
from gateway.domain.player import Page

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say
    from gateway.domain.player import Lyrics, Sung

_LINES, _LINE = 20, 100  # lines of a page, and characters of one: escaped they fit into Discord's 4,096
_BEFORE, _AROUND = 3, 12  # lines shown before the one that is sung, and with it and those behind it
_PROVIDER = 60  # characters shown


def page(say: Say, found: Lyrics, first: int, item: str) -> Card:
    """Show a page of lyrics from its first line; from the start where those of another item were read."""
    first = first if item == str(found.item_id) else 1
    lines = found.lines[first - 1 : first - 1 + _LINES]
    more = str(found.item_id) if len(found.lines) > first - 1 + _LINES else ""
    shown = "\n".join(text.escape(line, _LINE) for line in lines)
    follow = Button(f"{BUTTON_PREFIX}:follow_lyrics", say("button-lyrics-follow"), "🎤")
    beside = (follow,) if found.starts else ()
    return Card(shown, _heading(say, found), rows=pages(say, "lyrics", Page(lines, more), first, *beside))


def following(say: Say, sung: Sung) -> Card:
    """Show the line that is sung among its neighbours, or the first page again once the song is over."""
    found = sung.lyrics
    if sung.line is None:
        over = page(say, found, 1, str(found.item_id))
        return Card(join(over.text, say("card-lyrics-over")), over.heading, rows=over.rows)
    first = max(1, min(sung.line - _BEFORE, len(found.lines) - _AROUND + 1))
    lines = [
        _line(say, line, is_sung=place == sung.line)
        for place, line in enumerate(found.lines[first - 1 : first - 1 + _AROUND], first)
    ]
    stop = Button(f"{BUTTON_PREFIX}:lyrics:{first}-{found.item_id}", say("button-lyrics-stop"), "⏹️")
    return Card(
        "\n".join(lines),
        _heading(say, found),
        rows=((stop,),),
        watched=str(found.item_id),
        changes_in=sung.changes_in,
    )


def _heading(say: Say, found: Lyrics) -> str:
    provider = text.plain(found.provider, _PROVIDER)
    return say("card-lyrics-from", provider=provider) if provider else say("card-lyrics")


def _line(say: Say, line: str, *, is_sung: bool) -> str:
    words = text.escape(line, _LINE) or say("card-lyrics-pause")
    return say("card-lyrics-sung", line=words) if is_sung else words
