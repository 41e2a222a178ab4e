"""One suite for both stores."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audio import playback, queueing
from audio.changes import Changed, Fence, Fenced, Sample
from audio.domain import player as players
from audio.domain.endings import Ending, EndReason
from audio.domain.order import Order, Selection
from audio.domain.player import HANDED, ChangeKind, LoopMode, Player, Update, bucket_of
from audio.domain.voice import VoiceSnapshot
from kit.errors import Refused
from tests.audio.values import CHANNEL, DJ, GUILD, asked, track

if TYPE_CHECKING:
    from audio.changes import Change


async def names(store: Any) -> str:
    items, _ = await store.items(GUILD, None, 1000)
    return "".join(item.track.title for _, item in items)


async def add(store: Any, letters: str) -> dict[str, int]:
    async with store.change(GUILD) as change:
        added = await queueing.add(change, DJ, asked(letters))
    return {letter: added.item.item_id + place for place, letter in enumerate(letters)}


async def move(store: Any, item_id: int, before: int) -> None:
    async with store.change(GUILD) as change:
        await queueing.move(change, DJ, item_id, before, 0)


async def play(store: Any, letters: str) -> Player:
    async with store.change(GUILD) as change:
        added = await playback.play(change, DJ, asked(letters), 0)
    player: Player = added.player
    return player


async def clear_then_fail(store: Any) -> None:
    async with store.change(GUILD) as change:
        await queueing.clear(change, DJ, 0)
        await queueing.clear(change, DJ, 999)


async def advance(store: Any, play_seq: int, reason: EndReason = EndReason.FINISHED) -> Player | None:
    async with store.change(GUILD) as change:
        return await playback.advance(change, play_seq, Ending(reason, "because"))


async def test_an_unknown_guild_has_an_idle_player(store: Any) -> None:
    assert await store.player(GUILD) == Player(GUILD)


async def test_a_saved_player_is_read_back_whole(store: Any) -> None:
    saved = await play(store, "ab")

    assert await store.player(GUILD) == saved
    assert (saved.version, saved.wanted_version, saved.queue_length, saved.queue_ms) == (1, 1, 1, 10_000)
    assert saved.origin.traceparent == "00-trace"
    assert await names(store) == "b"


async def test_listeners_hear_of_each_change_after_its_commit_and_never_of_an_undone_one(store: Any) -> None:
    heard: list[Changed] = []
    store.listeners.append(heard.append)
    await add(store, "a")
    async with store.change(GUILD, dry=True) as change:
        await queueing.clear(change, DJ, 0)
    with pytest.raises(Refused, match="VERSION_STALE"):
        await clear_then_fail(store)

    assert [(each.kind, each.player.version) for each in heard] == [(ChangeKind.QUEUE, 1)]
    assert await names(store) == "a"


async def test_the_queue_keeps_the_order_of_a_bulk_add_and_its_ids_rise(store: Any) -> None:
    letters = "".join(chr(0x4E00 + place) for place in range(500))
    ids = await add(store, letters)
    items, version = await store.items(GUILD, None, 1000)

    assert "".join(item.track.title for _, item in items) == letters
    assert [item.item_id for _, item in items] == list(ids.values())
    assert version == 1


async def test_pages_go_through_the_queue_once(store: Any) -> None:
    await add(store, "abcdefg")
    seen, place = "", None
    while page := (await store.items(GUILD, place, 3))[0]:
        seen += "".join(item.track.title for _, item in page)
        place = (page[-1][0], page[-1][1].item_id)

    assert seen == "abcdefg"


async def test_an_item_is_moved_before_another_and_to_the_end(store: Any) -> None:
    ids = await add(store, "abcd")
    await move(store, ids["d"], ids["b"])
    assert await names(store) == "adbc"
    await move(store, ids["a"], 0)
    assert await names(store) == "dbca"
    await move(store, ids["c"], ids["d"])
    assert await names(store) == "cdba"


async def test_moves_to_one_place_use_up_the_gap_and_the_order_survives_it(store: Any) -> None:
    ids = await add(store, "abcd")
    for _ in range(40):
        await move(store, ids["c"], ids["b"])
        await move(store, ids["d"], ids["b"])
        await move(store, ids["c"], ids["b"])

    assert await names(store) == "adcb"


async def test_removed_and_cleared_items_are_gone_and_counted_out(store: Any) -> None:
    ids = await add(store, "abc")
    async with store.change(GUILD) as change:
        await queueing.remove(change, DJ, ids["b"])
    assert await names(store) == "ac"
    async with store.change(GUILD) as change:
        _, count, _ = await queueing.clear(change, DJ, 0)
    player = await store.player(GUILD)

    assert (count, await names(store), player.queue_length, player.queue_ms) == (2, "", 0, 0)
    await add(store, "z")
    assert await names(store) == "z"


async def test_the_queue_is_turned_sorted_swapped_and_shuffled_whole(store: Any) -> None:
    ids = await add(store, "cabd")

    async with store.change(GUILD) as change:
        await queueing.reverse(change, DJ, 0)
    assert await names(store) == "dbac"
    async with store.change(GUILD) as change:
        await queueing.sort(change, DJ, Order.TITLE, 0)
    assert await names(store) == "abcd"
    async with store.change(GUILD) as change:
        await queueing.swap(change, DJ, ids["a"], ids["c"], 0)
    assert await names(store) == "cbad"
    async with store.change(GUILD) as change:
        shuffled, _ = await queueing.shuffle(change, DJ, lambda items: items.reverse(), 0, keep_requesters=False)
    assert await names(store) == "dabc"
    assert (shuffled.version, shuffled.queue_length) == (5, 4)
    await move(store, ids["c"], ids["a"])
    assert await names(store) == "dcab"


@pytest.mark.parametrize("pair", ["ab", "ad", "db", "cc"])
async def test_swapping_twice_changes_nothing(store: Any, pair: str) -> None:
    ids = await add(store, "abcd")
    one, other = (ids[letter] for letter in pair)
    for expected in ("abcd".translate(str.maketrans(pair, pair[::-1])), "abcd"):
        async with store.change(GUILD) as change:
            await queueing.swap(change, DJ, one, other, 0)
        assert await names(store) == expected


async def test_many_are_removed_at_once_and_counted_out(store: Any) -> None:
    ids = await add(store, "abcab")
    async with store.change(GUILD) as change:
        player, count = await queueing.remove_many(change, DJ, Selection(duplicates=True), 0)
    assert (count, player.queue_length, await names(store)) == (2, 3, "abc")
    async with store.change(GUILD) as change:
        player, count = await queueing.remove_many(change, DJ, Selection(item_ids=frozenset([ids["c"]])), 0)
    assert (count, player.queue_length, await names(store)) == (1, 2, "ab")


async def test_a_jump_plays_its_item_and_skips_what_is_before_it(store: Any) -> None:
    await play(store, "abcde")
    items, _ = await store.items(GUILD, None, 10)
    wanted = items[2][1]
    async with store.change(GUILD) as change:
        player, count = await playback.jump(change, DJ, wanted.item_id, 0)

    assert (player.current, count, await names(store)) == (wanted, 2, "e")
    assert (player.queue_length, player.wanted_version) == (1, player.version)
    with pytest.raises(Refused, match="ITEM_NOT_FOUND"):
        await jump(store, wanted.item_id)


async def jump(store: Any, item_id: int) -> None:
    async with store.change(GUILD) as change:
        await playback.jump(change, DJ, item_id, 0)


async def test_the_history_tells_the_newest_first_page_by_page(store: Any) -> None:
    player: Player | None = await play(store, "abc")
    for reason in (EndReason.FINISHED, EndReason.FAILED, EndReason.SKIPPED):
        assert player
        player = await advance(store, player.play_seq, reason)
    newest = await store.history(GUILD, None, 2)
    (oldest,) = await store.history(GUILD, newest[-1].entry_id, 2)

    told = [(entry.item.track.title, entry.ending.reason) for entry in (*newest, oldest)]
    assert told == [("c", EndReason.SKIPPED), ("b", EndReason.FAILED), ("a", EndReason.FINISHED)]
    assert newest[1].ending.detail == "because"
    assert newest[0].ended_at >= oldest.ended_at


async def test_a_replay_is_a_new_start_of_the_same_item(store: Any) -> None:
    before = await play(store, "ab")
    async with store.change(GUILD) as change:
        after, _ = await playback.replay(change, DJ)

    assert (after.current, after.play_seq, after.position_ms) == (before.current, before.play_seq + HANDED, 0)
    assert await names(store) == "b"


async def test_the_end_of_a_track_counts_once(store: Any) -> None:
    first = await play(store, "abc")
    after = await advance(store, first.play_seq)

    assert after
    assert after.current
    assert after.current.track.title == "b"
    assert await advance(store, first.play_seq) is None
    assert (await store.player(GUILD)).version == after.version


async def test_five_failures_in_a_minute_stop_the_player_and_keep_the_queue(store: Any) -> None:
    player: Player | None = await play(store, "abcdefg")
    for _ in range(5):
        assert player
        player = await advance(store, player.play_seq, EndReason.FAILED)

    assert player
    assert player.current is None
    assert await names(store) == "fg"


async def test_commands_to_one_guild_wait_for_each_other(store: Any) -> None:
    await asyncio.gather(*(add(store, letter) for letter in "abcdefgh"))

    assert sorted(await names(store)) == list("abcdefgh")
    assert (await store.player(GUILD)).version == 8


async def test_what_the_owner_saw_outlasts_a_change_that_was_open_meanwhile(store: Any) -> None:
    player = await play(store, "a")
    async with store.change(GUILD) as change:
        seeing = asyncio.ensure_future(store.seen(replace(player, seen_version=1), Fence(bucket_of(GUILD), 0)))
        await asyncio.sleep(0)
        await queueing.add(change, DJ, asked("b"))
    await seeing

    assert (await store.player(GUILD)).seen_version == 1


async def test_a_stale_epoch_writes_nothing(store: Any) -> None:
    await play(store, "a")
    stale = Fence(bucket_of(GUILD), 77)
    with pytest.raises(Fenced):
        async with store.change(GUILD, fence=stale) as change:
            await change.save(change.player, ChangeKind.PLAYBACK)
    with pytest.raises(Fenced):
        await store.seen(replace(await store.player(GUILD), seen_version=1), stale)
    with pytest.raises(Fenced):
        await store.keep_session(stale, "node", "session")

    assert (await store.player(GUILD)).seen_version == 0


async def test_what_is_seen_is_kept_and_no_longer_due(store: Any) -> None:
    fence = Fence(bucket_of(GUILD), 0)
    player = await play(store, "a")
    assert await store.due([fence.bucket]) == [GUILD]
    assert await store.due([fence.bucket + 1]) == []
    seen = replace(player, seen_version=player.version, seen_seek=3, node="n", problem="NO_NODE")
    await store.seen(seen, fence)

    assert await store.player(GUILD) == seen
    assert await store.due([fence.bucket]) == []
    assert await store.active(fence.bucket) == [GUILD]


async def test_the_newest_snapshot_wins_whatever_the_order_of_arrival(store: Any) -> None:
    bucket = bucket_of(GUILD)
    old, new = VoiceSnapshot(GUILD, 1, CHANNEL), VoiceSnapshot(GUILD, 2, CHANNEL, "session", "endpoint", "token")
    assert await store.report_voice(new, taken=False)
    assert not await store.report_voice(old, taken=False)
    assert await store.due([bucket]) == [GUILD]

    assert await store.take_voice(GUILD) == new
    assert await store.due([bucket]) == []


async def test_a_sample_counts_for_the_track_it_is_about_and_not_after_a_later_command(store: Any) -> None:
    player = await play(store, "a")
    await store.sample([Sample(GUILD, player.play_seq, 0, 4000)])
    assert await store.heard_at(player) == 4000
    assert await store.heard_at(replace(player, play_seq=99, position_ms=1)) == 1

    async def seek(change: Change) -> None:
        await change.save(players.sought(change.player, 9000, change.now), ChangeKind.PLAYBACK)

    async with store.change(GUILD) as change:
        await seek(change)
    assert await store.heard_at(await store.player(GUILD)) == 9000
    await store.sample([Sample(GUILD, player.play_seq, 0, 4100)])  # by an owner who had not heard of the seek yet
    assert await store.heard_at(await store.player(GUILD)) == 9000


async def test_session_ids_are_kept_per_node(store: Any) -> None:
    fence = Fence(3, 0)
    await store.keep_session(fence, "one", "a")
    await store.keep_session(fence, "two", "b")
    await store.keep_session(fence, "one", "c")

    assert await store.sessions(3) == {"one": "c", "two": "b"}
    assert await store.sessions(4) == {}


async def test_changes_are_read_again_in_their_order(store: Any) -> None:
    await add(store, "a")
    await play(store, "b")
    await add(store, "c")
    changes = await store.changes(GUILD, 1, 10)

    assert [(each.player.version, each.kind) for each in changes] == [(2, "playback"), (3, "queue")]
    assert changes[0].player.current.track == track("a")
    assert await store.versions([GUILD]) == {GUILD: 3}


async def loop(store: Any, mode: LoopMode, count: int = 0) -> None:
    async with store.change(GUILD) as change:
        await playback.update(change, DJ, Update(loop_mode=mode, loop_count=count))


async def played(store: Any, times: int, reason: EndReason = EndReason.FINISHED) -> str:
    """End the current track so often; return what played then, and after each end."""
    titles = ""
    for _ in range(times):
        player = await store.player(GUILD)
        titles += player.current.track.title
        await advance(store, player.play_seq, reason)
    player = await store.player(GUILD)
    return titles + (player.current.track.title if player.current else "")


async def test_a_looped_track_is_played_again_without_end_or_so_often(store: Any) -> None:
    await play(store, "ab")
    await loop(store, LoopMode.TRACK)
    assert await played(store, 3) == "aaaa"
    await loop(store, LoopMode.TRACK, 2)
    assert await played(store, 3) == "aaab"
    assert (await store.player(GUILD)).loop_mode is LoopMode.OFF


async def test_a_looped_queue_goes_round_and_leaves_out_what_fails(store: Any) -> None:
    await play(store, "abc")
    await loop(store, LoopMode.QUEUE)
    assert await played(store, 4) == "abcab"
    await played(store, 1, EndReason.FAILED)
    assert ((await store.player(GUILD)).current.track.title, await names(store)) == ("c", "a")
    async with store.change(GUILD) as change:
        await playback.skip(change, DJ, 0)
    player = await store.player(GUILD)
    assert (player.current.track.title, await names(store)) == ("a", "c")
    assert (player.queue_length, player.queue_ms) == (1, 10_000)


async def test_a_count_without_a_looped_track_and_a_change_of_nothing_are_refused(store: Any) -> None:
    with pytest.raises(Refused, match="INVALID_ARGUMENT"):
        await loop(store, LoopMode.QUEUE, 2)
    async with store.change(GUILD) as change:
        with pytest.raises(Refused, match="INVALID_ARGUMENT"):
            await playback.update(change, DJ, Update())
