"""One change of a guild's player is one transaction: its header row is locked first, and its version rises by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from audio.domain.edits import Edit
    from audio.domain.endings import Ending
    from audio.domain.player import ChangeKind, Item, Player
    from audio.domain.voice import VoiceSnapshot


@dataclass(frozen=True)
class Fence:
    """The right to write what was seen: it holds while this is the bucket's newest epoch."""

    bucket: int
    epoch: int


class Fenced(Exception):  # noqa: N818 - named for what happened, as kit.errors.Refused
    """Another instance owns the bucket by now; nothing was written."""


@dataclass(frozen=True)
class Changed:
    """A committed change: the player after it."""

    kind: ChangeKind
    player: Player


@dataclass(frozen=True)
class Sample:
    """Where a track is now, after its seek `seek_seq`."""

    guild_id: int
    play_seq: int
    seek_seq: int
    position_ms: int


@dataclass(frozen=True)
class Played:
    """An entry of the history."""

    entry_id: int
    item: Item
    ending: Ending
    ended_at: datetime


class Change(Protocol):
    """An open transaction on a guild. All of it is undone by any exception."""

    player: Player  # as locked, then as last saved
    now: datetime  # by the store's clock

    async def insert(self, items: Sequence[Item], *, first: bool = False, edit_id: int = 0) -> int:
        """Put items at the queue's end, or `first`; return the id of the first, the others' rise from it.

        `edit_id`: the edit that this is part of, and is taken back with; zero: none.
        """
        ...

    async def pop(self) -> Item | None:
        """Take the first item out of the queue."""
        ...

    async def item(self, item_id: int) -> Item | None:
        """Find an item of the queue."""
        ...

    async def standing(self, item_id: int) -> tuple[int, int]:
        """Return the rank of an item of the queue, and the id of the item behind it; zero: none."""
        ...

    async def stand(self, item_id: int, rank: int) -> None:
        """Give an item of the queue a rank, if no other has it."""
        ...

    async def held(self, requester_id: int) -> int:
        """Count the items of a person in the queue."""
        ...

    async def clear(self) -> None:
        """Remove all items so that they can be brought back."""
        ...

    async def items(self) -> list[Item]:
        """Return all items in playing order."""
        ...

    async def remove(self, item_ids: Sequence[int]) -> None:
        """Remove items, all of them there, so that they can be brought back."""
        ...

    async def put_instead(self, item_id: int, item: Item) -> int:
        """Put an item in the place of one that is there, so that this can be taken back; return its id."""
        ...

    async def swap(self, item_id: int, other_item_id: int) -> None:
        """Let two items, both known to be there, change places."""
        ...

    async def reorder(self, item_ids: Sequence[int]) -> None:
        """Put the items in an order that names each of the queue once; the ranks stay the same ones."""
        ...

    async def mix_in(self, item_ids: Sequence[int], first_id: int) -> None:
        """Put the items from `first_id` on among the others, which stay, in an order that names all of them once."""
        ...

    async def move(self, item_id: int, before_item_id: int) -> None:
        """Put an item before another (zero: at the end); both are known to be there."""
        ...

    async def log(self, edit: Edit) -> None:
        """Remember an edit, the last ones only, and forget those that were taken back."""
        ...

    async def extend(self, edit_id: int, count: int) -> bool:
        """Count more items into an edit; False: it was taken back, or is forgotten."""
        ...

    async def turn(self, *, undo: bool) -> tuple[Edit, int, int]:
        """Take the newest edit back that was not (`undo`), or do the oldest again that was; there is one.

        What it added is removed and what it removed brought back, or the other way round. Return it, and how many
        items and ms that counts into the queue; less than zero: out of it.
        """
        ...

    async def last_played(self) -> Item | None:
        """Take the newest entry of the history that sounded and was not taken yet; it stays in the history."""
        ...

    async def record(self, item: Item, ending: Ending) -> None:
        """Write the end of a current track into the history."""
        ...

    async def failures(self) -> int:
        """Count the tracks that failed in the last minute."""
        ...

    async def save(self, player: Player, kind: ChangeKind, *, wake: bool = False) -> Player:
        """Write the header under the next version, and tell of it. `wake`: a node is asked for something."""
        ...


class Store(Protocol):
    """Where players, queues and histories are kept. Every method raises Refused(UNAVAILABLE) while it is away."""

    def change(
        self, guild_id: int, *, fence: Fence | None = None, dry: bool = False
    ) -> AbstractAsyncContextManager[Change]:
        """Open a change; `dry`: undo it at the end. Raises Fenced."""
        ...

    async def player(self, guild_id: int) -> Player:
        """Return a guild's player; a new one if it never played."""
        ...

    async def item(self, guild_id: int, item_id: int) -> Item | None:
        """Find an item of a queue."""
        ...

    async def items(
        self, guild_id: int, after: tuple[int, int] | None, limit: int, *, skip: int = 0
    ) -> tuple[list[tuple[int, Item]], int]:
        """Return items with their ranks, and the version they belong to: those behind (rank, item id), or the first.

        Without `after`, so many can be skipped.
        """
        ...

    async def held(self, guild_id: int, requester_id: int) -> int:
        """Count the items of a person in a queue."""
        ...

    async def history(
        self, guild_id: int, before: int | None, limit: int, *, skip: int = 0, requester_id: int | None = None
    ) -> list[Played]:
        """Return what was played, for a person or for all, the newest first, from behind the entry `before`.

        Without `before`, so many can be skipped.
        """
        ...

    async def history_length(self, guild_id: int, most: int, *, requester_id: int | None = None) -> int:
        """Count what was played, for a person or for all; of more than `most`, only so many."""
        ...


class OwnerStore(Store, Protocol):
    """What the owner of buckets needs besides."""

    async def seen(self, player: Player, fence: Fence) -> None:
        """Write a player's `seen_version`, `seen_seek`, `node`, `problem` and `listeners`. Raises Fenced."""
        ...

    async def due(self, buckets: Sequence[int]) -> list[int]:
        """Return the guilds of `buckets` with something wanted and not seen, or an unread voice snapshot."""
        ...

    async def versions(self, guild_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the versions of guilds that have one."""
        ...

    async def active(self, bucket: int) -> list[int]:
        """Return the guilds of a bucket that want something of a node."""
        ...

    async def heard_at(self, player: Player) -> int:
        """Return the last position that was kept of the current track, or else the wanted one, in ms."""
        ...

    async def sample(self, samples: Sequence[Sample]) -> None:
        """Keep positions; losing the last ones in a crash is harmless."""
        ...

    async def report_voice(self, snapshot: VoiceSnapshot, *, taken: bool) -> bool:
        """Keep a snapshot unless a newer one is known; return whether it was kept."""
        ...

    async def take_voice(self, guild_id: int) -> VoiceSnapshot | None:
        """Return the newest snapshot and mark it read."""
        ...

    async def sessions(self, bucket: int) -> Mapping[str, str]:
        """Return the node session ids of a bucket by node."""
        ...

    async def keep_session(self, fence: Fence, node: str, session_id: str) -> None:
        """Keep the id of a bucket's session with a node. Raises Fenced."""
        ...
