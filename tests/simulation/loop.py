"""An event loop in virtual time: it jumps to the next timer, and a seed decides what runs first of all that is ready.

Everything that runs belongs to a process or to the world around. A process can be killed between any two steps: nothing
of it runs again, not even cleanup. It can be frozen: what it would have run waits until it is thawed.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from contextvars import Context, ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

T = TypeVar("T")

_owner: ContextVar[Process] = ContextVar("owner")
WORLD = Context()
_TICK = 0.0001  # timers that are due within one are due at the same time


class Process:
    """What is killed or frozen as a whole."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_alive, self.is_frozen = True, False
        self.context = Context()
        self.context.run(_owner.set, self)
        self._parked: list[_Step] = []
        self._steps_left, self._killer = -1, lambda: None

    def kill_after(self, steps: int, killer: Callable[[], None]) -> None:
        """Call `killer` in place of one of the next steps."""
        self._steps_left, self._killer = steps, killer

    def thaw(self) -> list[_Step]:
        """Run again; return what waited."""
        self.is_frozen = False
        parked, self._parked = self._parked, []
        return parked

    def may_run(self, handle: _Step) -> bool:
        """Tell whether a step is taken now."""
        if self.is_alive and self._steps_left >= 0:
            self._steps_left -= 1
            if self._steps_left < 0:
                self._killer()
        if self.is_alive and self.is_frozen:
            self._parked.append(handle)
            return False
        return self.is_alive


class _Step(asyncio.TimerHandle):
    __slots__ = ()

    def __init__(self, callback: Any, args: Any, context: Context | None) -> None:
        self._callback, self._args, self._cancelled = callback, args, False
        self._context = copy_context() if context is None else context  # an empty one is false

    def cancel(self) -> None:
        self._cancelled = True


class _Future(asyncio.Future[Any]):
    """Hashed by number: sets of futures have the same order in every run."""

    number: int

    def __hash__(self) -> int:
        return self.number


class _Task(asyncio.Task[Any]):
    number: int

    def __new__(cls, _: Any, *, loop: VirtualLoop, **__: Any) -> _Task:  # noqa: PYI034  (it is final)
        task = super().__new__(cls)
        task.number = next(loop.numbers)
        return task

    def __hash__(self) -> int:
        return self.number


class VirtualLoop(asyncio.AbstractEventLoop):
    """Runs one world. `dice` gives numbers from 0 to 1."""

    def __init__(self, dice: Callable[[], float]) -> None:
        self.steps = 0
        self.tasks: list[_Task] = []
        self._dice, self._now = dice, 0.0
        self._ready: list[_Step] = []
        self._timers: list[tuple[float, int, _Step]] = []
        self.numbers = itertools.count()
        self._failure: BaseException | None = None

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run until `main` has ended, or something failed."""
        asyncio._set_running_loop(self)
        try:
            task = self.create_task(main, context=WORLD.copy())
            while not task.done():
                self._step()
                if self._failure:
                    raise self._failure
            return task.result()  # type: ignore[no-any-return]  # tasks of this loop are of any type
        finally:
            asyncio._set_running_loop(None)

    def fail(self, error: BaseException) -> None:
        """End the run with an error."""
        self._failure = self._failure or error

    def resume(self, process: Process) -> None:
        """Thaw a process."""
        self._ready += process.thaw()

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = _Step(callback, args, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        handle = _Step(callback, args, context)
        heapq.heappush(self._timers, (when, next(self.numbers), handle))
        return handle

    def call_later(self, delay: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        future = _Future(loop=self)
        future.number = next(self.numbers)
        return future

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        task = _Task(coro, loop=self, name=name and str(name), context=context)
        self.tasks.append(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.fail(error if isinstance(error, Exception) else RuntimeError(context.get("message")))

    def _step(self) -> None:
        if not self._ready:
            self._jump()
        ready, place = self._ready, int(self._dice() * len(self._ready))
        ready[place], ready[-1] = ready[-1], ready[place]
        handle = ready.pop()
        if handle._cancelled:
            return
        self.steps += 1
        owner = handle._context.get(_owner)
        if owner is None or owner.may_run(handle):
            handle._context.run(handle._callback, *handle._args)

    def _jump(self) -> None:
        if not self._timers:
            raise RuntimeError("nothing will ever happen again")
        self._now = max(self._now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._now + _TICK:
            self._ready.append(heapq.heappop(self._timers)[2])


class Wire:
    """Messages between processes and the world: each takes its time, and so overtakes others."""

    def __init__(self, loop: VirtualLoop, dice: Callable[[], float]) -> None:
        self.loop, self._dice = loop, dice

    def delay(self) -> float:
        """Return how long the next message takes: milliseconds, one in fifty much longer."""
        delay = 0.0005 + 0.004 * self._dice()
        return delay if self._dice() > 0.02 else delay * 50

    def send(self, to: Process | None, call: Callable[..., object], *args: Any) -> None:
        """Call in a process, or None: in the world, when the message arrives."""
        self.loop.call_later(self.delay(), call, *args, context=to.context if to else WORLD)

    async def pause(self, waiting: Process) -> None:
        """Wait for as long as a message takes."""
        arrived = self.loop.create_future()
        self.send(waiting, settle, arrived, None)
        await arrived

    async def ask(self, sender: Process | None, serve: Callable[..., Any], *args: Any) -> Any:
        """Call in the world, and bring the answer or the exception back. A dead sender gets none."""
        answer = self.loop.create_future()
        self.send(None, self._serve, sender, answer, serve, args)
        return await answer

    def _serve(self, sender: Process | None, answer: asyncio.Future[Any], serve: Callable[..., Any], args: Any) -> None:
        try:
            result = serve(*args)
        except Exception as error:  # noqa: BLE001  (it is the caller's)
            self.send(sender, settle, answer, None, error)
            return
        if isinstance(result, asyncio.Future):
            result.add_done_callback(lambda done: self.forward(sender, done, answer))
        else:
            self.send(sender, settle, answer, result)

    def forward(self, to: Process | None, done: asyncio.Future[Any], answer: asyncio.Future[Any]) -> None:
        """Send an outcome on as the outcome of another future."""
        if done.cancelled():
            self.send(to, answer.cancel)
        elif error := done.exception():
            self.send(to, settle, answer, None, error)
        else:
            self.send(to, settle, answer, done.result())


class Line:
    """A way to a process that keeps the order of what is sent."""

    def __init__(self, wire: Wire, to: Process) -> None:
        self._wire, self._to, self._busy_until = wire, to, 0.0

    def send(self, call: Callable[..., object], *args: Any) -> None:
        """Call when the message arrives."""
        loop = self._wire.loop
        self._busy_until = max(self._busy_until + 2 * _TICK, loop.time() + self._wire.delay())
        loop.call_at(self._busy_until, call, *args, context=self._to.context)


class Server:
    """A process that answers calls. One that dies answers none: its callers hear that it is away."""

    def __init__(self, name: str, wire: Wire) -> None:
        self.process, self.wire = Process(name), wire
        self._calls: dict[int, tuple[Process | None, asyncio.Future[Any]]] = {}
        self._running: dict[int, asyncio.Task[Any]] = {}
        self._calls_so_far = itertools.count()

    async def call(self, sender: Process | None, seconds: float, work: Callable[..., Any], *args: Any) -> Any:
        """Run `work` in the process and return what it does. Raises Refused past so many seconds, or if it dies."""
        answer, number = self.wire.loop.create_future(), next(self._calls_so_far)
        self._calls[number] = sender, answer
        if self.process.is_alive:
            self.wire.send(self.process, self._begin, number, work, args)
        else:
            self._refuse(number)
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as error:
            raise Refused(Reason.DEADLINE_EXCEEDED) from error
        finally:
            del self._calls[number]
            self.wire.send(self.process, self._give_up, number)

    def die(self) -> None:
        """End at once."""
        self.process.is_alive = False
        for number in self._calls:
            self._refuse(number)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in the process; what fails in it without being refused ends the world."""
        task = self.wire.loop.create_task(work, context=self.process.context.copy())
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Refused):
            self.wire.loop.fail(error)

    def _begin(self, number: int, work: Callable[..., Any], args: Any) -> None:
        if number not in self._calls:
            return
        sender, answer = self._calls[number]
        self._running[number] = task = self.spawn(work(*args))
        task.add_done_callback(lambda done: self.wire.forward(sender, done, answer))

    def _give_up(self, number: int) -> None:
        if task := self._running.pop(number, None):
            task.cancel()

    def _refuse(self, number: int) -> None:
        sender, answer = self._calls[number]
        self.wire.send(sender, settle, answer, None, Refused(Reason.UNAVAILABLE))


def settle(future: asyncio.Future[Any], result: Any, error: BaseException | None = None) -> None:
    """End a future, unless nobody waits any more."""
    if future.done():
        return
    if error:
        future.set_exception(error)
        future.exception()  # nobody has to look
    else:
        future.set_result(result)


def at_once(work: Awaitable[T]) -> T:
    """Return what a coroutine returns that never really waits."""
    try:
        work.__await__().send(None)  # type: ignore[attr-defined]  # a coroutine's iterator is a generator
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # what the coroutine returns
    raise RuntimeError("it waits")
