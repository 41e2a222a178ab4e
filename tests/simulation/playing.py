"""The commands to a player."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audio import editing, playback
from kit.errors import Reason
from tests.simulation.command import (
    CHANNELS,
    Command,
    Edit,
    nothing,
    seen_version,
    some_id,
    some_tracks,
    way_in,
)
from tests.simulation.discord import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from audio.domain.policy import Caller
    from audio.domain.track import Track
    from tests.simulation.model import Plain


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
        yield from way_in(type(plain)(), caller, self.channel)

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
        wanted = editing.asked_for(self.tracks, caller)
        added = await playback.play(change, caller, wanted, self.channel)
        return added.item.item_id, added.count, added.place

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from way_in(plain, caller, self.channel)

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
        yield nothing(plain)
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
        yield nothing(plain)
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
        yield nothing(plain)

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
        _, skipped, _ = await playback.skip(change, caller, self.item_id)
        assert skipped, "nobody listens, so that nobody has to vote"
        return skipped.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)
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
        yield nothing(plain)

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
        yield nothing(plain)
        is_beyond = plain.current and self.position > (plain.current.track.length_ms or 0)
        yield Reason.SEEK_OUT_OF_RANGE if is_beyond else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.seek_seq += 1


@dataclass(frozen=True)
class Jump(Edit):
    weight = 3
    empty = Reason.ITEM_NOT_FOUND
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=seen_version(dice, seen), item_id=some_id(dice, seen))

    async def do(self, change: Any, caller: Caller) -> Any:
        _, count = await playback.jump(change, caller, self.item_id, self.version)
        return count

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from way_in(plain, caller, 0)
        yield None if plain.find(self.item_id) else Reason.ITEM_NOT_FOUND

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        ahead = plain.place(self.item_id)
        plain.end("skipped")
        plain.channel = plain.channel or caller.voice_channel_id
        del plain.queue[:ahead]
        plain.go_on()
        return ahead
