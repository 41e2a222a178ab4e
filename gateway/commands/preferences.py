"""`/preferences`: what a person chooses for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option, is_on
from gateway.domain.cards import personal
from gateway.domain.interaction import First, Interaction
from gateway.domain.preferences import Wish

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

_NONE = "any"  # a choice of Discord's is never empty
_LANGUAGES = (_NONE, "en", "de", "es", "ja")
_SOURCES = (_NONE, "local", "youtube", "soundcloud", "bandcamp", "spotify", "applemusic", "deezer")


async def _preferences(desk: Desk, asked: Interaction) -> Card:
    language, source = _chosen(asked, "language"), _chosen(asked, "source")
    wish = Wish(language, _wanted(asked, "private"), source, _wanted(asked, "history"))
    if wish == Wish():
        return personal.preferences(desk.say, await desk.account.preferences())
    return personal.preferences(desk.say, await desk.account.prefer(wish, request_id=asked.request_id))


def _chosen(asked: Interaction, option: str) -> str | None:
    given = asked.options.get(option)
    return "" if given == _NONE else given


def _wanted(asked: Interaction, option: str) -> bool | None:
    return is_on(asked, option) if option in asked.options else None


COMMANDS = (
    Command(
        "preferences",
        First.PRIVATE,
        _preferences,
        (
            Option("language", required=False, choices=_LANGUAGES),
            Option("private", Kind.BOOLEAN, required=False),
            Option("source", required=False, choices=_SOURCES),
            Option("history", Kind.BOOLEAN, required=False),
        ),
    ),
)
