"""Calls of Discord's REST interface: repeated while it is in trouble, and none made where it would ban the bot.

Each may be made again: what reads or edits has one effect however often, a message has a nonce, an interaction takes
one first response, and what is said to one person alone is better said twice than not at all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
from discord.http import HTTPClient, Route
from prometheus_client import Counter

from gateway.domain.refusals import Refusals

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
_BANNED_FOR = 60.0  # seconds, where a ban does not say how long
_TIDIED_EVERY = 10.0  # seconds
_REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
_refused = Counter("segue_discord_refusals", "Calls that Discord refused and counts as invalid", ["status"])


class AwayError(aiohttp.ClientError):
    """Discord takes no calls for the moment."""


@dataclass(frozen=True)
class _Manner:
    """How a call is made again: after which pauses, and after how long without an answer the first time, in seconds.

    Each further try is given longer: Discord may be slow rather than lost, and says then that it did it already.
    """

    pauses: tuple[float, ...]
    patience: float


_FIRST = _Manner((0.1, 0.2, 0.4, 0.8), 1.5)  # Discord waits three seconds for a first response
_READ = _Manner((0.25, 0.5, 1.0), 10.0)
_WRITE = _Manner((0.25, 0.5, 1.0, 2.0, 4.0, 8.0), 10.0)


def _manner(route: Route) -> _Manner:
    if route.path.endswith("/callback"):
        return _FIRST
    return _READ if route.method == "GET" else _WRITE


class Rest(HTTPClient):
    """The library's client, which keeps to Discord's rate limits. `now` gives seconds that never go back."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        refusals: Refusals | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(loop)
        self._refusals = refusals or Refusals()
        self._banned_until = 0.0
        self._tidied_at = 0.0
        self._now = now

    async def request(self, route: Route, **options: Any) -> Any:
        """Make a call. Raises discord.HTTPException, AwayError."""
        return await super().request(route, middlewares=(partial(self._call, _manner(route)),), **options)

    def _try_clear_expired_ratelimits(self) -> None:
        """Forget rate limits that nothing was asked for under lately.

        Each interaction has two of its own, which stay for five minutes; the library looks through all of them at each.
        """
        if self._now() >= self._tidied_at + _TIDIED_EVERY:
            self._tidied_at = self._now()
            super()._try_clear_expired_ratelimits()

    def stopped(self) -> str:
        """Say in one sentence why nothing is asked; empty: it is."""
        left = max(self._banned_until, self._refusals.free_at) - self._now()
        return f"Discord is not called for {left:.0f} s: it has refused too much." if left > 0 else ""

    async def _call(
        self, manner: _Manner, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        trouble = ""
        for tries, pause in enumerate((0.0, *manner.pauses), start=1):
            await asyncio.sleep(pause)
            if stopped := self.stopped():
                raise AwayError(stopped)
            try:
                async with asyncio.timeout(manner.patience * tries):
                    response = await handler(request)
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                trouble = repr(error)
                continue
            if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._note(response)
                return response
            response.close()
            trouble = f"status {response.status}"
        raise AwayError(f"Discord did not answer: {trouble}")

    def _note(self, response: aiohttp.ClientResponse) -> None:
        """Count what Discord counts; what was limited without having come to Discord is a ban on its way there."""
        if response.status not in _REFUSALS or response.headers.get("X-RateLimit-Scope") == "shared":
            return
        _refused.labels(response.status).inc()
        if count := self._refusals.note(self._now()):
            _log.warning("Discord refused much within ten minutes, and bans at 10,000", extra={"refusals": count})
        if response.status == HTTPStatus.TOO_MANY_REQUESTS and "Via" not in response.headers:
            response.close()
            told = response.headers.get("Retry-After", "")
            self._banned_until = self._now() + (int(told) if told.isdecimal() else _BANNED_FOR)
            _log.error("%s", self.stopped())
            raise AwayError(self.stopped())
