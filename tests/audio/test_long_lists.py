"""A list that is added in several transactions is one edit, whatever happens between them."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio import playback, queueing
from audio.adapters.memory import MemoryStore
from kit.errors import Reason
from segue.audio.v1 import player_service_pb2, queue_service_pb2
from tests.audio.client import DJ, LISTENER, Client, refused
from tests.audio.stores import HANDLES, choose
from tests.audio.test_editing import add, do, names, redo, undo
from tests.audio.values import CHANNEL, GUILD, asked, track
from tests.audio.values import DJ as SOMEBODY

if TYPE_CHECKING:
    from audio.changes import Changed

ADDRESS = "https://example.org/list"


def listed(client: Client, count: int = 2_500) -> player_service_pb2.PlayRequest:
    """Return a request for a long list."""
    client.world.found[ADDRESS] = [track(f"{number}") for number in range(count)]
    return player_service_pb2.PlayRequest(guild_id=GUILD, query=ADDRESS, request_id=str(uuid.uuid4()))


async def break_off(client: Client, request: player_service_pb2.PlayRequest, came: int) -> None:
    """Let audio die when so many tracks of a list wait, committed and not answered."""

    def die(changed: Changed) -> None:
        if changed.player.queue_length == came:
            client.rig.store.listeners.remove(die)
            raise RuntimeError

    client.rig.store.listeners.append(die)
    with refused(Reason.INTERNAL):
        await client("Play", request)


async def back(client: Client) -> queue_service_pb2.QueueEdit:
    answer = await client("UndoQueueEdit", queue_service_pb2.UndoQueueEditRequest(guild_id=GUILD))
    edit: queue_service_pb2.QueueEdit = answer.edit
    return edit


async def forth(client: Client) -> queue_service_pb2.QueueEdit:
    answer = await client("RedoQueueEdit", queue_service_pb2.RedoQueueEditRequest(guild_id=GUILD))
    edit: queue_service_pb2.QueueEdit = answer.edit
    return edit


async def waiting(client: Client) -> int:
    return (await client.player()).queue_length


async def test_a_long_list_is_taken_back_and_added_again_by_one_command(client: Client) -> None:
    await client("Play", listed(client))
    assert (await back(client)).count == 2_499
    player = await client.player()
    assert (player.queue_length, player.current.track.title) == (0, "0")
    with refused(Reason.NOTHING_TO_UNDO):
        await back(client)
    await forth(client)
    assert await waiting(client) == 2_499
    assert (await client.names())[:3] == ["1", "2", "3"]


async def test_a_list_that_was_broken_off_and_sent_again_is_still_one_edit(client: Client) -> None:
    request = listed(client)
    await break_off(client, request, came=1_000)
    assert await waiting(client) == 1_000
    handles = [HANDLES.sign(track("x"))]
    await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=handles))
    answer = await client("Play", request)
    assert (answer.count, answer.player.queue_length) == (2_500, 2_500)
    assert [(await back(client)).count for _ in range(2)] == [1, 2_499]
    assert await waiting(client) == 0


@pytest.mark.parametrize("came", [0, 1_000])
async def test_what_would_follow_an_undo_does_not_come_any_more(client: Client, came: int) -> None:
    request = listed(client)
    await break_off(client, request, came)
    assert (await back(client)).count == came
    answer = await client("Play", request)
    assert (answer.count, answer.player.queue_length) == (came + 1, 0)
    await forth(client)
    assert await waiting(client) == came


async def test_a_list_beyond_the_callers_share_is_refused_whole(client: Client) -> None:
    await choose(client.rig.store, max_items_per_requester=2_000)
    with refused(Reason.QUOTA_REACHED):
        await client("Play", listed(client), who=LISTENER)
    assert (await client.player()).version == 1
    assert (await client("Play", listed(client), who=DJ)).count == 2_500


async def test_a_part_of_a_list_that_the_guild_does_not_want_is_left_out(client: Client) -> None:
    request = listed(client)
    client.world.found[ADDRESS][1:1_001] = [track("0")] * 1_000
    await choose(client.rig.store, allow_duplicates=False)
    answer = await client("Play", request)
    assert (answer.count, answer.left_out, answer.player.queue_length) == (1_500, 1_000, 1_499)


async def _follow(steps: list[str]) -> None:
    """Begin a list, and do the steps; the list and what else is added are edits to go back and forth among."""
    store, done, undone = MemoryStore(), [["a"]], list[list[str]]()
    begun = done[0]

    asked_first = asked("-a")
    added = await do(store, lambda change: playback.play(change, SOMEBODY, asked_first, CHANNEL, unfinished=True))
    edit_id = added.player.version
    order = ["a"]
    for step, letter in zip(steps, map(chr, range(ord("b"), ord("z"))), strict=False):
        if step == "more":
            more = await do(store, partial(queueing.add_rest, caller=SOMEBODY, wanted=asked(letter), edit_id=edit_id))
            assert (more is None) == (begun not in done)
            if more:
                begun.append(letter)
                order.append(letter)
        elif step == "add":
            await add(store, letter)
            done, undone = [*done, [letter]], []
            order.append(letter)
        elif step == "undo" and done:
            _, edit = await undo(store)
            undone.append(done.pop())
            assert edit.count == len(undone[-1])
        elif step == "redo" and undone:
            await redo(store)
            done.append(undone.pop())
        assert await names(store) == "".join(each for each in order if any(each in edit for edit in done))
        assert (await store.player(GUILD)).queue_length == sum(map(len, done))


@given(st.lists(st.sampled_from(["more", "more", "add", "undo", "redo"]), max_size=19))
def test_a_list_stays_one_edit_among_others_however_its_parts_come(steps: list[str]) -> None:
    asyncio.run(_follow(steps))
