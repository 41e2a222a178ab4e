"""Rows of Postgres as the domain's values."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from audio.adapters import statements as sql
from audio.domain.course import Course
from audio.domain.player import Item, LoopMode, Origin, Player
from audio.domain.settings import GuildSettings
from audio.domain.track import Pick, Track, Why

if TYPE_CHECKING:
    import asyncpg


def document(track: Track) -> str:
    """Return a track as it is stored."""
    return json.dumps(vars(track), ensure_ascii=False)  # flat as it is: `asdict` copies deeply, four times as slow


def known_item(row: asyncpg.Record) -> Item:
    """Read an item out of a row that has one."""
    pick = json.loads(row["pick"]) if row["pick"] else None
    return Item(
        row["item_id"],
        Track(**json.loads(row["track"])),
        row["requester_id"],
        row["start_ms"],
        row["end_ms"],
        Pick(**pick | {"why": Why(pick["why"])}) if pick else None,
    )


def columns(item: Item) -> tuple[object, ...]:
    """Return what is stored of an item, in the order of its columns."""
    pick = json.dumps(asdict(item.pick)) if item.pick else None
    return item.item_id, item.requester_id, document(item.track), item.start_ms, item.end_ms, pick


def documents(player: Player) -> tuple[str, ...]:
    """Return what is stored of a player as JSON, in the order of its columns."""
    found = {name: getattr(player, name) for name in sql.DOCUMENTS}
    found |= {name: vars(found[name]) for name in ("settings", "course")}
    return tuple(json.dumps(value) for value in found.values())


def item(row: asyncpg.Record | None) -> Item | None:
    """Read an item, if there is a row."""
    return known_item(row) if row else None


def player(guild_id: int, row: asyncpg.Record | None) -> Player:
    """Read a player; no row: one that never played."""
    if row is None:
        return Player(guild_id)
    header: dict[str, Any] = {name: row[name] for name in sql.HEADER}
    header |= {name: tuple(row[name]) for name in ("listeners", "deaf")}
    header["loop_mode"] = LoopMode(row["loop_mode"])
    header |= {name: json.loads(row[name]) for name in sql.DOCUMENTS}
    header["settings"] = _settings(header["settings"])
    header["course"] = Course(**header["course"])
    header["votes"] = {action: tuple(people) for action, people in header["votes"].items()}
    current = known_item(row) if row["item_id"] is not None else None
    return Player(guild_id, current=current, origin=Origin(row["traceparent"], row["actor"], row["ref"]), **header)


def _settings(document: dict[str, Any]) -> GuildSettings:
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return GuildSettings(**known)
