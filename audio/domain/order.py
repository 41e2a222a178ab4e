"""Orders and selections of a queue: pure functions of its items, as they stand."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audio.domain.player import Item


class Order(enum.StrEnum):
    """What a queue can be sorted by. The names are the contract's."""

    TITLE = "TITLE"
    LENGTH = "LENGTH"
    REQUESTER = "REQUESTER"


class Shuffle(Protocol):
    """A source of randomness, as `random.SystemRandom().shuffle`."""

    def __call__(self, items: list[Any], /) -> None:
        """Bring a list into a random order, each equally likely."""
        ...


@dataclass(frozen=True)
class Selection:
    """Conditions on items; all that are given must apply. `longer_than_ms`: a stream is longer than anything."""

    item_ids: frozenset[int] = frozenset()
    requester_id: int = 0
    duplicates: bool = False
    words: tuple[str, ...] = ()
    longer_than_ms: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no condition is given."""
        return self == Selection()


_KEYS: dict[Order, Callable[[Item], Any]] = {
    Order.TITLE: lambda item: item.track.title.casefold(),
    Order.LENGTH: lambda item: (item.track.length_ms is None, item.track.length_ms or 0),
    Order.REQUESTER: lambda item: item.requester_id,
}


def ordered(items: Sequence[Item], by: Order) -> list[Item]:
    """Return the items in an order; those that are alike keep theirs."""
    return sorted(items, key=_KEYS[by])


def shuffled(items: Sequence[Item], shuffle: Shuffle, *, keep_requesters: bool) -> list[Item]:
    """Return the items in a random order. `keep_requesters`: the items of each person keep theirs."""
    mixed = list(items)
    shuffle(mixed)
    if not keep_requesters:
        return mixed
    own: dict[int, list[Item]] = defaultdict(list)
    for item in reversed(items):
        own[item.requester_id].append(item)
    return [own[item.requester_id].pop() for item in mixed]


def selected(items: Sequence[Item], selection: Selection, current: Item | None) -> list[Item]:
    """Return the items that a selection names; the current one counts as standing before all."""
    seen = {_identity(current)} if current else set()
    found = []
    for item in items:
        is_first = _identity(item) not in seen
        seen.add(_identity(item))
        if _applies(selection, item) and not (selection.duplicates and is_first):
            found.append(item)
    return found


def _applies(selection: Selection, item: Item) -> bool:
    track, longer_than = item.track, selection.longer_than_ms
    text = f"{track.title} {track.author}".casefold()
    return (
        (not selection.item_ids or item.item_id in selection.item_ids)
        and selection.requester_id in {0, item.requester_id}
        and all(word.casefold() in text for word in selection.words)
        and (longer_than is None or track.length_ms is None or track.length_ms > longer_than)
    )


def _identity(item: Item) -> tuple[str, str]:
    return item.track.source, item.track.identifier
