"""The commands that people give: how each is thought of, done by the engine, and done by hand.

Each class is one entry of the table at the end. `obstacles` are all the reasons for which it may be refused, and it is
refused exactly when there is one; `expect` does it to the model, and returns what the answer says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

from audio import playback, queueing
from audio.domain.order import Order, Selection
from audio.domain.track import Track
from kit.errors import Reason
from kit.levels import Level
from tests.simulation.discord import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audio.domain.policy import Caller
    from audio.domain.player import Item
    from tests.simulation.model import Plain

CHANNELS = 5001, 5002
_MOODS = ("good",) * 40 + ("unreadable", "throws", "breaks", "sticks")
_TITLES = "abcdefgh"


def some_tracks(dice: Random) -> list[Track]:
    """Think of tracks; the identifier says how they go."""
    made = []
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        length, title = dice.randrange(1_000, 15_000), dice.choice(_TITLES)
        identifier = f"{dice.choice(_MOODS)}-{length}-{title}"
        made.append(Track("local", identifier, title, "somebody", length, "", "", "", seekable=True, stream=False))
    return made


@dataclass(frozen=True)
class Command:
    """What one person asks of one guild. `version`: the one that they saw, 0: any."""

    weight: ClassVar[int] = 1
    floor: ClassVar[Level] = Level.LISTENER
    version: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        """Choose what to ask."""
        return cls(version=_version(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        """Do it with the engine, and return what the answer says besides the player."""
        raise NotImplementedError

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        """Return what is in the way."""
        yield Reason.LEVEL_TOO_LOW if caller.level < self.floor else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        """Do it by hand, and return what the answer has to say; `facts`: ids that the store gave out."""
        raise NotImplementedError


def _version(dice: Random, seen: Plain) -> int:
    return dice.choice((0, 0, 0, seen.version))


def _some_id(dice: Random, seen: Plain) -> int:
    known = [entry.item_id for entry in seen.queue]
    return dice.choice(known) if known and dice.random() > 0.05 else 1


def _channel(plain: Plain, caller: Caller, named: int) -> Iterator[Reason | None]:
    if not plain.channel:
        yield Reason.NOT_IN_VOICE if not (named or caller.voice_channel_id) else None
        foreign = named not in {0, caller.voice_channel_id} and caller.level < Level.DJ
        yield Reason.FOREIGN_VOICE_CHANNEL if foreign else None


def _nothing(plain: Plain) -> Reason | None:
    return None if plain.current else Reason.NOTHING_PLAYING


@dataclass(frozen=True)
class Join(Command):
    weight = 3
    channel: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(channel=dice.choice((0, *CHANNELS, FORBIDDEN)))

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.join(change, caller, self.channel)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from _channel(type(plain)(), caller, self.channel)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.channel = self.channel or caller.voice_channel_id


@dataclass(frozen=True)
class Leave(Command):
    weight = 1

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.leave(change, caller)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield None if plain.channel else Reason.NOT_CONNECTED

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.silence("stopped")
        plain.channel = 0


@dataclass(frozen=True)
class Play(Command):
    weight = 24
    channel: int = 0
    tracks: list[Track] = field(default_factory=list)

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(channel=dice.choice((0, 0, *CHANNELS)), tracks=some_tracks(dice))

    async def do(self, change: Any, caller: Caller) -> Any:
        added = await playback.play(change, caller, self.tracks, self.channel)
        return added.item.item_id, added.count, added.place

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from _channel(plain, caller, self.channel)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        place = len(plain.queue) + bool(plain.current)
        plain.channel = plain.channel or self.channel or caller.voice_channel_id
        plain.add(facts[0], self.tracks, caller.user_id)
        if not plain.current:
            plain.go_on()
        return facts[0], len(self.tracks), place


@dataclass(frozen=True)
class Pause(Command):
    weight = 5

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.pause(change, caller)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)
        yield Reason.ALREADY_PAUSED if plain.paused else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.paused = True


@dataclass(frozen=True)
class Resume(Command):
    weight = 10

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.resume(change, caller)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)
        yield None if plain.paused else Reason.NOT_PAUSED

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.paused = False


@dataclass(frozen=True)
class Stop(Command):
    weight = 1

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.stop(change, caller)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.silence("stopped")


@dataclass(frozen=True)
class Skip(Command):
    weight = 7
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(item_id=seen.current.item_id if seen.current and dice.random() < 0.5 else 0)

    async def do(self, change: Any, caller: Caller) -> Any:
        _, skipped = await playback.skip(change, caller, self.item_id)
        return skipped.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)
        is_other = self.item_id and plain.current and plain.current.item_id != self.item_id
        yield Reason.ITEM_NOT_FOUND if is_other else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        skipped = plain.current
        plain.end("skipped")
        plain.go_on()
        return skipped and skipped.item_id


@dataclass(frozen=True)
class Replay(Command):
    weight = 2

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.replay(change, caller)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.begin(plain.current)


@dataclass(frozen=True)
class Seek(Command):
    weight = 6
    position: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(position=dice.randrange(10_000))

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.seek(change, caller, self.position)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield _nothing(plain)
        is_beyond = plain.current and self.position > (plain.current.track.length_ms or 0)
        yield Reason.SEEK_OUT_OF_RANGE if is_beyond else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.seek_seq += 1


@dataclass(frozen=True)
class Add(Command):
    weight = 12
    tracks: list[Track] = field(default_factory=list)

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(tracks=some_tracks(dice))

    async def do(self, change: Any, caller: Caller) -> Any:
        _, first = await queueing.add(change, caller, self.tracks)
        return first.item_id

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.add(facts, self.tracks, caller.user_id)
        return facts


@dataclass(frozen=True)
class Edit(Command):
    """A command of DJs to a queue that is not empty, where it says so."""

    floor = Level.DJ
    empty: ClassVar[Reason] = Reason.QUEUE_EMPTY

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield Reason.VERSION_STALE if self.version not in {0, plain.version} else None
        yield None if plain.queue else self.empty


@dataclass(frozen=True)
class Jump(Edit):
    weight = 3
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=_version(dice, seen), item_id=_some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        _, count = await playback.jump(change, caller, self.item_id, self.version)
        return count

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from _channel(plain, caller, 0)
        yield None if plain.find(self.item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        ahead = plain.place(self.item_id)
        plain.end("skipped")
        plain.channel = plain.channel or caller.voice_channel_id
        del plain.queue[:ahead]
        plain.go_on()
        return ahead


@dataclass(frozen=True)
class Remove(Command):
    weight = 5
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(item_id=_some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        _, item = await queueing.remove(change, caller, self.item_id)
        return item.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        found = plain.find(self.item_id)
        yield None if found else Reason.ITEM_NOT_FOUND
        is_foreign = found and found.requester_id != caller.user_id and caller.level < Level.DJ
        yield Reason.NOT_OWN_ITEM if is_foreign else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        del plain.queue[plain.place(self.item_id)]
        return self.item_id


@dataclass(frozen=True)
class Move(Edit):
    weight = 6
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0
    before: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        before = 0 if dice.random() < 0.3 else _some_id(dice, seen)
        return cls(version=_version(dice, seen), item_id=_some_id(dice, seen), before=before)

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.move(change, caller, self.item_id, self.before, self.version)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        for item_id in {self.item_id, self.before or self.item_id}:
            yield None if plain.find(item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if self.item_id == self.before:
            return
        entry = plain.queue.pop(plain.place(self.item_id))
        plain.queue.insert(plain.place(self.before) if self.before else len(plain.queue), entry)


@dataclass(frozen=True)
class Swap(Edit):
    weight = 3
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0
    other: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=_version(dice, seen), item_id=_some_id(dice, seen), other=_some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.swap(change, caller, self.item_id, self.other, self.version)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        for item_id in {self.item_id, self.other}:
            yield None if plain.find(item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        one, other = plain.place(self.item_id), plain.place(self.other)
        plain.queue[one], plain.queue[other] = plain.queue[other], plain.queue[one]


@dataclass(frozen=True)
class Clear(Edit):
    weight = 1

    async def do(self, change: Any, caller: Caller) -> Any:
        _, count = await queueing.clear(change, caller, self.version)
        return count

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        count = len(plain.queue)
        plain.queue.clear()
        return count


@dataclass(frozen=True)
class RemoveMany(Edit):
    weight = 3
    requester_id: int = 0
    word: str = ""

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=_version(dice, seen), requester_id=dice.choice((0, 0, 1)), word=dice.choice(_TITLES))

    async def do(self, change: Any, caller: Caller) -> Any:
        selection = Selection(requester_id=self.requester_id, words=(self.word,))
        _, count = await queueing.remove_many(change, caller, selection, self.version)
        return count

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        kept = [entry for entry in plain.queue if not self._names(entry)]
        count = len(plain.queue) - len(kept)
        plain.queue = kept
        return count

    def _names(self, entry: Item) -> bool:
        return self.word in f"{entry.track.title} somebody" and self.requester_id in {0, entry.requester_id}


@dataclass(frozen=True)
class Shuffle(Edit):
    weight = 3
    salt: int = 0
    keeps: bool = False

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=_version(dice, seen), salt=dice.randrange(1 << 30), keeps=dice.random() < 0.5)

    async def do(self, change: Any, caller: Caller) -> Any:
        mix = Random(self.salt).shuffle
        await queueing.shuffle(change, caller, mix, self.version, keep_requesters=self.keeps)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        mixed = list(plain.queue)
        Random(self.salt).shuffle(mixed)
        if self.keeps:
            own = {entry.requester_id: [e for e in plain.queue if e.requester_id == entry.requester_id] for entry in mixed}
            mixed = [own[entry.requester_id].pop(0) for entry in mixed]
        plain.queue = mixed


@dataclass(frozen=True)
class Sort(Edit):
    weight = 2

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.sort(change, caller, Order.LENGTH, self.version)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.queue.sort(key=lambda entry: entry.track.length_ms)


@dataclass(frozen=True)
class Reverse(Edit):
    weight = 2

    async def do(self, change: Any, caller: Caller) -> Any:
        await queueing.reverse(change, caller, self.version)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.queue.reverse()


TABLE: tuple[type[Command], ...] = (
    Join, Leave, Play, Pause, Resume, Stop, Skip, Jump, Replay, Seek,
    Add, Remove, Move, Clear, RemoveMany, Swap, Shuffle, Sort, Reverse,
)  # fmt: skip
_WEIGHTS = [command.weight for command in TABLE]


def think(dice: Random, seen: Plain) -> Command:
    """Choose a command."""
    return dice.choices(TABLE, _WEIGHTS)[0].think(dice, seen)


@dataclass(frozen=True)
class Request:
    """A command on its way. The same id is the same request."""

    guild_id: int
    user_id: int
    request_id: str
    command: Command
    validate_only: bool = False

    def __str__(self) -> str:
        what = {name: value for name, value in vars(self.command).items() if value}
        if "tracks" in what:
            what["tracks"] = [track.identifier for track in what["tracks"]]
        return f"{self.request_id} {type(self.command).__name__} {what} in {self.guild_id}"

    @property
    def key(self) -> tuple[int, int, str]:
        """What one effect belongs to."""
        return self.user_id, self.guild_id, self.request_id
