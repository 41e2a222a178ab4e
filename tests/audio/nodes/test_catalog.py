"""What the adapter finds for words and addresses."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from audio.domain.breaker import FAILURES, BreakerState
from audio.domain.lyrics import Line, Lyrics
from audio.domain.node import NodeEventKind, NodeRefused, NodeStats, Probe, Start
from audio.domain.sources import SOURCES
from audio.domain.track import Track, TrackList, TrackListKind
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import TIMING, listening
from tests.audio.nodes.fake import FakeNode, track
from tests.audio.nodes.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.conftest import Ears

ADDRESS = "https://video.example/watch?v=dQw4"
VIDEO = track("dQw4", uri=ADDRESS, sourceName="youtube")


async def test_words_are_searched_in_the_music_folder_and_in_the_sources_that_are_on(
    nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy
) -> None:
    fake.results["localsearch:blue train"] = {"loadType": "search", "data": [track("blue.flac")]}
    fake.results["ytsearch:blue train"] = {"loadType": "search", "data": [VIDEO] * 5}

    found = await nodes.load("blue train", 3)

    assert [each.identifier for each in found] == ["blue.flac", ADDRESS, ADDRESS]
    queries = [call.query["identifier"] for call in proxy.seen("GET", "/v4/loadtracks")]
    assert queries == ["localsearch:blue train", "ytsearch:blue train"]


async def test_other_sources_are_not_asked_when_the_music_folder_has_enough(
    nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy
) -> None:
    fake.results["localsearch:blue"] = {"loadType": "search", "data": [track("1.flac"), track("2.flac")]}

    assert len(await nodes.load("blue", 1)) == 1
    assert len(proxy.seen("GET", "/v4/loadtracks")) == 1


async def test_an_address_is_loaded_as_it_is(nodes: WavelinkNodes, fake: FakeNode) -> None:
    address = "https://radio.example/a%20b?x=1&y=ü+2#z"
    stream = track(address, uri=address, sourceName="http", isStream=True, isSeekable=False, length=2**63 - 1)
    fake.results[address] = {"loadType": "track", "data": stream}

    expected = Track("http", address, address, "Nobody", None, address, "", "", seekable=False, stream=True)
    assert await nodes.load(address, 10) == [expected]
    assert await nodes.load(address, 10, "deezer") == [expected]


async def test_the_album_that_lavasrc_names_belongs_to_the_track(nodes: WavelinkNodes, fake: FakeNode) -> None:
    plugin_info = {"albumName": "Blue Train", "albumUrl": "https://open.spotify.com/album/1", "isPreview": False}
    song = track("1", uri="https://open.spotify.com/track/1", sourceName="spotify") | {"pluginInfo": plugin_info}
    fake.results[song["info"]["uri"]] = {"loadType": "track", "data": song}

    (found,) = await nodes.load(song["info"]["uri"], 1)
    assert found.album == "Blue Train"


async def test_a_playlist_is_loaded_up_to_the_limit(nodes: WavelinkNodes, fake: FakeNode) -> None:
    tracks = [track(f"{number}.flac") for number in range(20)]
    fake.results["http://list.example/"] = {"loadType": "playlist", "data": {"info": {}, "tracks": tracks}}

    assert [each.identifier for each in await nodes.load("http://list.example/", 2)] == ["0.flac", "1.flac"]


async def test_words_never_name_a_path_or_another_search(nodes: WavelinkNodes, proxy: Proxy) -> None:
    for words in ("/etc/passwd", "ytsearch:x", "file:///etc/passwd", "../a.flac"):
        assert await nodes.load(words, 5) == []

    asked = {call.query["identifier"].partition(":")[0] for call in proxy.seen("GET", "/v4/loadtracks")}
    assert asked == {"localsearch", "ytsearch"}


def listed(name: str, url: str | None, **about: Any) -> dict[str, Any]:
    info = {"name": name, "selectedTrack": -1}
    return {"info": info, "pluginInfo": {**({"url": url} if url else {}), **about}, "tracks": []}


async def test_albums_artists_and_playlists_are_found_where_a_node_has_lavasearch(
    nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy
) -> None:
    fake.info |= {
        "plugins": [{"name": "lavasearch-plugin", "version": "1.0.0"}],
        "sourceManagers": ["local", "spotify"],
    }
    nowhere = listed("Nowhere", None)
    album = listed("Blue Train", "localalbum:Blue Train", author="Coltrane", artworkUrl=None, totalTracks=5)
    artist = listed("Blue", "https://open.spotify.com/artist/1", artworkUrl="https://i.example/1", type="artist")
    playlist = listed("Blues", "https://open.spotify.com/playlist/2")
    fake.lists["localsearch:blue"] = {"albums": [nowhere, album], "artists": [], "playlists": [], "plugin": {}}
    fake.lists["spsearch:blue"] = {"artists": [artist], "playlists": [playlist], "plugin": {}}

    assert await nodes.lists("blue", 5) == [
        TrackList(TrackListKind.ALBUM, "Blue Train", "Coltrane", "localalbum:Blue Train", "", 5),
        TrackList(TrackListKind.ARTIST, "Blue", "", "https://open.spotify.com/artist/1", "https://i.example/1", 0),
        TrackList(TrackListKind.PLAYLIST, "Blues", "", "https://open.spotify.com/playlist/2", "", 0),
    ]
    assert {call.query["types"] for call in proxy.seen("GET", "/v4/loadsearch")} == {"album,artist,playlist"}
    assert [each.title for each in await nodes.lists("blue", 1)] == ["Blue Train"]
    assert [each.title for each in await nodes.lists("blue", 5, "spotify")] == ["Blue", "Blues"]
    assert await nodes.lists("green", 5) == []


async def test_without_lavasearch_no_node_is_asked_for_lists(nodes: WavelinkNodes, proxy: Proxy) -> None:
    assert await nodes.lists("blue", 5) == []
    assert proxy.seen("GET", "/v4/loadsearch") == []


async def test_an_album_of_the_music_folder_is_loaded_as_it_is(nodes: WavelinkNodes, fake: FakeNode) -> None:
    tracks = [track("1.flac"), track("2.flac")]
    fake.results["localalbum:Blue Train"] = {"loadType": "playlist", "data": {"info": {}, "tracks": tracks}}

    assert [each.identifier for each in await nodes.load("localalbum:Blue Train", 5)] == ["1.flac", "2.flac"]


async def test_a_source_that_cannot_be_read_is_a_refusal(nodes: WavelinkNodes, fake: FakeNode) -> None:
    error = {"loadType": "error", "data": {"message": "Broken.", "severity": "fault", "cause": "?"}}
    fake.results["https://broken.example/"] = error

    with pytest.raises(Refused) as refused:
        await nodes.load("https://broken.example/", 5)

    assert refused.value.reason is Reason.LOAD_FAILED
    assert refused.value.metadata == {"source": "http", "query": "https://broken.example/"}


async def test_one_broken_source_does_not_hide_the_others(nodes: WavelinkNodes, fake: FakeNode) -> None:
    fake.results["localsearch:blue"] = {"loadType": "search", "data": [track("blue.flac")]}
    fake.results["ytsearch:blue"] = {"loadType": "error", "data": {"message": "Blocked.", "severity": "fault"}}

    assert [each.identifier for each in await nodes.load("blue", 5)] == ["blue.flac"]


async def test_another_node_loads_when_one_is_gone(fake: FakeNode, proxy: Proxy) -> None:
    fake.results["localsearch:blue"] = {"loadType": "search", "data": [track("blue.flac")]}
    async with listening("http://127.0.0.1:9", proxy.uri) as (nodes, _):
        assert len(await nodes.load("blue", 5)) == 1

    async with listening("http://127.0.0.1:9") as (nodes, _):
        with pytest.raises(Refused) as refused:
            await nodes.load("blue", 5)
    assert refused.value.reason is Reason.NO_NODE


BLOCKED = {"loadType": "error", "data": {"message": "Sign in to confirm you're not a bot.", "severity": "suspicious"}}
GONE = {"loadType": "error", "data": {"message": "This video is private.", "severity": "common"}}
FOUND = {"loadType": "search", "data": [VIDEO]}


@dataclass
class Two:
    """The adapter on two nodes with YouTube, and what each of them was asked for."""

    nodes: WavelinkNodes
    ears: Ears
    fakes: dict[str, FakeNode]
    proxies: dict[str, Proxy]

    def asked(self, node: str) -> list[str]:
        return [call.query["identifier"] for call in self.proxies[node].seen("GET", "/v4/loadtracks")]

    async def breakers(self) -> dict[str, BreakerState]:
        return {node.name: youtube(node) for node in await self.nodes.stats()}


def youtube(node: NodeStats) -> BreakerState:
    return next(source.breaker for source in node.sources if source.name == "youtube")


@asynccontextmanager
async def two_nodes() -> AsyncIterator[Two]:
    async with AsyncExitStack() as stack:
        fakes = [await stack.enter_async_context(FakeNode()) for _ in range(2)]
        proxies = [await stack.enter_async_context(Proxy(fake.uri)) for fake in fakes]
        timing = replace(TIMING, load=1)
        nodes, ears = await stack.enter_async_context(listening(*(proxy.uri for proxy in proxies), timing=timing))
        await nodes.open(0, {})
        names = ("main", "node-1")
        yield Two(nodes, ears, dict(zip(names, fakes, strict=True)), dict(zip(names, proxies, strict=True)))


def words(number: int) -> str:
    return f"song {number}"


async def test_a_source_that_fails_at_one_node_is_asked_at_the_other_and_then_left_alone_at_the_first() -> None:
    async with two_nodes() as two:
        for number in range(40):
            two.fakes["main"].results[f"ytsearch:{words(number)}"] = BLOCKED
            two.fakes["node-1"].results[f"ytsearch:{words(number)}"] = FOUND
        for number in range(40):
            assert [each.identifier for each in await two.nodes.load(words(number), 5, "youtube")] == [ADDRESS]
        states = await two.breakers()

        assert len(two.asked("main")) == FAILURES
        assert states == {"main": BreakerState.OPEN, "node-1": BreakerState.CLOSED}


async def test_a_source_that_fails_everywhere_is_named_and_then_not_asked_for_a_while() -> None:
    async with two_nodes() as two:
        for fake in two.fakes.values():
            fake.results |= {f"ytsearch:{words(number)}": BLOCKED for number in range(10)}
        for number in range(10):
            with pytest.raises(Refused) as refused:
                await two.nodes.load(words(number), 5)
            assert (refused.value.reason, refused.value.metadata) == (
                Reason.SOURCE_FAILED,
                {"source": "youtube", "query": words(number)},
            )
        two.fakes["main"].results["localsearch:blue"] = {"loadType": "search", "data": [track("blue.flac")]}
        two.fakes["node-1"].results["localsearch:blue"] = {"loadType": "search", "data": [track("blue.flac")]}

        assert set((await two.breakers()).values()) == {BreakerState.OPEN}
        searches = [query for name in two.fakes for query in two.asked(name) if query.startswith("ytsearch:")]
        assert len(searches) == 2 * FAILURES
        assert [each.identifier for each in await two.nodes.load("blue", 5)] == ["blue.flac"]


async def test_a_video_that_is_not_there_says_nothing_about_its_source() -> None:
    async with two_nodes() as two:
        for number in range(2 * FAILURES):
            for fake in two.fakes.values():
                fake.results[f"https://youtu.be/{number}"] = GONE
            with pytest.raises(Refused) as refused:
                await two.nodes.load(f"https://youtu.be/{number}", 5)
            assert (refused.value.reason, refused.value.metadata["source"]) == (Reason.LOAD_FAILED, "youtube")

        assert set((await two.breakers()).values()) == {BreakerState.CLOSED}


async def test_a_node_that_hangs_on_a_source_leaves_time_for_the_other() -> None:
    async with two_nodes() as two:
        two.proxies["main"].hang = lambda call: call.query.get("identifier", "").startswith("https://youtu.be/")
        for number in range(FAILURES + 10):
            two.fakes["node-1"].results[f"https://youtu.be/{number}"] = {"loadType": "track", "data": VIDEO}
            async with asyncio.timeout(TIMING.load):
                assert len(await two.nodes.load(f"https://youtu.be/{number}", 5)) == 1

        assert (await two.breakers())["main"] is BreakerState.OPEN
        assert len(two.asked("main")) == FAILURES


async def test_plain_addresses_have_no_breaker_because_each_is_a_server_of_its_own() -> None:
    async with two_nodes() as two:
        for number in range(2 * FAILURES):
            for fake in two.fakes.values():
                fake.results[f"https://radio.example/{number}"] = BLOCKED
            with pytest.raises(Refused, match=Reason.LOAD_FAILED):
                await two.nodes.load(f"https://radio.example/{number}", 5)

        asked = [query for name in two.fakes for query in two.asked(name)]
        assert len(asked) == 4 * FAILURES


async def test_tracks_that_fail_while_they_play_count_as_well() -> None:
    async with two_nodes() as two:
        (session,) = two.fakes["main"].sessions.values()
        for number in range(FAILURES):
            start = Start(ADDRESS, 0, paused=False, user_data={"play_seq": number, "item_id": 5})
            await two.nodes.start(0, "main", 1, start)
            playing = track(ADDRESS, {"play_seq": number}, sourceName="youtube")
            thrown = {"message": "403", "severity": "suspicious", "cause": "?"}
            await session.event("TrackExceptionEvent", 1, track=playing, exception=thrown)
        await two.ears.until(NodeEventKind.FAILED, FAILURES)

        assert await two.breakers() == {"main": BreakerState.OPEN, "node-1": BreakerState.CLOSED}


async def test_tracks_that_a_node_cannot_begin_count_as_well() -> None:
    async with two_nodes() as two:
        two.fakes["main"].broken["https://youtu.be/1"] = "Sign in to confirm you're not a bot."
        for number in range(FAILURES):
            start = Start("https://youtu.be/1", 0, paused=False, user_data={"play_seq": number, "item_id": 5})
            with pytest.raises(NodeRefused, match="Sign in"):
                await two.nodes.start(0, "main", 1, start)

        assert await two.breakers() == {"main": BreakerState.OPEN, "node-1": BreakerState.CLOSED}


async def test_a_probe_tells_of_every_source_of_every_node_and_breakers_hear_of_it() -> None:
    canary = SOURCES["youtube"].canary
    async with two_nodes() as two:
        two.fakes["main"].results[canary] = {"loadType": "track", "data": VIDEO}
        two.fakes["node-1"].results[canary] = BLOCKED
        found = [await two.nodes.probe() for _ in range(FAILURES)][-1]
        broken = await two.breakers()
        two.fakes["node-1"].results[canary] = {"loadType": "track", "data": VIDEO}
        await two.nodes.probe()
        repaired = await two.breakers()
        two.fakes["main"].results.pop(canary)
        empty = await two.nodes.probe()

    assert {(each.node, each.source): each.detail for each in found} == {
        ("main", "local"): "",
        ("main", "youtube"): "",
        ("node-1", "local"): "",
        ("node-1", "youtube"): "Sign in to confirm you're not a bot.",
    }
    assert broken == {"main": BreakerState.CLOSED, "node-1": BreakerState.OPEN}
    assert set(repaired.values()) == {BreakerState.CLOSED}
    assert Probe("main", "youtube", "It does not find a track that has been there for ever.") in empty


async def test_what_was_loaded_is_kept_but_for_the_music_folder_which_may_have_changed(
    nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy
) -> None:
    fake.results["ytsearch:blue"] = FOUND
    fake.results[ADDRESS] = {"loadType": "track", "data": VIDEO}
    await nodes.load("blue", 1)
    await nodes.load(ADDRESS, 1)
    fake.results.clear()
    fake.results["localsearch:blue"] = {"loadType": "search", "data": [track("blue.flac")]}

    assert [each.identifier for each in await nodes.load("blue", 10)] == ["blue.flac", ADDRESS]
    assert [each.identifier for each in await nodes.load(ADDRESS, 10)] == [ADDRESS]
    asked = [call.query["identifier"] for call in proxy.seen("GET", "/v4/loadtracks")]
    assert asked == ["localsearch:blue", "ytsearch:blue", ADDRESS, "localsearch:blue"]


async def test_a_search_of_one_source_asks_no_other(nodes: WavelinkNodes, fake: FakeNode, proxy: Proxy) -> None:
    fake.results["ytsearch:blue"] = FOUND

    assert len(await nodes.load("blue", 5, "youtube")) == 1
    assert await nodes.load("blue", 5, "local") == []
    assert await nodes.load("blue", 5, "spotify") == []
    asked = [call.query["identifier"] for call in proxy.seen("GET", "/v4/loadtracks")]
    assert asked == ["ytsearch:blue", "localsearch:blue"]


BLUE = Track("local", "blue.flac", "Blue", "Nobody", 1000, "", "", "", seekable=True, stream=False)
LYRICS = [{"name": "lavalyrics-plugin", "version": "1.0.0"}]


async def test_lyrics_come_from_a_node_that_says_it_has_them() -> None:
    async with two_nodes() as two:
        for fake in two.fakes.values():
            fake.results["blue.flac"] = {"loadType": "track", "data": track("blue.flac")}
        async with listening("http://127.0.0.1:9") as (nobody, _):
            with pytest.raises(Refused, match=Reason.NO_NODE):
                await nobody.lyrics(BLUE)
        with pytest.raises(Refused) as refused:
            await two.nodes.lyrics(BLUE)
        two.fakes["node-1"].info["plugins"] = LYRICS
        lines = [
            {"timestamp": 500, "duration": 1500, "line": "Blue", "plugin": {}},
            {"timestamp": 2000, "duration": None, "line": "", "plugin": {}},
        ]
        said: dict[str, Any] = {"sourceName": "local", "provider": "LRC", "text": None, "lines": lines, "plugin": {}}
        two.fakes["node-1"].lyrics = said
        async with listening(two.proxies["main"].uri, two.proxies["node-1"].uri) as (nodes, _):
            synced = await nodes.lyrics(BLUE)
        two.fakes["node-1"].lyrics = {**said, "text": "Blue\nTrain", "lines": []}
        async with listening(two.proxies["main"].uri, two.proxies["node-1"].uri) as (nodes, _):
            plain = await nodes.lyrics(BLUE)
        two.fakes["node-1"].lyrics = None
        async with listening(two.proxies["main"].uri, two.proxies["node-1"].uri) as (nodes, _):
            none = await nodes.lyrics(BLUE)

    assert (refused.value.reason, refused.value.metadata) == (Reason.NOT_SUPPORTED, {"missing": "lavalyrics-plugin"})
    assert synced == Lyrics("local", "LRC", (Line("Blue", 500, 1500), Line("", 2000, None)))
    assert plain == Lyrics("local", "LRC", (Line("Blue"), Line("Train")))
    assert none is None
