"""`/playlist` and `/favorite`: what people keep, and the buttons that turn its pages and like a track."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.commands.command import Command, Desk, Kind, Option, chosen, is_on, number_of, page_of
from gateway.commands.playback import PLACEMENT, placement, show_added
from gateway.domain import choice
from gateway.domain.cards import lists, playlists
from gateway.domain.interaction import First, Interaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.domain.cards.base import Card, Form, Say
    from gateway.domain.player import Track
    from gateway.domain.playlist import Playlist

_LONGEST_NAME = 100  # characters; the contract's limit


async def _playable(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    return _choices(desk, await desk.playlists.suggest(asked.guild_id, words))


async def _changeable(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    found = await desk.playlists.suggest(asked.guild_id, words)
    return _choices(desk, (playlist for playlist in found if playlist.changeable))


async def _names(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    """Offer playlists, and what somebody types as the name of a new one."""
    found = await _changeable(desk, asked, words)
    return [*found, (words, words)] if 0 < len(words) <= _LONGEST_NAME else found


def _choices(desk: Desk, found: Iterable[Playlist]) -> list[tuple[str, str]]:
    return [playlists.choice(desk.say, playlist) for playlist in found]


async def _tracks(desk: Desk, asked: Interaction, words: str) -> list[tuple[str, str]]:
    given = asked.options.get("playlist", "")
    found = await desk.playlists.tracks(asked.guild_id, given, words)
    return [(lists.item_line(desk.say, place, one.track), choice.of(one.id)) for place, one in found]


async def _at(desk: Desk, asked: Interaction, place: int) -> int:
    one = await desk.playlists.at_place(asked.guild_id, asked.options["playlist"], place)
    return one.id if one else 0


async def _create(desk: Desk, asked: Interaction) -> Card:
    guild_id = asked.guild_id if is_on(asked, "server") else 0
    made = await desk.playlists.store.create(guild_id, asked.options["name"], request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-created", made)


async def _play(desk: Desk, asked: Interaction) -> Card:
    playlist_id = await _chosen(desk, asked)
    players = desk.playback.players
    added = await players.play_playlist(asked.guild_id, playlist_id, placement(asked), request_id=asked.request_id)
    return await show_added(desk, asked, added)


async def _add(desk: Desk, asked: Interaction) -> Card:
    playlist_id, query = await _chosen(desk, asked), asked.options.get("query", "")
    left, track = await desk.playlists.add(asked.guild_id, playlist_id, query, request_id=asked.request_id)
    return playlists.kept(desk.say, "card-playlist-added", left, track)


async def _list(desk: Desk, asked: Interaction) -> Card:
    return playlists.all_of(desk.say, await desk.playlists.visible(asked.guild_id))


async def _show(desk: Desk, asked: Interaction) -> Card:
    found = await desk.playlists.show(asked.guild_id, await _chosen(desk, asked), "")
    return playlists.show(desk.say, *found, 1)


async def _turn(desk: Desk, asked: Interaction) -> Card:
    first, about = page_of(asked)
    playlist_id, _, token = about.partition(".")
    return playlists.show(desk.say, *await desk.playlists.show(asked.guild_id, playlist_id, token), first)


async def _save(desk: Desk, asked: Interaction) -> Card:
    given = asked.options["playlist"]
    return playlists.saved(desk.say, *await desk.playlists.save(asked.guild_id, given, request_id=asked.request_id))


async def _remove(desk: Desk, asked: Interaction) -> Card:
    playlist_id, item_id = await _chosen(desk, asked), chosen(asked, "item")
    left = await desk.playlists.store.remove(asked.guild_id, playlist_id, item_id, request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-removed", left)


async def _delete(desk: Desk, asked: Interaction) -> Card:
    playlist_id = await _chosen(desk, asked)
    deleted = await desk.playlists.store.delete(asked.guild_id, playlist_id, request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-deleted", deleted)


async def _rename(desk: Desk, asked: Interaction) -> Card:
    playlist_id, name = await _chosen(desk, asked), asked.options["name"]
    renamed = await desk.playlists.store.rename(asked.guild_id, playlist_id, name, request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-renamed", renamed)


async def _share(desk: Desk, asked: Interaction) -> Card:
    playlist_id, user_id = await _chosen(desk, asked), int(asked.options.get("member", 0))
    shared = await desk.playlists.store.share(asked.guild_id, playlist_id, user_id, request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-shared", shared, user=f"<@{user_id}>" if user_id else 0)


async def _unshare(desk: Desk, asked: Interaction) -> Card:
    playlist_id, user_id = await _chosen(desk, asked), int(asked.options.get("member", 0))
    left = await desk.playlists.store.unshare(asked.guild_id, playlist_id, user_id, request_id=asked.request_id)
    return playlists.told(desk.say, "card-playlist-unshared", left, user=f"<@{user_id}>" if user_id else 0)


async def _export(desk: Desk, asked: Interaction) -> Card:
    return playlists.exported(desk.say, *await desk.playlists.export(asked.guild_id, asked.options["playlist"]))


def _import_form(say: Say, asked: Interaction) -> Form | None:
    """Ask for a text, unless there is a file."""
    return None if "file" in asked.options else playlists.import_form(say, asked.options.get("playlist", ""))


async def _import(desk: Desk, asked: Interaction) -> Card:
    name, text = asked.options["name"], asked.options["text"]
    found = await desk.playlists.bring(asked.guild_id, name, text, request_id=asked.request_id)
    return playlists.brought(desk.say, found)


async def _import_file(desk: Desk, asked: Interaction) -> Card:
    file = asked.options["file"]
    name = asked.options.get("playlist") or playlists.named_by(file)
    found = await desk.playlists.bring_file(asked.guild_id, name, file, request_id=asked.request_id)
    return playlists.brought(desk.say, found)


async def _like_current(desk: Desk, asked: Interaction) -> Card:
    return await _like(desk, asked, await desk.playlists.current(asked.guild_id))


async def _like_item(desk: Desk, asked: Interaction) -> Card:
    return await _like(desk, asked, await desk.playlists.track(asked.guild_id, number_of(asked, "about")))


async def _like(desk: Desk, asked: Interaction, track: Track) -> Card:
    added = await desk.playlists.store.like(track.handle, request_id=asked.request_id)
    return playlists.liked(desk.say, track, added=added)


async def _chosen(desk: Desk, asked: Interaction) -> str:
    return await desk.playlists.find(asked.guild_id, asked.options["playlist"])


_NAME = Option("name", longest=_LONGEST_NAME)
_PLAYABLE = Option("playlist", suggest=_playable, longest=_LONGEST_NAME)
_CHANGEABLE = Option("playlist", suggest=_changeable, longest=_LONGEST_NAME)
_NEW = Option("playlist", suggest=_names, longest=_LONGEST_NAME)
_MEMBER = Option("member", Kind.MEMBER, required=False)
COMMANDS = (
    Command("playlist-create", First.PRIVATE, _create, (_NAME, Option("server", Kind.BOOLEAN, required=False))),
    Command("playlist-play", First.PUBLIC, _play, (_PLAYABLE, PLACEMENT)),
    Command("playlist-add", First.PRIVATE, _add, (_CHANGEABLE, Option("query", required=False))),
    Command("playlist-list", First.PRIVATE, _list),
    Command("playlist-show", First.PRIVATE, _show, (_PLAYABLE,)),
    Command("playlist-save", First.PRIVATE, _save, (_NEW,)),
    Command("playlist-remove", First.PRIVATE, _remove, (_CHANGEABLE, Option("item", suggest=_tracks, at=_at))),
    Command("playlist-delete", First.PRIVATE, _delete, (_CHANGEABLE,)),
    Command("playlist-rename", First.PRIVATE, _rename, (_CHANGEABLE, _NAME)),
    Command("playlist-share", First.PRIVATE, _share, (_CHANGEABLE, _MEMBER)),
    Command("playlist-unshare", First.PRIVATE, _unshare, (_PLAYABLE, _MEMBER)),
    Command("playlist-export", First.PRIVATE, _export, (_PLAYABLE,)),
    Command(
        "playlist-import",
        First.PRIVATE,
        _import_file,
        (Option("file", Kind.FILE, required=False), replace(_NEW, required=False)),
        _import_form,
    ),
    Command("favorite", First.PRIVATE, _like_current),
)
BUTTONS = (
    Command("playlist", First.UPDATE, _turn),
    Command("playlist_import", First.PRIVATE, _import),
    Command("favorite", First.PRIVATE, _like_item),
)
