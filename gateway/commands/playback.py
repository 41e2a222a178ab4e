"""What plays: from `/play`, `/pause`, `/skip` and `/seek` to `/nowplaying`, and the buttons of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Option, chosen, number_of
from gateway.commands.queue import ITEM
from gateway.domain import position
from gateway.domain.cards import music, panel
from gateway.domain.interaction import First, Interaction
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card
    from gateway.domain.player import Added

_log = logging.getLogger(__name__)
_CHOICE = 100  # Discord's limit for a choice
PLACEMENT = Option("placement", required=False, choices=("end", "next", "now"))
_SOURCES = ("youtube", "soundcloud", "bandcamp", "spotify", "applemusic", "deezer", "local")
SOURCE = Option("source", required=False, choices=_SOURCES)


def placement(asked: Interaction) -> str:
    """Read where somebody wants what they asked for, as the contract names it; the end unless they said."""
    return asked.options.get(PLACEMENT.name, PLACEMENT.choices[0]).upper()


def source(asked: Interaction) -> str:
    """Read where somebody wants words to be searched for; where they always do unless they said."""
    return asked.options.get(SOURCE.name) or asked.source


async def _tracks(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find what one may mean; if nothing is found, one can still send what one typed."""
    likes = await desk.likes.of(asked.person.user_id)
    if not (words or likes.keep_history):
        return []
    try:
        where = asked.options.get(SOURCE.name) or likes.default_source
        found = await desk.playback.suggest(asked.guild_id, words, where)
    except Refused as refusal:
        _log.info("nothing is suggested: %s", refusal)
        found = ()
    if not found and 0 < len(words) <= _CHOICE:
        return [(words, words)]
    return [music.choice(desk.say, track) for track in found]


async def _play(desk: Desk, asked: Interaction) -> Card:
    return await play(desk, asked, asked.options["query"])


async def play(desk: Desk, asked: Interaction, query: str) -> Card:
    """Play or queue what a query finds, where somebody wants it to be searched for."""
    where, players = placement(asked), desk.playback.players
    added = await players.play(asked.guild_id, query, where, source=source(asked), request_id=asked.request_id)
    return await show_added(desk, asked, added)


async def show_added(desk: Desk, asked: Interaction, added: Added) -> Card:
    """Show what a request to play brought: the player, if it plays at once, else where it waits."""
    if added.place:
        return music.added(desk.say, added)
    card = await desk.panels.answer(asked.guild_id, asked.channel_id, added.player)
    return panel.beside(card, music.left_out(desk.say, added))


async def _pause(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.pause(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.playing(desk.say, player))


async def _resume(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.resume(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.playing(desk.say, player))


async def _skip(desk: Desk, asked: Interaction) -> Card:
    if "to" in asked.options:
        item = chosen(asked, "to")
        jumped = await desk.playback.queues.jump(asked.guild_id, item, request_id=asked.request_id)
        return music.playing(desk.say, jumped)
    seen = number_of(asked, "about") if "about" in asked.options else 0
    skipped = await desk.playback.players.skip(asked.guild_id, item_id=seen, request_id=asked.request_id)
    return music.skipped(desk.say, skipped)


async def _previous(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.previous(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.playing(desk.say, player))


async def _stop(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.stop(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.stopped(desk.say))


async def _seek(desk: Desk, asked: Interaction) -> Card:
    try:
        seconds, relative = position.parse_move(asked.options["position"])
    except ValueError as error:
        raise Refused(Reason.INVALID_ARGUMENT, fields={"position": str(error)}) from error
    player = await desk.playback.players.seek(asked.guild_id, seconds, relative=relative, request_id=asked.request_id)
    return music.sought(desk.say, player.position)


async def _replay(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.replay(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.playing(desk.say, player))


async def _nowplaying(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.now(asked.guild_id)
    return await desk.panels.answer(asked.guild_id, asked.channel_id, player)


async def _wrong(desk: Desk, asked: Interaction) -> Card:
    item_id = number_of(asked, "about")
    return music.candidates(desk.say, item_id, await desk.playback.catalog.candidates(asked.guild_id, item_id))


async def _replace(desk: Desk, asked: Interaction) -> Card:
    item_id, uri = number_of(asked, "about"), asked.choices[0]
    track = await desk.playback.put_instead(asked.guild_id, item_id, uri, request_id=asked.request_id)
    return music.replaced(desk.say, track)


async def _toggle(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.toggled(asked.guild_id, request_id=asked.request_id)
    return music.decided(desk.say, player, music.playing(desk.say, player))


COMMANDS = (
    Command(
        "play",
        First.PUBLIC,
        _play,
        (Option("query", suggest=_tracks), PLACEMENT, SOURCE),
    ),
    Command("pause", First.PUBLIC, _pause),
    Command("resume", First.PUBLIC, _resume),
    Command("skip", First.PUBLIC, _skip, (replace(ITEM, name="to", required=False),)),
    Command("previous", First.PUBLIC, _previous),
    Command("stop", First.PUBLIC, _stop),
    Command("seek", First.PUBLIC, _seek, (Option("position"),)),
    Command("replay", First.PUBLIC, _replay),
    Command("nowplaying", First.PUBLIC, _nowplaying),
)
BUTTONS = (
    Command("toggle", First.UPDATE, _toggle),
    Command("skip", First.UPDATE, _skip),
    Command("wrong", First.PRIVATE, _wrong),
    Command("replace", First.UPDATE, _replace),
)
