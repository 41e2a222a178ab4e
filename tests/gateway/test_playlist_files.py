"""People upload a list of songs, and it goes into a playlist."""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from gateway.adapters.files import CdnFiles
from kit.errors import Reason, Refused
from tests.gateway.conftest import text
from tests.gateway.keeping import NO_SONGS
from tests.gateway.test_playlist_commands import EPHEMERAL, playlist

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

SONGS = "First Light\nhttps://example.com/ä\n"
FILE = "/attachments/1/2/mix.txt"


async def bring(house: House, content: bytes, filename: str = "Summer_mix.txt", **options: Any) -> str:
    """Upload a file into a playlist; return what is said to the person alone."""
    file = {"filename": filename, "content": base64.b64encode(content).decode()}
    message = (await playlist(house, "import", file=file, **options))["message"]
    assert message["flags"] & EPHEMERAL
    return text(message).strip()


async def test_what_a_file_names_goes_into_a_new_playlist_that_is_called_like_it(house: House) -> None:
    said = await bring(house, SONGS.encode())
    [imported] = house.api.imported

    assert said.splitlines() == ["Added 2 songs to Summer mix.", "Not found:", "\\*b\\*"]
    assert imported.text == SONGS
    assert [each.name for each in house.api.playlists.values()] == ["Summer mix"]


async def test_a_file_goes_into_the_playlist_that_is_chosen_or_named(house: House) -> None:
    mine = house.api.keep("Mine")
    await bring(house, SONGS.encode(), playlist=mine)
    await bring(house, SONGS.encode(), playlist="mINE")
    await bring(house, SONGS.encode(), playlist="Other")

    names = [house.api.playlists[request.playlist_id].name for request in house.api.imported]
    assert names == ["Mine", "Mine", "Other"]


async def test_without_a_file_one_is_asked_for_a_text_under_the_name_that_was_given(house: House) -> None:
    name, songs = (await playlist(house, "import", playlist="Party"))["modal"]["components"]

    assert (name["component"]["value"], songs["component"]["value"]) == ("Party", "")
    assert house.api.playlists == {}


@pytest.mark.parametrize("content", [NO_SONGS.encode(), b"\x89PNG\r\n\x1a\n"], ids=["no songs", "no text"])
async def test_a_file_of_another_kind_is_refused_and_leaves_no_playlist(house: House, content: bytes) -> None:
    assert (await bring(house, content)).startswith("I find no songs in that.")
    assert house.api.playlists == {}


async def test_what_a_playlist_held_stays_when_a_file_of_another_kind_is_refused(house: House) -> None:
    mine = house.api.keep("Mine", "a", "b")
    await bring(house, NO_SONGS.encode(), playlist="Mine")

    assert house.api.titles(mine) == ["a", "b"]


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # it is the test that sends it
async def test_the_largest_file_is_read_and_a_larger_one_refused(house: House) -> None:
    await bring(house, b"x" * 4_000_000)
    said = await bring(house, b"x" * 4_000_001)

    assert said.startswith("That file is larger than what I read. Upload one of at most 4 MB.")
    assert [len(request.text) for request in house.api.imported] == [4_000_000]


async def test_a_file_that_discord_does_not_give_is_refused(house: House) -> None:
    await house.restart(DISCORD_CDN_URL="http://127.0.0.1:9")
    said = await bring(house, SONGS.encode())
    await house.restart()

    assert said.startswith("I cannot get that file from Discord. Upload it again.")
    assert house.api.playlists == {}


@asynccontextmanager
async def keeper(answer: Any) -> AsyncIterator[tuple[str, list[str]]]:
    """Keep files as `answer` does; yields the address, and what was asked for."""
    asked: list[str] = []

    async def give(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        return await answer(request)  # type: ignore[no-any-return]  # a response

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    await runner.cleanup()


async def songs(_: web.Request) -> web.Response:
    return web.Response(text=SONGS)


async def elsewhere(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/secret"})


async def nothing(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await asyncio.Event().wait()
    return response


async def without_end(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65_536)


@pytest.mark.parametrize("host", ["cdn.discordapp.com", "127.0.0.1:9", "cdn.discordapp.com//127.0.0.1:9"])
async def test_whatever_host_is_named_only_discords_is_asked(host: str) -> None:
    async with keeper(songs) as (address, asked):
        content = await CdnFiles(address).read(f"https://{host}{FILE}?ex=1&hm=a%2Bb", 100)

    assert content.decode() == SONGS
    assert [path.endswith(f"{FILE}?ex=1&hm=a%2Bb") for path in asked] == [True]


@pytest.mark.parametrize(
    ("answer", "within", "reason"),
    [
        (elsewhere, 10.0, Reason.FILE_UNREACHABLE),
        (nothing, 0.5, Reason.FILE_UNREACHABLE),
        (without_end, 10.0, Reason.FILE_TOO_LARGE),
    ],
)
async def test_no_other_place_is_gone_to_and_nothing_is_waited_for_or_read_without_end(
    answer: Any, within: float, reason: Reason
) -> None:
    async with keeper(answer) as (address, asked):
        with pytest.raises(Refused, match=reason):
            await CdnFiles(address, within=within).read(f"https://cdn.discordapp.com{FILE}", 1_000_000)

    assert asked == [FILE]
