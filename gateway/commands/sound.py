"""`/loop`, `/volume`, `/filter` and `/autoplay`: how what plays is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option
from gateway.domain.cards import base, music, playlists
from gateway.domain.interaction import First, Interaction
from gateway.domain.player import PRESETS, Change

if TYPE_CHECKING:
    from gateway.domain.cards.base import Card
    from gateway.domain.player import Player
    from gateway.domain.playlist import Playlist

_AS_USUAL = 100  # percent
_SPEEDS = (25, 400)  # percent; the contract's limits
_TONES = ("bass", "middle", "treble")
_LOUDER = 12  # decibels; within what the contract takes for a band
_LONGEST_NAME = 32  # characters; the contract's limit
_LONGEST_PLAYLIST = 100  # as above
_CHOSEN = "autoplay_playlist_id"  # the setting
_FITTING = "-"  # stands for no playlist


async def _change(desk: Desk, asked: Interaction, wanted: Change) -> Player:
    return await desk.playback.players.change(asked.guild_id, wanted, request_id=asked.request_id)


async def _loop(desk: Desk, asked: Interaction) -> Card:
    times = int(asked.options["times"]) if "times" in asked.options else None
    wanted = Change(loop_mode=asked.options["mode"].upper(), loop_count=times)
    return music.looped(desk.say, await _change(desk, asked, wanted))


async def _volume(desk: Desk, asked: Interaction) -> Card:
    return music.turned(desk.say, await _change(desk, asked, Change(volume=int(asked.options["percent"]))))


async def _autoplay(desk: Desk, asked: Interaction) -> Card:
    mode, playlist = asked.options["mode"], await _go_on_with(desk, asked)
    await _change(desk, asked, Change(autoplay=mode == "on"))
    if playlist and mode == "on":
        return playlists.told(desk.say, "card-autoplay-playlist", playlist)
    return base.done(desk.say, f"card-autoplay-{mode}")


async def _go_on_with(desk: Desk, asked: Interaction) -> Playlist | None:
    """Choose a playlist, or none any more, if somebody said so; return it."""
    given = asked.options.get("playlist")
    if given is None:
        return None
    playlist_id = "" if given == _FITTING else await desk.playlists.find(asked.guild_id, given)
    await desk.settings.choose(asked.guild_id, _CHOSEN, playlist_id, None, request_id=asked.request_id)
    return await desk.playlists.store.get(asked.guild_id, playlist_id) if playlist_id else None


async def _playlists(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Find playlists of the server that one may mean, and what fits in place of any."""
    found = await desk.playlists.suggest_of_guild(asked.guild_id, words)
    return [(desk.say("choice-fitting"), _FITTING), *(playlists.choice(desk.say, playlist) for playlist in found)]


async def _preset(desk: Desk, asked: Interaction) -> Card:
    name = asked.options["name"]
    wanted = Change(preset="" if name == "off" else name.upper())
    return music.filtered(desk.say, await _change(desk, asked, wanted))


async def _speed(desk: Desk, asked: Interaction) -> Card:
    speed, pitch = int(asked.options["percent"]), int(asked.options.get("pitch", _AS_USUAL))
    wanted = Change(preset="") if speed == pitch == _AS_USUAL else Change(speed=speed, pitch=pitch)
    return music.filtered(desk.say, await _change(desk, asked, wanted))


async def _equalize(desk: Desk, asked: Interaction) -> Card:
    bass, middle, treble = (int(asked.options.get(tone, 0)) for tone in _TONES)
    return music.filtered(desk.say, await _change(desk, asked, Change(tones=(bass, middle, treble))))


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
    Command(
        "filter-equalizer",
        First.PUBLIC,
        _equalize,
        tuple(Option(tone, Kind.INTEGER, required=False, limits=(-_LOUDER, _LOUDER)) for tone in _TONES),
    ),
    Command("filter-use", First.PUBLIC, _use, (_SAVED,)),
    Command("filter-save", First.PUBLIC, _save, (Option("name", longest=_LONGEST_NAME),)),
    Command("filter-delete", First.PUBLIC, _delete, (_SAVED,)),
    Command(
        "autoplay",
        First.PUBLIC,
        _autoplay,
        (
            Option("mode", choices=("on", "off")),
            Option("playlist", required=False, suggest=_playlists, longest=_LONGEST_PLAYLIST),
        ),
    ),
)
