"""Buckets of work, each owned by one instance at a time, by the database's clock and with a fencing epoch.

Renewal has a thread and a connection of its own, so that a busy event loop does not lose a lease.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Self

from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit import metrics
from kit.lease_rows import LeaseRows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future
    from types import TracebackType

logger = logging.getLogger(__name__)

Listener = Callable[[int, int], Awaitable[None]]
"""Is told a bucket and its epoch, on the event loop that opened the leases."""


class Leases:
    """Holds this instance's fair share of the buckets, and no more than `most`, from `async with` to its end.

    There are as many buckets as the table has rows. `ttl` is in seconds: renewed four times in it, given up by
    ourselves after three quarters of it, so that an owner that cannot renew stops before anyone else may start. With
    `until_taken` it goes on until it sees that another has begun: for work that is better done twice for a moment than
    by nobody. A restarted instance takes its own buckets back at once.
    """

    def __init__(
        self,
        dsn: str,
        table: str,
        owner: str,
        ttl: float = 4.0,
        *,
        most: int = sys.maxsize,
        until_taken: bool = False,
        gained: Listener,
        lost: Listener,
    ) -> None:
        self._rows = LeaseRows(dsn, table, owner, ttl)
        self._table = table
        self._owner = owner
        self._ttl = ttl
        self._most = most
        self._until_taken = until_taken
        self._gained = gained
        self._lost = lost
        self.buckets = 0
        """How many there are, as far as is known."""
        self._held: dict[int, tuple[int, float]] = {}
        self._giving_up: dict[int, tuple[int, Future[None]]] = {}
        self._takes_back = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"leases of {table}", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        """Begin to take buckets."""
        self._loop = asyncio.get_running_loop()
        metrics.leases[self._table] = lambda: metrics.LeaseFigures(len(self.all_held()), self.buckets)
        self._thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Release what is held and end."""
        await self.release_all()

    def held(self, bucket: int) -> int | None:
        """Return the epoch under which the bucket is ours at this moment; None: it is not, or not surely."""
        epoch, until = self._held.get(bucket, (0, 0.0))
        return epoch if self._now() < until else None

    def all_held(self) -> dict[int, int]:
        """Return the epochs of all buckets that are ours at this moment."""
        return {bucket: epoch for bucket in list(self._held) if (epoch := self.held(bucket)) is not None}

    async def release_all(self) -> None:
        """Give every bucket up for others to take at once, each after its `lost` has returned; take no more."""
        self._stopping.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        # Renewals are nobody's trace.
        with suppress_instrumentation():
            asyncio.run(self._renew_until_stopped())

    async def _renew_until_stopped(self) -> None:
        while not self._stopping.is_set():
            began = self._now()
            try:
                async with asyncio.timeout(self._ttl / 2):
                    await self._renew(began)
            except Exception as error:  # noqa: BLE001  (whatever keeps us from renewing, the leases end in time)
                logger.warning("leases were not renewed", extra={"error": f"{type(error).__name__}: {error}"})
                await self._rows.disconnect()
            if not self._until_taken:
                self._forget_expired()
            await self._pause(max(0.0, began + self._ttl / 4 - self._now()))
        await self._hand_over()
        await self._rows.disconnect()

    def _now(self) -> float:
        return time.monotonic()

    async def _pause(self, seconds: float) -> None:
        await asyncio.to_thread(self._stopping.wait, seconds)

    async def _renew(self, began: float) -> None:
        """Renew what is held, give up what is beyond the fair share, take what is free within it."""
        until = began + self._ttl * 3 / 4
        self.buckets, held = await self._rows.announce()
        fair = min(share(self._owner, held, self.buckets), self._most)
        if self._takes_back:
            self._keep(await self._rows.take_back(), until)
            self._takes_back = False
        kept = await self._rows.renew({bucket: epoch for bucket, (epoch, _) in self._held.items()})
        for bucket in set(self._held) - set(kept):
            self._tell_lost(bucket)
        self._held.update({bucket: (epoch, until) for bucket, epoch in kept.items()})
        for bucket in sorted(self._held)[fair:]:
            self._giving_up[bucket] = (kept[bucket], self._tell_lost(bucket))
        if self._giving_up:
            told = [asyncio.wrap_future(told) for _, told in self._giving_up.values()]
            await asyncio.wait(told, timeout=self._ttl / 4)  # whoever takes them next waits meanwhile
        await self._free_what_was_given_up()
        if len(self._held) < fair:
            self._keep(await self._rows.take_free(fair - len(self._held)), until)

    async def _free_what_was_given_up(self) -> None:
        done = {bucket: epoch for bucket, (epoch, told) in self._giving_up.items() if told.done()}
        if done:
            await self._rows.free(done)
        for bucket in done:
            del self._giving_up[bucket]

    def _keep(self, taken: dict[int, int], until: float) -> None:
        for bucket, epoch in taken.items():
            self._held[bucket] = (epoch, until)
            self._tell(self._gained, bucket, epoch)

    def _forget_expired(self) -> None:
        for bucket in [bucket for bucket in self._held if self.held(bucket) is None]:
            self._tell_lost(bucket)

    def _tell_lost(self, bucket: int) -> Future[None]:
        epoch, _ = self._held.pop(bucket)
        return self._tell(self._lost, bucket, epoch)

    def _tell(self, listener: Listener, bucket: int, epoch: int) -> Future[None]:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(_told(listener, bucket, epoch), self._loop)

    async def _hand_over(self) -> None:
        """Let go of everything, after those that work on it have, or the lease ends anyway."""
        given = {bucket: epoch for bucket, (epoch, _) in self._held.items()}
        told = [asyncio.wrap_future(self._tell_lost(bucket)) for bucket in given]
        if told:
            await asyncio.wait(told, timeout=self._ttl / 2)
        try:
            given.update({bucket: epoch for bucket, (epoch, _) in self._giving_up.items()})
            async with asyncio.timeout(self._ttl / 4):
                await self._rows.leave(given)
        except Exception as error:  # noqa: BLE001  (they end by themselves)
            logger.warning("leases were not released", extra={"error": f"{type(error).__name__}: {error}"})


def share(owner: str, held: Mapping[str, int], buckets: int) -> int:
    """Return an owner's fair share. What is left over is for those who have the most: so the fewest change hands."""
    whole, left_over = divmod(buckets, len(held))
    ranked = sorted(held, key=lambda name: (-held[name], name))
    return whole + (ranked.index(owner) < left_over)


async def _told(listener: Listener, bucket: int, epoch: int) -> None:
    try:
        await listener(bucket, epoch)
    except Exception:
        logger.exception("a change of leases was not dealt with", extra={"bucket": bucket, "epoch": epoch})
