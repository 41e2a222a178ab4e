"""A person sees what was played for them alone, and any page of a history by its number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audio import playback
from audio.domain.endings import Ending, EndReason
from kit.errors import Reason
from segue.audio.v1 import player_service_pb2, queue_service_pb2
from tests.audio.client import DJ, LISTENER, OUTSIDER, Client, refused
from tests.audio.values import DJ as A_DJ
from tests.audio.values import GUILD, asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audio.changes import Played

OTHER = replace(A_DJ, user_id=9)


async def played(store: Any, mine: str, *others: str) -> None:
    """Play what one person asked for, then what another did, to the end."""
    for who, letters in ((A_DJ, mine), *((OTHER, other) for other in others)):
        async with store.change(GUILD) as change:
            await playback.play(change, who, asked(letters, who), 0)
        for _ in letters:
            player = await store.player(GUILD)
            async with store.change(GUILD) as change:
                await playback.advance(change, player.play_seq, Ending(EndReason.FINISHED, ""))


def titles(entries: Iterable[Played]) -> str:
    return "".join(entry.item.track.title for entry in entries)


async def test_a_history_of_a_person_leaves_out_what_others_asked_for(store: Any) -> None:
    await played(store, "abc", "xy")
    newest = await store.history(GUILD, None, 2, requester_id=A_DJ.user_id)
    rest = await store.history(GUILD, newest[-1].entry_id, 9, requester_id=A_DJ.user_id)

    assert (titles(newest), titles(rest)) == ("cb", "a")
    assert titles(await store.history(GUILD, None, 9)) == "yxcba"
    assert await store.history(GUILD, None, 9, requester_id=0) == []


async def test_entries_of_a_history_are_skipped_and_counted_up_to_a_limit(store: Any) -> None:
    await played(store, "abc", "xy")

    assert titles(await store.history(GUILD, None, 2, skip=1)) == "xc"
    assert titles(await store.history(GUILD, None, 9, skip=2, requester_id=A_DJ.user_id)) == "a"
    assert await store.history(GUILD, None, 9, skip=5) == []
    assert await store.history_length(GUILD, 10) == 5
    assert await store.history_length(GUILD, 4) == 4
    assert await store.history_length(GUILD, 10, requester_id=A_DJ.user_id) == 3
    assert await store.history_length(GUILD, 2, requester_id=A_DJ.user_id) == 2
    assert await store.history_length(GUILD + 1, 10) == 0


@pytest.mark.parametrize(("who", "own", "expected"), [(DJ, False, "cba"), (DJ, True, "ca"), (LISTENER, True, "b")])
async def test_a_caller_is_given_what_was_played_for_them(client: Client, who: int, own: bool, expected: str) -> None:
    for name, person in (("a", DJ), ("b", LISTENER), ("c", DJ)):
        await client.play(name, who=person)
        await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    request = queue_service_pb2.ListHistoryRequest(guild_id=GUILD, own=own)

    answer = await client("ListHistory", request, who=who)

    assert "".join(entry.item.track.title for entry in answer.entries) == expected
    assert answer.total_count == len(expected)


async def test_who_had_nothing_played_has_an_empty_history(client: Client) -> None:
    await client.play("a")
    await client("Stop", player_service_pb2.StopRequest(guild_id=GUILD))

    answer = await client("ListHistory", queue_service_pb2.ListHistoryRequest(guild_id=GUILD, own=True), who=OUTSIDER)

    assert (list(answer.entries), answer.total_count, answer.next_page_token) == ([], 0, "")


async def test_a_page_by_its_number_is_followed_by_those_that_are_named(client: Client) -> None:
    await client.play(*"abcde")
    for _ in range(5):
        await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    request = queue_service_pb2.ListHistoryRequest(guild_id=GUILD, page_size=2, skip=1)

    page = await client("ListHistory", request)
    request.page_token, request.skip = page.next_page_token, 0
    behind = await client("ListHistory", request)
    request.skip = 1
    with refused(Reason.INVALID_ARGUMENT):
        await client("ListHistory", request)
    with refused(Reason.INVALID_ARGUMENT):
        await client("ListHistory", queue_service_pb2.ListHistoryRequest(guild_id=GUILD, skip=10_001))

    assert ["".join(entry.item.track.title for entry in one.entries) for one in (page, behind)] == ["dc", "ba"]
    assert (page.total_count, behind.total_count, behind.next_page_token) == (5, 5, "")
