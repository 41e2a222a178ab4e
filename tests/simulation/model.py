"""What a guild's player should be: plain values and lists, changed by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from audio.domain.endings import EndReason
from audio.domain.player import HANDED, Item, LoopMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audio.domain.track import Track


@dataclass
class Plain:
    """One guild. `back`: what can be gone back to, the last at the end."""

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
    ended: list[tuple[int, str]] = field(default_factory=list)
    back: list[Item] = field(default_factory=list)

    def copy(self) -> Plain:
        """Return one to change."""
        lists = {name: list(value) for name, value in vars(self).items() if isinstance(value, list)}
        return Plain(**vars(self) | lists)

    def add(self, first_id: int, tracks: list[Track], requester_id: int, *, first: bool = False) -> None:
        """Put tracks at the end, or before all others."""
        place = 0 if first else len(self.queue)
        self.queue[place:place] = [Item(item_id, track, requester_id) for item_id, track in enumerate(tracks, first_id)]

    def begin(self, item: Item | None) -> None:
        """Let another track be the current one."""
        self.current, self.paused, self.seek_seq = item and replace(item, start_ms=0), False, 0
        self.play_seq = (self.play_seq // HANDED + 1) * HANDED

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
        self.queue.clear()

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
