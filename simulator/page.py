"""The page: static files, and where its links to traces lead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.rest import answer

if TYPE_CHECKING:
    from pydantic import HttpUrl

_FILES = Path(__file__).parent / "static"


def page_routes(traces_url: HttpUrl | None) -> list[web.AbstractRouteDef]:
    """List the routes of the page."""

    async def index(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "index.html", headers={"Cache-Control": "no-cache"})

    async def config(_request: web.Request) -> web.Response:
        return answer(200, {"tracesUrl": None if traces_url is None else str(traces_url).rstrip("/")})

    return [web.get("/", index), web.get("/config.json", config), web.static("/static", _FILES)]
