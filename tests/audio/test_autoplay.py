"""A player that goes on by itself picks what is liked, and does not repeat itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from audio import playback
from audio.domain.autoplay import COOLDOWN, MISSES, Candidate, Heard, best
from audio.domain.course import Course
from audio.domain.endings import Ending, EndReason
from audio.domain.player import Item, Update
from audio.domain.track import Pick, Why
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.values import DJ, GUILD, track

if TYPE_CHECKING:
    from audio.domain.track import Track

CURRENT = track("now", author="A")


def candidate(name: str, why: Why = Why.RELATED, author: str = "B", **facts: Any) -> Candidate:
    return Candidate(track(name, author=author, **facts), Pick(why, "now"))


def heard(name: str, reason: EndReason = EndReason.FINISHED, author: str = "C") -> Heard:
    return Heard(track(name, author=author), reason)


def picked(candidates: list[Candidate], before: list[Heard], current: Track = CURRENT) -> str:
    found = best(candidates, before, current)
    return found.track.title if found else ""


def test_favourites_come_first_then_what_is_related_then_the_same_artist_and_the_history() -> None:
    offered = [candidate("d", Why.HISTORY), candidate("c", Why.SAME_ARTIST), candidate("b")]
    assert picked([*offered, candidate("a", Why.FAVORITE)], []) == "a"
    assert picked(offered, []) == "b"
    assert picked(offered[:2], []) == "c"
    assert picked(offered[:1], []) == "d"
    assert picked([], []) == ""


def test_what_was_skipped_comes_last_with_its_artist_and_what_was_liked_first() -> None:
    offered = [candidate("a"), candidate("b", author="D")]
    long_ago = [heard(f"{n}") for n in range(COOLDOWN)]
    assert picked(offered, [*long_ago, heard("a", EndReason.SKIPPED, author="B")]) == "b"
    assert picked(offered, [*long_ago, heard("x", EndReason.SKIPPED, author="B")]) == "b"
    assert picked(offered, [*long_ago, heard("b", author="D")]) == "b"


def test_after_three_tracks_of_an_artist_another_one_comes_unless_there_is_none() -> None:
    offered = [candidate("a", author="A"), candidate("b", Why.HISTORY)]
    before = [heard("x", author="A"), heard("y", author="A")]
    assert picked(offered, before) == "b"
    assert picked(offered, before[:1]) == "a"
    assert picked(offered[:1], before) == "a"


def test_a_stream_never_comes_by_itself() -> None:
    assert picked([candidate("radio", stream=True, length_ms=None)], []) == ""


@given(st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(0, 30), max_size=40))
def test_nothing_that_was_played_lately_comes_again(offered: list[int], before: list[int]) -> None:
    found = picked([candidate(str(n)) for n in offered], [heard(str(n)) for n in before], track("7"))
    lately = {"7", *(str(n) for n in before[: COOLDOWN - 1])}
    assert found not in lately
    assert bool(found) == bool({str(n) for n in offered} - lately)


async def test_the_last_track_is_followed_by_a_pick_that_says_why_and_an_own_choice_comes_after_it(
    rig: Rig, world: NodeWorld
) -> None:
    world.found = {"a": [track("a"), track("b"), track("c")]}
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "a")
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    ((_, item),), _ = await rig.store.items(GUILD, None, 10)
    assert (item.track.title, item.requester_id, item.pick) == ("b", 0, Pick(Why.RELATED, "a"))
    rig.nodes.end(GUILD)
    player = await rig.until(GUILD, sounds("b"))
    assert player.current
    assert player.current.pick == item.pick


async def test_a_player_whose_queue_is_not_empty_or_that_is_stopped_picks_nothing(rig: Rig, world: NodeWorld) -> None:
    world.found = {"a": [track("x")], "z": [track("y")]}
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "az")
    await rig.until(GUILD, sounds("a"))
    await command(rig.store, lambda change: playback.stop(change, DJ))
    player = await play(rig.store, "z")
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    assert [what for what in world.asked if what != "nobody"] == ["z"]
    assert player.queue_length == 0


async def picks(rig: Rig, *listeners: int) -> tuple[str, Pick | None]:
    """Play a track to people; return what is picked to follow it, and why."""
    rig.voice.people = listeners
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "a")
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    ((_, item),), _ = await rig.store.items(GUILD, None, 10)
    return item.track.title, item.pick


async def test_a_favourite_of_somebody_who_listens_is_picked_and_none_of_who_does_not(
    rig: Rig, world: NodeWorld
) -> None:
    world.found = {"a": [track("related")]}
    rig.kept.liked = {1: [track("liked")], 9: [track("of somebody else")]}
    assert await picks(rig, 1) == ("liked", Pick(Why.FAVORITE, "liked"))


async def test_without_api_something_is_picked_all_the_same(rig: Rig, world: NodeWorld) -> None:
    world.found = {"a": [track("related")]}
    rig.kept.away = True
    assert await picks(rig, 1) == ("related", Pick(Why.RELATED, "a"))


async def failures(rig: Rig) -> list[str]:
    """List what could not be played, the oldest first."""
    entries = await rig.store.history(GUILD, None, 50)
    return [each.item.track.title for each in reversed(entries) if each.ending.reason is EndReason.FAILED]


async def go_on_after(rig: Rig, world: NodeWorld, *unplayable: str) -> None:
    """Play `a` to its end to a player that goes on by itself, and that cannot play some tracks."""
    world.found = {"a": [track("a"), *(track(name) for name in "bcdef")]}
    world.refused = {f"{name}.wav" for name in unplayable}
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "a")
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    rig.nodes.end(GUILD)


async def test_where_a_pick_cannot_be_played_the_next_best_takes_its_place(rig: Rig, world: NodeWorld) -> None:
    await go_on_after(rig, world, "b", "c")
    player = await rig.until(GUILD, sounds("d"))

    assert player.current
    assert player.current.pick == Pick(Why.RELATED, "a")
    assert await failures(rig) == ["b", "c"]


async def test_after_three_picks_in_a_row_that_cannot_be_played_it_stops(rig: Rig, world: NodeWorld) -> None:
    await go_on_after(rig, world, "b", "c", "d")
    async with asyncio.timeout(10):
        while len(await failures(rig)) < MISSES:  # noqa: ASYNC110  (history tells nobody)
            await asyncio.sleep(0.005)
    await play(rig.store, "z")
    await rig.until(GUILD, sounds("z"))

    played = [each.item.track.title for each in reversed(await rig.store.history(GUILD, None, 50))]
    assert played == ["a", "b", "c", "d"]


async def test_a_track_that_somebody_asked_for_and_cannot_be_played_is_followed_by_none(
    rig: Rig, world: NodeWorld
) -> None:
    world.found, world.refused = {"a": [track("b")]}, {"a.wav"}
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "a")
    async with asyncio.timeout(10):
        while not await failures(rig):  # noqa: ASYNC110  (as above)
            await asyncio.sleep(0.005)
    await play(rig.store, "z")
    await rig.until(GUILD, sounds("z"))

    assert [each.item.track.title for each in await rig.store.history(GUILD, None, 50)] == ["a"]


async def test_who_sends_the_bot_away_while_another_is_picked_hears_nothing(rig: Rig) -> None:
    await play(rig.store, "a")
    sounding = await rig.until(GUILD, sounds("a"))
    failed = Ending(EndReason.FAILED, "It cannot be played.")
    await command(rig.store, lambda change: playback.advance(change, sounding.play_seq, failed))
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    stranded = await rig.store.player(GUILD)
    await command(rig.store, lambda change: playback.leave(change, DJ))
    item = Item(0, track("b"), 0, pick=Pick(Why.RELATED, "a"))
    await command(rig.store, lambda change: playback.suggest(change, stranded.play_seq, item, Course()))
    player = await rig.store.player(GUILD)

    assert stranded.is_stranded
    assert (player.current, player.queue_length) == (None, 0)
