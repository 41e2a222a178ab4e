"""Who hears the wrong song is offered others, and puts one of them in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio import playback
from audio.domain.edits import EditKind
from audio.domain.likeness import distance, others
from audio.domain.player import HANDED, LoopMode, Update
from kit.errors import Reason, Refused
from segue.audio.v1 import catalog_service_pb2, player_service_pb2, queue_service_pb2
from tests.audio.client import DJ as DJ_ID
from tests.audio.client import LISTENER as LISTENER_ID
from tests.audio.client import OUTSIDER, Client, refused
from tests.audio.rig import NodeWorld, Rig, command, play, sounds
from tests.audio.stores import HANDLES, choose
from tests.audio.test_editing import LISTENER, OTHER, add, do, names, playing, redo, undo
from tests.audio.test_editing import play as start
from tests.audio.values import DJ, GUILD, track

if TYPE_CHECKING:
    from audio.domain.player import Item
    from audio.domain.policy import Caller

RIGHT = track("right", length_ms=25_000)


async def instead(store: Any, item_id: int, right: Any = RIGHT, who: Caller = DJ, version: int = 0) -> Item:
    _, item = await do(store, lambda change: playback.put_instead(change, who, item_id, right, version))
    found: Item = item
    return found


async def test_another_track_takes_the_place_and_the_requester_of_one_that_waits(store: Any) -> None:
    first = (await add(store, "abc", who=LISTENER)).item.item_id
    item = await instead(store, first + 1)
    assert await names(store) == "arightc"
    assert (item.requester_id, item.track) == (LISTENER.user_id, RIGHT)
    assert await store.item(GUILD, item.item_id) == item
    assert await store.item(GUILD, first + 1) is None
    player = await store.player(GUILD)
    assert (player.queue_length, player.queue_ms) == (3, 45_000)


async def test_it_is_taken_back_and_done_again_wherever_the_item_went(store: Any) -> None:
    first = (await add(store, "abc")).item.item_id
    await instead(store, first)
    player, edit = await undo(store)
    assert (edit.kind, edit.count, await names(store)) == (EditKind.REPLACED, 1, "abc")
    assert (player.queue_length, player.queue_ms) == (3, 30_000)
    player, _ = await redo(store)
    assert (await names(store), player.queue_ms) == ("rightbc", 45_000)
    await choose(store, fair_queue=True)
    await add(store, "xy", who=OTHER)
    for _ in range(2):
        await undo(store)
    assert await names(store) == "abc"


async def test_what_took_the_place_goes_with_the_add_that_it_came_from(store: Any) -> None:
    first = (await add(store, "ab")).item.item_id
    await instead(store, first)
    for _ in range(2):
        await undo(store)
    assert await names(store) == ""
    await redo(store)
    assert await names(store) == "ab"


async def test_what_plays_already_is_not_taken_back(store: Any) -> None:
    await start(store, "ab")
    (item,) = [item for _, item in (await store.items(GUILD, None, 9))[0]]
    await instead(store, item.item_id)
    await do(store, lambda change: playback.skip(change, DJ, 0))
    player, edit = await undo(store)
    assert (edit.kind, await playing(store), await names(store)) == (EditKind.REPLACED, "right", "")
    assert (player.queue_length, player.queue_ms) == (0, 0)


async def test_the_pick_starts_in_place_of_what_plays_which_was_not_heard(store: Any) -> None:
    await start(store, "ab", who=LISTENER)
    await do(store, lambda change: playback.seek(change, LISTENER, 4_000))
    before = await store.player(GUILD)
    item = await instead(store, before.current.item_id, who=LISTENER)
    after = await store.player(GUILD)
    assert after.current == item
    assert (item.track, item.requester_id) == (RIGHT, LISTENER.user_id)
    assert (after.play_seq, after.position_ms) == (before.play_seq + HANDED, 0)
    assert (await names(store), after.queue_length, after.queue_ms) == ("b", 1, 10_000)
    assert (after.undoable, after.returnable) == (before.undoable, 0)
    assert await store.history(GUILD, None, 9) == []


async def test_it_goes_on_as_it_was_to_go_on(store: Any) -> None:
    await start(store, "ab")
    wanted = Update(loop_mode=LoopMode.QUEUE)
    await do(store, lambda change: playback.update(change, DJ, wanted))
    await instead(store, (await store.player(GUILD)).current.item_id)
    await do(store, lambda change: playback.skip(change, DJ, 0))
    assert (await playing(store), await names(store)) == ("b", "right")


async def test_only_the_requester_and_a_dj_may_do_it(store: Any) -> None:
    first = (await start(store, "ab", who=LISTENER)).item.item_id
    for item_id in (first, first + 1):
        with pytest.raises(Refused, match="NOT_OWN_ITEM"):
            await instead(store, item_id, who=OTHER)
    for item_id in (first, first + 1):
        await instead(store, item_id, who=DJ)
    assert (await playing(store), await names(store)) == ("right", "right")


async def test_a_guild_does_not_want_in_a_place_what_it_does_not_want_at_all(store: Any) -> None:
    settings = {"max_track_length_ms": 60_000, "allow_streams": False, "allow_duplicates": False}
    await choose(store, **settings, max_queue_length=1, max_items_per_requester=1)
    first = (await start(store, "a")).item.item_id
    waiting = (await add(store, "b", who=LISTENER)).item.item_id
    unwelcome = {
        "TRACK_TOO_LONG": track("day", length_ms=86_400_000),
        "STREAM_UNWELCOME": track("radio", length_ms=None, stream=True),
        "DUPLICATE_UNWELCOME": track("a"),
    }
    for reason, wrong in unwelcome.items():
        with pytest.raises(Refused, match=reason):
            await instead(store, waiting, wrong, LISTENER)
    assert await names(store) == "b"
    await instead(store, waiting, who=LISTENER)  # a full queue and a full share are as full as before
    await instead(store, first, track("a"))  # the same again is no second one
    assert (await playing(store), await names(store)) == ("a", "right")


async def test_a_stale_version_and_an_item_that_is_gone_change_nothing(store: Any) -> None:
    first = (await add(store, "ab")).item.item_id
    before = await store.player(GUILD)
    with pytest.raises(Refused, match=rf"VERSION_STALE .*version: {before.version}"):
        await instead(store, first, version=before.version + 1)
    with pytest.raises(Refused, match="ITEM_NOT_FOUND"):
        await instead(store, first + 9)
    assert await store.player(GUILD) == before
    await instead(store, first, version=before.version)
    with pytest.raises(Refused, match="ITEM_NOT_FOUND"):
        await instead(store, first)


async def test_the_node_starts_the_pick_from_its_beginning(rig: Rig, world: NodeWorld) -> None:
    await play(rig.store, "ab")
    player = await rig.until(GUILD, sounds("a"))
    assert player.current
    item_id = player.current.item_id
    await command(rig.store, lambda change: playback.put_instead(change, DJ, item_id, RIGHT, 0))
    await rig.until(GUILD, sounds("right"))
    assert world.starts() == [("a.wav", 0), ("right.wav", 0)]
    rig.nodes.end(GUILD)
    await rig.until(GUILD, sounds("b"))
    assert [entry.item.track.title for entry in await rig.store.history(GUILD, None, 9)] == ["right"]


def replacing(item_id: int, right: Any = RIGHT, **more: Any) -> queue_service_pb2.ReplaceQueueItemRequest:
    handle = right if isinstance(right, str) else HANDLES.sign(right)
    fields: dict[str, Any] = {"guild_id": GUILD, "item_id": item_id, "handle": handle} | more
    return queue_service_pb2.ReplaceQueueItemRequest(**fields)


async def candidates(client: Client, item_id: int, **more: Any) -> list[str]:
    request = catalog_service_pb2.ListCandidatesRequest(**{"guild_id": GUILD, "item_id": item_id} | more)
    answer = await client("ListCandidates", request, who=OUTSIDER)
    return [found.title for found in answer.tracks]


async def test_candidates_are_what_title_and_artist_find_the_likeliest_first(client: Client) -> None:
    live, same, long = track("song live"), track("song", identifier="other"), track("song mix", length_ms=13_000)
    client.world.found["song nobody"] = [live, track("song"), same, same, long]
    playing_now = await client.play("song", "waits")
    assert await candidates(client, playing_now.item.item_id) == ["song", "song mix", "song live"]
    assert await candidates(client, playing_now.item.item_id, page_size=1) == ["song"]
    assert await candidates(client, playing_now.item.item_id + 1) == ["waits nobody"]


async def test_where_title_and_artist_find_nothing_else_the_title_does(client: Client) -> None:
    client.world.found |= {"song nobody": [track("song")], "song": [track("song"), track("song", identifier="other")]}
    item_id = (await client.play("song")).item.item_id
    assert await candidates(client, item_id) == ["song"]
    client.world.found["song"] = []
    assert await candidates(client, item_id) == []


async def test_a_candidate_is_put_in_the_place_once_however_often_it_is_asked_for(client: Client) -> None:
    item_id = (await client.play("song", "waits")).item.item_id
    request = replacing(item_id, request_id="00000000-0000-4000-8000-000000000001")
    answers = [await client("ReplaceQueueItem", request) for _ in range(2)]
    assert [answer.item.track.title for answer in answers] == ["right", "right"]
    assert answers[0].item.item_id == answers[1].item.item_id == (await client.player()).current.item_id
    assert all(answer.applied for answer in answers)
    waiting = await client("ReplaceQueueItem", replacing(item_id + 1, track("other")))
    assert (waiting.applied, await client.names()) == (True, ["other"])


async def test_bad_input_is_refused_and_changes_nothing(client: Client) -> None:
    item_id = (await client.play("song", "waits")).item.item_id
    before = await client.player()
    bad: list[tuple[Any, Reason, int]] = [
        (replacing(item_id + 99), Reason.ITEM_NOT_FOUND, DJ_ID),
        (replacing(item_id, "no handle"), Reason.HANDLE_INVALID, DJ_ID),
        (replacing(item_id, expected_version=before.version + 1), Reason.VERSION_STALE, DJ_ID),
        (replacing(item_id), Reason.NOT_OWN_ITEM, LISTENER_ID),
        (replacing(item_id + 1), Reason.NOT_OWN_ITEM, LISTENER_ID),
        (replacing(item_id), Reason.LEVEL_TOO_LOW, OUTSIDER),
        (replacing(item_id, guild_id=GUILD + 1), Reason.GUILD_NOT_FOUND, DJ_ID),
        (replacing(0), Reason.INVALID_ARGUMENT, DJ_ID),
        (replacing(item_id, ""), Reason.INVALID_ARGUMENT, DJ_ID),
        (replacing(item_id, "x" * 513), Reason.INVALID_ARGUMENT, DJ_ID),
        (replacing(item_id, request_id="no uuid"), Reason.INVALID_ARGUMENT, DJ_ID),
    ]
    for request, reason, who in bad:
        with refused(reason):
            await client("ReplaceQueueItem", request, who=who)
    await client("ReplaceQueueItem", replacing(item_id, validate_only=True))
    for wrong, reason in ((item_id + 99, Reason.ITEM_NOT_FOUND), (0, Reason.INVALID_ARGUMENT)):
        with refused(reason):
            await candidates(client, wrong)
    with refused(Reason.GUILD_NOT_FOUND):
        await candidates(client, item_id, guild_id=GUILD + 1)
    assert await client.player() == before


async def test_an_item_of_another_guild_is_no_item_of_this_one(client: Client) -> None:
    store = client.rig.store
    async with store.change(GUILD + (1 << 22)) as change:
        foreign = await change.insert([replace(item, item_id=0) for item in (await _item(client)).values()])
    with refused(Reason.ITEM_NOT_FOUND):
        await client("ReplaceQueueItem", replacing(foreign))
    with refused(Reason.ITEM_NOT_FOUND):
        await candidates(client, foreign)


async def _item(client: Client) -> dict[int, Item]:
    await client.play("song", "waits")
    items, _ = await client.rig.store.items(GUILD, None, 9)
    await client("Stop", player_service_pb2.StopRequest(guild_id=GUILD))
    return {item.item_id: item for _, item in items}


TITLES = st.sampled_from(["song", "Söng!", "song (live)", "another", "song remix", ""])
TRACKS = st.builds(
    lambda name, title, author, length, isrc: track(
        name, title=title, author=author, length_ms=length, isrc=isrc, stream=length is None
    ),
    st.sampled_from("abcdef"),
    TITLES,
    st.sampled_from(["nobody", "somebody", ""]),
    st.sampled_from([None, 0, 10_000, 12_000, 200_000]),
    st.sampled_from(["", "USUM72000001"]),
)


@given(TRACKS, st.lists(TRACKS, max_size=12))
def test_what_is_offered_was_found_is_not_the_wrong_one_and_comes_once_and_in_order(wanted: Any, found: Any) -> None:
    offered = others(wanted, found)
    ids = [each.identity for each in offered]
    assert set(ids) == {each.identity for each in found} - {wanted.identity}
    assert len(ids) == len(set(ids))
    distances = [distance(wanted, each) for each in offered]
    assert distances == sorted(distances)


@given(TRACKS, TRACKS)
def test_nothing_is_more_like_a_track_than_itself_and_every_version_of_it_is_less(wanted: Any, found: Any) -> None:
    assert distance(wanted, wanted) == 0 <= distance(wanted, found)
    assert distance(wanted, replace(wanted, title=f"{wanted.title} karaoke", isrc="")) >= 1
