"""Playlists, through api's own server: made, filled, shared, read by those who may, and taken along."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf import json_format

from kit import actor
from kit.errors import Reason, Refused
from kit.migrate import migrate
from segue.api.v1 import playlist_service_pb2 as messages
from segue.api.v1 import playlist_service_pb2_grpc
from segue.audio.v1 import catalog_service_pb2, player_pb2
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2
from tests.api.test_app import running
from tests.api.test_settings import refused, voice
from tests.kit.mesh import Mesh
from tests.kit.serving import Brought
from tests.kit.world import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    Rows = asyncpg.Connection[asyncpg.Record]

GUILD, OTHER_GUILD = 700, 701
DJ, MEMBER, STRANGER = 1, 2, 3
SCOPES = ["playlists.read", "playlists.write"]
UNKNOWN = "0190b5b4-0000-7000-8000-000000000001"


async def member(request: Any) -> guild_service_pb2.GetMemberResponse:
    if request.user_id == STRANGER or request.guild_id != GUILD:
        raise Refused(Reason.GUILD_NOT_FOUND)
    roles = [actor_pb2.Role(id=1, name="DJ")] if request.user_id == DJ else []
    found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, roles=roles)
    return guild_service_pb2.GetMemberResponse(member=found)


def track(name: str) -> player_pb2.Track:
    made = player_pb2.Track(handle=f"handle-{name}", title=name, author="Somebody", source="http", seekable=True)
    made.uri = f"https://music.example/{name}"
    made.length.seconds = 10
    return made


class Audio:
    """What audio knows: every handle that begins as one of its own, and one track for each word but `nothing`."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def describe(self, request: Any) -> catalog_service_pb2.DescribeTracksResponse:
        if not all(handle.startswith("handle-") for handle in request.handles):
            raise Refused(Reason.HANDLE_INVALID)
        tracks = [track(handle.removeprefix("handle-")) for handle in request.handles]
        return catalog_service_pb2.DescribeTracksResponse(tracks=tracks)

    async def search(self, request: Any) -> catalog_service_pb2.SearchTracksResponse:
        self.asked.append(request.query)
        if "broken" in request.query:
            raise Refused(Reason.LOAD_FAILED, query=request.query)
        names = [] if "nothing" in request.query else [request.query.removeprefix("https://music.example/")]
        if "list" in request.query:
            names = ["one", "two"][: request.page_size]
        return catalog_service_pb2.SearchTracksResponse(tracks=[track(name) for name in names])


class Client:
    """An instance of api, and those who call it."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self, method: str, *, who: int = MEMBER, caller: str = "edge", **fields: Any) -> Any:
        request = json_format.ParseDict(fields, getattr(messages, f"{method}Request")())
        someone = token(user_id=who, scopes=SCOPES) if caller == "edge" else actor.system(who)
        async with Brought(caller, self._address) as channel:
            with actor.acting_as(someone):
                return await getattr(playlist_service_pb2_grpc.PlaylistServiceStub(channel), method)(request)

    async def made(self, *names: str, name: str = "Mine", **more: Any) -> str:
        """Make a playlist of tracks; return its id."""
        playlist = (await self("CreatePlaylist", name=name, **more)).playlist
        if names:
            await self.add(playlist.playlist_id, *names, **more)
        return str(playlist.playlist_id)

    async def add(self, playlist_id: str, *names: str, **more: Any) -> Any:
        handles = [f"handle-{name}" for name in names]
        return await self("AddPlaylistItems", playlist_id=playlist_id, handles=handles, **more)

    async def titles(self, playlist_id: str, **more: Any) -> list[str]:
        return [item.track.title for item in (await self.items(playlist_id, **more)).items]

    async def items(self, playlist_id: str, **more: Any) -> Any:
        return await self("ListPlaylistItems", playlist_id=playlist_id, **more)

    async def names(self, **more: Any) -> list[str]:
        return [playlist.name for playlist in (await self("ListPlaylists", **more)).playlists]


@pytest_asyncio.fixture(autouse=True)
async def rows(database_url: str) -> AsyncIterator[Rows]:
    """Begin with empty tables."""
    await migrate(database_url, ["api"])
    connection = await asyncpg.connect(database_url)
    await connection.execute("TRUNCATE api.playlist, api.playlist_item, api.playlist_share, api.request, api.token")
    yield connection
    await connection.close()


@pytest.fixture
def audio() -> Audio:
    return Audio()


@pytest_asyncio.fixture
async def client(database_url: str, tmp_path: Path, audio: Audio) -> AsyncIterator[Client]:
    """An instance of api."""
    mesh = Mesh(GetMember=member, GetVoice=voice, DescribeTracks=audio.describe, SearchTracks=audio.search)
    async with running(database_url, tmp_path, mesh):
        yield Client(f"unix:{tmp_path}/app.sock")


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
    ],
)
async def test_an_import_of_nothing_or_too_much_is_refused(client: Client, text: str, reason: Reason) -> None:
    mine = await client.made("a")
    with refused(reason):
        await client("ImportPlaylist", playlist_id=mine, text=text)
    assert await client.titles(mine) == ["a"]
