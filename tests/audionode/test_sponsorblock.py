"""Segments that people marked at SponsorBlock are left out, as its plugin does it; trouble there changes nothing."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web

from audionode.settings import SKIPPING, Limits
from audionode.track import TrackInfo, encode
from audionode.web import Guard
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_site import VIDEO, Site
from tests.audionode.test_playing import assert_whole
from tests.audionode.voice_double import VoiceDouble

HOST = "sponsor.ajay.app"
GUILD = 990
SPONSOR = {"category": "sponsor", "start": 1000, "end": 3000}


@dataclass
class FakeSponsorBlock:
    """What the site knows of videos with the hash of ours; `asked` are the paths with the categories."""

    marks: list[tuple[str, float, float]] = field(default_factory=lambda: [("sponsor", 1.0, 3.0)])
    trouble: "Answer | None" = None
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    port: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        categories = json.loads(request.query["categories"])
        self.asked.append((request.path, categories))
        if self.trouble is not None:
            return await self.trouble(request)
        segments = [
            {"category": category, "actionType": "skip", "segment": [start, end], "UUID": "a" * 64, "votes": 1}
            for category, start, end in self.marks
            if category in categories
        ]
        other = {"videoID": "another", "segments": [{"category": "sponsor", "segment": [0.0, 4.0]}]}
        return web.json_response([other, {"videoID": VIDEO, "hash": "…", "segments": segments}])


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(text: str, status: int = 200) -> Answer:
    async def say(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text)

    return say


async def hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """In the middle of an answer whose length was not told."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b"[")
    assert request.transport is not None
    request.transport.close()
    return response


@asynccontextmanager
async def serving(authority: trustme.CA) -> AsyncIterator[FakeSponsorBlock]:
    fake = FakeSponsorBlock()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    app = web.Application()
    app.add_routes([web.get("/api/skipSegments/{prefix}", fake.answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    fake.port = runner.addresses[0][1]
    yield fake
    await runner.cleanup()


@pytest.fixture
async def fake(
    authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FakeSponsorBlock]:
    """The site, where the guard finds it; all others are where they are."""
    async with serving(authority) as made:
        connect = Guard.connect

        def connected(guard: Guard, host: str, port: int, timeout: float) -> socket.socket:
            if (host, port) == (HOST, 443):
                return socket.create_connection(("127.0.0.1", made.port), timeout)
            return connect(guard, host, port, timeout)

        monkeypatch.setattr(Guard, "connect", connected)
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
        yield made


@pytest.fixture(scope="module")
async def site(music: Path) -> AsyncIterator[Site]:
    async with Site(music) as made:
        yield made


@pytest.fixture(scope="module")
async def node_url(start_node: StartNode, site: Site) -> AsyncIterator[str]:
    async with start_node(Limits(load=2.0), node_allow_private={site.host}) as url:
        yield url


@pytest.fixture
async def owner(node_url: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(node_url)
    return made


def place(client: Client, session: str = "") -> str:
    return f"/v4/sessions/{session or client.session_id}/players/{GUILD}/sponsorblock/categories"


async def skip(client: Client, *categories: str) -> None:
    assert await client.request("PUT", place(client), json=categories) == ""


async def load(client: Client, site: Site, double: VoiceDouble, **more: Any) -> None:
    """Have the time-coded video ready to play."""
    await client.join(GUILD, double)
    video = encode(TrackInfo(VIDEO, "t", "a", 4000, "youtube", uri=f"http://{site.host}/song"))
    await client.patch(GUILD, {"track": {"encoded": video}, "paused": True, **more})


async def heard(client: Client, double: VoiceDouble) -> list[int]:
    """Play on to the track's end; the seconds of it that were heard."""
    await client.patch(GUILD, {"paused": False})
    await client.event("TrackEndEvent", GUILD)
    assert client.events(GUILD)[-1] == "TrackEndEvent:finished"
    return double.sessions[-1].seconds()


async def test_categories_are_set_shown_and_taken_back_as_at_the_plugin(owner: Client) -> None:
    assert SKIPPING in {plugin["name"] for plugin in (await owner.request("GET", "/v4/info"))["plugins"]}
    assert (await owner.request("GET", place(owner)))["message"] == "Guild not found"
    await skip(owner, "sponsor", "intro")
    assert set(await owner.request("GET", place(owner))) == {"sponsor", "intro"}
    await skip(owner, "filler")
    assert await owner.request("GET", place(owner)) == ["filler"]
    assert await owner.request("DELETE", place(owner)) == ""
    assert (await owner.request("GET", place(owner)))["_status"] == 404

    wrong: list[Any] = [{"categories": []}, "sponsor", [1]]
    for body in wrong:
        assert (await owner.request("PUT", place(owner), json=body))["_status"] == 400
    for method in ("GET", "PUT", "DELETE"):
        gone = await owner.request(method, place(owner, "x" * 16), json=[])
        assert (gone["_status"], gone["message"]) == (404, "Session not found")


async def test_a_player_that_is_destroyed_leaves_nothing_out_when_it_comes_again(owner: Client) -> None:
    await owner.patch(GUILD, {"volume": 50})
    await skip(owner, "sponsor")
    await owner.request("DELETE", f"/v4/sessions/{owner.session_id}/players/{GUILD}")
    assert (await owner.request("GET", place(owner)))["_status"] == 404


async def test_a_node_without_yt_dlp_or_with_the_plugin_off_does_not_announce_it(
    start_node: StartNode, connect: Callable[..., Any]
) -> None:
    for settings in ({"node_ytdlp": False}, {"node_plugins_off": {SKIPPING}}):
        async with start_node(**settings) as url:
            client: Client = await connect(url)
            assert SKIPPING not in {plugin["name"] for plugin in (await client.request("GET", "/v4/info"))["plugins"]}
            assert (await client.request("PUT", place(client), json=[]))["_status"] == 404


@pytest.mark.parametrize("filters", [{}, {"timescale": {"speed": 2.0}}], ids=["as it is", "fast"])
async def test_nothing_of_a_segment_is_heard_and_the_client_is_told(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock, filters: dict[str, Any]
) -> None:
    await skip(owner, "sponsor", "selfpromo")
    await load(owner, site, double, filters=filters)
    loaded = await owner.event("SegmentsLoaded", GUILD)
    seconds = await heard(owner, double)

    assert loaded["segments"] == [SPONSOR]
    assert (await owner.event("SegmentSkipped", GUILD))["segment"] == SPONSOR
    after = owner.messages[owner.messages.index(await owner.event("SegmentSkipped", GUILD)) :]
    positions = [sent["state"]["position"] for sent in after if sent["op"] == "playerUpdate"]
    assert 3000 <= positions[0] < 4000
    assert set(seconds) - {-1} == {0, 3}
    if "timescale" not in filters:
        assert 48 <= seconds.count(0) <= 51
        assert 48 <= seconds.count(3) <= 51
    asked = f"/api/skipSegments/{sha256(VIDEO.encode()).hexdigest()[:4]}"
    assert fake.asked == [(asked, ["selfpromo", "sponsor"])]


async def test_a_change_counts_at_once_for_what_plays(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock
) -> None:
    fake.marks = [("sponsor", 1.0, 2.0), ("intro", 2.0, 3.0)]
    await load(owner, site, double)
    await skip(owner, "sponsor")
    await owner.event("SegmentsLoaded", GUILD)
    await skip(owner, "sponsor")
    await skip(owner, "intro")
    await owner.message(lambda sent: sent.get("segments") == [{"category": "intro", "start": 2000, "end": 3000}])

    assert set(await heard(owner, double)) - {-1} == {0, 1, 3}
    assert [categories for _, categories in fake.asked] == [["sponsor"], ["intro"]]


async def test_what_is_taken_back_is_heard(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock
) -> None:
    await skip(owner, "sponsor")
    await load(owner, site, double)
    await owner.event("SegmentsLoaded", GUILD)
    await owner.request("DELETE", place(owner))

    assert_whole(await heard(owner, double), 3)
    assert "SegmentSkipped" not in owner.events(GUILD)


async def test_who_seeks_back_hears_no_segment_either_and_who_seeks_into_one_what_follows(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock
) -> None:
    await skip(owner, "sponsor")
    await load(owner, site, double, position=1500)
    await owner.event("SegmentsLoaded", GUILD)
    await owner.patch(GUILD, {"paused": False})
    await owner.event("SegmentSkipped", GUILD)
    await owner.patch(GUILD, {"position": 0})

    assert set(await heard(owner, double)) - {-1} <= {0, 3}
    assert owner.events(GUILD).count("SegmentSkipped") == 2


async def test_a_segment_up_to_the_end_ends_the_track(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock
) -> None:
    fake.marks = [("outro", 2.0, 3.0), ("outro", 2.5, 4.5), ("outro", 3.0, 3.0)]
    await skip(owner, "outro")
    await load(owner, site, double)
    await owner.event("SegmentsLoaded", GUILD)

    assert set(await heard(owner, double)) - {-1} == {0, 1}
    assert owner.events(GUILD).count("SegmentSkipped") == 2


@pytest.mark.parametrize(
    "trouble",
    [
        says("Not Found", 404),
        says("", 500),
        says("<html>"),
        says(json.dumps([{"videoID": VIDEO, "segments": [{"category": "sponsor", "segment": [0, float("inf")]}]}])),
        says(json.dumps([{"videoID": VIDEO}])),
        says("[" * 100_000),
        says(" " * 3_000_000),
        hangs,
        breaks_off,
    ],
    ids=["unknown", "broken", "no json", "endless", "no segments", "deep", "long", "hangs", "breaks off"],
)
async def test_a_site_that_is_away_slow_or_confused_costs_no_sound(
    owner: Client, site: Site, double: VoiceDouble, fake: FakeSponsorBlock, trouble: Answer
) -> None:
    fake.trouble = trouble
    await skip(owner, "sponsor")
    await load(owner, site, double, position=3000)

    assert_whole(await heard(owner, double), 3, first=3)
    assert "SegmentsLoaded" not in owner.events(GUILD)
    asked, fake.trouble = len(fake.asked), None
    await load(owner, site, double)
    await owner.event("SegmentsLoaded", GUILD)
    assert (asked, len(fake.asked)) == (1, 2)


async def test_only_videos_of_youtube_are_asked_about(
    owner: Client, double: VoiceDouble, fake: FakeSponsorBlock
) -> None:
    await skip(owner, "sponsor")
    await owner.join(GUILD, double)
    await owner.play(GUILD, "coded.opus", position=3000)

    assert_whole(await heard(owner, double), 3, first=3)
    assert fake.asked == []
