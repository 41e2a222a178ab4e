"""`/loop`, `/volume`, `/filter` and `/autoplay`: how what plays is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option
from gateway.domain.cards import base, music
from gateway.domain.interaction import First, Interaction
from gateway.domain.player import PRESETS, Change

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card
    from gateway.domain.player import Player

_AS_USUAL = 100  # percent
_SPEEDS = (25, 400)  # percent; the contract's limits
_LONGEST_NAME = 32  # characters; the contract's limit


async def _change(desk: Desk, asked: Interaction, wanted: Change) -> Player:
    return await desk.playback.players.change(asked.guild_id, wanted, request_id=asked.request_id)


async def _loop(desk: Desk, asked: Interaction) -> Card:
    times = int(asked.options["times"]) if "times" in asked.options else None
    wanted = Change(loop_mode=asked.options["mode"].upper(), loop_count=times)
    return music.looped(desk.say, await _change(desk, asked, wanted))


async def _volume(desk: Desk, asked: Interaction) -> Card:
    return music.turned(desk.say, await _change(desk, asked, Change(volume=int(asked.options["percent"]))))


async def _autoplay(desk: Desk, asked: Interaction) -> Card:
    mode = asked.options["mode"]
    await _change(desk, asked, Change(autoplay=mode == "on"))
    return base.done(desk.say, f"card-autoplay-{mode}")


async def _preset(desk: Desk, asked: Interaction) -> Card:
    name = asked.options["name"]
    wanted = Change(preset="" if name == "off" else name.upper())
    return music.filtered(desk.say, await _change(desk, asked, wanted))


async def _speed(desk: Desk, asked: Interaction) -> Card:
    speed, pitch = int(asked.options["percent"]), int(asked.options.get("pitch", _AS_USUAL))
    wanted = Change(preset="") if speed == pitch == _AS_USUAL else Change(speed=speed, pitch=pitch)
    return music.filtered(desk.say, await _change(desk, asked, wanted))


async def _use(desk: Desk, asked: Interaction) -> Card:
    return music.filtered(desk.say, await _change(desk, asked, Change(saved_filters=asked.options["name"])))


async def _save(desk: Desk, asked: Interaction) -> Card:
    name = asked.options["name"]
    await desk.playback.players.save_filters(asked.guild_id, name, request_id=asked.request_id)
    return base.named(desk.say, "card-filters-saved", name)


async def _delete(desk: Desk, asked: Interaction) -> Card:
    name = asked.options["name"]
    await desk.playback.players.delete_filters(asked.guild_id, name, request_id=asked.request_id)
    return base.named(desk.say, "card-filters-deleted", name)


async def _saved(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find saved filters that one may mean."""
    return [(name, name) for name in await desk.playback.saved_filters(asked.guild_id, words)]


_SAVED = Option("name", suggest=_saved, longest=_LONGEST_NAME)
COMMANDS = (
    Command(
        "loop",
        First.PUBLIC,
        _loop,
        (
            Option("mode", choices=("off", "track", "queue")),
            Option("times", Kind.INTEGER, required=False, limits=(1, 1000)),
        ),
    ),
    Command("volume", First.PUBLIC, _volume, (Option("percent", Kind.INTEGER, limits=(0, 200)),)),
    Command("filter-preset", First.PUBLIC, _preset, (Option("name", choices=("off", *PRESETS)),)),
    Command(
        "filter-speed",
        First.PUBLIC,
        _speed,
        (
            Option("percent", Kind.INTEGER, limits=_SPEEDS),
            Option("pitch", Kind.INTEGER, required=False, limits=_SPEEDS),
        ),
    ),
    Command("filter-use", First.PUBLIC, _use, (_SAVED,)),
    Command("filter-save", First.PUBLIC, _save, (Option("name", longest=_LONGEST_NAME),)),
    Command("filter-delete", First.PUBLIC, _delete, (_SAVED,)),
    Command("autoplay", First.PUBLIC, _autoplay, (Option("mode", choices=("on", "off")),)),
)
