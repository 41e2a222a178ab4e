"""Deezer, Apple's look-up, Spotify's pages and YouTube's search, as far as they tell of one singer's songs."""

import asyncio
import json
import socket
import ssl
from typing import Any, Self

import trustme
from aiohttp import web

from tests.audionode.fixture_site import results

ISRC = "USUM72000001"
HOSTS = ("api.deezer.com", "itunes.apple.com", "open.spotify.com", "www.youtube.com")


def deezer_track(number: int, title: str = "Song", seconds: int = 4, isrc: str = "") -> dict[str, Any]:
    return {
        "id": number,
        "title": title,
        "duration": seconds,
        "isrc": isrc,
        "artist": {"name": "Singer"},
        "album": {"cover_xl": "https://example.com/cover.jpg"},
    }


def apple_track(number: int, title: str = "Song") -> dict[str, Any]:
    return {
        "wrapperType": "track",
        "kind": "song",
        "trackId": number,
        "trackName": title,
        "artistName": "Singer",
        "collectionName": "Album",
        "trackTimeMillis": 4100,
        "trackViewUrl": f"https://music.apple.com/us/album/album/1?i={number}",
        "artworkUrl100": "https://example.com/cover.jpg",
    }


SPOTIFY_PAGE = """<!DOCTYPE html><html><head><title>Song</title>
<meta property="og:title" content="Song &amp; more"/><meta property="og:image" content="https://example.com/cover.jpg"/>
<meta property="og:description" content="Singer · Album · Song · 2020"/>
<meta name="music:duration" content="4"/><meta name="music:musician_description" content="Singer"/></head></html>"""
SPOTIFY_BARE = '<html><head><meta property="og:title" content="Song"/></head></html>'


class FakeServices:
    """Answers for all of `HOSTS`. `answers` holds what is told by host and path, `asked` the searches, in order."""

    def __init__(self, authority: trustme.CA) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*HOSTS).configure_cert(self._context)
        self.answers: dict[str, Any] = {}
        self.videos: dict[str, list[tuple[str, str, str]]] = {}
        self.asked: list[str] = []
        self.paths: list[str] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.post("/youtubei/v1/search", self._search), web.get("/{path:.*}", self._tell)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def connected(self, host: str, _port: int, timeout: float) -> socket.socket:
        """In place of the guard's: wherever it leads, this answers."""
        assert host in HOSTS, host
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    async def _tell(self, request: web.Request) -> web.Response:
        place = f"{request.url.host}{request.path}"
        self.paths.append(place)
        answer = self.answers.get(place, 404)
        if answer == "hangs":
            await asyncio.sleep(60)
        if isinstance(answer, int):
            return web.Response(status=answer)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(text=text, content_type="text/html" if isinstance(answer, str) else "application/json")

    async def _search(self, request: web.Request) -> web.Response:
        query = (await request.json())["query"]
        self.asked.append(query)
        return web.json_response(results(*self.videos.get(query, ())))
