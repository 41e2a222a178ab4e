"""What a guild's player should be: plain values and lists, changed by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audio.domain.player import Item

if TYPE_CHECKING:
    from audio.domain.track import Track


@dataclass
class Plain:
    """One guild."""

    version: int = 0
    channel: int = 0
    current: Item | None = None
    queue: list[Item] = field(default_factory=list)
    play_seq: int = 0
    seek_seq: int = 0
    paused: bool = False
    ended: list[tuple[int, str]] = field(default_factory=list)

    def copy(self) -> Plain:
        """Return one to change."""
        return Plain(**vars(self) | {"queue": list(self.queue), "ended": list(self.ended)})

    def add(self, first_id: int, tracks: list[Track], requester_id: int) -> None:
        """Put tracks at the end."""
        for item_id, track in enumerate(tracks, first_id):
            self.queue.append(Item(item_id, track, requester_id))

    def begin(self, item: Item | None) -> None:
        """Let another track be the current one."""
        self.current, self.paused, self.seek_seq = item, False, 0
        self.play_seq += 1

    def end(self, reason: str) -> None:
        """Note how the current track ended."""
        if self.current:
            self.ended.append((self.current.item_id, reason))

    def go_on(self) -> None:
        """Begin the queue's first."""
        self.begin(self.queue.pop(0) if self.queue else None)

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
        ended=[(item.item_id, str(ending.reason)) for _, item, ending in rows.history],
    )
