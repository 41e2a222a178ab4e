"""LavaSearch over the music folder and LavaLyrics from its tags and .lrc files, as those plugins answer."""

import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audionode.lyrics import Lyrics
from audionode.settings import PLUGINS
from audionode.track import TrackInfo, encode
from tests.audionode.conftest import Client, StartNode
from tests.audionode.music import encode as write
from tests.audionode.music import time_coded
from tests.audionode.voice_double import VoiceDouble

SONGS = {
    "one/01.flac": ("flac", {"title": "Morning", "artist": "The Larks", "album": "Dawn Chorus"}),
    "one/02.flac": ("flac", {"title": "Noon", "artist": "The Larks", "album": "Dawn Chorus"}),
    "two/01.flac": ("flac", {"title": "Dawn", "artist": "Ünd Co", "album": "Evenings", "lyrics": "First\nSecond"}),
    "two/02.m4a": ("aac", {"title": "Dusk", "artist": "Ünd Co", "lyrics": "Out of\nan atom"}),
    "two/03.flac": ("flac", {"title": "Timed", "artist": "Ünd Co", "lyrics": "[00:01.00]In a tag"}),
    "two/04.mp3": ("libmp3lame", {}),
    "two/05.flac": ("flac", {"title": "Silent", "artist": "Ünd Co"}),
}
LRC = """[ti:Noon]
[offset:+500]
[00:01.5]One
[00:03.25][00:10.500]Again
[00:05]<00:05.10>Word <00:05.60>by word
[00:12.00]

Not timed
"""
GUILD = 970


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with albums and lyrics, and beside it lyrics that are nobody's business."""
    root = tmp_path_factory.mktemp("songs")
    for name, (codec, tags) in SONGS.items():
        (root / name).parent.mkdir(exist_ok=True)
        write(root / name, time_coded(1), codec, 48000, tags)
    (root / "two/04.mp3").write_bytes(_unsynchronised("Aus dem ID3\nzweite Zeile") + (root / "two/04.mp3").read_bytes())
    (root / "one/02.lrc").write_bytes(b"\xef\xbb\xbf" + LRC.encode())
    outside = tmp_path_factory.mktemp("private") / "secret.lrc"
    outside.write_text("A secret")
    (root / "two/05.lrc").symlink_to(outside)
    return root


def _unsynchronised(text: str) -> bytes:
    """An ID3v2.3 tag with a USLT frame."""
    content = b"\3eng\0" + text.encode() + b"\0"
    frame = b"USLT" + struct.pack(">IH", len(content), 0) + content
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frame


@pytest.fixture(scope="module")
async def url(start_node: StartNode, songs: Path) -> AsyncIterator[str]:
    async with start_node(music_dir=songs) as started:
        yield started


@pytest.fixture
async def owner(url: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(url)
    return made


async def search(client: Client, query: str, types: str | None = None) -> Any:
    params = {"query": query} | ({} if types is None else {"types": types})
    return await client.request("GET", "/v4/loadsearch", params=params)


async def lyrics(client: Client, name: str, source: str = "local") -> Any:
    track = encode(TrackInfo(name, "t", "a", 1000, source, "flac", uri=name))
    return await client.request("GET", "/v4/lyrics", params={"track": track})


async def test_a_search_finds_tracks_albums_artists_and_texts(owner: Client) -> None:
    found = await search(owner, "localsearch:dawn", "track,album,artist,playlist,text")

    assert found.keys() == {"tracks", "albums", "artists", "playlists", "texts", "plugin"}
    assert found["plugin"] == {}
    assert [track["info"]["title"] for track in found["tracks"]] == ["Dawn"]
    assert found["albums"] == [
        {
            "info": {"name": "Dawn Chorus", "selectedTrack": -1},
            "pluginInfo": {
                "type": "album",
                "url": "localalbum:Dawn Chorus",
                "artworkUrl": None,
                "author": "The Larks",
                "totalTracks": 2,
            },
            "tracks": [],
        }
    ]
    assert found["artists"] == found["playlists"] == []
    assert found["texts"] == [{"text": "Dawn Chorus", "plugin": {}}, {"text": "Dawn", "plugin": {}}]


async def test_what_is_found_is_what_was_asked_for(owner: Client) -> None:
    artists = await search(owner, "UND co", "artist, text")
    assert [each["info"]["name"] for each in artists["artists"]] == ["Ünd Co"]
    assert artists["artists"][0]["pluginInfo"]["totalTracks"] == 4
    assert artists["texts"] == [{"text": "Ünd Co", "plugin": {}}]
    assert artists["tracks"] == artists["albums"] == []

    assert await search(owner, "larks") == await search(owner, "larks", "") == await search(owner, "larks", "songs")
    assert await search(owner, "dawn", "playlist") == ""
    assert await search(owner, "no such words") == await search(owner, "") == ""
    assert (await owner.request("GET", "/v4/loadsearch"))["message"] == "Required parameter 'query' is not present."


async def test_an_album_and_an_artist_are_loaded_by_their_address(owner: Client) -> None:
    album = (await search(owner, "chorus"))["albums"][0]
    loaded = await owner.load(album["pluginInfo"]["url"])
    assert loaded["loadType"] == "playlist"
    assert loaded["data"]["info"] == album["info"]
    assert [track["info"]["title"] for track in loaded["data"]["tracks"]] == ["Morning", "Noon"]

    assert len((await owner.load("localartist:Ünd Co"))["data"]["tracks"]) == 4
    assert (
        await owner.load("localalbum:Chorus") == await owner.load("localartist:") == {"loadType": "empty", "data": None}
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("two/01.flac", "First\nSecond"),
        ("two/02.m4a", "Out of\nan atom"),
        ("two/04.mp3", "Aus dem ID3\nzweite Zeile"),
    ],
)
async def test_words_in_a_tag_are_lyrics_without_times(owner: Client, name: str, text: str) -> None:
    assert await lyrics(owner, name) == {
        "sourceName": "local",
        "provider": "tags",
        "text": text,
        "lines": [],
        "plugin": {},
    }


async def test_a_file_beside_the_music_says_what_is_sung_when(owner: Client) -> None:
    found = await lyrics(owner, "one/02.flac")

    assert (found["provider"], found["text"]) == ("lrc", "One\nAgain\nWord by word\nAgain\n")
    assert [(line["timestamp"], line["duration"], line["line"]) for line in found["lines"]] == [
        (1000, 1750, "One"),
        (2750, 1750, "Again"),
        (4500, 5500, "Word by word"),
        (10000, 1500, "Again"),
        (11500, None, ""),
    ]
    assert all(line["plugin"] == {} for line in found["lines"])


async def test_times_in_a_tag_count_as_well(owner: Client) -> None:
    found = await lyrics(owner, "two/03.flac")
    assert found["lines"] == [{"timestamp": 1000, "duration": None, "line": "In a tag", "plugin": {}}]


async def test_where_there_are_none_there_is_no_content(owner: Client, songs: Path) -> None:
    for name in ("two/05.flac", "one/01.flac", "gone.flac", "../private0/secret.lrc", "/etc/passwd", "one/02.lrc"):
        assert await lyrics(owner, name) == "", name
    assert await lyrics(owner, "http://127.0.0.1:1/x.mp3", "http") == ""
    for params in ({}, {"track": "none"}):
        refused = await owner.request("GET", "/v4/lyrics", params=params)
        assert refused["_status"] == (500 if params else 400)


@pytest.mark.parametrize("path", ["lyrics", "track/lyrics"])
async def test_the_lyrics_of_the_present_track_are_asked_of_its_player(owner: Client, path: str) -> None:
    place = f"/v4/sessions/{owner.session_id}/players/{GUILD}/{path}"
    await owner.patch(GUILD, {"track": {"encoded": None}})
    assert (await owner.request("GET", place))["message"] == "No track playing"
    await owner.play(GUILD, "one/02.flac")
    assert (await owner.request("GET", place))["lines"][0]["line"] == "One"
    await owner.play(GUILD, "one/01.flac")
    assert await owner.request("GET", place) == ""
    await owner.request("DELETE", f"/v4/sessions/{owner.session_id}/players/{GUILD}")
    assert (await owner.request("GET", place))["message"] == "Player not found"
    assert (await owner.request("GET", place.replace(owner.session_id, "x" * 16)))["message"] == "Session not found"


async def test_a_subscriber_is_told_each_line_when_it_is_sung(owner: Client, songs: Path, double: VoiceDouble) -> None:
    (songs / "long").mkdir(exist_ok=True)
    write(songs / "long/sung.flac", time_coded(6), "flac", 48000)
    (songs / "long/sung.lrc").write_text("".join(f"[00:0{second}.00]{second}\n" for second in range(6)))
    place = f"/v4/sessions/{owner.session_id}/players/{GUILD + 1}/lyrics/subscribe"
    assert await owner.request("POST", place) == ""
    await owner.join(GUILD + 1, double)
    await owner.play(GUILD + 1, "one/01.flac")
    await owner.event("LyricsNotFoundEvent", GUILD + 1)
    await owner.play(GUILD + 1, "long/sung.flac")
    found = await owner.event("LyricsFoundEvent", GUILD + 1)
    assert found["lyrics"] == await lyrics(owner, "long/sung.flac")

    await owner.message(lambda sent: _is_line(sent, 1))
    await owner.patch(GUILD + 1, {"position": 4000})
    await owner.message(lambda sent: _is_line(sent, 4))
    await owner.patch(GUILD + 1, {"position": 3000})
    await owner.message(lambda sent: _is_line(sent, 3) and not sent["skipped"])
    told = [(sent["lineIndex"], sent["skipped"]) for sent in owner.messages if sent.get("type") == "LyricsLineEvent"]
    assert told == [(0, False), (1, False), (2, True), (3, True), (4, False), (3, False)]
    first = await owner.event("LyricsLineEvent", GUILD + 1)
    assert first["line"] == {"timestamp": 0, "duration": 1000, "line": "0", "plugin": {}}

    assert await owner.request("DELETE", place) == ""
    await owner.event("TrackEndEvent", GUILD + 1)
    assert [sent for sent in owner.messages if sent.get("type") == "LyricsLineEvent"][len(told) :] == []
    assert (await owner.request("POST", place.replace(owner.session_id, "x" * 16)))["_status"] == 404


def _is_line(sent: dict[str, Any], index: int) -> bool:
    return sent.get("type") == "LyricsLineEvent" and sent["lineIndex"] == index


async def test_a_plugin_that_is_on_is_announced_and_one_that_is_off_is_not_there(
    owner: Client, start_node: StartNode, connect: Callable[..., Any], songs: Path
) -> None:
    announced = (await owner.request("GET", "/v4/info"))["plugins"]
    assert announced == [{"name": name, "version": version} for name, version in PLUGINS.items()]
    assert {"lavasearch-plugin", "lavalyrics-plugin"} <= PLUGINS.keys()
    async with start_node(music_dir=songs, node_plugins_off=set(PLUGINS)) as without:
        client: Client = await connect(without)
        assert (await client.request("GET", "/v4/info"))["plugins"] == []
        assert (await search(client, "dawn"))["_status"] == 404
        assert (await lyrics(client, "two/01.flac"))["_status"] == 404


@given(st.text(alphabet="[]0123456789:.<>offset+- \nab"))
def test_any_text_is_lyrics_in_order_or_none(text: str) -> None:
    found = Lyrics.read(text, "lrc")
    assert found is None or found.text.strip()
    moments = [line.at for line in found.lines] if found else []
    assert moments == sorted(moments)
    assert all(moment >= 0 for moment in moments)
