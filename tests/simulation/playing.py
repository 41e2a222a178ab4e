"""The commands to a player."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from audio import editing, playback
from audio.domain.edits import EditKind
from audio.domain.player import Item, LoopMode, Update
from audio.editing import Placement
from kit.errors import Reason
from kit.levels import Level
from tests.simulation.command import (
    CHANNELS,
    Command,
    Edit,
    nothing,
    seen_version,
    some_id,
    some_tracks,
    vote,
    votes_missing,
    way_in,
)
from tests.simulation.discord import FORBIDDEN
from tests.simulation.model import newest

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
    action = "LEAVE"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, missing = await playback.leave(change, caller)
        return missing

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield None if plain.channel else Reason.NOT_CONNECTED

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        plain.silence("stopped")
        plain.channel, plain.deserted = 0, False
        return 0


@dataclass(frozen=True)
class Play(Command):
    weight = 24
    channel: int = 0
    tracks: list[Track] = field(default_factory=list)
    placement: Placement = Placement.END

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        placement = dice.choice((*[Placement.END] * 6, Placement.NEXT, Placement.NOW))
        return cls(channel=dice.choice((0, 0, *CHANNELS)), tracks=some_tracks(dice), placement=placement)

    async def do(self, change: Any, caller: Caller) -> Any:
        wanted = editing.asked_for(self.tracks, caller)
        interrupts = self.placement is Placement.NOW and change.player.current
        added = await playback.play(change, caller, wanted, self.channel, self.placement)
        after = (await change.items())[0] if interrupts else None
        return added.item.item_id, added.count, added.place, after and (after.item_id, after.start_ms)

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from way_in(plain, caller, self.channel)
        if self.placement is Placement.NOW:
            yield Reason.VOTES_NEEDED if votes_missing(plain, caller) else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        first_id, _, _, again = facts
        interrupted = plain.current if self.placement is Placement.NOW else None
        place = 0 if interrupted else bool(plain.current)
        plain.channel = plain.channel or self.channel or caller.voice_channel_id
        if self.placement is Placement.END:
            place += len(plain.queue)
        is_alone = not place and len(self.tracks) == 1
        with nullcontext() if is_alone else plain.edit(EditKind.ADDED):
            plain.add(first_id, self.tracks, caller.user_id, first=self.placement is not Placement.END)
        if interrupted or not plain.current:
            plain.go_on()
        if interrupted:
            item_id, start_ms = again
            plain.queue.insert(0, replace(interrupted, item_id=item_id, start_ms=start_ms))
        return first_id, len(self.tracks), place, interrupted and again


@dataclass(frozen=True)
class Pause(Command):
    weight = 5
    action = "PAUSE"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, missing = await playback.pause(change, caller)
        return missing

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)
        yield Reason.ALREADY_PAUSED if plain.paused else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        plain.wait(paused=True)
        return 0


@dataclass(frozen=True)
class Resume(Command):
    weight = 10
    action = "RESUME"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, missing = await playback.resume(change, caller)
        return missing

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)
        yield None if plain.paused else Reason.NOT_PAUSED

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        plain.wait(paused=False)
        return 0


@dataclass(frozen=True)
class Stop(Command):
    weight = 1
    action = "STOP"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, missing = await playback.stop(change, caller)
        return missing

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        plain.silence("stopped")
        return 0


@dataclass(frozen=True)
class Skip(Command):
    weight = 7
    action = "SKIP"
    item_id: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(item_id=seen.current.item_id if seen.current and dice.random() < 0.5 else 0)

    async def do(self, change: Any, caller: Caller) -> Any:
        _, skipped, missing = await playback.skip(change, caller, self.item_id)
        return skipped and skipped.item_id, missing, newest(change.player.current, await change.items())

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)
        is_other = self.item_id and plain.current and plain.current.item_id != self.item_id
        yield Reason.ITEM_NOT_FOUND if is_other else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        skipped, (_, _, newest_id) = plain.current, facts
        if missing := vote(plain, caller, self.action):
            return None, missing, newest_id
        plain.end("skipped")
        plain.go_round(newest_id)
        return skipped and skipped.item_id, 0, newest_id


@dataclass(frozen=True)
class Previous(Command):
    weight = 4
    action = "PREVIOUS"

    async def do(self, change: Any, caller: Caller) -> Any:
        player, missing = await playback.previous(change, caller)
        return missing, player.current and player.current.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield from way_in(plain, caller, 0)
        yield None if plain.back else Reason.NOTHING_BEFORE
        interrupts = self.action not in plain.shares and votes_missing(plain, caller)
        yield Reason.VOTES_NEEDED if interrupts else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        _, item_id = facts
        if missing := vote(plain, caller, self.action):
            return missing, item_id
        plain.channel = plain.channel or caller.voice_channel_id
        if plain.current:
            plain.queue.insert(0, replace(plain.current, item_id=item_id + 1))
        plain.begin(replace(plain.back.pop(), item_id=item_id, end_ms=0))
        return 0, item_id


@dataclass(frozen=True)
class Loop(Command):
    weight = 4
    floor = Level.DJ
    mode: LoopMode = LoopMode.OFF
    count: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        mode = dice.choice(list(LoopMode))
        return cls(mode=mode, count=dice.choice((0, 1, 2)) if mode is LoopMode.TRACK else 0)

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.update(change, caller, Update(loop_mode=self.mode, loop_count=self.count))

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.loop_mode, plain.loop_count = self.mode, self.count


@dataclass(frozen=True)
class Volume(Command):
    weight = 4
    floor = Level.DJ
    volume: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(volume=dice.choice((50, 100, 150)))

    async def do(self, change: Any, caller: Caller) -> Any:
        await playback.update(change, caller, Update(volume=self.volume))

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        plain.volume = self.volume


@dataclass(frozen=True)
class Replay(Command):
    weight = 2
    action = "REPLAY"

    async def do(self, change: Any, caller: Caller) -> Any:
        _, missing = await playback.replay(change, caller)
        return missing

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield nothing(plain)

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if missing := vote(plain, caller, self.action):
            return missing
        plain.begin(plain.current)
        return 0


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
        with plain.edit(EditKind.REMOVED):
            del plain.queue[:ahead]
        plain.go_on()
        return ahead


@dataclass(frozen=True)
class PutInstead(Command):
    weight = 4
    item_id: int = 0
    tracks: list[Track] = field(default_factory=list)

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        current = [seen.current.item_id] if seen.current else []
        item_id = dice.choice((some_id(dice, seen), *current))
        return cls(version=seen_version(dice, seen), item_id=item_id, tracks=some_tracks(dice)[:1])

    async def do(self, change: Any, caller: Caller) -> Any:
        _, item = await playback.put_instead(change, caller, self.item_id, self.tracks[0], self.version)
        return item.item_id

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield Reason.VERSION_STALE if self.version not in {0, plain.version} else None
        found = plain.current if self._is_current(plain) else plain.find(self.item_id)
        yield None if found else Reason.ITEM_NOT_FOUND
        is_foreign = found and found.requester_id != caller.user_id and caller.level < Level.DJ
        yield Reason.NOT_OWN_ITEM if is_foreign else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        if plain.current and self._is_current(plain):
            plain.begin(Item(facts, self.tracks[0], plain.current.requester_id))
        else:
            place = plain.place(self.item_id)
            with plain.edit(EditKind.REPLACED):
                plain.queue[place] = Item(facts, self.tracks[0], plain.queue[place].requester_id)
        return facts

    def _is_current(self, plain: Plain) -> bool:
        return plain.current is not None and plain.current.item_id == self.item_id
