"""What left a deployment, or another bot, comes into a playlist."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from google.protobuf import json_format

from kit.errors import Reason
from tests.api.test_settings import refused

if TYPE_CHECKING:
    from tests.api.playlists.client import Audio, Client


async def test_what_was_exported_is_imported_again_without_a_search(client: Client, audio: Audio) -> None:
    mine = await client.made("a", "b")
    exported = await client("ExportPlaylist", playlist_id=mine)
    assert exported.document.name == "Mine"
    other = await client.made(name="Other")
    answer = await client("ImportPlaylist", playlist_id=other, text=json_format.MessageToJson(exported))

    assert (answer.count, answer.missed, audio.asked) == (2, 0, [])
    assert await client.titles(other) == ["a", "b"]


async def test_what_another_deployment_exported_is_searched_for(client: Client, audio: Audio) -> None:
    tracks = [{"title": "a", "author": "b", "handle": "foreign"}, {"uri": "https://music.example/c", "handle": "x"}]
    mine = await client.made()
    await client("ImportPlaylist", playlist_id=mine, text=json.dumps({"name": "Theirs", "tracks": tracks}))

    assert await client.titles(mine) == ["a b", "c"]
    assert sorted(audio.asked) == ["a b", "https://music.example/c"]


async def test_an_import_keeps_the_order_takes_all_of_an_address_and_tells_what_it_missed(client: Client) -> None:
    mine = await client.made("first")
    text = "a\nnothing here\nhttps://music.example/list\nbroken words\nb"
    answer = await client("ImportPlaylist", playlist_id=mine, text=text)

    assert (answer.count, answer.missed, list(answer.missed_lines)) == (4, 2, ["nothing here", "broken words"])
    assert await client.titles(mine) == ["first", "a", "one", "two", "b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", Reason.IMPORT_UNREADABLE),
        ("# a comment\n\n", Reason.IMPORT_UNREADABLE),
        ("nothing\nnothing", Reason.NO_MATCH),
        ("a\n" * 501, Reason.TOO_MANY_TRACKS),
        ("a\naway\nb", Reason.NO_NODE),
    ],
)
async def test_an_import_of_nothing_or_too_much_or_without_a_node_adds_nothing(
    client: Client, text: str, reason: Reason
) -> None:
    mine = await client.made("a")
    with refused(reason):
        await client("ImportPlaylist", playlist_id=mine, text=text)
    assert await client.titles(mine) == ["a"]
