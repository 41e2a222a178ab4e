"""Every change of a playlist can be repeated, and tried."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.playlists.client import DJ, Client

if TYPE_CHECKING:
    from tests.api.playlists.conftest import Rows

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("CreatePlaylist", {"name": "Other"}),
    ("UpdatePlaylist", {"name": "Ours"}),
    ("AddPlaylistItems", {"handles": ["handle-c"]}),
    ("RemovePlaylistItems", {"item_ids": ["first"]}),
    ("MovePlaylistItem", {"item_id": "first"}),
    ("SharePlaylist", {"user_id": str(DJ)}),
    ("UnsharePlaylist", {"user_id": "9"}),
    ("ImportPlaylist", {"text": "c"}),
    ("AddFavorite", {"handle": "handle-c"}),
    ("DeletePlaylist", {}),
]


async def arranged(client: Client, method: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Make a playlist that is shared; return the fields with which a change has an effect on it."""
    mine = await client.made("a", "b")
    await client("SharePlaylist", playlist_id=mine, user_id="9")
    first = str((await client.items(mine)).items[0].item_id)
    chosen = {name: [first] if value == ["first"] else value for name, value in fields.items()}
    chosen |= {"item_id": first} if "item_id" in fields else {}
    return chosen | ({} if method in {"CreatePlaylist", "AddFavorite"} else {"playlist_id": mine})


async def kept(rows: Rows) -> list[Any]:
    """Return all that is kept of playlists."""
    tables = ("playlist", "playlist_item", "playlist_share")
    return [await rows.fetch(f"SELECT {table}::text FROM api.{table} ORDER BY 1") for table in tables]


@pytest.mark.parametrize(("method", "fields"), CHANGES, ids=[method for method, _ in CHANGES])
async def test_a_repeated_change_has_one_effect_and_the_same_answer(
    client: Client, rows: Rows, method: str, fields: dict[str, Any]
) -> None:
    request = await arranged(client, method, fields) | {"request_id": str(uuid.uuid4())}
    before = await kept(rows)
    if method == "ImportPlaylist":
        assert (await client(method, **request)).count == 1
        assert (await client(method, **request)).count == 1
    else:
        assert await client(method, **request) == await client(method, **request)
    once = await kept(rows)
    assert once != before
    await client(method, **{**request, "request_id": str(uuid.uuid4())}) if method == "AddPlaylistItems" else None
    assert (await kept(rows) != once) == (method == "AddPlaylistItems")


@pytest.mark.parametrize(("method", "fields"), CHANGES, ids=[method for method, _ in CHANGES])
async def test_a_change_that_is_only_validated_changes_nothing(
    client: Client, rows: Rows, method: str, fields: dict[str, Any]
) -> None:
    request = await arranged(client, method, fields)
    before = await kept(rows)
    answer = await client(method, validate_only=True, **request)

    assert await kept(rows) == before
    if "playlist_id" in request:
        assert answer.playlist == (await client("GetPlaylist", playlist_id=request["playlist_id"])).playlist
    else:
        assert not answer.HasField("playlist")
