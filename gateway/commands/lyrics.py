"""`/lyrics` and the panel's button for it: lyrics that follow the song where they have times, else pages of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, page_of
from gateway.domain.cards import lyrics
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card

_FIRST_PAGE = 1, ""


async def _begin(desk: Desk, asked: Interaction) -> Card:
    """Follow the song; not below a message, where each edit would count among those of the channel."""
    sung = await desk.singing.begin(asked.guild_id)
    if sung.line is None or not asked.token:
        return lyrics.page(desk.say, sung.lyrics, *_FIRST_PAGE)
    return lyrics.following(desk.say, sung)


async def _watch(desk: Desk, asked: Interaction, item: str) -> Card:
    return lyrics.following(desk.say, await desk.singing.follow(asked.guild_id, int(item)))


async def _page(desk: Desk, asked: Interaction) -> Card:
    return lyrics.page(desk.say, await desk.playback.catalog.lyrics(asked.guild_id), *page_of(asked))


COMMANDS = (Command("lyrics", First.PRIVATE, _begin, watch=_watch),)
BUTTONS = (
    Command("panel-lyrics", First.PRIVATE, _begin, watch=_watch),
    Command("lyrics", First.UPDATE, _page),
    Command("follow_lyrics", First.UPDATE, _begin, watch=_watch),
)
