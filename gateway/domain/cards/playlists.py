"""Playlists."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from gateway.domain import position, text
from gateway.domain.cards.base import BUTTON_PREFIX, TITLE, Button, Card, Field, File, Form, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.domain.cards.base import Row, Say
    from gateway.domain.player import Page, Track
    from gateway.domain.playlist import Brought, Kept, Playlist

_CHOICE = 100  # Discord's limit for both sides of a choice
_NAME = 100  # characters; the contract's limit
_LISTED = 25  # playlists, of which people see no more at once
_LISTED_TITLE = 70
_AUTHOR = 40
_DOT = " · "
_UNFIT = re.compile(r"[^\w-]+")  # for the name of a file
_MISSED = 10  # lines shown for which an import found nothing


def name_of(say: Say, playlist: Playlist) -> str:
    """Give the name of a playlist: favourites have one in each language."""
    return say("playlist-favorites") if playlist.is_favorites else playlist.name


def told(say: Say, key: str, playlist: Playlist, **more: str | float) -> Card:
    """Confirm a change of a playlist."""
    return Card(say(key, name=_shown(say, playlist), **more))


def kept(say: Say, key: str, playlist: Playlist, track: Track) -> Card:
    """Confirm what was done to one of its tracks."""
    return told(say, key, playlist, title=text.escape(track.title, TITLE))


def liked(say: Say, track: Track, *, added: bool) -> Card:
    """Confirm a favourite."""
    return Card(say("card-liked" if added else "card-liked-already", title=text.escape(track.title, TITLE)))


def all_of(say: Say, playlists: Sequence[Playlist]) -> Card:
    """List playlists: whose they are, and how long."""
    if not playlists:
        return Card(say("card-playlists-none"))
    lines = [
        say(
            "card-playlists-line",
            name=_shown(say, playlist),
            count=playlist.count,
            length=position.show(playlist.length),
            whose=_whose(playlist),
            user=f"<@{playlist.owner_id}>",
        )
        for playlist in playlists[:_LISTED]
    ]
    if len(playlists) > _LISTED:
        lines.append(say("card-queue-more", count=len(playlists) - _LISTED))
    return Card("\n".join(lines), say("card-playlists"))


def show(say: Say, playlist: Playlist, page: Page[Kept], first: int) -> Card:
    """Show a page of a playlist; `first` is the place of its first track."""
    if not playlist.count:
        return told(say, "card-playlist-empty", playlist)
    lines = [
        say("card-queue-line", place=place, track=_line(one.track)) for place, one in enumerate(page.entries, first)
    ]
    behind = playlist.count - (first - 1) - len(page.entries)
    if behind > 0:
        lines.append(say("card-queue-more", count=behind))
    heading = say(
        "card-playlist",
        name=text.plain(name_of(say, playlist), _NAME),
        count=playlist.count,
        length=position.show(playlist.length),
    )
    return Card(join(*lines), heading, rows=_pages(say, playlist, page, first))


def saved(say: Say, playlist: Playlist, added: int, total: int) -> Card:
    """Confirm that the queue is kept, or as much of it as there was room for."""
    return told(say, "card-playlist-saved", playlist, added=added, left=total - added)


def brought(say: Say, found: Brought) -> Card:
    """Show what came of an import."""
    lines = [say("card-playlist-brought", name=_shown(say, found.playlist), count=found.added)]
    if found.missed:
        shown = [text.escape(line, _LISTED_TITLE) for line in found.missed_lines[:_MISSED]]
        lines += [say("card-import-missed", count=found.missed), *shown]
        if found.missed > len(shown):
            lines.append(say("card-queue-more", count=found.missed - len(shown)))
    return Card(join(*lines))


def exported(say: Say, playlist: Playlist, document: bytes) -> Card:
    """Give a playlist as a file."""
    name = _UNFIT.sub("-", name_of(say, playlist)).strip("-")
    card = told(say, "card-playlist-exported", playlist)
    return replace(card, file=File(f"{name or playlist.id}.json", document))


def named_by(file: str) -> str:
    """Give the name that a playlist has by the address of the file it comes from."""
    name = PurePosixPath(unquote(urlsplit(file).path)).stem
    return text.plain(name.replace("_", " "), _NAME)


def import_form(say: Say, name: str) -> Form:
    """Ask for a playlist's name, if it is not this one, and for what it is to hold."""
    fields = (
        Field("name", say("form-playlist-name"), value=name, longest=_NAME),
        Field("text", say("form-playlist-text"), say("form-import-example"), long=True),
    )
    return Form(f"{BUTTON_PREFIX}:playlist_import:", say("form-playlist"), fields)


def choice(say: Say, playlist: Playlist) -> tuple[str, str]:
    """Give a playlist as a choice while typing: what is shown, and its id."""
    shown = say("choice-playlist", name=name_of(say, playlist), whose=_whose(playlist), count=playlist.count)
    return text.plain(shown, _CHOICE), playlist.id


def _pages(say: Say, playlist: Playlist, page: Page[Kept], first: int) -> tuple[Row, ...]:
    """Give the buttons that turn pages: each knows the playlist, too."""
    at = f"{BUTTON_PREFIX}:playlist:{{}}-{playlist.id}."
    buttons = [Button(at.format(1), say("button-first"), "⏮️")] if first > 1 else []
    if page.more:
        buttons.append(Button(at.format(first + len(page.entries)) + page.more, say("button-more"), "▶️"))
    return (tuple(buttons),) if buttons else ()


def _line(track: Track) -> str:
    return _DOT.join(filter(None, (text.escape(track.title, _LISTED_TITLE), text.escape(track.author, _AUTHOR))))


def _shown(say: Say, playlist: Playlist) -> str:
    return text.escape(name_of(say, playlist), _NAME)


def _whose(playlist: Playlist) -> str:
    if playlist.guild_id:
        return "server"
    return "own" if playlist.changeable else "shared"
