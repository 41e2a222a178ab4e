"""The page and its JSON, on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from deploy.local.traces.otlp_json import to_json
from deploy.local.traces.store import INTERACTION, REFERENCE, Trace, TraceStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.typedefs import Handler

PAGE = Path(__file__).parent / "page"
FILES: Final = ("page.js", "page.css")
RECENT = 200
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
STORE: Final = web.AppKey("store", TraceStore)


def application(store: TraceStore) -> web.Application:
    """Return the page as an application over a store."""
    app = web.Application(middlewares=[only_loopback_names])
    app[STORE] = store
    app.router.add_get("/", _index)
    app.router.add_get("/recent", _recent)
    app.router.add_get("/v1/traces", _traces)
    for name in FILES:
        app.router.add_get(f"/{name}", _file)
    return app


@web.middleware
async def only_loopback_names(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a foreign Host, by which a page elsewhere could read traces through a name it points here."""
    if request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK:
        return _error(403, 7, f"this page answers to a loopback name only, not to {request.host}")
    return await handler(request)


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


async def _file(request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / request.path.lstrip("/"), headers={"Cache-Control": "no-cache"})


async def _recent(request: web.Request) -> web.Response:
    return web.json_response({"traces": request.app[STORE].recent(RECENT)})


async def _traces(request: web.Request) -> web.Response:
    store = request.app[STORE]
    finders: dict[str, Callable[[str], Trace | None]] = {
        "traceId": store.trace,
        "ref": lambda value: store.find(REFERENCE, value),
        "interactionId": lambda value: store.find(INTERACTION, value),
    }
    if len(request.query) != 1 or not (names := finders.keys() & request.query.keys()):
        return _error(400, 3, f"give exactly one of {', '.join(finders)}")
    name = names.pop()
    found = finders[name](request.query[name])
    if found is None:
        return _error(404, 5, f"no trace with this {name} is among those that are kept")
    return web.json_response(to_json(found.as_data()))


def _error(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "details": []}, status=status)
