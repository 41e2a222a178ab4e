"""Answers kept for a while: in the process, and behind it in Redis where there is one; losing them costs speed only."""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from kit import metrics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kit.redis import Shared

V = TypeVar("V")

_JITTER = 0.1


def shared(url: str, key: bytes) -> Shared | None:
    """Return the second level at `url`, which believes only what was sealed with `key`; None where there is none."""
    if not url:
        return None
    from kit.redis import Shared  # noqa: PLC0415  (6 MB that only those pay who have a Redis)

    return Shared(url, key)


class Cache(Generic[V]):
    """Keeps at most `size` values for `ttl` seconds (less up to a tenth, so that they do not end together).

    An empty value is kept for `empty_ttl` seconds: there may soon be more. Of concurrent look-ups of a key one loads
    and the others wait for it; a failure is not kept. Where it is shared, a key names the version of what is kept.
    """

    def __init__(
        self,
        name: str,
        *,
        ttl: float,
        empty_ttl: float | None = None,
        size: int = 1024,
        shared: Shared | None = None,
        encode: Callable[[V], bytes] | None = None,
        decode: Callable[[bytes], V] | None = None,
    ) -> None:
        self._name = name
        self._ttl = ttl
        self._empty_ttl = ttl if empty_ttl is None else empty_ttl
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
            value = await load()
            return self._put(key, value, self._lifetime(value))
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
            data, left = stored
            return self._put(key, self._decode(data), left)
        value = await load()
        lifetime = self._lifetime(value)
        if self._shared and self._encode:
            await self._shared.put(full_key, self._encode(value), lifetime)
        return self._put(key, value, lifetime)

    def _loaded(self, key: str, done: asyncio.Task[V]) -> None:
        del self._loading[key]
        # Asked for, so that a failure nobody waits for any more is not reported as forgotten.
        if not done.cancelled():
            done.exception()

    def _lifetime(self, value: V) -> float:
        ttl = self._ttl if value else self._empty_ttl
        return ttl * (1 - random.random() * _JITTER)  # noqa: S311  (spreads load)

    def _put(self, key: str, value: V, lifetime: float) -> V:
        self._values[key] = (value, time.monotonic() + lifetime)
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        self._figures.entries = len(self._values)
        return value
