"""What the adapter finds for words and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audio.domain.track import Track
from kit.errors import Reason, Refused
from tests.audio.nodes.conftest import listening
from tests.audio.nodes.fake import track

if TYPE_CHECKING:
    from audio.adapters.node import WavelinkNodes
    from tests.audio.nodes.fake import FakeNode
    from tests.audio.nodes.proxy import Proxy

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


async def test_a_playlist_is_loaded_up_to_the_limit(nodes: WavelinkNodes, fake: FakeNode) -> None:
    tracks = [track(f"{number}.flac") for number in range(20)]
    fake.results["http://list.example/"] = {"loadType": "playlist", "data": {"info": {}, "tracks": tracks}}

    assert [each.identifier for each in await nodes.load("http://list.example/", 2)] == ["0.flac", "1.flac"]


async def test_words_never_name_a_path_or_another_search(nodes: WavelinkNodes, proxy: Proxy) -> None:
    for words in ("/etc/passwd", "ytsearch:x", "file:///etc/passwd", "../a.flac"):
        assert await nodes.load(words, 5) == []

    asked = {call.query["identifier"].partition(":")[0] for call in proxy.seen("GET", "/v4/loadtracks")}
    assert asked == {"localsearch", "ytsearch"}


async def test_a_source_that_cannot_be_read_is_a_refusal(nodes: WavelinkNodes, fake: FakeNode) -> None:
    error = {"loadType": "error", "data": {"message": "Broken.", "severity": "fault", "cause": "?"}}
    fake.results["https://broken.example/"] = error

    with pytest.raises(Refused) as refused:
        await nodes.load("https://broken.example/", 5)

    assert refused.value.reason is Reason.LOAD_FAILED
    assert refused.value.metadata == {"query": "https://broken.example/"}


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
