"""The database of a world: the memory store behind a wire, with transactions that die with their process."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from audio.adapters.memory import MemoryStore
from audio.changes import Fence, Fenced
from kit.errors import Reason, Refused
from tests.simulation.loop import WORLD, Process, T, Wire, at_once

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

    from audio.adapters.memory import MemoryChange
    from audio.changes import Changed
    from tests.simulation.command import Request
    from tests.simulation.judge import Judge
    from tests.simulation.model import Plain

_DAWN = 1_700_000_000.0  # the database's clock when the world begins
_LAPSED = float("-inf")


class _RolledBack(Exception):  # noqa: N818 - it undoes a change
    pass


@dataclass
class Lease:
    """A row of the table of buckets."""

    owner: str = ""
    epoch: int = 0
    expires_at: float = _LAPSED


class Transaction:
    """One open change of a guild, on the server's side. `request` and `expected` are what its command staged."""

    def __init__(self, database: Database, process: Process, guild_id: int, fence: Fence | None, *, dry: bool) -> None:
        self.process, self.guild_id, self.fence = process, guild_id, fence
        self.request: Request | None = None
        self.answer: Any = None
        self.expected: Plain | None = None
        self.is_open = True
        self.is_committing = False  # the word is on its way, whatever happens to the process
        self._database, self._dry = database, dry
        self._context = database.store.change(guild_id, fence=fence, dry=dry)
        self._change: MemoryChange | None = None
        self._waiting: asyncio.Task[MemoryChange] | None = None

    def begin(self) -> Any:
        """Return the change, or while another is open a future of it."""
        is_free = self._database.is_free(self.guild_id)
        self._database.transactions.append(self)
        if is_free:
            return at_once(self._enter())
        self._waiting = self._database.wire.loop.create_task(self._enter(), context=WORLD.copy())
        return self._waiting

    def commit(self) -> None:
        """Make the change last, if it was not undone meanwhile."""
        if not self.is_open or self._change is None:
            raise Refused(Reason.UNAVAILABLE, part="postgres")
        before = self._database.guild(self.guild_id)
        self._end()
        at_once(self._context.__aexit__(None, None, None))
        if not self._dry:
            self._database.committed(self, before, self._change.changed)

    def roll_back(self) -> None:
        """Undo the change."""
        if self.is_open:
            self._end()
            if self._change:
                with suppress(_RolledBack):
                    at_once(self._context.__aexit__(_RolledBack, _RolledBack(), None))
            elif self._waiting:
                self._waiting.cancel()

    async def _enter(self) -> MemoryChange:
        try:
            self._change = await self._context.__aenter__()
        except Fenced:
            self._end()
            raise
        return self._change

    def _end(self) -> None:
        self.is_open = False
        self._database.transactions.remove(self)


class Database:
    """Rows of players, requests and leases. `cut`: the processes that cannot reach it."""

    def __init__(self, wire: Wire, judge: Judge) -> None:
        self.wire, self.judge = wire, judge
        self.store = MemoryStore(now=self.now)
        self.requests: dict[tuple[int, int, str], tuple[Any, Any]] = {}
        self.leases: dict[int, Lease] = {}
        self.owners: dict[str, float] = {}
        self.transactions: list[Transaction] = []
        self.cut: set[str] = set()
        self.is_away = False

    def now(self) -> datetime:
        """Return the time by its clock."""
        return datetime.fromtimestamp(_DAWN + self.wire.loop.time(), UTC)

    def guild(self, guild_id: int) -> Any:
        """Return all rows of a guild."""
        return self.store._guild(guild_id)

    def require(self, process: Process) -> None:
        """Raise Refused where a process does not reach it."""
        if self.is_away or process.name in self.cut:
            raise Refused(Reason.UNAVAILABLE, part="postgres")

    def drop(self, is_concerned: Callable[[Transaction], bool]) -> None:
        """Lose connections: open transactions are undone, and whoever waits is told."""
        for transaction in [each for each in self.transactions if is_concerned(each)]:
            transaction.roll_back()

    def is_free(self, guild_id: int) -> bool:
        """Tell whether nobody holds or awaits the lock of a guild."""
        lock = self.store._locks.get(guild_id)
        return lock is None or not (lock.locked() or lock._waiters)

    def committed(self, transaction: Transaction, before: Any, changed: list[Changed]) -> None:
        """Keep what belongs to a commit, and have it judged."""
        if transaction.request:
            self.keep(transaction)
        self.judge.committed(transaction, before, self.guild(transaction.guild_id), changed)

    def keep(self, transaction: Transaction) -> None:
        """Keep what a request was answered."""
        assert transaction.request
        self.requests[transaction.request.key] = (transaction.request, transaction.answer)

    def locked(self) -> set[int]:
        """Return the buckets whose epoch an open transaction rests on."""
        return {each.fence.bucket for each in self.transactions if each.fence}


class Rows:
    """`kit.lease_rows.LeaseRows` of one process."""

    def __init__(self, database: Database, process: Process, ttl: float) -> None:
        self._database, self._process, self._ttl = database, process, ttl

    async def announce(self) -> Any:
        return await self._ask(self._announce)

    async def take_back(self) -> Any:
        return await self._ask(self._take, lambda lease: lease.owner == self._process.name, len(self._database.leases))

    async def renew(self, held: Mapping[int, int]) -> Any:
        return await self._ask(self._renew, dict(held))

    async def take_free(self, most: int) -> Any:
        locked = self._database.locked
        return await self._ask(
            lambda: self._take(lambda lease: lease.expires_at < self._now(), most, but=locked()),
        )

    async def free(self, given: Mapping[int, int]) -> None:
        await self._ask(self._free, dict(given))

    async def leave(self, given: Mapping[int, int]) -> None:
        await self.free(given)
        await self._ask(self._database.owners.pop, self._process.name, None)

    async def disconnect(self) -> None:
        """There is nothing to drop."""

    def _now(self) -> float:
        return self._database.wire.loop.time()

    async def _ask(self, serve: Callable[..., Any], *args: Any) -> Any:
        def served() -> Any:
            self._database.require(self._process)
            return serve(*args)

        return await self._database.wire.ask(self._process, served)

    def _announce(self) -> tuple[int, dict[str, int]]:
        owners, me = self._database.owners, self._process.name
        for name in [name for name, until in owners.items() if until < self._now() and name != me]:
            del owners[name]
        owners[me] = self._now() + self._ttl
        held = Counter(lease.owner for lease in self._database.leases.values() if lease.expires_at > self._now())
        return len(self._database.leases), {name: held[name] for name in owners}

    def _take(
        self, is_free: Callable[[Lease], bool], most: int, *, but: frozenset[int] | set[int] = frozenset()
    ) -> Any:
        leases = self._database.leases
        found = [bucket for bucket in sorted(leases) if bucket not in but and is_free(leases[bucket])][:most]
        for bucket in found:
            lease = leases[bucket]
            lease.owner, lease.epoch, lease.expires_at = self._process.name, lease.epoch + 1, self._now() + self._ttl
            self._database.store.tables.epochs[bucket] = lease.epoch
        return {bucket: leases[bucket].epoch for bucket in found}

    def _renew(self, held: dict[int, int]) -> dict[int, int]:
        ours = self._ours(held)
        for bucket in ours:
            self._database.leases[bucket].expires_at = self._now() + self._ttl
        return ours

    def _free(self, given: dict[int, int]) -> None:
        for bucket in self._ours(given):
            self._database.leases[bucket].owner, self._database.leases[bucket].expires_at = "", _LAPSED

    def _ours(self, held: dict[int, int]) -> dict[int, int]:
        leases, me = self._database.leases, self._process.name
        return {b: epoch for b, epoch in held.items() if (leases[b].owner, leases[b].epoch) == (me, epoch)}


class OpenChange:
    """`audio.changes.Change` as its process has it: every statement takes its time."""

    def __init__(self, transaction: Transaction, change: MemoryChange, database: Database) -> None:
        self.transaction = transaction
        self._change, self._wire, self._requests = change, database.wire, database.requests

    @property
    def player(self) -> Any:
        return self._change.player

    @property
    def now(self) -> datetime:
        return self._change.now

    async def recall(self, request: Request) -> Any:
        """Return the request and the answer that are kept under the key of a request."""
        return await self._state(lambda: self._requests.get(request.key))

    async def remember(self, request: Request, answer: Any) -> None:
        """Keep an answer, with the change."""
        await self._state(lambda: None)
        self.transaction.request, self.transaction.answer = request, answer

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._change, name)
        return lambda *args, **kwargs: self._state(lambda: at_once(method(*args, **kwargs)))

    async def _state(self, statement: Callable[[], Any]) -> Any:
        await self._wire.pause(self.transaction.process)
        if not self.transaction.is_open:
            raise Refused(Reason.UNAVAILABLE, part="postgres")
        return statement()


class Connections:
    """`audio.changes.OwnerStore` and `audio.watching.Changes` of one process."""

    def __init__(self, database: Database, process: Process) -> None:
        self.listeners: list[Callable[[Changed], None]] = []
        self._database, self._process, self._wire = database, process, database.wire

    @asynccontextmanager
    async def change(
        self, guild_id: int, *, fence: Fence | None = None, dry: bool = False
    ) -> AsyncIterator[OpenChange]:
        transaction: Transaction | None = None
        is_wanted = True

        def begin() -> Any:
            nonlocal transaction
            self._database.require(self._process)
            if not (is_wanted and self._process.is_alive):
                raise Refused(Reason.UNAVAILABLE, part="postgres")
            transaction = Transaction(self._database, self._process, guild_id, fence, dry=dry)
            return transaction.begin()

        try:
            change = await self._wire.ask(self._process, begin)
            assert transaction
            yield OpenChange(transaction, change, self._database)
        except BaseException:
            is_wanted = False
            if transaction:
                transaction.roll_back()
            raise
        await self._commit(transaction)
        for changed in () if dry else change.changed:
            for tell in self.listeners:
                tell(changed)

    async def _commit(self, transaction: Transaction) -> None:
        transaction.is_committing = True
        await self._ask(transaction.commit)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._database.store, name)

        def call(args: tuple[Any, ...], options: dict[str, Any]) -> Any:
            if name != "seen" or self._database.is_free(args[0].guild_id):
                return at_once(self._judged(name, method(*args, **options), args))
            return self._wire.loop.create_task(self._judged(name, method(*args), args), context=WORLD.copy())

        return lambda *args, **options: self._ask(call, args, options)

    async def _judged(self, name: str, work: Coroutine[Any, Any, T], args: tuple[Any, ...]) -> T:
        done = await work
        for fence in args:
            if isinstance(fence, Fence):
                self._database.judge.wrote(name, args, fence)
        return done

    async def _ask(self, serve: Callable[..., Any], *args: Any) -> Any:
        def served() -> Any:
            self._database.require(self._process)
            return serve(*args)

        answer = await self._wire.ask(self._process, served)
        self._database.require(self._process)  # done, but the answer was lost with the connection
        return answer
