"""Links of services without sound are tracks that sound as the same recording elsewhere, or not at all."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from audionode import services
from audionode.errors import NotFoundError, SourceError
from audionode.mirroring import Mirror
from audionode.services import Link
from audionode.settings import Limits
from audionode.track import Loaded, TrackInfo, encode
from audionode.web import Guard
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_services import (
    ISRC,
    SPOTIFY_BARE,
    SPOTIFY_PAGE,
    FakeServices,
    apple_track,
    deezer_track,
)
from tests.audionode.music import encode as encode_file
from tests.audionode.music import time_coded
from tests.audionode.test_playing import assert_whole
from tests.audionode.voice_double import VoiceDouble

GUILD = 970
DEEZER = "https://www.deezer.com"
LIMITS = Limits(load=2.0, extract=60.0, stuck=60.0)  # yt-dlp takes its time to start on a busy machine


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A music folder with a song, and with a file that only its ISRC tells."""
    root = tmp_path_factory.mktemp("studio")
    encode_file(root / "song.flac", time_coded(2), "flac", 48000, {"title": "Song", "artist": "Singer"})
    encode_file(root / "live.flac", time_coded(2), "flac", 48000, {"title": "Sung (Live)", "artist": "Singer"})
    encode_file(root / "tagged.flac", time_coded(1), "flac", 48000, {"title": "Whatever", "isrc": "US-UM7-20-00001"})
    return root


@pytest.fixture
async def fake(authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeServices]:
    async with FakeServices(authority) as made:
        monkeypatch.setattr(Guard, "connect", made.connected)
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
        yield made


@pytest.fixture
async def asking(
    start_node: StartNode, connect: Callable[..., Any], fake: FakeServices, studio: Path, ca_file: Path
) -> AsyncIterator[Client]:
    async with start_node(LIMITS, music_dir=studio, ssl_cert_file=str(ca_file)) as url:
        made: Client = await connect(url)
        yield made
        await made.close()


async def heard(asking: Client, double: VoiceDouble, track: Any, seconds: int) -> None:
    await asking.join(GUILD, double)
    await asking.patch(GUILD, {"track": {"encoded": track["encoded"]}})
    await asking.event("TrackEndEvent", GUILD)
    assert asking.events(GUILD)[-1] == "TrackEndEvent:finished"
    assert_whole(double.sessions[-1].seconds(), seconds - 1)


async def ended(asking: Client) -> None:
    await asking.message(lambda sent: sent.get("type") == "TrackEndEvent")


async def test_a_track_of_deezer_sounds_as_the_file_of_that_title_artist_and_length(
    asking: Client, fake: FakeServices, double: VoiceDouble
) -> None:
    fake.answers["api.deezer.com/track/5"] = deezer_track(5)

    found = await asking.load(f"{DEEZER}/de/track/5?utm_source=x")

    assert found["loadType"] == "track"
    info = found["data"]["info"]
    assert (info["sourceName"], info["identifier"], info["uri"]) == ("deezer", "5", f"{DEEZER}/track/5")
    assert (info["title"], info["author"], info["length"]) == ("Song", "Singer", 4000)
    assert (info["isrc"], info["artworkUrl"]) == (None, "https://example.com/cover.jpg")
    assert (info["isSeekable"], info["isStream"]) == (True, False)
    await heard(asking, double, found["data"], 2)
    assert fake.asked == []


async def test_the_isrc_tells_more_than_title_and_artist(
    asking: Client, fake: FakeServices, double: VoiceDouble
) -> None:
    fake.answers["api.deezer.com/track/6"] = deezer_track(6, isrc=ISRC)
    await heard(asking, double, (await asking.load(f"{DEEZER}/track/6"))["data"], 1)


async def test_a_long_playlist_is_loaded_at_once_and_each_track_is_looked_for_when_it_is_played(
    asking: Client, fake: FakeServices, double: VoiceDouble
) -> None:
    fake.answers["api.deezer.com/playlist/7"] = {"title": "A list"}
    tracks = [deezer_track(number, f"Song {number}") for number in range(500)]
    fake.answers["api.deezer.com/playlist/7/tracks"] = {"data": [*tracks, deezer_track(5)]}

    found = await asking.load(f"{DEEZER}/playlist/7")

    assert (found["loadType"], found["data"]["info"]["name"]) == ("playlist", "A list")
    assert len(found["data"]["tracks"]) == 501
    assert (len(fake.paths), fake.asked) == (2, [])
    await heard(asking, double, found["data"]["tracks"][-1], 2)


async def test_albums_of_deezer_and_apple_are_playlists(asking: Client, fake: FakeServices) -> None:
    fake.answers["api.deezer.com/album/8"] = {"title": "An album", "cover_xl": "https://example.com/album.jpg"}
    listed = [deezer_track(1), {**deezer_track(2, "Other"), "album": None}]
    fake.answers["api.deezer.com/album/8/tracks"] = {"data": listed}
    collection = {"wrapperType": "collection", "collectionName": "Album"}
    unreleased = {**apple_track(3), "trackTimeMillis": None}
    fake.answers["itunes.apple.com/lookup"] = {"results": [collection, apple_track(2), unreleased]}

    deezer = await asking.load(f"{DEEZER}/album/8")
    apple = await asking.load("https://music.apple.com/us/album/album/8")

    assert [deezer["data"]["info"]["name"], apple["data"]["info"]["name"]] == ["An album", "Album"]
    assert [track["info"]["title"] for track in deezer["data"]["tracks"]] == ["Song", "Other"]
    assert deezer["data"]["tracks"][1]["info"]["artworkUrl"] == "https://example.com/album.jpg"
    assert [track["info"]["identifier"] for track in apple["data"]["tracks"]] == ["2"]


@pytest.mark.parametrize("path", ["album/album/1?i=2", "song/song/2"])
async def test_a_song_of_apple_music_is_a_track(asking: Client, fake: FakeServices, path: str) -> None:
    fake.answers["itunes.apple.com/lookup"] = {"results": [apple_track(2)]}

    found = await asking.load(f"https://music.apple.com/us/{path}")

    info = found["data"]["info"]
    assert (info["sourceName"], info["identifier"], info["length"]) == ("applemusic", "2", 4100)
    assert (await asking.load(info["uri"]))["data"]["info"] == info


async def test_a_track_of_spotify_is_what_its_page_says(asking: Client, fake: FakeServices) -> None:
    fake.answers["open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"] = SPOTIFY_PAGE

    found = await asking.load("https://open.spotify.com/intl-de/track/11dFghVXANMlKmJXsNCbNl?si=x")

    info = found["data"]["info"]
    assert (info["sourceName"], info["identifier"]) == ("spotify", "11dFghVXANMlKmJXsNCbNl")
    assert (info["title"], info["author"], info["length"]) == ("Song & more", "Singer", 4000)
    assert info["artworkUrl"] == "https://example.com/cover.jpg"


@pytest.mark.parametrize(
    "link",
    [
        "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M",
        "https://open.spotify.com/track/bare",
        "https://music.apple.com/us/playlist/hits/pl.f4d106fed2bd41149aaacabb233eb5eb",
        f"{DEEZER}/artist/27",
    ],
)
async def test_what_a_service_does_not_tell_is_said_with_a_way_out(
    asking: Client, fake: FakeServices, link: str
) -> None:
    fake.answers["open.spotify.com/track/bare"] = SPOTIFY_BARE

    error = await asking.load(link)

    assert (error["loadType"], error["data"]["severity"]) == ("error", "common")
    assert "tells nothing of that without an account: search by title and artist" in error["data"]["cause"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (503, "the server answered 503"),
        ("<html>", "deezer answers what nobody understands"),
        ({"title": "Song"}, "deezer answers what nobody understands"),
        ([], "deezer answers what nobody understands"),
        ({"error": {"code": 4, "message": "Quota limit exceeded"}}, "deezer refuses: Quota limit exceeded"),
        ("hangs", "the server does not answer as it should"),
    ],
)
async def test_a_service_that_answers_badly_is_a_clear_error(
    asking: Client, fake: FakeServices, answer: Any, cause: str
) -> None:
    fake.answers["api.deezer.com/track/5"] = answer
    error = await asking.load(f"{DEEZER}/track/5")
    assert (error["loadType"], error["data"]["severity"], error["data"]["cause"]) == ("error", "fault", cause)


@pytest.mark.parametrize("answer", [404, {"error": {"code": 800, "message": "no data"}}])
async def test_what_is_not_there_is_empty(asking: Client, fake: FakeServices, answer: Any) -> None:
    fake.answers["api.deezer.com/track/5"] = answer
    fake.answers["itunes.apple.com/lookup"] = {"results": []}
    assert (await asking.load(f"{DEEZER}/track/5"))["loadType"] == "empty"
    assert (await asking.load("https://music.apple.com/us/song/song/2"))["loadType"] == "empty"


async def test_no_other_song_is_played_for_one_that_no_source_has(asking: Client, fake: FakeServices) -> None:
    fake.videos[f'"{ISRC[:-1]}2"'] = [("Another Song", "Somebody", "3:20")]
    fake.videos["Singer Sung"] = [
        ("Singer - Sung (Live at home)", "Singer", "0:04"),
        ("Singer - Sung (Karaoke)", "Singer", "0:04"),
        ("Singer - Sung", "Singer", "1:04"),
        ("Sung", "Somebody", "0:04"),
    ]
    fake.answers["api.deezer.com/track/9"] = deezer_track(9, "Sung", isrc=f"{ISRC[:-1]}2")
    found = await asking.load(f"{DEEZER}/track/9")

    await asking.patch(GUILD, {"track": {"encoded": found["data"]["encoded"]}})
    await ended(asking)

    assert fake.asked == [f'"{ISRC[:-1]}2"', "Singer Sung"]
    assert asking.events(GUILD) == ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"]
    exception = await asking.event("TrackExceptionEvent", GUILD)
    assert exception["exception"]["cause"] == "no source has this recording"


async def test_a_forged_track_makes_the_node_search_for_words_and_nothing_else(
    asking: Client, fake: FakeServices
) -> None:
    forged = TrackInfo("x", "Sung", "Singer", 4000, "deezer", uri="http://127.0.0.1:1/x", isrc='x" OR "y')

    await asking.patch(GUILD, {"track": {"encoded": encode(forged)}})
    await ended(asking)

    assert fake.asked == ["Singer Sung"]
    assert asking.events(GUILD)[-1] == "TrackEndEvent:loadFailed"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.deezer.com/track/5", Link("deezer", "track", "5")),
        ("http://deezer.com/en/album/5#x", Link("deezer", "album", "5")),
        ("https://music.apple.com/de/album/a-b/1?i=2&l=en", Link("applemusic", "song", "2", "de")),
        ("https://music.apple.com/de/album/1", Link("applemusic", "album", "1", "de")),
        ("https://open.spotify.com/track/a1?si=2", Link("spotify", "track", "a1")),
        ("https://open.spotify.com.example.com/track/a1", None),
        ("https://example.com/https://open.spotify.com/track/a1", None),
        ("https://www.deezer.com/track/../x", None),
    ],
)
def test_links_are_told_from_other_addresses(url: str, link: Link | None) -> None:
    assert services.read(url) == link


class Search:
    """In place of yt-dlp: what each search finds, or the error it ends with."""

    def __init__(self, **found: Any) -> None:
        self.found = found
        self.asked: list[str] = []
        self.deadlines: set[float] = set()

    def load(self, query: str, deadline: float) -> Loaded:
        self.asked.append(query)
        self.deadlines.add(deadline)
        tracks = self.found["by_code" if '"' in query else "by_words"]
        if isinstance(tracks, Exception):
            raise tracks
        return Loaded("search", tracks)


WANTED = TrackInfo("1", "Song", "Singer", 200_000, "deezer", isrc=ISRC)
VIDEO = TrackInfo("v", "Singer - Song (Official Video)", "Singer", 201_000, "youtube")
OTHER = TrackInfo("o", "Other", "Singer", 200_000, "youtube")


@pytest.mark.parametrize("by_code", [(), (OTHER,), SourceError("away")])
def test_where_the_isrc_finds_nothing_right_the_words_do_within_the_same_time(by_code: Any) -> None:
    search = Search(by_code=by_code, by_words=(OTHER, VIDEO))
    mirror: Any = Mirror(list, search)  # type: ignore[arg-type]
    assert mirror.match(WANTED, 7.0) == VIDEO
    assert search.deadlines == {7.0}
    assert search.asked == [f'ytsearch:"{ISRC}"', "ytsearch:Singer Song"]
    assert mirror.match(WANTED, 7.0) == VIDEO
    assert len(search.asked) == 2


def test_what_cannot_be_asked_is_not_taken_for_what_is_not_there() -> None:
    down = Mirror(list, Search(by_code=SourceError("away"), by_words=(OTHER,)))  # type: ignore[arg-type]
    with pytest.raises(SourceError, match="away"):
        down.match(WANTED, 7.0)
    without = Mirror(lambda: [OTHER], Search(by_code=(), by_words=(OTHER,)))  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="no source has this recording"):
        without.match(WANTED, 7.0)
