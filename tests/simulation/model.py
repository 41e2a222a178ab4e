"""What a guild's player should be: plain values and lists, changed by hand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from audio.domain.edits import EditKind
from audio.domain.endings import EndReason
from audio.domain.player import HANDED, Item, LoopMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audio.domain.track import Track

KEPT = 6  # edits that can be taken back


@dataclass(frozen=True)
class Edit:
    """An edit of a queue: the ids before and after it, and the items that it was about."""

    kind: EditKind
    before: list[int]
    after: list[int]
    about: list[Item]


@dataclass
class Plain:
    """One guild. `back`: what can be gone back to, the last at the end; so are `done` and `undone` for edits."""

    version: int = 0
    channel: int = 0
    current: Item | None = None
    queue: list[Item] = field(default_factory=list)
    play_seq: int = 0
    seek_seq: int = 0
    paused: bool = False
    loop_mode: LoopMode = LoopMode.OFF
    loop_count: int = 0
    volume: int = 100
    votes: dict[str, list[int]] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)
    makes_djs: bool = True  # of those who listen alone
    deserted: bool = False
    goes_on: bool = False
    ended: list[tuple[int, str]] = field(default_factory=list)
    back: list[Item] = field(default_factory=list)
    done: list[Edit] = field(default_factory=list, compare=False)
    undone: list[Edit] = field(default_factory=list, compare=False)
    loose: list[int] = field(default_factory=list, compare=False)  # what may stand elsewhere once edits are undone
    listeners: tuple[int, ...] = field(default=(), compare=False)

    def copy(self) -> Plain:
        """Return one to change."""
        lists = {name: list(value) for name, value in vars(self).items() if isinstance(value, list)}
        return Plain(**vars(self) | lists | {"votes": {action: list(who) for action, who in self.votes.items()}})

    def add(self, first_id: int, tracks: list[Track], requester_id: int, *, first: bool = False) -> None:
        """Put tracks at the end, or before all others."""
        place = 0 if first else len(self.queue)
        self.queue[place:place] = [Item(item_id, track, requester_id) for item_id, track in enumerate(tracks, first_id)]

    def begin(self, item: Item | None) -> None:
        """Let another track be the current one."""
        self.current, self.paused, self.seek_seq = item and replace(item, start_ms=0), False, 0
        self.goes_on = False
        self.votes.clear()
        self.play_seq = (self.play_seq // HANDED + 1) * HANDED

    def wait(self, *, paused: bool) -> None:
        """Let the current track wait, or go on: who wanted the one or the other has no need to any more."""
        self.paused, self.goes_on = paused, False
        for action in ("PAUSE", "RESUME"):
            self.votes.pop(action, None)

    def end(self, reason: str) -> None:
        """Note how the current track ended."""
        if self.current:
            self.ended.append((self.current.item_id, reason))
            if reason != EndReason.FAILED:
                self.back.append(self.current)

    def go_on(self) -> None:
        """Begin the queue's first."""
        self.begin(self.queue.pop(0) if self.queue else None)

    def go_round(self, again_id: int) -> None:
        """Go on as it loops; `again_id`: what is put to the end of the queue is given this id."""
        if self.current and self.loop_mode is LoopMode.QUEUE:
            self.queue.append(replace(self.current, item_id=again_id))
        self.go_on()

    def repeat(self) -> None:
        """Begin the current one anew, as its loop says."""
        if self.loop_count == 1:
            self.loop_mode = LoopMode.OFF
        self.loop_count = max(0, self.loop_count - 1)
        self.begin(self.current)

    def silence(self, reason: str) -> None:
        """End everything."""
        self.end(reason)
        self.begin(None)
        with self.edit(EditKind.REMOVED):
            self.queue.clear()

    def desert(self, *, deserted: bool) -> None:
        """Let everybody leave the channel, or somebody come."""
        self.deserted = deserted
        if deserted and self.current and not self.paused:
            self.wait(paused=True)
            self.goes_on = True
        elif not deserted and self.goes_on:
            self.wait(paused=False)

    @contextmanager
    def edit(self, kind: EditKind, *about: Item | None) -> Iterator[None]:
        """Remember how the queue is changed; where that is in nothing, it is no edit."""
        before = {item.item_id: item for item in self.queue}
        yield
        after = {item.item_id: item for item in self.queue}
        touched = [item for item_id, item in (before | after).items() if (item_id in before) is not (item_id in after)]
        if touched or kind is not EditKind.REMOVED:
            items = touched or [item for item in about if item]
            self.done = [*self.done, Edit(kind, list(before), list(after), items)][-KEPT:]
            self.undone.clear()

    def take_back(self, order: Sequence[int]) -> None:
        """Undo the last edit; `order` is the one that results, where it depends on what else has come since."""
        edit = self.done.pop()
        self.undone.append(self._turn(edit, edit.before, order, hides=EditKind.ADDED))

    def do_again(self, order: Sequence[int]) -> None:
        """Redo the last edit."""
        edit = self.undone.pop()
        self.done.append(self._turn(edit, edit.after, order, hides=EditKind.REMOVED))

    def _turn(self, edit: Edit, wanted: list[int], order: Sequence[int], *, hides: EditKind) -> Edit:
        items = {item.item_id: item for item in self.queue}
        if edit.kind is EditKind.REPLACED:
            gone, back = edit.about if hides is EditKind.REMOVED else edit.about[::-1]
            self.queue = [back if item.item_id == gone.item_id else item for item in self.queue]
            return edit
        here = [item for item in edit.about if item.item_id in items]
        if edit.kind is hides:
            edit = replace(edit, about=here)
            items = {item_id: item for item_id, item in items.items() if item not in here}
        elif edit.kind in {EditKind.ADDED, EditKind.REMOVED}:
            items |= {item.item_id: item for item in edit.about}
        elif len(here) < len(edit.about):  # it is not done by half
            self.loose += [item.item_id for item in here]
            return edit
        elif edit.kind is EditKind.MOVED:
            behind = wanted[wanted.index(here[0].item_id) + 1 :][:1]
            self.loose += [here[0].item_id] if behind and behind[0] not in items else []  # before what is gone by now
        elif edit.kind is EditKind.REORDERED and items.keys() != set(wanted):
            # What is hidden, and what came since, keeps its place in a row that is now shorter or longer.
            touched = [item.item_id for each in (*self.done, *self.undone) for item in each.about]
            self.loose += [item_id for item_id in touched if item_id not in items]
            self.loose += [item_id for item_id in items if item_id not in wanted]
        firm = [item_id for item_id in wanted if item_id in items and item_id not in self.loose]
        since = [item_id for item_id in items if item_id not in wanted]
        is_right = (
            sorted(order) == sorted(items)
            and [item_id for item_id in order if item_id in firm] == firm
            and [item_id for item_id in order if item_id in since] == since
        )
        self.queue = [items[item_id] for item_id in (order if is_right else [*firm, *since])]
        return edit

    def find(self, item_id: int) -> Item | None:
        """Return an item of the queue."""
        return next((item for item in self.queue if item.item_id == item_id), None)

    def place(self, item_id: int) -> int:
        """Return how many items are before one of the queue."""
        return next(place for place, item in enumerate(self.queue) if item.item_id == item_id)


def shown(rows: Any) -> Plain:
    """Return what the store has of a guild, read the way people read it."""
    player, queue = rows.player, sorted(rows.queue.values(), key=lambda item: item[0])
    return Plain(
        version=player.version,
        channel=player.voice_channel_id,
        current=player.current,
        queue=[item for _, item in queue],
        play_seq=player.play_seq,
        seek_seq=player.seek_seq,
        paused=player.paused,
        loop_mode=player.loop_mode,
        loop_count=player.loop_count,
        volume=player.volume,
        votes={action: list(who) for action, who in player.votes.items()},
        shares={"SKIP": player.settings.vote_share_percent, **player.settings.vote_shares},
        makes_djs=player.settings.lone_listener_is_dj,
        deserted=player.deserted,
        goes_on=player.goes_on,
        ended=[(item.item_id, str(ending.reason)) for _, item, ending in rows.history],
        back=[
            item
            for place, (_, item, ending) in enumerate(rows.history)
            if place not in rows.taken and ending.reason is not EndReason.FAILED
        ],
    )


def newest(current: Item | None, queue: Iterable[Item]) -> int:
    """Return the highest id that a guild's items have: ids rise."""
    return max((item.item_id for item in (*queue, *([current] if current else ()))), default=0)
