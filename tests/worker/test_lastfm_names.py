"""What a track is called at last.fm, and how long it waits for an answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import pytest
import yarl

from tests.worker.lastfm import API_KEY, SHARED_SECRET, FakeLastfm
from worker.adapters.lastfm import WebLastfm, open_http
from worker.domain.scrobble import AWAY, heard
from worker.domain.stats import Ended, Song
from worker.scrobbling import LastfmError

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    ("title", "author", "told"),
    [
        ("Help!", "The Beatles", ("The Beatles", "Help!")),
        ("Help!", "The Beatles - Topic", ("The Beatles", "Help!")),
        ("Rick Astley - Whenever", "Rick Astley", ("Rick Astley", "Whenever")),
        ("Rick Astley - Whenever", "RickAstleyVEVO", ("Rick Astley", "Whenever")),
        ("Rick Astley - Whenever", "Some Channel", ("Some Channel", "Rick Astley - Whenever")),
        ("椎名林檎 - 丸の内", "椎名林檎", ("椎名林檎", "丸の内")),
        ("Rick Astley - ", "Rick Astley", ("Rick Astley", "Rick Astley -")),
        ("Rick Astley-Whenever", "Rick Astley", ("Rick Astley", "Rick Astley-Whenever")),
    ],
)
def test_a_title_is_cut_only_where_the_channel_is_of_the_artist_it_names(
    title: str, author: str, told: tuple[str, str]
) -> None:
    found = heard(_ended(title, author))
    assert found
    assert (found.artist, found.title) == told


@pytest.mark.parametrize(("title", "author"), [("!!! - Song", ""), ("", "Ann"), ("Song", " ")])
def test_what_has_no_name_of_its_own_is_given_none(title: str, author: str) -> None:
    assert heard(_ended(title, author)) is None


def _ended(title: str, author: str) -> Ended:
    return Ended(1, 0, Song(title, author, ""), datetime.now(UTC), "FINISHED", 60_000, "", 60_000, False, ())


async def test_an_answer_that_does_not_come_or_nobody_there_to_give_it_is_waited_for_no_longer_than_is_said() -> None:
    lastfm, going_on = FakeLastfm(), asyncio.Event()

    async def hang(_: Mapping[str, str]) -> None:
        await going_on.wait()

    lastfm.before = hang
    async with lastfm.serving() as url, open_http(within=0.2) as http:
        asked = WebLastfm(http, url, url, api_key=API_KEY, shared_secret=SHARED_SECRET)
        with pytest.raises(LastfmError) as slow:
            await asked.token()
        going_on.set()
    async with open_http() as http:
        nobody = WebLastfm(http, url, url, api_key=API_KEY, shared_secret=SHARED_SECRET)
        with pytest.raises(LastfmError) as gone:
            await nobody.token()

    assert [slow.value.code, gone.value.code] == [AWAY, AWAY]
    assert yarl.URL(url).host in {"127.0.0.1", "localhost"}
    assert isinstance(gone.value.__cause__, aiohttp.ClientConnectionError)
