"""The second level of the caches."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

_REDIS_WITHIN = 0.05
_BREAK = 5.0


class Shared:
    """A Redis that may be slow, empty or away: asked for at most 50 ms, left alone for 5 s after a failure."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_REDIS_WITHIN, socket_connect_timeout=_REDIS_WITHIN)
        self._broken_until = 0.0

    async def get(self, key: str) -> bytes | None:
        """Return what is stored; None if nothing is, or Redis does not say."""
        return await self._try(lambda: self._redis.get(key))

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Store for `ttl` seconds, if Redis is there."""
        await self._try(lambda: self._redis.set(key, value, px=int(ttl * 1000)))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _try(self, ask: Callable[[], Awaitable[object]]) -> bytes | None:
        if time.monotonic() < self._broken_until:
            return None
        try:
            async with asyncio.timeout(2 * _REDIS_WITHIN):
                return cast("bytes | None", await ask())
        except (RedisError, OSError, TimeoutError) as error:
            self._broken_until = time.monotonic() + _BREAK
            logger.warning("the shared cache is away", extra={"error": f"{type(error).__name__}: {error}"})
            return None
