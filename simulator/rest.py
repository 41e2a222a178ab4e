"""Discord's REST API, version 10, over the world's routes."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import math
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.answers import Answers
    from simulator.faults import Faults
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


def _is_by_token(path: str) -> bool:
    """Tell whether a call is about an interaction, whose token stands in the path."""
    return path.startswith(("/interactions/", "/webhooks/"))


def _too_many(method: str, path: str, seconds: float, *, everywhere: bool) -> web.Response:
    """Refuse a call for its frequency: with the limit of its route, or with the bot's limit everywhere."""
    response = answer(429, {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere})
    headers = {"Via": "1.1 google", "Retry-After": str(math.ceil(seconds))}  # clients take one without Via for a ban
    if everywhere:
        headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    else:
        route = f"{method} {re.sub(r'/[^/]*[0-9][^/]*', '/:id', path)}"
        headers |= {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": f"{time.time() + seconds:.3f}",
            "X-RateLimit-Reset-After": f"{seconds:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
            "X-RateLimit-Scope": "user",
        }
    response.headers.update(headers)
    return response


def _ban(seconds: float) -> web.Response:
    """Refuse a call on its way to Discord, as what stands before it does with an address that it has banned."""
    return web.Response(status=429, text="error code: 1015", headers={"Retry-After": str(math.ceil(seconds))})


class Rest:
    """Answers the bot's REST calls."""

    def __init__(
        self, world: World, gateway: Gateway, answers: Answers, faults: Faults, changed: Callable[[str], None]
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._answers = answers
        self._faults = faults
        self._changed = changed

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call."""
        path = unquote(request.rel_url.raw_path.removeprefix(PREFIX))
        caused = await self._fault(request.method, path)
        try:
            response = caused or await self._handle(request, path)
        except Refusal as refusal:
            response = answer(refusal.status, refusal.body)
        self._gateway.conduct.answered(response.status, caused=caused is not None)
        return response

    async def attachment(self, request: web.Request) -> web.Response:
        """Give a file as Discord's CDN does: to whoever knows its address."""
        try:
            return web.Response(body=self._world.attachment(request.path))
        except Refusal as refusal:
            return answer(refusal.status, refusal.body)

    async def _fault(self, method: str, path: str) -> web.Response | None:
        """Do what was asked for: be slow, ban, limit or fail; the global limit does not bind interactions."""
        slow = self._faults.take("rest_slow")
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        banned = self._faults.take("rest_429_banned")
        if banned is not None:
            return _ban(banned.seconds)
        everywhere = None if _is_by_token(path) else self._faults.take("rest_429_global")
        limited = everywhere or self._faults.take("rest_429")
        if limited is not None:
            return _too_many(method, path, limited.seconds, everywhere=everywhere is not None)
        broken = self._faults.take("rest_5xx")
        return None if broken is None else answer(broken.code, {"message": f"{broken.code}: Server Error", "code": 0})

    async def _handle(self, request: web.Request, path: str) -> web.Response:
        by_token = _is_by_token(path)
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
        remaining = max(0, _IDENTIFIES_A_DAY - len(self._gateway.conduct.identified_at_ms))
        limit = {"total": _IDENTIFIES_A_DAY, "remaining": remaining, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": self._gateway.shards, "session_start_limit": limit}
