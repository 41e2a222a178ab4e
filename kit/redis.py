"""The second level of the caches."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from typing import TYPE_CHECKING, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

_REDIS_WITHIN = 0.05
_BREAK = 5.0
_SEAL = 32

A = TypeVar("A")


class Shared:
    """A Redis that may be slow, full, empty, away or somebody else's: asked for at most 50 ms, left alone for 5 s after
    a failure, and believed only what was sealed with `key`, under the name it was put.
    """

    def __init__(self, url: str, key: bytes) -> None:
        self._redis = Redis.from_url(url, socket_timeout=_REDIS_WITHIN, socket_connect_timeout=_REDIS_WITHIN)
        self._key = key
        self._broken_until = 0.0

    async def get(self, name: str) -> tuple[bytes, float] | None:
        """Return what is stored and for how many seconds still; None if nothing is, or Redis does not say."""

        async def ask() -> tuple[bytes | None, int]:
            async with self._redis.pipeline(transaction=False) as asking:
                asking.get(name)
                asking.pttl(name)
                value, left = await asking.execute()
            return value, left

        stored, left = await self._try(ask) or (None, 0)
        if stored is None or not hmac.compare_digest(stored[:_SEAL], self._seal(name, stored[_SEAL:])):
            return None
        return stored[_SEAL:], left / 1000

    async def put(self, name: str, value: bytes, ttl: float) -> None:
        """Store for `ttl` seconds, if Redis is there."""
        await self._try(lambda: self._redis.set(name, self._seal(name, value) + value, px=max(1, int(ttl * 1000))))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _seal(self, name: str, value: bytes) -> bytes:
        return hmac.digest(self._key, name.encode() + b"\0" + value, "sha256")

    async def _try(self, ask: Callable[[], Awaitable[A]]) -> A | None:
        if time.monotonic() < self._broken_until:
            return None
        try:
            async with asyncio.timeout(_REDIS_WITHIN):
                return await ask()
        except (RedisError, OSError, TimeoutError) as error:
            self._broken_until = time.monotonic() + _BREAK
            logger.warning("the shared cache is away", extra={"error": f"{type(error).__name__}: {error}"})
            return None
