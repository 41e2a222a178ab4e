"""What a playlist is, and who may do what with it."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.errors import Reason, Refused
from kit.levels import Level

if TYPE_CHECKING:
    from datetime import datetime

MOST_PLAYLISTS = 100
"""Playlists of a person, or of a guild."""
MOST_ITEMS = 5_000
MOST_SHARES = 100
FAVORITES_NAME = "Favourites"


class Kind(enum.StrEnum):
    """What a playlist is for. The names are the contract's."""

    NORMAL = "NORMAL"
    FAVORITES = "FAVORITES"


@dataclass(frozen=True, slots=True)
class Track:
    """The contract's `Track`, with its length in ms; None: it has no end."""

    handle: str
    title: str
    author: str
    length_ms: int | None
    uri: str
    artwork_uri: str
    isrc: str
    source: str
    seekable: bool
    stream: bool
    album: str

    @property
    def identity(self) -> bytes:
        """What tells tracks apart: of one found in several ways, the handles differ in small things."""
        return hashlib.sha256(f"{self.source}\0{self.uri or self.handle}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Item:
    """A track of a playlist. Those behind it have higher ranks."""

    item_id: int
    rank: int
    track: Track


@dataclass(frozen=True, slots=True)
class Share:
    """A person, or else a guild, with whom a playlist is shared."""

    user_id: int
    guild_id: int


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist, without its items. `guild_id` zero: it is its owner's."""

    playlist_id: str
    kind: Kind
    guild_id: int
    owner_id: int
    name: str
    item_count: int
    length_ms: int
    version: int
    shares: tuple[Share, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and through which guild, with the level they have in it; zero: through none."""

    user_id: int
    guild_id: int
    level: Level

    @property
    def guild(self) -> Share:
        """The guild, as one that playlists are shared with."""
        return Share(0, self.guild_id)


def require_readable(playlist: Playlist, caller: Caller) -> None:
    """Raise PLAYLIST_NOT_FOUND unless the caller may see and play it."""
    if not (_is_own(playlist, caller) or _is_shared(playlist, caller)):
        raise Refused(Reason.PLAYLIST_NOT_FOUND)


def require_of_guild(playlist: Playlist, caller: Caller) -> None:
    """Raise PLAYLIST_NOT_SHARED unless whoever sees it through the guild does: it is the guild's, or shared with it."""
    require_readable(playlist, caller)
    if playlist.guild_id != caller.guild_id and caller.guild not in playlist.shares:
        raise Refused(Reason.PLAYLIST_NOT_SHARED)


def may_change(playlist: Playlist, caller: Caller) -> bool:
    """Tell whether the caller may change it: of a guild's, its DJs may."""
    return _is_own(playlist, caller) and (not playlist.guild_id or caller.level >= Level.DJ)


def require_changeable(playlist: Playlist, caller: Caller) -> None:
    """Raise what keeps the caller from changing it."""
    require_readable(playlist, caller)
    if may_change(playlist, caller):
        return
    if _is_own(playlist, caller):
        raise Refused(Reason.LEVEL_TOO_LOW, required=Level.DJ.name)
    raise Refused(Reason.NOT_OWN_PLAYLIST)


def require_unsharable(playlist: Playlist, caller: Caller, share: Share) -> None:
    """Raise what keeps the caller from taking a share back: one may give up one's own, a DJ that of the guild."""
    is_theirs = share.user_id == caller.user_id or (share == caller.guild and caller.level >= Level.DJ)
    if not (is_theirs and share in playlist.shares):
        require_changeable(playlist, caller)


def require_room(playlist: Playlist, count: int) -> None:
    """Raise PLAYLIST_FULL unless `count` more items fit."""
    if playlist.item_count + count > MOST_ITEMS:
        raise Refused(Reason.PLAYLIST_FULL, limit=str(MOST_ITEMS))


def _is_own(playlist: Playlist, caller: Caller) -> bool:
    """Tell whether it is the caller's, or that of the guild through which they see it."""
    if playlist.guild_id:
        return playlist.guild_id == caller.guild_id
    return playlist.owner_id == caller.user_id


def _is_shared(playlist: Playlist, caller: Caller) -> bool:
    through_guild = bool(caller.guild_id) and caller.guild in playlist.shares
    return through_guild or Share(caller.user_id, 0) in playlist.shares
