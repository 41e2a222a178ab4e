"""A player goes on with the playlist that its guild chose: each of its tracks once before one comes again."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from audio import playback
from audio.domain import course as courses
from audio.domain.course import Course
from audio.domain.player import HANDED, Update
from audio.domain.track import Pick, Why
from segue.audio.v1 import player_pb2, player_service_pb2, queue_service_pb2
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.stores import choose
from tests.audio.values import DJ, GUILD, track, tracks

if TYPE_CHECKING:
    from audio.domain.player import Item
    from audio.domain.track import Track
    from tests.audio.client import Client

PARTY, ANOTHER = (f"0190b5b4-0000-7000-8000-00000000000{n}" for n in (1, 2))
names = st.lists(st.integers(0, 9), min_size=1, max_size=6).map(lambda found: [track(str(each)) for each in found])
starts = st.integers(1, 1 << 40).map(lambda start: start * HANDED)


def played(kept: list[Track], count: int, start: int, course: Course | None = None) -> list[Track]:
    """Play on through a playlist from a track that is not in it; return what came."""
    course, current, found = course or Course(PARTY), track("before"), []
    for step in range(count):
        onward = courses.onward(course, kept, current, start + step * HANDED)
        assert onward
        course, current = onward
        found.append(current)
    return found


@given(names, starts, st.integers(1, 4))
def test_each_track_comes_once_in_a_round_and_none_twice_in_a_row(kept: list[Track], start: int, rounds: int) -> None:
    different = {each.identity for each in kept}
    found = [each.identity for each in played(kept, rounds * len(different), start)]

    for first in range(0, len(found), len(different)):
        assert set(found[first : first + len(different)]) == different
    assert len(different) == 1 or all(one != other for one, other in pairwise(found))


@given(names, names, starts, st.data())
def test_what_is_added_or_removed_meanwhile_lets_none_come_twice(
    kept: list[Track], later: list[Track], start: int, data: st.DataObject
) -> None:
    different = {each.identity for each in kept}
    before = data.draw(st.integers(1, len(different)))
    course, current, found = Course(PARTY), track("before"), []
    for step in range(before + len({each.identity for each in later})):
        onward = courses.onward(course, kept if step < before else later, current, start + step * HANDED)
        assert onward
        if course.round not in {0, onward[0].round}:
            break
        course, current = onward
        found.append(current.identity)

    assert len(found) == len(set(found))


@given(names, starts, st.integers(0, 5))
def test_a_track_that_plays_already_does_not_come_next(kept: list[Track], start: int, place: int) -> None:
    current = kept[place % len(kept)]
    onward = courses.onward(Course(PARTY), kept, current, start)

    assert onward
    assert (onward[1].identity == current.identity) == (len({each.identity for each in kept}) == 1)


@given(names, st.lists(starts, min_size=12, max_size=12, unique=True))
def test_rounds_have_orders_of_their_own(kept: list[Track], begun: list[int]) -> None:
    different = {each.identity for each in kept}
    orders = {tuple(each.identity for each in played(kept, len(different), start)) for start in begun}

    assert len(different) < 4 or len(orders) > 1


def test_nothing_comes_of_nothing_and_another_playlist_begins_anew() -> None:
    begun = Course(PARTY, 3, 5)

    assert courses.onward(begun, [], track("a"), HANDED) is None
    assert courses.on(begun, PARTY) == begun
    assert courses.on(begun, ANOTHER) == Course(ANOTHER)


async def following(rig: Rig) -> Item:
    """Return what was picked to follow."""
    await rig.until(GUILD, lambda player: player.queue_length == 1)
    ((_, item),), _ = await rig.store.items(GUILD, None, 10)
    found: Item = item
    return found


async def going_on(rig: Rig, **settings: Any) -> Item:
    """Let a guild choose the playlist, and play a track; return what is picked to follow it."""
    await choose(rig.store, autoplay_playlist_id=PARTY, **settings)
    await command(rig.store, lambda change: playback.update(change, DJ, Update(autoplay=True)))
    await play(rig.store, "a")
    return await following(rig)


async def ends(rig: Rig, item: Item) -> None:
    """Let what plays end, and wait until what was picked sounds."""
    rig.nodes.end(GUILD)
    await rig.until(GUILD, sounds(item.track.title))


async def test_the_playlist_is_played_through_and_again_and_each_pick_says_so(rig: Rig) -> None:
    rig.kept.playlists = {PARTY: tracks("bcd")}
    found = [await going_on(rig)]
    for _ in range(5):
        await ends(rig, found[-1])
        found.append(await following(rig))

    titles = [item.track.title for item in found]
    assert sorted(titles[:3]) == sorted(titles[3:]) == ["b", "c", "d"]
    assert [item.pick for item in found] == [Pick(Why.PLAYLIST, title) for title in titles]
    assert {item.requester_id for item in found} == {0}


async def test_what_the_guild_does_not_want_and_what_has_no_end_is_left_out(rig: Rig) -> None:
    radio = track("radio", stream=True, length_ms=None)
    rig.kept.playlists = {PARTY: [radio, track("b", length_ms=60_000), track("c")]}
    assert (await going_on(rig, max_track_length_ms=30_000)).track.title == "c"


async def test_a_playlist_that_is_gone_is_told_with_the_first_pick_without_it_and_no_more(
    rig: Rig, world: NodeWorld
) -> None:
    world.found = {"a": [track("one")], "one": [track("two")], "two": [track("three")], "b": [track("four")]}
    found = [await going_on(rig)]
    for chosen, kept in ((PARTY, {}), (ANOTHER, {}), (ANOTHER, {ANOTHER: tracks("b")}), (ANOTHER, {})):
        await choose(rig.store, autoplay_playlist_id=chosen)
        rig.kept.playlists = kept
        await ends(rig, found[-1])
        found.append(await following(rig))

    assert [item.track.title for item in found] == ["one", "two", "three", "b", "four"]
    assert [item.pick and item.pick.playlist_gone for item in found] == [True, False, True, False, True]
    assert found[0].pick == Pick(Why.RELATED, "a", playlist_gone=True)


async def test_without_api_or_with_an_empty_playlist_something_fits_and_nothing_is_told(
    rig: Rig, world: NodeWorld
) -> None:
    world.found = {"a": [track("fits")], "fits": [track("too")]}
    rig.kept.away = True
    first = await going_on(rig)
    rig.kept.away, rig.kept.playlists = False, {PARTY: []}
    await ends(rig, first)

    assert first.pick == Pick(Why.RELATED, "a")
    assert (await following(rig)).pick == Pick(Why.RELATED, "fits")


async def test_where_it_is_in_the_playlist_is_kept_with_the_player(client: Client) -> None:
    client.rig.kept.playlists = {PARTY: tracks("bc")}
    await choose(client.rig.store, autoplay_playlist_id=PARTY)
    await client("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(guild_id=GUILD, autoplay=True))
    await client.play("a")
    player = await client.rig.until(GUILD, lambda player: player.queue_length == 1)
    answer = await client("ListQueueItems", queue_service_pb2.ListQueueItemsRequest(guild_id=GUILD))
    (item,) = answer.items
    again = courses.onward(player.course, tracks("bc"), track(item.track.title), player.play_seq)

    assert item.pick.reason == player_pb2.AUTOPLAY_REASON_PLAYLIST
    assert again
    assert {item.track.title, again[1].title} == {"b", "c"}
