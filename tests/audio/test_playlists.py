"""Playlists are played whole, and handles are described to those who keep tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.errors import Reason
from segue.audio.v1 import catalog_service_pb2, player_service_pb2
from tests.audio.client import DJ, Client, refused
from tests.audio.stores import HANDLES
from tests.audio.values import GUILD, track

if TYPE_CHECKING:
    from typing import Any

MINE, EMPTY, UNKNOWN = (f"0190b5b4-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))


async def play(client: Client, playlist: str, **more: Any) -> Any:
    client.rig.kept.playlists = {MINE: [track(name) for name in "abc"], EMPTY: []}
    request = player_service_pb2.PlayRequest(guild_id=GUILD, playlist=playlist, **more)
    return await client("Play", request)


async def test_a_playlist_is_played_whole_as_one_edit(client: Client) -> None:
    answer = await play(client, MINE)

    assert (answer.count, answer.item.track.title, answer.item.requester_id) == (3, "a", DJ)
    assert await client.names() == ["b", "c"]


async def test_one_that_is_unknown_or_empty_plays_nothing(client: Client) -> None:
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await play(client, UNKNOWN)
    with refused(Reason.PLAYLIST_EMPTY):
        await play(client, EMPTY)
    with refused(Reason.INVALID_ARGUMENT):
        await play(client, "strange")
    assert (await client.player()).version == 0


@pytest.mark.parametrize("more", [{"query": "words"}, {"handles": ["any"]}], ids=["query", "handles"])
async def test_a_playlist_is_asked_for_alone(client: Client, more: dict[str, Any]) -> None:
    with refused(Reason.NOTHING_TO_PLAY):
        await play(client, MINE, **more)


async def test_handles_are_described_in_their_order_to_api_alone(client: Client) -> None:
    handles = [HANDLES.sign(track(name)) for name in "ab"]
    request = catalog_service_pb2.DescribeTracksRequest(handles=handles)
    answer = await client("DescribeTracks", request, caller="api")
    assert [(found.title, found.handle) for found in answer.tracks] == list(zip("ab", handles, strict=True))
    with refused(Reason.CALLER_REFUSED):
        await client("DescribeTracks", request)
    with refused(Reason.HANDLE_INVALID):
        await client("DescribeTracks", catalog_service_pb2.DescribeTracksRequest(handles=["forged"]), caller="api")
