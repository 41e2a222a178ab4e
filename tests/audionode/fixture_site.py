"""A web site with pages that yt-dlp reads, and a YouTube that knows one song."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trustme
from aiohttp import web

from tests.audionode.fixture_web import FixtureWeb

ENTRIES = 250
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


class Site(FixtureWeb):
    """Pages beside the files; `hung` is set when a request for /hangs begins to wait."""

    def routes(self) -> list[web.RouteDef]:
        self.hung = asyncio.Event()
        return [
            *super().routes(),
            web.get("/song", self._song),
            web.get("/songs", self._songs),
            web.get("/podcast", self._podcast),
            web.get("/page", self._page),
            web.get("/away", self._away),
            web.get("/shy", self._shy),
            web.get("/hangs", self._hangs),
            web.get("/only-from-here/{file}", self._only_from_here),
        ]

    async def _song(self, request: web.Request) -> web.Response:
        """A page that describes its sound as search engines want it."""
        described = f"""{{"@context": "https://schema.org", "@type": "AudioObject", "name": "Coded song",
            "contentUrl": "http://{self.host}/only-from-here/coded.opus", "duration": "PT4S",
            "thumbnailUrl": "http://{self.host}/cover.png", "author": {{"@type": "Person", "name": "Ünit Tests"}}}}"""
        return _html(f'<title>A page</title><script type="application/ld+json">{described}</script>')

    async def _songs(self, _: web.Request) -> web.Response:
        return _html('<title>Two songs</title><audio src="/f/coded.flac"></audio><audio src="/f/tone.wav"></audio>')

    async def _podcast(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>Episode {number}</title><link>http://{self.host}/song?{number}</link>"
            f"<itunes:duration>{number}</itunes:duration></item>"
            for number in range(1, ENTRIES + 1)
        )
        head = f'<?xml version="1.0"?><rss version="2.0" xmlns:itunes="{_ITUNES}"><channel><title>A podcast</title>'
        return web.Response(text=f"{head}{items}</channel></rss>", content_type="application/rss+xml")

    async def _page(self, request: web.Request) -> web.Response:
        """A page whose sound is elsewhere."""
        return _html(f'<title>A page</title><audio src="{request.query["url"]}"></audio>')

    async def _away(self, request: web.Request) -> web.Response:
        """To browsers, which is what yt-dlp says it is, a redirect; to the node a page."""
        if _is_browser(request):
            return web.Response(status=302, headers={"Location": request.query["url"]})
        return _html("<title>Nothing</title>")

    async def _shy(self, request: web.Request) -> web.Response:
        return await self._song(request) if _is_browser(request) else web.Response(status=403)

    async def _hangs(self, request: web.Request) -> web.Response:
        if _is_browser(request):
            self.hung.set()
            await asyncio.sleep(60)
        return _html("<title>Nothing</title>")

    async def _only_from_here(self, request: web.Request) -> web.StreamResponse:
        """The file, to those who say that a page of this site sent them."""
        if request.headers.get("Referer", "").startswith(f"http://{self.host}/"):
            return await self._file(request)
        return web.Response(status=403)


def _html(text: str) -> web.Response:
    return web.Response(text=f"<!DOCTYPE html><html>{text}</html>", content_type="text/html")


def _is_browser(request: web.Request) -> bool:
    return request.headers["User-Agent"].startswith("Mozilla/")


VIDEO = "dQw4w9WgXcQ"


@asynccontextmanager
async def fake_youtube(authority: trustme.CA) -> AsyncIterator[int]:
    """Answers searches as www.youtube.com, on the port it yields."""

    async def search(request: web.Request) -> web.Response:
        query = (await request.json())["query"]
        return web.json_response(results((query, "A channel", "3:32")) if query != "nothing" else results())

    async def home(_: web.Request) -> web.Response:
        return _html("<title>YouTube</title>")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("www.youtube.com").configure_cert(context)
    app = web.Application()
    app.add_routes([web.get("/", home), web.post("/youtubei/v1/search", search)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


def results(*found: tuple[str, str, str]) -> dict[str, Any]:
    """YouTube's answer to a search: of each video the title, the channel and the length."""
    videos = [
        {
            "videoRenderer": {
                "videoId": VIDEO,
                "title": {"runs": [{"text": title}]},
                "ownerText": {"runs": [{"text": channel}]},
                "lengthText": {"simpleText": length},
            }
        }
        for title, channel, length in found
    ]
    section = {"sectionListRenderer": {"contents": [{"itemSectionRenderer": {"contents": videos}}]}}
    return {"contents": {"twoColumnSearchResultsRenderer": {"primaryContents": section}}}
