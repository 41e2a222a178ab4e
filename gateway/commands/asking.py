"""Other ways to ask for music: `/search` and its list, `/playfile`, and "Play this" in the menu of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option
from gateway.commands.playback import PLACEMENT, SOURCE, placement, play, show_added, source
from gateway.domain.cards import music
from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

_FOUND = 25  # tracks offered; Discord's limit for a list


async def _search(desk: Desk, asked: Interaction) -> Card:
    found = await desk.playback.catalog.search(asked.options["query"], _FOUND, source=source(asked))
    return music.found(desk.say, found, placement(asked).lower())


async def _choose(desk: Desk, asked: Interaction) -> Card:
    where = asked.options["about"].upper()
    added = await desk.playback.play_chosen(asked.guild_id, asked.choices, where, request_id=asked.request_id)
    return await show_added(desk, asked, added)


async def _play_given(desk: Desk, asked: Interaction) -> Card:
    query = asked.options.get("file") or asked.options["query"]
    if not query:
        raise Refused(Reason.NOTHING_TO_PLAY)
    return await play(desk, asked, query)


COMMANDS = (
    Command(
        "search",
        First.PRIVATE,
        _search,
        (Option("query"), SOURCE, PLACEMENT),
    ),
    Command("playfile", First.PUBLIC, _play_given, (Option("file", Kind.FILE), PLACEMENT)),
    Command("playthis", First.PUBLIC, _play_given, on_message=True),
)
BUTTONS = (Command("choose", First.PUBLIC, _choose),)
