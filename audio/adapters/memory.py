"""Players and queues in memory, for tests and simulations; the same suite judges it and the Postgres store."""

from __future__ import annotations

import asyncio
import copy
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from audio.changes import Changed, Fence, Fenced, Played, Sample
from audio.domain import ranks
from audio.domain.edits import KEPT, Edit, EditKind
from audio.domain.endings import Ending, EndReason
from audio.domain.player import NEVER, Item, Origin, Player, bucket_of, length_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from audio.domain.player import ChangeKind
    from audio.domain.voice import VoiceSnapshot


@dataclass
class _Guild:
    player: Player
    queue: dict[int, tuple[int, Item]] = field(default_factory=dict)  # item id -> (rank, item)
    history: list[tuple[datetime, Item, Ending]] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    edits: list[tuple[Edit, bool]] = field(default_factory=list)  # with whether it was taken back
    added_by: dict[int, int] = field(default_factory=dict)  # edits by item
    removed_by: dict[int, int] = field(default_factory=dict)
    removed: dict[int, dict[int, tuple[int, Item]]] = field(default_factory=dict)  # by edit, as `queue`
    taken: set[int] = field(default_factory=set)  # places in the history

    def copy(self) -> _Guild:
        """Return a copy to change; what the containers hold is never changed itself."""
        return _Guild(**{each.name: copy.copy(getattr(self, each.name)) for each in fields(self)})

    def renew_ranks(self) -> None:
        """Rank all anew, what was removed too, so that it finds its place when it is brought back."""
        entries = [*self.queue.values(), *(entry for gone in self.removed.values() for entry in gone.values())]
        ordered = sorted(entries, key=lambda entry: (entry[0], entry[1].item_id))
        fresh = {item.item_id: rank for rank, (_, item) in zip(ranks.renewed(len(ordered)), ordered, strict=True)}
        self.queue = {n: (fresh[n], item) for n, (_, item) in self.queue.items()}
        self.removed = {
            edit_id: {n: (fresh[n], item) for n, (_, item) in gone.items()} for edit_id, gone in self.removed.items()
        }

    def exchange(self, edit_id: int, item_id: int, hidden_id: int) -> int:
        """Let an item of the queue and one that an edit hides change places; return the ms that this adds."""
        hidden = self.removed.get(edit_id, {})
        if item_id not in self.queue or hidden_id not in hidden:
            return 0
        rank, item = self.queue.pop(item_id)
        back = hidden[hidden_id][1]
        self.queue[hidden_id] = (rank, back)
        self.removed[edit_id] = {item_id: (rank, item)}
        return length_of([back]) - length_of([item])

    def hide(self, edit_id: int, item_ids: Sequence[int]) -> list[Item]:
        """Take items out of the queue, for an edit that can bring them back."""
        gone = {item_id: self.queue.pop(item_id) for item_id in item_ids}
        self.removed[edit_id] = self.removed.get(edit_id, {}) | gone
        return [item for _, item in gone.values()]


@dataclass
class _Tables:
    guilds: dict[int, _Guild] = field(default_factory=dict)
    samples: dict[int, tuple[datetime, Sample]] = field(default_factory=dict)
    voices: dict[int, tuple[VoiceSnapshot, bool]] = field(default_factory=dict)
    sessions: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    epochs: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    next_item_id: int = 1


def _rank(entry: tuple[int, Item]) -> int:
    return entry[0]


class MemoryChange:
    """`audio.changes.Change` on a guild's copy."""

    def __init__(self, tables: _Tables, guild: _Guild, now: datetime, origin: Callable[[], Origin]) -> None:
        self.player = guild.player
        self.now = now
        self.changed: list[Changed] = []
        self._tables, self._guild, self._origin = tables, guild, origin

    async def insert(self, items: Sequence[Item], *, first: bool = False, edit_id: int = 0) -> int:
        known = [rank for rank, _ in self._guild.queue.values()]
        edge = min(known, default=None) if first else max(known, default=None)
        fresh = ranks.prepended(edge, len(items)) if first else ranks.appended(edge, len(items))
        first_id = self._tables.next_item_id
        self._tables.next_item_id += len(items)
        for number, (rank, item) in enumerate(zip(fresh, items, strict=True), first_id):
            self._guild.queue[number] = (rank, replace(item, item_id=number))
            self._guild.added_by[number] = edit_id
        return first_id

    async def pop(self) -> Item | None:
        if not self._guild.queue:
            return None
        first = min(self._guild.queue, key=lambda item_id: self._guild.queue[item_id][0])
        return self._guild.queue.pop(first)[1]

    async def item(self, item_id: int) -> Item | None:
        found = self._guild.queue.get(item_id)
        return found[1] if found else None

    async def standing(self, item_id: int) -> tuple[int, int]:
        rank = self._guild.queue[item_id][0]
        behind = [entry for entry in self._guild.queue.values() if entry[0] > rank]
        return rank, min(behind, key=_rank)[1].item_id if behind else 0

    async def stand(self, item_id: int, rank: int) -> None:
        if rank not in {known for known, _ in self._guild.queue.values()}:
            self._guild.queue[item_id] = (rank, self._guild.queue[item_id][1])

    async def held(self, requester_id: int) -> int:
        return sum(item.requester_id == requester_id for _, item in self._guild.queue.values())

    async def clear(self) -> None:
        await self.remove(list(self._guild.queue))

    async def items(self) -> list[Item]:
        return [item for _, item in sorted(self._guild.queue.values(), key=lambda entry: entry[0])]

    async def remove(self, item_ids: Sequence[int]) -> None:
        edit_id = self.player.version + 1
        self._guild.removed_by |= dict.fromkeys(item_ids, edit_id)
        self._guild.hide(edit_id, item_ids)

    async def put_instead(self, item_id: int, item: Item) -> int:
        edit_id, number, guild = self.player.version + 1, self._tables.next_item_id, self._guild
        self._tables.next_item_id += 1
        guild.added_by[number] = guild.added_by[item_id]
        guild.removed[edit_id] = {number: (guild.queue[item_id][0], replace(item, item_id=number))}
        guild.exchange(edit_id, item_id, number)
        return number

    async def swap(self, item_id: int, other_item_id: int) -> None:
        queue = self._guild.queue
        (rank, item), (other_rank, other) = queue[item_id], queue[other_item_id]
        queue[item_id], queue[other_item_id] = (other_rank, item), (rank, other)

    async def reorder(self, item_ids: Sequence[int]) -> None:
        queue = self._guild.queue
        slots = sorted(rank for rank, _ in queue.values())
        self._guild.queue = {n: (rank, queue[n][1]) for n, rank in zip(item_ids, slots, strict=True)}

    async def mix_in(self, item_ids: Sequence[int], first_id: int) -> None:
        fresh = self._ranks_among(item_ids, first_id)
        if fresh is None:
            self._guild.renew_ranks()
            fresh = self._ranks_among(item_ids, first_id)
        assert fresh
        self._guild.queue |= {n: (rank, self._guild.queue[n][1]) for n, rank in fresh.items()}

    def _ranks_among(self, item_ids: Sequence[int], first_id: int) -> dict[int, int] | None:
        return ranks.among(item_ids, {n: rank for n, (rank, _) in self._guild.queue.items() if n < first_id})

    async def move(self, item_id: int, before_item_id: int) -> None:
        rank = self._rank_before(item_id, before_item_id)
        if rank is None:
            self._guild.renew_ranks()
            rank = self._rank_before(item_id, before_item_id)
        assert rank is not None
        self._guild.queue[item_id] = (rank, self._guild.queue[item_id][1])

    def _rank_before(self, item_id: int, before_item_id: int) -> int | None:
        queue = self._guild.queue
        if not before_item_id:
            return ranks.between(max(rank for rank, _ in queue.values()), None)
        after = queue[before_item_id][0]
        before = [rank for rank, item in queue.values() if rank < after and item.item_id != item_id]
        return ranks.between(max(before, default=None), after)

    async def log(self, edit: Edit) -> None:
        done = [each for each, undone in self._guild.edits if not undone]
        self._guild.edits = [(each, False) for each in (*done, edit)[-KEPT:]]

    async def extend(self, edit_id: int, count: int) -> bool:
        for place, (edit, undone) in enumerate(self._guild.edits):
            if edit.edit_id == edit_id and not undone:
                self._guild.edits[place] = (replace(edit, count=edit.count + count), False)
                return True
        return False

    async def turn(self, *, undo: bool) -> tuple[Edit, int, int]:
        guild = self._guild
        found = [edit for edit, undone in guild.edits if undone is not undo]
        edit = found[-1] if undo else found[0]
        guild.edits = [(each, undo if each == edit else undone) for each, undone in guild.edits]
        if edit.kind is EditKind.REPLACED:
            return edit, 0, guild.exchange(edit.edit_id, *(edit.before if undo else edit.after))
        if edit.kind not in {EditKind.ADDED, EditKind.REMOVED}:
            return edit, 0, 0
        if undo is (edit.kind is EditKind.ADDED):
            touched = [n for n in guild.queue if edit.edit_id in {guild.added_by.get(n), guild.removed_by.get(n)}]
            gone = guild.hide(edit.edit_id, touched)
            return edit, -len(gone), -length_of(gone)
        back = guild.removed.pop(edit.edit_id, {})
        guild.queue |= back
        if len({rank for rank, _ in guild.queue.values()}) < len(guild.queue):
            guild.renew_ranks()
        return edit, len(back), length_of(item for _, item in back.values())

    async def last_played(self) -> Item | None:
        for place, (_, item, ending) in reversed(list(enumerate(self._guild.history))):
            if place not in self._guild.taken and ending.reason is not EndReason.FAILED:
                self._guild.taken.add(place)
                return replace(item, start_ms=0, end_ms=0)
        return None

    async def record(self, item: Item, ending: Ending) -> None:
        self._guild.history.append((self.now, item, ending))

    async def failures(self) -> int:
        recent = self.now - timedelta(minutes=1)
        return sum(at > recent and ending.reason is EndReason.FAILED for at, _, ending in self._guild.history)

    async def save(self, player: Player, kind: ChangeKind, *, wake: bool = False) -> Player:
        version = self.player.version + 1
        saved = replace(player, version=version)
        if wake:
            saved = replace(saved, wanted_version=version, origin=self._origin())
        self.player = self._guild.player = saved
        self.changed.append(Changed(kind, saved))
        self._guild.changes.append(Changed(kind, saved))
        return saved


class MemoryStore:
    """`audio.changes.OwnerStore` in memory. `away` makes every call fail as a lost database does."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        origin: Callable[[], Origin] = Origin,
    ) -> None:
        self.tables = _Tables()
        self.listeners: list[Callable[[Changed], None]] = []
        self.away: Exception | None = None
        self._now, self._origin = now, origin
        self._locks: dict[int, asyncio.Lock] = {}

    @asynccontextmanager
    async def change(
        self, guild_id: int, *, fence: Fence | None = None, dry: bool = False
    ) -> AsyncIterator[MemoryChange]:
        async with self._locks.setdefault(guild_id, asyncio.Lock()):
            self._check(fence)
            known = self._guild(guild_id)
            guild = known.copy()
            change = MemoryChange(self.tables, guild, self._now(), self._origin)
            yield change
            self._check(fence)
            if dry:
                return
            self.tables.guilds[guild_id] = guild
        for changed in change.changed:
            for tell in self.listeners:
                tell(changed)

    async def player(self, guild_id: int) -> Player:
        self._check()
        return self._guild(guild_id).player

    async def item(self, guild_id: int, item_id: int) -> Item | None:
        self._check()
        found = self._guild(guild_id).queue.get(item_id)
        return found[1] if found else None

    async def items(
        self, guild_id: int, after: tuple[int, int] | None, limit: int, *, skip: int = 0
    ) -> tuple[list[tuple[int, Item]], int]:
        self._check()
        guild = self._guild(guild_id)
        ordered = sorted(guild.queue.values(), key=lambda entry: (entry[0], entry[1].item_id))
        behind = [entry for entry in ordered if after is None or (entry[0], entry[1].item_id) > after]
        return behind[skip : skip + limit], guild.player.version

    async def held(self, guild_id: int, requester_id: int) -> int:
        self._check()
        return sum(item.requester_id == requester_id for _, item in self._guild(guild_id).queue.values())

    async def history(
        self, guild_id: int, before: int | None, limit: int, *, skip: int = 0, requester_id: int | None = None
    ) -> list[Played]:
        self._check()
        entries = [Played(n, item, ending, at) for n, (at, item, ending) in enumerate(self._guild(guild_id).history, 1)]
        found = [
            entry
            for entry in reversed(entries)
            if (before is None or entry.entry_id < before) and requester_id in {None, entry.item.requester_id}
        ]
        return found[skip : skip + limit]

    async def history_length(self, guild_id: int, most: int, *, requester_id: int | None = None) -> int:
        return len(await self.history(guild_id, None, most, requester_id=requester_id))

    async def changes(self, guild_id: int, after: int, limit: int) -> list[Changed]:
        self._check()
        return [each for each in self._guild(guild_id).changes if each.player.version > after][:limit]

    async def versions(self, guild_ids: Sequence[int]) -> dict[int, int]:
        self._check()
        return {guild_id: self._guild(guild_id).player.version for guild_id in guild_ids}

    async def seen(self, player: Player, fence: Fence) -> None:
        async with self._locks.setdefault(player.guild_id, asyncio.Lock()):
            self._check(fence)
            guild = self._guild(player.guild_id)
            guild.player = replace(
                guild.player,
                seen_version=player.seen_version,
                seen_seek=player.seen_seek,
                node=player.node,
                problem=player.problem,
                listeners=player.listeners,
                deaf=player.deaf,
            )
            self.tables.guilds[player.guild_id] = guild

    async def due(self, buckets: Sequence[int]) -> list[int]:
        self._check()
        wanted = {
            guild_id
            for guild_id, guild in self.tables.guilds.items()
            if guild.player.seen_version < guild.player.wanted_version
        }
        unread = {guild_id for guild_id, (_, taken) in self.tables.voices.items() if not taken}
        return [guild_id for guild_id in wanted | unread if bucket_of(guild_id) in buckets]

    async def active(self, bucket: int) -> list[int]:
        self._check()
        return [
            guild_id
            for guild_id, guild in self.tables.guilds.items()
            if bucket_of(guild_id) == bucket and (guild.player.current or guild.player.voice_channel_id)
        ]

    async def heard_at(self, player: Player) -> int:
        self._check()
        at, sample = self.tables.samples.get(player.guild_id, (NEVER, None))
        is_its = sample and (sample.play_seq, sample.seek_seq) == (player.play_seq, player.seek_seq)
        if sample and is_its and at > player.position_at:
            return sample.position_ms
        return player.position_ms

    async def sample(self, samples: Sequence[Sample]) -> None:
        self._check()
        for sample in samples:
            self.tables.samples[sample.guild_id] = (self._now(), sample)

    async def report_voice(self, snapshot: VoiceSnapshot, *, taken: bool) -> bool:
        self._check()
        known = self.tables.voices.get(snapshot.guild_id)
        if known and known[0].sequence >= snapshot.sequence:
            return False
        self.tables.voices[snapshot.guild_id] = (snapshot, taken)
        return True

    async def take_voice(self, guild_id: int) -> VoiceSnapshot | None:
        self._check()
        known = self.tables.voices.get(guild_id)
        if known is None:
            return None
        self.tables.voices[guild_id] = (known[0], True)
        return known[0]

    async def sessions(self, bucket: int) -> Mapping[str, str]:
        self._check()
        return dict(self.tables.sessions[bucket])

    async def keep_session(self, fence: Fence, node: str, session_id: str) -> None:
        self._check(fence)
        self.tables.sessions[fence.bucket][node] = session_id

    def _guild(self, guild_id: int) -> _Guild:
        return self.tables.guilds.get(guild_id) or _Guild(Player(guild_id))

    def _check(self, fence: Fence | None = None) -> None:
        if self.away:
            raise self.away
        if fence and self.tables.epochs[fence.bucket] != fence.epoch:
            raise Fenced
