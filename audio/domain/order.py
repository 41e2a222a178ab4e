"""Orders and selections of a queue: pure functions of its items, as they stand."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

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
    first_item_id: int = 0  # with all that stand behind it, up to the last one
    last_item_id: int = 0
    requester_id: int = 0
    duplicates: bool = False
    words: tuple[str, ...] = ()
    longer_than_ms: int | None = None
    absent: bool = False  # whoever added it is not in the channel

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


def fair(items: Sequence[Item], new: AbstractSet[int]) -> list[Item]:
    """Return the items with the `new` ones, which stand last and are one person's, each in that person's next turn.

    A person's first track belongs to the first round, the second to the second: a new one goes before the first track
    of a later round. What was there already keeps its order.
    """
    turns: Counter[int] = Counter()
    in_turn: list[tuple[int, Item]] = []
    for item in items:
        turns[item.requester_id] += 1
        in_turn.append((turns[item.requester_id], item))
    waiting = deque(each for each in in_turn if each[1].item_id in new)
    mixed: list[Item] = []
    for turn, item in in_turn[: len(items) - len(new)]:
        while waiting and waiting[0][0] < turn:
            mixed.append(waiting.popleft()[1])
        mixed.append(item)
    return [*mixed, *(item for _, item in waiting)]


def restored(items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    """Return the items in an order of ids that they once had; what it does not name comes last, as it stands."""
    places = {item_id: place for place, item_id in enumerate(order)}
    return sorted(items, key=lambda item: places.get(item.item_id, len(places)))


def selected(
    items: Sequence[Item], selection: Selection, current: Item | None, listeners: Sequence[int] = ()
) -> list[Item]:
    """Return the items that a selection names; the current one counts as standing before all."""
    gone = {item.requester_id for item in items} - {*listeners, 0} if selection.absent else None
    within = {item.item_id for item in _between(items, selection.first_item_id, selection.last_item_id)}
    seen = {current.track.identity} if current else set()
    found = []
    for item in items:
        is_first = item.track.identity not in seen
        seen.add(item.track.identity)
        is_wanted = item.item_id in within and (gone is None or item.requester_id in gone)
        if is_wanted and _applies(selection, item) and not (selection.duplicates and is_first):
            found.append(item)
    return found


def _between(items: Sequence[Item], first: int, last: int) -> Sequence[Item]:
    """Return the items from one to another, both ids, in either order; none where one of them is not there.

    Zero: from the start, to the end.
    """
    ids = [item.item_id for item in items]
    if not {first, last} <= {0, *ids}:
        return ()
    start, end = ids.index(first) if first else 0, ids.index(last) if last else len(ids)
    return items[min(start, end) : max(start, end) + 1]


def _applies(selection: Selection, item: Item) -> bool:
    track, longer_than = item.track, selection.longer_than_ms
    text = f"{track.title} {track.author}".casefold()
    return (
        (not selection.item_ids or item.item_id in selection.item_ids)
        and selection.requester_id in {0, item.requester_id}
        and all(word.casefold() in text for word in selection.words)
        and (longer_than is None or track.length_ms is None or track.length_ms > longer_than)
    )
