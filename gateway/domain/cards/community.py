"""What the bot says of its own: to a guild that it is new in, and what others have reason to post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.domain import text
from gateway.domain.cards.base import TITLE, Card

if TYPE_CHECKING:
    from gateway.domain.cards.base import Say


@dataclass(frozen=True)
class Song:
    """A song that a guild is reminded of."""

    title: str
    author: str
    uri: str
    plays: int


def first_steps(say: Say) -> Card:
    """Say how to begin."""
    return Card(say("card-first-steps"))


def song_of_the_day(say: Say, song: Song) -> str:
    """Name a song, and how often it was played."""
    title, uri = text.escape(song.title, TITLE), text.address(song.uri)
    shown = f"[{title}]({uri})" if uri else title
    author = text.escape(song.author, TITLE)
    return say("card-song-of-the-day", title=f"**{shown}**", author=author or "-", count=song.plays)
