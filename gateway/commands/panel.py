"""The buttons and lists of the panel: each does one thing to the player, and the panel shows what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, number_of
from gateway.domain.cards import lists
from gateway.domain.interaction import First, Interaction
from gateway.domain.panel import Deed
from gateway.domain.player import Change

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card
    from gateway.domain.player import Player

_FIRST_PAGE = 1, ""
_VOTED = "Vote"


async def _show(desk: Desk, asked: Interaction, player: Player, method: str) -> Card:
    did = _VOTED if player.votes_missing else method
    return await desk.panels.draw(asked.guild_id, player, Deed(asked.person.user_id, did))


async def _previous(desk: Desk, asked: Interaction) -> Card:
    seen = number_of(asked, "about")
    player = await desk.playback.players.previous(asked.guild_id, item_id=seen, request_id=asked.request_id)
    return await _show(desk, asked, player, "Previous")


async def _pause(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.pause(asked.guild_id, request_id=asked.request_id)
    return await _show(desk, asked, player, "Pause")


async def _resume(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.resume(asked.guild_id, request_id=asked.request_id)
    return await _show(desk, asked, player, "Resume")


async def _skip(desk: Desk, asked: Interaction) -> Card:
    seen = number_of(asked, "about")
    skipped = await desk.playback.players.skip(asked.guild_id, item_id=seen, request_id=asked.request_id)
    return await _show(desk, asked, skipped.player, "Skip" if skipped.track else _VOTED)


async def _stop(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.players.stop(asked.guild_id, request_id=asked.request_id)
    return await _show(desk, asked, player, "Stop")


async def _shuffle(desk: Desk, asked: Interaction) -> Card:
    await desk.playback.queues.shuffle(asked.guild_id, keep=False, request_id=asked.request_id)
    return await _show(desk, asked, await desk.playback.players.get(asked.guild_id), "ShuffleQueue")


async def _change(desk: Desk, asked: Interaction, wanted: Change) -> Card:
    player = await desk.playback.players.change(asked.guild_id, wanted, request_id=asked.request_id)
    return await _show(desk, asked, player, "UpdatePlayer")


async def _loop(desk: Desk, asked: Interaction) -> Card:
    return await _change(desk, asked, Change(loop_mode=asked.options["about"]))


async def _autoplay(desk: Desk, asked: Interaction) -> Card:
    return await _change(desk, asked, Change(autoplay=asked.options["about"] == "on"))


async def _effects(desk: Desk, asked: Interaction) -> Card:
    (name,) = asked.choices
    return await _change(desk, asked, Change(preset="" if name == "off" else name.upper()))


async def _jump(desk: Desk, asked: Interaction) -> Card:
    player = await desk.playback.queues.jump(asked.guild_id, int(asked.choices[0]), request_id=asked.request_id)
    return await _show(desk, asked, player, "JumpToQueueItem")


async def _queue(desk: Desk, asked: Interaction) -> Card:
    first, token = _FIRST_PAGE
    return lists.queue(desk.say, *await desk.playback.upcoming(asked.guild_id, token), first)


BUTTONS = (
    Command("panel-previous", First.UPDATE, _previous),
    Command("panel-pause", First.UPDATE, _pause),
    Command("panel-resume", First.UPDATE, _resume),
    Command("panel-skip", First.UPDATE, _skip),
    Command("panel-stop", First.UPDATE, _stop),
    Command("panel-shuffle", First.UPDATE, _shuffle),
    Command("panel-loop", First.UPDATE, _loop),
    Command("panel-autoplay", First.UPDATE, _autoplay),
    Command("panel-effects", First.UPDATE, _effects),
    Command("panel-jump", First.UPDATE, _jump),
    Command("panel-queue", First.PRIVATE, _queue),
)
