"""Orders and selections of a queue, by properties."""

from __future__ import annotations

import random
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from audio.domain import order
from audio.domain.order import Order, Selection
from audio.domain.player import Item
from tests.audio.values import track

TITLES = st.sampled_from(["Alpha", "alpha", "Beta", "beta two", "Gamma"])
TRACKS = st.builds(
    track,
    identifier=st.sampled_from("abcde"),
    source=st.sampled_from(["local", "http"]),
    title=TITLES,
    author=st.sampled_from(["", "Two"]),
    length_ms=st.none() | st.integers(0, 600_000),
)
ITEMS = st.lists(st.tuples(TRACKS, st.integers(1, 4)), max_size=30).map(
    lambda drawn: [Item(number, track, requester) for number, (track, requester) in enumerate(drawn, start=1)]
)


def by_requester(items: list[Item]) -> dict[int, list[int]]:
    """Return each person's item ids, as they stand."""
    own = defaultdict(list)
    for item in items:
        own[item.requester_id].append(item.item_id)
    return own


@given(ITEMS, st.sampled_from(Order))
def test_sorting_loses_nothing_and_leaves_what_is_alike(items: list[Item], by: Order) -> None:
    found = order.ordered(items, by)
    assert sorted(item.item_id for item in found) == [item.item_id for item in items]
    assert order.ordered(found, by) == found
    if by is Order.REQUESTER:
        assert by_requester(found) == by_requester(items)


@given(ITEMS, st.integers(), st.booleans())
def test_shuffling_loses_nothing_and_can_keep_each_persons_order(items: list[Item], seed: int, keep: bool) -> None:
    found = order.shuffled(items, random.Random(seed).shuffle, keep_requesters=keep)
    assert sorted(item.item_id for item in found) == [item.item_id for item in items]
    assert not keep or by_requester(found) == by_requester(items)


def test_every_order_of_three_is_shuffled_to_equally_often() -> None:
    items = [Item(number, track(), 1) for number in range(3)]
    mix = random.Random(7).shuffle
    counts: dict[tuple[int, ...], int] = defaultdict(int)
    for _ in range(6_000):
        counts[tuple(item.item_id for item in order.shuffled(items, mix, keep_requesters=False))] += 1
    assert len(counts) == 6
    assert all(850 < count < 1_150 for count in counts.values())


@given(ITEMS, st.booleans())
def test_without_its_duplicates_a_queue_has_each_track_once(items: list[Item], is_playing: bool) -> None:
    current = items[0] if is_playing and items else None
    gone = order.selected(items, Selection(duplicates=True), current)
    left = [(item.track.source, item.track.identifier) for item in items if item not in gone]
    assert len(left) == len(set(left))
    assert not current or (current.track.source, current.track.identifier) not in left


@given(
    ITEMS, st.integers(0, 4), st.sampled_from([(), ("ALPHA",), ("beta", "two")]), st.none() | st.integers(0, 600_000)
)
def test_all_conditions_of_a_selection_apply(
    items: list[Item], requester: int, words: tuple[str, ...], longer_than: int | None
) -> None:
    gone = order.selected(items, Selection(requester_id=requester, words=words, longer_than_ms=longer_than), None)
    for item in items:
        text = f"{item.track.title} {item.track.author}".lower()
        is_meant = (
            requester in {0, item.requester_id}
            and all(word.lower() in text for word in words)
            and (longer_than is None or item.track.length_ms is None or item.track.length_ms > longer_than)
        )
        assert (item in gone) == is_meant
