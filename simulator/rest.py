"""Discord's REST API, version 10, over the world's routes."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.answers import Answers
    from simulator.gateway import Gateway
    from simulator.world.world import World

PREFIX = "/api/v10"
_IDENTIFIES_A_DAY = 1000


@dataclass(frozen=True)
class _Upload:
    """A file of a multipart body, as simcord's routes read it."""

    filename: str
    fp: io.BytesIO
    description: str | None = None


def answer(status: int, body: Any) -> web.Response:
    """Make a response; its content type is exactly application/json, as clients compare it."""
    if body is None:
        return web.Response(status=204)
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


async def _read(request: web.Request) -> tuple[Any, list[_Upload]]:
    """Read a JSON body, or the parts of a multipart one; raises ValueError."""
    if not request.can_read_body:
        return None, []
    if request.content_type != "multipart/form-data":
        return json.loads(await request.read()), []
    body, files = None, []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise Refusal.of(400, "A part must not be multipart itself.", 50035)
        content = await part.read()
        if part.name == "payload_json":
            body = json.loads(content)
        else:
            files.append(_Upload(part.filename or "file", io.BytesIO(content)))
    return body, files


class Rest:
    """Answers the bot's REST calls."""

    def __init__(self, world: World, gateway: Gateway, answers: Answers, changed: Callable[[str], None]) -> None:
        self._world = world
        self._gateway = gateway
        self._answers = answers
        self._changed = changed

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call."""
        path = unquote(request.rel_url.raw_path.removeprefix(PREFIX))
        try:
            return await self._handle(request, path)
        except Refusal as refusal:
            return answer(refusal.status, refusal.body)

    async def _handle(self, request: web.Request, path: str) -> web.Response:
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and path != "/gateway" and not request.headers.get("Authorization", "").removeprefix("Bot "):
            raise Refusal.of(401, "401: Unauthorized")
        own = self._own(request.method, path)
        if own is not None:
            return answer(200, own)
        try:
            body, files = await _read(request)
        except ValueError as error:
            raise Refusal.of(400, "The request body contains invalid JSON.", 50109) from error
        reason = request.headers.get("X-Audit-Log-Reason")
        result = self._world.request(
            request.method,
            path,
            body=body,
            params=dict(request.query),
            files=files,
            reason=None if reason is None else unquote(reason),
        )
        if request.method != "GET":
            self._changed(path)
            self._answers.observe(request.method, path)
        if path.endswith("/callback") and request.query.get("with_response", "").lower() not in ("1", "true"):
            result = None
        return answer(200, result)

    def _own(self, method: str, path: str) -> dict[str, Any] | None:
        """Answer what is not about the world."""
        if method != "GET" or path not in ("/gateway", "/gateway/bot"):
            return None
        if path == "/gateway":
            return {"url": self._gateway.url}
        remaining = max(0, _IDENTIFIES_A_DAY - self._gateway.identified)
        limit = {"total": _IDENTIFIES_A_DAY, "remaining": remaining, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}
