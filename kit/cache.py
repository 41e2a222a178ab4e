"""Answers kept for a while: in the process, and behind it in Redis where there is one; losing them costs speed only."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit import metrics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

V = TypeVar("V")

_REDIS_WITHIN = 0.05
_BREAK = 5.0
_JITTER = 0.1


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


def shared(url: str) -> Shared | None:
    """Return the second level at `url`; None where it is empty."""
    return Shared(url) if url else None


class Cache(Generic[V]):
    """Keeps at most `size` values for `ttl` seconds (less up to a tenth, so that they do not end together).

    Of concurrent look-ups of a key one loads and the others wait for it; a failure is not kept.
    """

    def __init__(
        self,
        name: str,
        *,
        ttl: float,
        size: int = 1024,
        shared: Shared | None = None,
        encode: Callable[[V], bytes] | None = None,
        decode: Callable[[bytes], V] | None = None,
    ) -> None:
        self._name = name
        self._ttl = ttl
        self._size = size
        self._shared = shared
        self._encode = encode
        self._decode = decode
        self._values: OrderedDict[str, tuple[V, float]] = OrderedDict()
        self._loading: dict[str, asyncio.Task[V]] = {}
        self._figures = metrics.caches.setdefault(name, metrics.CacheFigures())

    async def get(self, key: str, load: Callable[[], Awaitable[V]], *, fresh: bool = False) -> V:
        """Return the value of `key`, loaded if there is none or it must be `fresh`. Raises what `load` raises."""
        if not fresh and (found := self._values.get(key)) and time.monotonic() < found[1]:
            self._values.move_to_end(key)
            self._figures.hits += 1
            return found[0]
        self._figures.misses += 1
        if fresh:
            return self._put(key, await load())
        if key not in self._loading:
            # A task of its own: the first to ask may be cancelled, the others still wait.
            task = self._loading[key] = asyncio.create_task(self._load(key, load))
            task.add_done_callback(lambda done: self._loaded(key, done))
        return await asyncio.shield(self._loading[key])

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._values.pop(key, None)
        self._figures.entries = len(self._values)

    async def _load(self, key: str, load: Callable[[], Awaitable[V]]) -> V:
        full_key = f"{self._name}:{key}"
        if self._shared and self._decode and (stored := await self._shared.get(full_key)):
            return self._put(key, self._decode(stored))
        value = await load()
        if self._shared and self._encode:
            await self._shared.put(full_key, self._encode(value), self._ttl)
        return self._put(key, value)

    def _loaded(self, key: str, done: asyncio.Task[V]) -> None:
        del self._loading[key]
        # Asked for, so that a failure nobody waits for any more is not reported as forgotten.
        if not done.cancelled():
            done.exception()

    def _put(self, key: str, value: V) -> V:
        ends = time.monotonic() + self._ttl * (1 - random.random() * _JITTER)  # noqa: S311  (spreads load)
        self._values[key] = (value, ends)
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        self._figures.entries = len(self._values)
        return value
