"""Edits of a queue, held against a plain list; one suite for both stores."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio import editing, playback, queueing
from audio.domain import order, ranks
from audio.domain.edits import KEPT, EditKind
from audio.domain.endings import Ending, EndReason
from audio.domain.order import Order, Selection
from audio.domain.player import Item, LoopMode, Update
from audio.editing import Added, Placement
from kit.errors import Refused
from kit.levels import Level
from tests.audio.stores import choose
from tests.audio.values import CHANNEL, DJ, GUILD, asked, track

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from audio.changes import Change
    from audio.domain.track import Track

LISTENER = replace(DJ, user_id=3, level=Level.LISTENER)
OTHER = replace(LISTENER, user_id=4)


async def names(store: Any) -> str:
    items, _ = await store.items(GUILD, None, 1000)
    return "".join(item.track.title for _, item in items)


async def do(store: Any, command: Callable[[Change], Awaitable[Any]]) -> Any:
    async with store.change(GUILD) as change:
        return await command(change)


async def add(store: Any, letters: str, placement: Placement = Placement.END, who: Any = DJ) -> Added:
    found: Added = await do(store, lambda change: queueing.add(change, who, asked(letters, who), placement))
    return found


async def offer(store: Any, *tracks: Track) -> Added:
    wanted = editing.asked_for(tracks, DJ)
    found: Added = await do(store, lambda change: queueing.add(change, DJ, wanted))
    return found


async def play(store: Any, letters: str, placement: Placement = Placement.END, who: Any = DJ) -> Added:
    wanted = asked(letters, who)
    found: Added = await do(store, lambda change: playback.play(change, who, wanted, CHANNEL, placement))
    return found


async def playing(store: Any) -> str:
    current = (await store.player(GUILD)).current
    return current.track.title if current else ""


async def finish(store: Any, reason: EndReason = EndReason.FINISHED) -> None:
    player = await store.player(GUILD)
    await do(store, lambda change: playback.advance(change, player.play_seq, Ending(reason)))


async def undo(store: Any) -> Any:
    return await do(store, lambda change: queueing.turn(change, DJ, 0, undo=True))


async def redo(store: Any) -> Any:
    return await do(store, lambda change: queueing.turn(change, DJ, 0, undo=False))


class Model:
    """A queue as a list of titles, with all states it ever had to go back to."""

    def __init__(self, store: Any, seed: int) -> None:
        self.store, self.random = store, random.Random(seed)
        self.now = ""
        self.back: list[str] = []
        self.forth: list[str] = []
        self.letters = (chr(0x4E00 + place) for place in range(10_000))

    async def step(self) -> None:
        choices = [self.add, self.add, self.remove, self.move, self.swap, self.clear, self.reverse, self.shuffle]
        await self.random.choice([*choices, self.put_instead, self.thin_out, self.undo, self.undo, self.redo])()
        assert await names(self.store) == self.now
        player = await self.store.player(GUILD)
        assert (player.queue_length, player.queue_ms) == (len(self.now), len(self.now) * 10_000)
        assert (player.undoable, player.redoable) == (len(self.back), len(self.forth))

    def became(self, queue: str) -> None:
        self.back = [*self.back, self.now][-KEPT:]
        self.forth, self.now = [], queue

    async def id_of(self, letter: str) -> int:
        items, _ = await self.store.items(GUILD, None, 1000)
        return {item.track.title: int(item.item_id) for _, item in items}[letter]

    async def add(self) -> None:
        new = "".join(next(self.letters) for _ in range(self.random.randint(1, 4)))
        placement = self.random.choice([Placement.END, Placement.NEXT])
        await add(self.store, new, placement)
        self.became(self.now + new if placement is Placement.END else new + self.now)

    async def remove(self) -> None:
        if self.now:
            letter = self.random.choice(self.now)
            item_id = await self.id_of(letter)
            await do(self.store, lambda change: queueing.remove(change, DJ, item_id))
            self.became(self.now.replace(letter, ""))

    async def thin_out(self) -> None:
        gone = set(self.random.sample(self.now, len(self.now) // 2))
        if gone:
            selection = Selection(frozenset([await self.id_of(letter) for letter in gone]))
            await do(self.store, lambda change: queueing.remove_many(change, DJ, selection, 0))
            self.became("".join(letter for letter in self.now if letter not in gone))

    async def move(self) -> None:
        if self.now:
            letter, before = self.random.choice(self.now), self.random.choice([*self.now, ""])
            ids = await self.id_of(letter), await self.id_of(before) if before else 0
            await do(self.store, lambda change: queueing.move(change, DJ, *ids, 0))
            rest = self.now.replace(letter, "")
            place = len(rest) if not before else rest.index(before) if before != letter else self.now.index(letter)
            self.became(rest[:place] + letter + rest[place:])

    async def swap(self) -> None:
        if self.now:
            one, other = self.random.choice(self.now), self.random.choice(self.now)
            ids = await self.id_of(one), await self.id_of(other)
            await do(self.store, lambda change: queueing.swap(change, DJ, *ids, 0))
            self.became(self.now.translate({ord(one): other, ord(other): one}))

    async def put_instead(self) -> None:
        if self.now:
            wrong, right = self.random.choice(self.now), next(self.letters)
            item_id = await self.id_of(wrong)
            await do(self.store, lambda change: playback.put_instead(change, DJ, item_id, track(right), 0))
            self.became(self.now.replace(wrong, right))

    async def clear(self) -> None:
        if self.now and self.random.random() < 0.3:
            await do(self.store, lambda change: queueing.clear(change, DJ, 0))
            self.became("")

    async def reverse(self) -> None:
        if self.now:
            await do(self.store, lambda change: queueing.reverse(change, DJ, 0))
            self.became(self.now[::-1])

    async def shuffle(self) -> None:
        if self.now:
            mix = self.random.shuffle
            await do(self.store, lambda change: queueing.shuffle(change, DJ, mix, 0, keep_requesters=False))
            self.became(await names(self.store))
            assert sorted(self.now) == sorted(self.back[-1])

    async def undo(self) -> None:
        if self.back:
            await undo(self.store)
            self.forth.append(self.now)
            self.now = self.back.pop()

    async def redo(self) -> None:
        if self.forth:
            await redo(self.store)
            self.back.append(self.now)
            self.now = self.forth.pop()


@pytest.mark.parametrize("seed", range(6))
async def test_no_sequence_of_edits_loses_doubles_or_reorders_a_track(store: Any, seed: int) -> None:
    model = Model(store, seed)
    for _ in range(80):
        await model.step()


async def test_an_undo_says_what_it_takes_back_and_whose_it_was(store: Any) -> None:
    await add(store, "abc", who=LISTENER)
    _, edit = await undo(store)
    assert (edit.kind, edit.user_id, edit.count) == (EditKind.ADDED, LISTENER.user_id, 3)
    assert await names(store) == ""
    _, edit = await redo(store)
    assert (edit.kind, await names(store)) == (EditKind.ADDED, "abc")
    with pytest.raises(Refused, match="NOTHING_TO_REDO"):
        await redo(store)
    await undo(store)
    with pytest.raises(Refused, match="NOTHING_TO_UNDO"):
        await undo(store)


async def test_what_was_played_meanwhile_is_not_brought_back_and_what_was_added_meanwhile_stays(store: Any) -> None:
    await play(store, "abcd")
    await do(store, lambda change: queueing.reverse(change, DJ, 0))
    await do(store, lambda change: playback.skip(change, DJ, 0))
    await add(store, "x", Placement.NEXT)
    await undo(store)
    await undo(store)
    assert (await playing(store), await names(store)) == ("d", "bc")
    await redo(store)
    assert await names(store) == "cb"


async def test_undo_of_a_stop_brings_the_queue_back_among_what_came_since(store: Any) -> None:
    await play(store, "abc")
    await do(store, lambda change: playback.stop(change, DJ))
    await play(store, "z")
    await undo(store)
    player = await store.player(GUILD)
    assert (await playing(store), await names(store)) == ("z", "bc")
    assert (player.queue_length, player.queue_ms) == (2, 20_000)


async def test_next_comes_first_and_now_at_once_with_what_it_interrupted_behind_it(store: Any) -> None:
    await play(store, "abc")
    added = await play(store, "xy", Placement.NEXT)
    assert (await names(store), added.place, added.starts_in_ms) == ("xybc", 1, 10_000)
    await do(store, lambda change: playback.seek(change, DJ, 4_000))
    added = await play(store, "n", Placement.NOW)
    assert (added.place, added.starts_in_ms) == (0, 0)
    assert (await playing(store), await names(store)) == ("n", "axybc")
    await do(store, lambda change: playback.skip(change, DJ, 0))
    player = await store.player(GUILD)
    assert (await playing(store), player.position_ms, player.queue_length) == ("a", 4_000, 4)
    await do(store, lambda change: playback.replay(change, DJ))
    assert (await store.player(GUILD)).position_ms == 0


async def move(store: Any, letter: str, before: str) -> None:
    ids = {item.track.title: item.item_id for _, item in (await store.items(GUILD, None, 1000))[0]}
    await do(store, lambda change: queueing.move(change, DJ, ids[letter], ids[before], 0))


async def test_what_was_last_is_last_again_although_something_stands_in_its_place(store: Any) -> None:
    await play(store, "abcd")
    await do(store, lambda change: playback.update(change, DJ, Update(loop_mode=LoopMode.QUEUE)))
    await move(store, "d", before="c")
    await finish(store)
    await undo(store)
    assert (await playing(store), await names(store)) == ("b", "cad")


async def test_what_was_last_is_last_again_although_all_were_ranked_anew(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranks, "GAP", 2)
    await add(store, "abc", Placement.NEXT)
    await move(store, "c", before="b")
    await add(store, "d")
    await move(store, "d", before="b")
    await undo(store)
    assert await names(store) == "acbd"


async def test_undo_of_what_plays_now_leaves_what_it_interrupted(store: Any) -> None:
    await play(store, "ab")
    await play(store, "xy", Placement.NOW)
    await undo(store)
    assert (await playing(store), await names(store)) == ("x", "ab")


async def test_an_add_says_how_long_it_takes_until_it_plays(store: Any) -> None:
    first = await play(store, "ab")
    assert (first.place, first.starts_in_ms) == (0, 0)
    added = await play(store, "c")
    assert (added.place, added.starts_in_ms) == (2, 20_000)


async def test_previous_goes_back_step_by_step_and_forth_again(store: Any) -> None:
    await play(store, "abc")
    for _ in range(2):
        await finish(store)
    seen = []
    for _ in range(2):
        await do(store, lambda change: playback.previous(change, DJ))
        seen.append((await playing(store), await names(store)))
    assert seen == [("b", "c"), ("a", "bc")]
    with pytest.raises(Refused, match="NOTHING_BEFORE"):
        await do(store, lambda change: playback.previous(change, DJ))
    await do(store, lambda change: playback.skip(change, DJ, 0))
    await do(store, lambda change: playback.previous(change, DJ))
    assert (await playing(store), await names(store)) == ("a", "bc")
    assert (await store.player(GUILD)).queue_length == 2


async def test_nobody_goes_back_from_another_track_than_they_saw(store: Any) -> None:
    await play(store, "ab")
    seen = (await store.player(GUILD)).current
    assert seen
    await finish(store)

    with pytest.raises(Refused, match="ITEM_NOT_FOUND"):
        await do(store, lambda change: playback.previous(change, DJ, seen.item_id))
    assert await playing(store) == "b"


async def test_what_failed_is_nothing_to_go_back_to(store: Any) -> None:
    await play(store, "ab")
    await finish(store, EndReason.FAILED)
    with pytest.raises(Refused, match="NOTHING_BEFORE"):
        await do(store, lambda change: playback.previous(change, DJ))


async def test_in_a_fair_queue_everybody_has_a_turn(store: Any) -> None:
    await choose(store, fair_queue=True)
    await add(store, "abcd", who=LISTENER)
    added = await add(store, "xy", who=OTHER)
    assert (await names(store), added.place, added.starts_in_ms) == ("axbycd", 2, 10_000)
    await undo(store)
    assert await names(store) == "abcd"


async def test_in_a_fair_queue_an_undo_brings_a_track_back_to_where_it_stood(store: Any) -> None:
    await choose(store, fair_queue=True)
    first = (await add(store, "abc", who=LISTENER)).item.item_id
    await do(store, lambda change: queueing.remove(change, LISTENER, first + 2))
    for number, letter in enumerate("xyz", OTHER.user_id):
        await add(store, letter, who=replace(OTHER, user_id=number))
    seen = ["abc", "ab", "axb", "axyb", "axyzb"]
    for before in reversed(seen[:-1]):
        await undo(store)
        assert await names(store) == before
    for again in seen[1:]:
        await redo(store)
        assert await names(store) == again


async def test_turns_are_given_and_taken_back_also_where_ranks_are_used_up(store: Any) -> None:
    with patch.object(ranks, "GAP", 4):
        await choose(store, fair_queue=True)
        await add(store, "abcd", who=LISTENER)
        for number, letter in enumerate("stuvw", OTHER.user_id):
            await add(store, letter, who=replace(OTHER, user_id=number))
        assert await names(store) == "astuvwbcd"
        for _ in "stuvw":
            await undo(store)
        assert await names(store) == "abcd"


async def test_a_guild_limits_what_is_added_to_its_queue(store: Any) -> None:
    await choose(store, max_queue_length=3, max_items_per_requester=2)
    await add(store, "ab", who=LISTENER)
    with pytest.raises(Refused, match=r"QUOTA_REACHED .*limit: 2"):
        await add(store, "c", who=LISTENER)
    with pytest.raises(Refused, match=r"QUEUE_FULL .*limit: 3"):
        await add(store, "cd", who=OTHER)
    await add(store, "c")
    with pytest.raises(Refused, match=r"QUEUE_FULL .*limit: 3"):
        await add(store, "d")
    assert await names(store) == "abc"


async def test_unwelcome_tracks_are_left_out_and_refused_where_nothing_is_left(store: Any) -> None:
    await choose(store, max_track_length_ms=60_000, allow_streams=False, allow_duplicates=False)
    await play(store, "a")
    day, stream = track("day", length_ms=86_400_000), track("radio", length_ms=None, stream=True)
    added = await offer(store, day, track("b"), stream, track("a"), track("b"))
    assert (await names(store), added.count, added.left_out) == ("b", 1, 4)
    for unwelcome, reason in ((day, "TRACK_TOO_LONG"), (stream, "STREAM_UNWELCOME"), (track("a"), "DUPLICATE_UNWELC")):
        with pytest.raises(Refused, match=reason):
            await offer(store, unwelcome)
    assert await names(store) == "b"


@pytest.mark.parametrize(("start", "end"), [(1, 3), (3, 1)])
async def test_a_range_is_removed_whatever_its_order_and_that_of_its_ends(store: Any, start: int, end: int) -> None:
    first = (await add(store, "abcde")).item.item_id
    await do(store, lambda change: queueing.sort(change, DJ, Order.TITLE, 0))
    selection = Selection(first_item_id=first + start, last_item_id=first + end)
    await do(store, lambda change: queueing.remove_many(change, DJ, selection, 0))
    assert await names(store) == "ae"
    _, count = await do(store, lambda change: queueing.remove_many(change, DJ, selection, 0))
    assert count == 0
    await undo(store)
    assert await names(store) == "abcde"


QUEUES = st.lists(st.integers(1, 3), max_size=12)


@given(QUEUES, QUEUES)
def test_fair_turns_keep_the_order_of_each_person_and_of_what_was_there(old: list[int], new: list[int]) -> None:
    known = [Item(n, track(str(n)), requester) for n, requester in enumerate(old, 1)]
    fresh = [Item(n, track(str(n)), 9) for n in range(100, 100 + len(new))]
    mixed = order.fair([*known, *fresh], {item.item_id for item in fresh})
    assert [item for item in mixed if item.item_id < 100] == known
    assert [item for item in mixed if item.item_id >= 100] == fresh
    for turn, item in enumerate(fresh, 1):
        before = Counter(each.requester_id for each in mixed[: mixed.index(item)] if each.item_id < 100)
        assert max(before.values(), default=0) <= turn  # nobody has two turns where the new one has none
