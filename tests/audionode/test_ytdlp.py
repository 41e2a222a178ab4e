"""What yt-dlp finds is played, in processes that reach the network by the node's guard only, or not at all."""

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import trustme

from audionode.proxy import Proxy
from audionode.settings import Limits
from audionode.track import TrackInfo, decode, encode
from audionode.web import Guard
from tests.audionode.conftest import Client, StartNode
from tests.audionode.fixture_site import ENTRIES, VIDEO, Site, fake_youtube
from tests.audionode.test_playing import assert_whole
from tests.audionode.voice_double import VoiceDouble

GUILD = 950
LIMITS = Limits(extract=60.0, stuck=60.0)  # yt-dlp takes its time to start on a busy machine


@pytest.fixture(scope="module")
async def site(music: Path) -> AsyncIterator[Site]:
    async with Site(music) as made:
        yield made


@pytest.fixture(scope="module")
async def node_url(start_node: StartNode, site: Site) -> AsyncIterator[str]:
    """A node that may read the site's address, and no other private one."""
    async with start_node(LIMITS, node_allow_private={site.host}) as url:
        yield url


@pytest.fixture
async def asking(node_url: str, connect: Callable[..., Any]) -> Client:
    made: Client = await connect(node_url)
    return made


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A private address that must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/x.wav"


async def test_a_page_is_loaded_as_the_track_on_it_and_heard(asking: Client, site: Site, double: VoiceDouble) -> None:
    page = f"http://{site.host}/song"
    found = await asking.load(page)

    assert found["loadType"] == "track"
    info = found["data"]["info"]
    assert (info["sourceName"], info["identifier"], info["uri"]) == ("ytdlp", page, page)
    assert (info["title"], info["author"], info["length"]) == ("Coded song", "Ünit Tests", 4000)
    assert info["artworkUrl"] == f"http://{site.host}/cover.png"
    assert (info["isSeekable"], info["isStream"]) == (True, False)

    await asking.join(GUILD, double)
    await asking.patch(GUILD, {"track": {"encoded": found["data"]["encoded"]}, "position": 2000})
    await asking.event("TrackEndEvent", GUILD)
    assert_whole(double.sessions[-1].seconds(), 3, first=2)
    assert double.sessions[-1].errors == []


async def test_a_site_that_is_open_to_browsers_only_is_read_as_one(asking: Client, site: Site) -> None:
    assert (await asking.load(f"http://{site.host}/shy"))["data"]["info"]["title"] == "Coded song"


async def test_a_list_is_a_playlist_whose_entries_are_extracted_when_they_are_played(
    asking: Client, site: Site, double: VoiceDouble
) -> None:
    before = site.seen.get("/song", 0)
    found = await asking.load(f"http://{site.host}/podcast")

    assert found["loadType"] == "playlist"
    assert found["data"]["info"] == {"name": "A podcast", "selectedTrack": -1}
    assert found["data"]["pluginInfo"] == {}
    tracks = found["data"]["tracks"]
    known = [(track["info"]["title"], track["info"]["length"]) for track in tracks]
    assert known == [(f"Episode {number}", 1000 * number) for number in range(1, ENTRIES + 1)][:200]
    assert site.seen.get("/song", 0) == before

    refused = await asking.play(GUILD + 1, f"http://{site.host}/podcast")
    assert (refused["_status"], refused["message"]) == (400, "Cannot play a playlist or search result")
    await asking.join(GUILD + 1, double)
    await asking.patch(GUILD + 1, {"track": {"encoded": tracks[1]["encoded"]}})
    await double.until(lambda: len(double.sessions[-1].sounding) > 20)
    assert site.seen["/song"] == before + 1


async def test_the_sounds_of_one_page_are_a_playlist_of_files(asking: Client, site: Site) -> None:
    found = await asking.load(f"http://{site.host}/songs")

    assert found["data"]["info"]["name"] == "Two songs"
    places = [(track["info"]["sourceName"], track["info"]["uri"]) for track in found["data"]["tracks"]]
    assert places == [("http", f"http://{site.host}/f/coded.flac"), ("http", f"http://{site.host}/f/tone.wav")]


async def test_a_search_goes_through_the_guard_and_finds_tracks(
    start_node: StartNode,
    connect: Callable[..., Any],
    authority: trustme.CA,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: set[tuple[str, int]] = set()
    async with fake_youtube(authority) as port, start_node(LIMITS, ssl_cert_file=str(ca_file)) as url:

        def connected(_: Guard, host: str, target: int, timeout: float) -> socket.socket:
            asked.add((host, target))
            return socket.create_connection(("127.0.0.1", port), timeout)

        monkeypatch.setattr(Guard, "connect", connected)
        client: Client = await connect(url)
        found = await client.load("ytsearch:never gonna")
        nothing = await client.load("ytsearch:nothing")
        elsewhere = await client.load("scsearch:never gonna")

    assert found["loadType"] == "search"
    info = found["data"][0]["info"]
    assert (info["sourceName"], info["identifier"]) == ("youtube", VIDEO)
    assert (info["title"], info["length"]) == ("never gonna", 212_000)
    assert info["uri"] == f"https://www.youtube.com/watch?v={VIDEO}"
    assert decode(found["data"][0]["encoded"], {"youtube"})[0].identifier == VIDEO
    assert nothing == {"loadType": "empty", "data": None}
    assert elsewhere["loadType"] == "error"
    assert ("www.youtube.com", 443) in asked
    assert {host for host, _ in asked} - {"www.youtube.com"} <= {"soundcloud.com", "api-v2.soundcloud.com"}


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("page.html", "Unsupported URL"),
        ("f/text.mp3", "the address is neither audio nor a page with any"),
        ("f/notes.txt", "the address is neither audio nor a page with any"),
        ("status/503", "HTTP Error 503: Service Unavailable"),
    ],
)
async def test_a_page_without_music_is_a_clear_error(asking: Client, site: Site, path: str, cause: str) -> None:
    error = await asking.load(f"http://{site.host}/{path}")

    assert error["loadType"] == "error"
    assert cause in error["data"]["cause"]
    assert "ERROR" not in error["data"]["cause"]


async def test_no_page_leads_yt_dlp_to_a_private_address(asking: Client, site: Site, canary: socket.socket) -> None:
    redirected = await asking.load(f"http://{site.host}/away?url={_url(canary)}")
    assert redirected["loadType"] == "error"
    assert "the address is not public" in redirected["data"]["cause"]
    playlist = await asking.load(f"http://{site.host}/page?url={_url(canary)}.m3u8&read=it")
    assert playlist["loadType"] == "error"


async def test_no_sound_of_a_page_and_no_forged_track_leads_to_a_private_address(
    asking: Client, site: Site, canary: socket.socket
) -> None:
    redirected = f"http://{site.host}/to?url={_url(canary)}"
    pages = [f"http://{site.host}/page?url={place}" for place in (_url(canary), redirected)]
    loaded = [(await asking.load(page))["data"]["encoded"] for page in pages]
    ways = [_url(canary), redirected, f"http://{site.host}/away?url={_url(canary)}", "file:///etc/passwd", "x", ""]
    forged = [encode(TrackInfo("i", "t", "a", 4000, "ytdlp", uri=way)) for way in ways]
    for track in loaded + forged:
        asking.messages.clear()
        await asking.patch(GUILD + 2, {"track": {"encoded": track}})
        await asking.event("TrackEndEvent", GUILD + 2)
        assert asking.events(GUILD + 2) == ["TrackStartEvent", "TrackExceptionEvent", "TrackEndEvent:loadFailed"]


def test_the_child_process_reaches_the_proxy_only_and_starts_no_program(canary: socket.socket) -> None:
    attempts = f"""
import os, socket, subprocess
from audionode.extractor import confine
with socket.create_server(("127.0.0.1", 0)) as proxy:
    port = proxy.getsockname()[1]
    confine(port)
    socket.create_connection(("127.0.0.1", port)).close()
away = {canary.getsockname()}
for attempt in (
    lambda: socket.create_connection(away),
    lambda: socket.create_connection(("localhost", away[1])),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", away),
    lambda: socket.socket().connect_ex(away),
    lambda: subprocess.run(["/bin/true"]),
    lambda: os.system("true"),
    lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
    os.fork,
):
    try:
        attempt()
    except PermissionError:
        print("refused")
"""
    command = [sys.executable, "-W", "ignore::ResourceWarning", "-c", attempts]
    ended = subprocess.run(
        command, env={"PYTHONPATH": "lavalink"}, capture_output=True, text=True, timeout=120, check=True
    )
    assert ended.stdout == "refused\n" * 9


@pytest.mark.parametrize("first_line", ["CONNECT {host}:{port} HTTP/1.1", "GET http://{host}:{port}/x HTTP/1.1"])
def test_the_proxy_connects_to_what_the_guard_allows(canary: socket.socket, first_line: str) -> None:
    host, port = canary.getsockname()
    with socket.create_server(("127.0.0.1", 0)) as server:
        allowed = server.getsockname()[1]
        proxy = Proxy(Guard(frozenset({f"127.0.0.1:{allowed}"})), 1.0)
        try:
            for name in (host, "localhost", "2130706433", "[::ffff:127.0.0.1]"):
                answer = _ask(proxy.port, first_line.format(host=name, port=port))
                assert answer.startswith("HTTP/1.0 403 the address is not public"), name
            assert _ask(proxy.port, first_line.format(host="", port=port)).startswith("HTTP/1.0 403 only http")
            assert _ask(proxy.port, first_line.format(host=host, port="x")).startswith("HTTP/1.0 403 ")
            assert _ask(proxy.port, first_line.format(host="[", port=port)) == ""
            with contextlib.closing(socket.create_connection(("127.0.0.1", proxy.port), 5)) as client:
                client.sendall(first_line.format(host=host, port=allowed).encode() + b"\r\n\r\n")
                server.settimeout(5)
                server.accept()[0].close()
        finally:
            proxy.close()


def _ask(port: int, first_line: str) -> str:
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), 5)) as client:
        client.sendall(f"{first_line}\r\n\r\n".encode())
        return client.makefile().read()


async def test_a_site_that_hangs_costs_its_own_time_only_and_no_other_request(
    start_node: StartNode, connect: Callable[..., Any], site: Site
) -> None:
    site.hung.clear()
    async with start_node(Limits(load=2.0, extract=15.0), node_allow_private={site.host}) as url:
        client: Client = await connect(url)
        hanging = [asyncio.create_task(client.load(f"http://{site.host}/hangs")) for _ in range(20)]
        await site.hung.wait()
        assert (await client.load("tone.wav"))["loadType"] == "track"
        causes = {error["data"]["cause"] for error in await asyncio.gather(*hanging)}
        waited = "the sites looked up before take too long: try again in a moment"  # some may still get their turn
        # The node's own patience, or yt-dlp's, whichever ends first on this machine.
        hung = {"the site takes too long", "[generic] hangs: Unable to download webpage: timed out"}
        assert causes - hung - {waited} == {"too many addresses are looked up at once: try again in a moment"}
        assert causes & hung
        assert (await client.load(f"http://{site.host}/song"))["loadType"] == "track"


async def test_a_child_that_is_killed_costs_one_request(asking: Client, site: Site) -> None:
    site.hung.clear()
    hanging = asyncio.create_task(asking.load(f"http://{site.host}/hangs"))
    await site.hung.wait()
    for child in _children():
        child.kill()

    assert (await hanging)["data"]["cause"] == "yt-dlp broke down at this address"
    for _ in range(2):  # the idle one may still be dying when it is asked
        last = await asking.load(f"http://{site.host}/song")
    assert last["loadType"] == "track"


async def test_no_child_outlives_the_node(start_node: StartNode, connect: Callable[..., Any], site: Site) -> None:
    before = {child.pid for child in _children()}
    async with start_node(LIMITS, node_allow_private={site.host}) as url:
        client: Client = await connect(url)
        await client.load(f"http://{site.host}/song")
        mine = [child for child in _children() if child.pid not in before]
        assert mine
    assert not any(child.is_running() for child in mine)


def _children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "audionode.extractor" in child.cmdline()]


async def test_switched_off_it_is_not_there(start_node: StartNode, connect: Callable[..., Any], site: Site) -> None:
    on = encode(TrackInfo(VIDEO, "t", "a", 4000, "youtube", uri=f"http://{site.host}/song"))
    async with start_node(node_allow_private={site.host}, node_ytdlp=False) as url:
        client: Client = await connect(url)
        assert (await client.request("GET", "/v4/info"))["sourceManagers"] == ["local", "http"]
        assert (await client.load("ytsearch:never gonna")) == {"loadType": "empty", "data": None}
        error = await client.load(f"http://{site.host}/song")
        assert error["data"]["cause"] == "the file is not audio, or of a kind this node does not play"
        assert (await client.request("GET", "/v4/decodetrack", params={"encodedTrack": on}))["_status"] == 500
        assert (await client.patch(GUILD, {"track": {"encoded": on}}))["_status"] == 500


async def test_switched_on_its_sources_are_named(asking: Client) -> None:
    info = await asking.request("GET", "/v4/info")
    extracted, mirrored = ["youtube", "soundcloud", "ytdlp"], ["deezer", "applemusic", "spotify"]
    assert info["sourceManagers"] == ["local", "http", *extracted, *mirrored]
