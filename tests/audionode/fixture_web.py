"""The web server of the recordings: files, redirects, errors, playlists, and a source that drips."""

import asyncio
from pathlib import Path
from typing import Any, Self

from aiohttp import web


class FixtureWeb:
    """Serves on loopback; `host` is its host:port. `seen` counts requests by path; `/gated/` waits for `gate`."""

    def __init__(self, music: Path, port: int = 0) -> None:
        self._music = music
        self._port = port
        self.host = ""
        self.seen: dict[str, int] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._count])
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.get("/f/{file}", self._file),
            web.get("/redir.wav", _to("/f/tone.wav")),
            web.get("/to", self._redirect),
            web.get("/circle", _to("/circle")),
            web.get("/status/{status}", self._status),
            web.get("/page.html", _html),
            web.get("/slow.wav", _never),
            web.get("/list.m3u", self._m3u),
            web.get("/list.pls", self._pls),
            web.get("/entry.m3u", self._entry),
            web.get("/drip.wav", self._drip),
            web.get("/cut/{file}", self._cut),
            web.get("/gated/{file}", self._gated),
        ]

    @web.middleware
    async def _count(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.seen[request.path] = self.seen.get(request.path, 0) + 1
        response: web.StreamResponse = await handler(request)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = self._music / request.match_info["file"]
        return web.FileResponse(path) if path.exists() else web.Response(status=404)

    async def _gated(self, request: web.Request) -> web.StreamResponse:
        await self.gate.wait()
        return await self._file(request)

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["url"]})

    async def _status(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]))

    async def _m3u(self, _: web.Request) -> web.Response:
        return web.Response(text=f"#EXTM3U\nhttp://{self.host}/f/tone.wav\n", content_type="audio/x-mpegurl")

    async def _pls(self, _: web.Request) -> web.Response:
        text = f"[playlist]\nFile1=http://{self.host}/f/tone.wav\nTitle1=Tone\nNumberOfEntries=1\n"
        return web.Response(text=text, content_type="audio/x-scpls")

    async def _entry(self, request: web.Request) -> web.Response:
        return web.Response(text=f"{request.query['url']}\n", content_type="audio/x-mpegurl")

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        """The first `seconds` of sound at once, three if none are given, then a byte a second."""
        data = (self._music / "tone10.wav").read_bytes()
        headers = {"Content-Range": f"bytes 0-{len(data) - 1}/{len(data)}", "Content-Length": str(len(data))}
        response = web.StreamResponse(status=206, headers=headers)
        await response.prepare(request)
        begin = int(request.query.get("seconds", "3")) * 192000
        await response.write(data[:begin])
        try:
            for place in range(begin, len(data)):
                await asyncio.sleep(1)
                await response.write(data[place : place + 1])
        except ConnectionError:
            pass
        return response

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        """Honours ranges, but breaks every connection off after 300 kB."""
        data = (self._music / request.match_info["file"]).read_bytes()
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        response = web.StreamResponse(status=206, headers=headers | {"Content-Length": str(len(data) - start)})
        await response.prepare(request)
        await response.write(data[start : start + 300_000])
        if start + 300_000 < len(data) and request.transport is not None:
            await response.drain() if hasattr(response, "drain") else None
            await asyncio.sleep(0.05)
            request.transport.close()
        return response


def _to(place: str) -> Any:
    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": place})

    return redirect


async def _html(_: web.Request) -> web.Response:
    return web.Response(text="<html><body>No music here.</body></html>" * 50, content_type="text/html")


async def _never(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()
