"""The commands to a queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from audio import editing, queueing
from audio.domain.edits import EditKind
from audio.domain.order import Order, Selection
from audio.editing import Placement
from kit.errors import Reason
from kit.levels import Level
from tests.simulation.command import TITLES, Command, Edit, seen_version, some_id, some_tracks, vote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audio.domain.player import Item
    from audio.domain.policy import Caller
    from audio.domain.track import Track
    from tests.simulation.model import Plain


@dataclass(frozen=True)
class Add(Command):
    weight = 12
    tracks: list[Track] = field(default_factory=list)
    placement: Placement = Placement.END

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(tracks=some_tracks(dice), placement=dice.choice((*[Placement.END] * 6, Placement.NEXT)))

    async def do(self, change: Any, caller: Caller) -> Any:
        added = await queueing.add(change, caller, editing.asked_for(self.tracks, caller), self.placement)
        return added.item.item_id

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        with plain.edit(EditKind.ADDED):
            plain.add(facts, self.tracks, caller.user_id, first=self.placement is Placement.NEXT)
        return facts


@dataclass(frozen=True)
class Remove(Command):
    weight = 5
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(item_id=some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        _, item = await queueing.remove(change, caller, self.item_id)
        return item.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        found = plain.find(self.item_id)
        yield None if found else Reason.ITEM_NOT_FOUND
        is_foreign = found and found.requester_id != caller.user_id and caller.level < Level.DJ
        yield Reason.NOT_OWN_ITEM if is_foreign else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        with plain.edit(EditKind.REMOVED):
            del plain.queue[plain.place(self.item_id)]
        return self.item_id


@dataclass(frozen=True)
class Move(Edit):
    weight = 9
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0
    before: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        # Often to the same place, where the room between two ranks is used up.
        before = dice.choice((0, some_id(dice, seen), seen.queue[1].item_id if len(seen.queue) > 1 else 0))
        return cls(version=seen_version(dice, seen), item_id=some_id(dice, seen), before=before)

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.move(change, caller, self.item_id, self.before, self.version)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        for item_id in {self.item_id, self.before or self.item_id}:
            yield None if plain.find(item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        with plain.edit(EditKind.MOVED, plain.find(self.item_id)):
            if self.item_id != self.before:
                item = plain.queue.pop(plain.place(self.item_id))
                plain.queue.insert(plain.place(self.before) if self.before else len(plain.queue), item)


@dataclass(frozen=True)
class Swap(Edit):
    weight = 3
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0
    other: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=seen_version(dice, seen), item_id=some_id(dice, seen), other=some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.swap(change, caller, self.item_id, self.other, self.version)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        for item_id in {self.item_id, self.other}:
            yield None if plain.find(item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        one, other = plain.place(self.item_id), plain.place(self.other)
        with plain.edit(EditKind.SWAPPED, plain.queue[one], plain.queue[other]):
            plain.queue[one], plain.queue[other] = plain.queue[other], plain.queue[one]


@dataclass(frozen=True)
class Clear(Edit):
    weight = 1
    action = "QUEUE_CLEAR"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, count, missing = await queueing.clear(change, caller, self.version)
        return count, missing

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return 0, missing
        count = len(plain.queue)
        with plain.edit(EditKind.REMOVED):
            plain.queue.clear()
        return count, 0


@dataclass(frozen=True)
class RemoveMany(Edit):
    weight = 3
    requester_id: int = 0
    word: str = ""

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=seen_version(dice, seen), requester_id=dice.choice((0, 0, 1)), word=dice.choice(TITLES))

    async def do(self, change: Any, caller: Caller) -> Any:
        selection = Selection(requester_id=self.requester_id, words=(self.word,))
        _, count = await queueing.remove_many(change, caller, selection, self.version)
        return count

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        kept = [item for item in plain.queue if not self._names(item)]
        count = len(plain.queue) - len(kept)
        with plain.edit(EditKind.REMOVED):
            plain.queue = kept
        return count

    def _names(self, item: Item) -> bool:
        return self.word in f"{item.track.title} somebody" and self.requester_id in {0, item.requester_id}


@dataclass(frozen=True)
class Shuffle(Edit):
    weight = 3
    action = "QUEUE_SHUFFLE"
    salt: int = 0
    keeps: bool = False

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=seen_version(dice, seen), salt=dice.randrange(1 << 30), keeps=dice.random() < 0.5)

    async def do(self, change: Any, caller: Caller) -> Any:
        mix = Random(self.salt).shuffle
        _, missing = await queueing.shuffle(change, caller, mix, self.version, keep_requesters=self.keeps)
        return missing

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        mixed = list(plain.queue)
        Random(self.salt).shuffle(mixed)
        if self.keeps:
            own = {item.requester_id: [e for e in plain.queue if e.requester_id == item.requester_id] for item in mixed}
            mixed = [own[item.requester_id].pop(0) for item in mixed]
        with plain.edit(EditKind.REORDERED):
            plain.queue = mixed
        return 0


@dataclass(frozen=True)
class Sort(Edit):
    weight = 2

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.sort(change, caller, Order.LENGTH, self.version)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        with plain.edit(EditKind.REORDERED):
            plain.queue.sort(key=lambda item: item.track.length_ms or 0)


@dataclass(frozen=True)
class Reverse(Edit):
    weight = 2

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.reverse(change, caller, self.version)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        with plain.edit(EditKind.REORDERED):
            plain.queue.reverse()


@dataclass(frozen=True)
class Undo(Edit):
    weight = 8
    empty = None

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.turn(change, caller, self.version, undo=True)
        return tuple(item.item_id for item in await change.items())

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield None if plain.done else Reason.NOTHING_TO_UNDO

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.take_back(facts)
        return facts


@dataclass(frozen=True)
class Redo(Edit):
    weight = 5
    empty = None

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.turn(change, caller, self.version, undo=False)
        return tuple(item.item_id for item in await change.items())

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield None if plain.undone else Reason.NOTHING_TO_REDO

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.do_again(facts)
        return facts
