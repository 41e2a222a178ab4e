"""A command that people give: how it is thought of, done by the engine, and done by hand.

`obstacles` are all the reasons for which it may be refused, and it is refused exactly when there is one; `expect` does
it to the model, and returns what the answer has to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar

from audio.domain.track import Track
from kit.errors import Reason
from kit.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from audio.domain.policy import Caller
    from tests.simulation.model import Plain

CHANNELS = 5001, 5002
_MOODS = ("good",) * 40 + ("unreadable", "throws", "breaks", "sticks")
TITLES = "abcdefgh"


def some_tracks(dice: Random) -> list[Track]:
    """Think of tracks; the identifier says how they go."""
    made = []
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        length, title = dice.randrange(1_000, 15_000), dice.choice(TITLES)
        identifier = f"{dice.choice(_MOODS)}-{length}-{title}"
        made.append(Track("local", identifier, title, "somebody", length, "", "", "", seekable=True, stream=False))
    return made


@dataclass(frozen=True)
class Command:
    """What one person asks of one guild. `version`: the one that they saw, 0: any. `action`: what is voted on."""

    weight: ClassVar[int] = 1
    floor: ClassVar[Level] = Level.LISTENER
    action: ClassVar[str] = ""
    version: int = 0

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        """Choose what to ask."""
        return cls()

    async def do(self, change: Any, caller: Caller) -> Any:
        """Do it with the engine, and return what the answer says besides the player."""
        raise NotImplementedError

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        """Return what is in the way."""
        floor = Level.LISTENER if self.action in plain.shares else self.floor
        yield Reason.LEVEL_TOO_LOW if caller.level < floor else None
        has_voted = caller.user_id in plain.votes.get(self.action, ())
        yield Reason.ALREADY_VOTED if has_voted and votes_missing(plain, caller, self.action) else None

    def expect(self, plain: Plain, caller: Caller, facts: Any) -> Any:
        """Do it by hand, and return what the answer has to say; `facts`: ids that the store gave out."""
        raise NotImplementedError


def seen_version(dice: Random, seen: Plain) -> int:
    return dice.choice((0, 0, 0, seen.version))


def some_id(dice: Random, seen: Plain) -> int:
    known = [entry.item_id for entry in seen.queue]
    return dice.choice(known) if known and dice.random() > 0.05 else 1


def way_in(plain: Plain, caller: Caller, named: int) -> Iterator[Reason | None]:
    if not plain.channel:
        yield Reason.NOT_IN_VOICE if not (named or caller.voice_channel_id) else None
        foreign = named not in {0, caller.voice_channel_id} and caller.level < Level.DJ
        yield Reason.FOREIGN_VOICE_CHANNEL if foreign else None


def nothing(plain: Plain) -> Reason | None:
    return None if plain.current else Reason.NOTHING_PLAYING


def level_of(plain: Plain, caller: Caller, granted: Level) -> Level:
    """Return the level that a caller has with a player, who was granted one before they got there."""
    if granted >= Level.DJ:
        return granted
    if plain.channel not in {0, caller.voice_channel_id}:
        return Level.MEMBER
    is_alone = plain.channel and set(plain.listeners) == {caller.user_id}
    return Level.DJ if is_alone and plain.makes_djs else Level.LISTENER


def votes_missing(plain: Plain, caller: Caller, action: str = "SKIP") -> int:
    """Count the votes that are missing, once a caller has voted; by itself to end what plays."""
    is_own = plain.current and plain.current.requester_id == caller.user_id and action in {"SKIP", "REPLAY", "PREVIOUS"}
    if caller.level >= Level.DJ or is_own or action not in plain.shares or (action == "SKIP" and not plain.current):
        return 0
    there = {*plain.listeners, caller.user_id}
    needed = ceil(len(there) * plain.shares[action] / 100) if len(there) > 1 else 1
    return max(0, needed - len(there & {*plain.votes.get(action, ()), caller.user_id}))


def vote(plain: Plain, caller: Caller, action: str) -> int:
    """Count a vote; return how many are missing. With the last one nobody has to want it any more."""
    missing = votes_missing(plain, caller, action)
    if missing:
        plain.votes.setdefault(action, []).append(caller.user_id)
    else:
        plain.votes.pop(action, None)
    return missing


@dataclass(frozen=True)
class Edit(Command):
    """A command of DJs to a queue that is not empty, where it says so."""

    floor = Level.DJ
    empty: ClassVar[Reason | None] = Reason.QUEUE_EMPTY

    @classmethod
    def think(cls, dice: Random, seen: Plain) -> Command:
        return cls(version=seen_version(dice, seen))

    def obstacles(self, plain: Plain, caller: Caller) -> Iterator[Reason | None]:
        yield from super().obstacles(plain, caller)
        yield Reason.VERSION_STALE if self.version not in {0, plain.version} else None
        yield None if plain.queue else self.empty


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
