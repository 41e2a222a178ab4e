"""Playlists, through api's own server: made, filled, shared, and read by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.errors import Reason
from tests.api.playlists.client import DJ, GUILD, MEMBER, OTHER_GUILD, STRANGER, Client, track
from tests.api.test_settings import refused

if TYPE_CHECKING:
    from tests.api.playlists.conftest import Rows


async def test_a_playlist_is_made_filled_shown_renamed_and_deleted(client: Client) -> None:
    mine = await client.made("a", "b")
    shown = (await client("GetPlaylist", playlist_id=mine)).playlist
    assert (shown.name, shown.owner_id, shown.item_count, shown.length.seconds) == ("Mine", MEMBER, 2, 20)
    assert shown.changeable
    assert [item.track for item in (await client.items(mine)).items] == [track("a"), track("b")]

    renamed = (await client("UpdatePlaylist", playlist_id=mine, name="Ours")).playlist
    assert (renamed.name, renamed.version) == ("Ours", shown.version + 1)
    assert (await client("DeletePlaylist", playlist_id=mine)).playlist == renamed
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await client("GetPlaylist", playlist_id=mine)
    assert await client.names() == []


async def test_two_playlists_of_a_person_differ_in_more_than_capitals(client: Client) -> None:
    await client.made(name="Mine")
    other = await client.made(name="Other")
    with refused(Reason.PLAYLIST_EXISTS):
        await client.made(name="mINE")
    with refused(Reason.PLAYLIST_EXISTS):
        await client("UpdatePlaylist", playlist_id=other, name="MINE")
    await client("UpdatePlaylist", playlist_id=other, name="OTHER")
    await client.made(name="Mine", who=DJ)
    assert await client.names() == ["Mine", "OTHER"]


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 101])
async def test_a_name_is_a_line_of_at_most_a_hundred_characters(client: Client, name: str) -> None:
    with refused(Reason.INVALID_ARGUMENT):
        await client.made(name=name)
    await client.made(name="x" * 100)


async def test_a_handle_that_was_not_signed_here_adds_nothing(client: Client) -> None:
    mine = await client.made("a")
    with refused(Reason.HANDLE_INVALID):
        await client("AddPlaylistItems", playlist_id=mine, handles=["handle-b", "forged"])
    assert await client.titles(mine) == ["a"]


async def test_items_are_moved_and_removed_by_their_id(client: Client) -> None:
    mine = await client.made("a", "b", "c")
    a, b, c = [item.item_id for item in (await client.items(mine)).items]

    await client("MovePlaylistItem", playlist_id=mine, item_id=str(c), before_item_id=str(a))
    assert await client.titles(mine) == ["c", "a", "b"]
    await client("MovePlaylistItem", playlist_id=mine, item_id=str(c))
    await client("MovePlaylistItem", playlist_id=mine, item_id=str(a), before_item_id=str(a))
    assert await client.titles(mine) == ["a", "b", "c"]

    left = await client("RemovePlaylistItems", playlist_id=mine, item_ids=[str(b), str(b + 1000)])
    assert (left.count, left.playlist.item_count, left.playlist.length.seconds) == (1, 2, 20)
    with refused(Reason.PLAYLIST_ITEM_NOT_FOUND):
        await client("RemovePlaylistItems", playlist_id=mine, item_ids=[str(b)])
    with refused(Reason.PLAYLIST_ITEM_NOT_FOUND):
        await client("MovePlaylistItem", playlist_id=mine, item_id=str(a), before_item_id=str(b))
    assert await client.titles(mine) == ["a", "c"]


async def test_an_item_is_moved_between_the_same_two_as_often_as_one_likes(client: Client) -> None:
    mine = await client.made("a", "b", "c")
    _, *two = [item.item_id for item in (await client.items(mine)).items]
    for turn in range(70):  # each halves the gap
        moved, stays = two[turn % 2], two[1 - turn % 2]
        await client("MovePlaylistItem", playlist_id=mine, item_id=str(moved), before_item_id=str(stays))
    assert await client.titles(mine) == ["a", "c", "b"]


async def test_items_come_in_pages(client: Client) -> None:
    mine = await client.made(*"abcde")
    seen: list[str] = []
    answer = await client.items(mine, page_size=2)
    while True:
        seen += [item.track.title for item in answer.items]
        if not answer.next_page_token:
            break
        answer = await client.items(mine, page_size=2, page_token=answer.next_page_token)
    assert seen == list("abcde")
    for strange in ("strange", str(1 << 63)):
        with refused(Reason.PAGE_TOKEN_INVALID):
            await client.items(mine, page_token=strange)


async def test_playlists_come_in_pages(client: Client) -> None:
    for name in "abc":
        await client.made(name=name)
    first = await client("ListPlaylists", page_size=2)
    rest = await client("ListPlaylists", page_size=2, page_token=first.next_page_token)
    assert [each.name for each in (*first.playlists, *rest.playlists)] == ["a", "b", "c"]
    assert not rest.next_page_token
    with refused(Reason.PAGE_TOKEN_INVALID):
        await client("ListPlaylists", page_token="strange")


async def test_what_is_not_shared_is_nobody_elses(client: Client) -> None:
    mine = await client.made("a")
    for method, more in (
        ("GetPlaylist", {}),
        ("ListPlaylistItems", {}),
        ("ExportPlaylist", {}),
        ("AddPlaylistItems", {"handles": ["handle-b"]}),
        ("ImportPlaylist", {"text": "b"}),
        ("UpdatePlaylist", {"name": "Stolen"}),
        ("SharePlaylist", {"user_id": str(DJ)}),
        ("UnsharePlaylist", {"user_id": str(DJ)}),
        ("DeletePlaylist", {}),
    ):
        with refused(Reason.PLAYLIST_NOT_FOUND):
            await client(method, playlist_id=mine, who=DJ, **more)
    assert await client.names(who=DJ) == []
    assert await client.titles(mine) == ["a"]


async def test_a_person_it_is_shared_with_may_read_it_and_not_change_it_and_may_give_it_up(client: Client) -> None:
    mine = await client.made("a")
    shared = (await client("SharePlaylist", playlist_id=mine, user_id=str(STRANGER))).playlist
    assert [share.user_id for share in shared.shares] == [STRANGER]
    assert await client.names(who=STRANGER) == ["Mine"]
    assert await client.titles(mine, who=STRANGER) == ["a"]
    seen = (await client("GetPlaylist", playlist_id=mine, who=STRANGER)).playlist
    assert (seen.changeable, list(seen.shares)) == (False, [])
    for method, more in (
        ("AddPlaylistItems", {"handles": ["handle-b"]}),
        ("DeletePlaylist", {}),
        ("SharePlaylist", {"user_id": str(DJ)}),
        ("UnsharePlaylist", {"user_id": str(DJ)}),
    ):
        with refused(Reason.NOT_OWN_PLAYLIST):
            await client(method, playlist_id=mine, who=STRANGER, **more)

    await client("UnsharePlaylist", playlist_id=mine, user_id=str(STRANGER), who=STRANGER)
    assert await client.names(who=STRANGER) == []
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await client.titles(mine, who=STRANGER)


async def test_what_is_shared_with_a_guild_its_members_see_through_it(client: Client) -> None:
    mine = await client.made("a")
    await client("SharePlaylist", playlist_id=mine, guild_id=str(GUILD))
    assert await client.names(guild_id=str(GUILD), who=DJ) == ["Mine"]
    assert await client.titles(mine, guild_id=str(GUILD), who=DJ) == ["a"]
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await client.titles(mine, who=DJ)
    with refused(Reason.GUILD_NOT_FOUND):
        await client.titles(mine, guild_id=str(GUILD), who=STRANGER)
    with refused(Reason.NOT_OWN_PLAYLIST):
        await client.add(mine, "b", guild_id=str(GUILD), who=DJ)

    await client("UnsharePlaylist", playlist_id=mine, guild_id=str(GUILD), who=DJ)
    assert await client.names(guild_id=str(GUILD), who=DJ) == []


async def test_it_is_shared_with_somebody_and_only_with_ones_own_guilds(client: Client) -> None:
    mine = await client.made("a")
    with refused(Reason.INVALID_ARGUMENT):
        await client("SharePlaylist", playlist_id=mine)
    with refused(Reason.GUILD_NOT_FOUND):
        await client("SharePlaylist", playlist_id=mine, guild_id=str(OTHER_GUILD))


async def test_of_a_guilds_playlist_djs_are_the_owners_and_members_the_readers(client: Client) -> None:
    with refused(Reason.LEVEL_TOO_LOW):
        await client.made(name="Ours", guild_id=str(GUILD))
    ours = await client.made("a", name="Ours", guild_id=str(GUILD), who=DJ)

    assert await client.names(guild_id=str(GUILD)) == ["Ours"]
    assert await client.titles(ours, guild_id=str(GUILD)) == ["a"]
    with refused(Reason.LEVEL_TOO_LOW):
        await client.add(ours, "b", guild_id=str(GUILD))
    with refused(Reason.PLAYLIST_NOT_FOUND):
        await client.titles(ours, who=DJ)
    with refused(Reason.GUILD_NOT_FOUND):
        await client.titles(ours, guild_id=str(GUILD), who=STRANGER)
    assert await client.names(who=DJ) == []


async def test_favourites_begin_with_the_first_and_have_each_track_once(client: Client) -> None:
    first = await client("AddFavorite", handle="handle-a")
    again = await client("AddFavorite", handle="handle-a")
    second = await client("AddFavorite", handle="handle-b")
    assert [first.added, again.added, second.added] == [True, False, True]
    assert second.playlist.kind == 2
    favourites = second.playlist.playlist_id
    assert await client.titles(favourites) == ["a", "b"]
    assert await client.names() == ["Favourites"]
    with refused(Reason.FAVORITES_FIXED):
        await client("UpdatePlaylist", playlist_id=favourites, name="Other")

    await client("DeletePlaylist", playlist_id=favourites)
    assert (await client("AddFavorite", handle="handle-a")).added


async def test_audio_learns_the_latest_favourites_of_those_who_listen(client: Client) -> None:
    for name in "ab":
        await client("AddFavorite", handle=f"handle-{name}")
    await client("AddFavorite", handle="handle-c", who=DJ)
    people = [str(MEMBER), str(DJ), str(STRANGER)]
    answer = await client("ListFavoriteTracks", user_ids=people, who=0, caller="audio")
    assert [found.title for found in answer.tracks] == ["c", "b", "a"]
    with refused(Reason.CALLER_REFUSED):
        await client("ListFavoriteTracks", user_ids=people)


async def test_nobody_has_more_than_a_hundred_playlists_or_five_thousand_items_in_one(
    client: Client, rows: Rows
) -> None:
    mine = await client.made()
    await rows.execute("UPDATE api.playlist SET item_count = 4999")
    with refused(Reason.PLAYLIST_FULL):
        await client.add(mine, "a", "b")
    await client.add(mine, "a")
    await rows.execute(
        "INSERT INTO api.playlist (playlist_id, kind, guild_id, owner_id, name)"
        " SELECT gen_random_uuid(), 'NORMAL', 0, $1, n::text FROM generate_series(1, 99) n",
        MEMBER,
    )
    with refused(Reason.TOO_MANY_PLAYLISTS):
        await client.made(name="One more")
    await client("AddFavorite", handle="handle-a")
    with refused(Reason.INVALID_ARGUMENT):
        await client.add(mine, *("a" for _ in range(1001)))


async def test_a_playlist_is_shared_with_at_most_a_hundred(client: Client, rows: Rows) -> None:
    mine = await client.made()
    await rows.execute("INSERT INTO api.playlist_share SELECT $1, n, 0 FROM generate_series(1000, 1099) n", mine)
    with refused(Reason.TOO_MANY_SHARES):
        await client("SharePlaylist", playlist_id=mine, user_id=str(DJ))
    assert len((await client("SharePlaylist", playlist_id=mine, user_id="1000")).playlist.shares) == 100
