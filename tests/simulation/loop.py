"""An event loop in virtual time: it jumps to the next timer, and a seed decides what runs first of all that is ready.

Everything that runs belongs to a process or to the world around. A process can be killed between any two steps: nothing
of it runs again, not even cleanup. It can be frozen: what it would have run waits until it is thawed.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from contextvars import Context, ContextVar, copy_context
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

T = TypeVar("T")

_owner: ContextVar[Process] = ContextVar("owner")
WORLD = Context()
_MANY = 1_000  # tasks, most of them ended
_TICK = 0.0001  # timers that are due within one are due at the same time


class Process:
    """What is killed or frozen as a whole. `is_free`: its steps are taken as they come."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_alive = self.is_free = True
        self.is_frozen = False
        self.thawed_at = float("-inf")
        self.context = Context()
        self.context.run(_owner.set, self)
        self._parked: list[_Step] = []
        self._steps_left = -1
        self._killer: Callable[[], None] = self.die

    def die(self) -> None:
        """Take no step any more."""
        self.is_alive = self.is_free = False

    def kill_after(self, steps: int, killer: Callable[[], None]) -> None:
        """Call `killer` in place of one of the next steps."""
        self._steps_left, self._killer, self.is_free = steps, killer, False

    def freeze(self) -> None:
        """Take no step for now."""
        self.is_frozen, self.is_free = True, False

    def thaw(self) -> list[_Step]:
        """Go on; return the steps that waited."""
        self.is_frozen = False
        parked, self._parked = self._parked, []
        return parked

    def may_step(self, step: _Step) -> bool:
        """Tell whether a step is taken now."""
        if self.is_alive and self._steps_left >= 0:
            self._steps_left -= 1
            if self._steps_left < 0:
                self._killer()
        if self.is_alive and self.is_frozen:
            self._parked.append(step)
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


class Answer:
    """As much of a future as the one task needs that awaits it: the step that settles it is the task's next one."""

    __slots__ = (
        "_asyncio_future_blocking",
        "_context",
        "_error",
        "_is_over",
        "_loop",
        "_result",
        "_wake",
        "is_settled",
    )

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._asyncio_future_blocking = self._is_over = self.is_settled = False
        self._result: Any = None
        self._error: BaseException | None = None
        self._wake: Callable[[Any], object] | None = None
        self._context = WORLD

    def __await__(self) -> Generator[Any, None, Any]:
        if not self._is_over:
            self._asyncio_future_blocking = True
            yield self
        return self.result()

    def add_done_callback(self, wake: Callable[[Any], object], *, context: Context) -> None:
        self._wake, self._context = wake, context

    def result(self) -> Any:
        if self._error:
            raise self._error
        return self._result

    def settle(self, result: Any, error: BaseException | None = None) -> None:
        """Let the task go on, unless it does so already."""
        if not self._is_over:
            self._is_over = self.is_settled = True
            self._result, self._error = result, error
            if self._wake:
                self._context.run(self._wake, self)

    def cancel(self, msg: object = None) -> bool:
        if self._is_over:
            return False
        self._is_over, self._error = True, asyncio.CancelledError()
        if self._wake:
            self._loop.call_soon(self._wake, self, context=self._context)
        return True


class _Task(asyncio.Task[Any]):
    number: int

    def __new__(cls, _: Any, *, loop: VirtualLoop, **__: Any) -> _Task:  # noqa: PYI034  (it is final)
        task = super().__new__(cls)
        task.number = next(loop.numbers)
        return task

    def __hash__(self) -> int:
        return self.number


class VirtualLoop:
    """`asyncio.AbstractEventLoop` as far as one world needs it. `dice` gives numbers from 0 to 1."""

    def __init__(self, dice: Callable[[], float]) -> None:
        self.steps = 0
        self._dice, self.now = dice, 0.0
        self._ready: list[_Step] = []
        self._timers: list[tuple[float, int, _Step]] = []
        self.numbers = itertools.count()
        self._failure: BaseException | None = None
        # All that have not ended: those of the dead neither end nor clean up after themselves.
        self._tasks: list[asyncio.Task[Any]] = []

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run until `main` has ended, or something failed."""
        asyncio._set_running_loop(cast("Any", self))
        try:
            task = self.create_task(main, context=WORLD.copy())
            self._run_until(task)
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
        return self.now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> asyncio.Handle:
        step = _Step(callback, args, context)
        self._ready.append(step)
        return step

    call_soon_threadsafe = call_soon

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        step = _Step(callback, args, context)
        heapq.heappush(self._timers, (when, next(self.numbers), step))
        return step

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.now + delay, callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        future = _Future(loop=cast("Any", self))
        future.number = next(self.numbers)
        return future

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        task = _Task(coro, loop=self, name=name and str(name), context=context)
        self._tasks.append(task)
        if len(self._tasks) > _MANY:
            self._tasks = [each for each in self._tasks if not each.done()]
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.fail(error if isinstance(error, Exception) else RuntimeError(context.get("message")))

    def _run_until(self, task: asyncio.Task[Any]) -> None:
        ready, dice = self._ready, self._dice
        while not task.done():
            if not ready:
                self._jump()
            if len(ready) > 1:
                place = int(dice() * len(ready))
                ready[place], ready[-1] = ready[-1], ready[place]
            step = ready.pop()
            if step._cancelled:
                continue
            self.steps += 1
            owner = step._context.get(_owner)
            if owner is None or owner.is_free or owner.may_step(step):
                step._context.run(step._callback, *step._args)
            if self._failure:
                raise self._failure

    def _jump(self) -> None:
        timers = self._timers
        if not timers:
            raise RuntimeError("nothing will ever happen again")
        self.now = max(self.now, timers[0][0])
        until = self.now + _TICK
        while timers and timers[0][0] <= until:
            self._ready.append(heapq.heappop(timers)[2])


class Wire:
    """Messages between processes and the world: each takes its time, and so overtakes others."""

    def __init__(self, loop: VirtualLoop, dice: Callable[[], float]) -> None:
        self.loop, self._dice = loop, dice

    def delay(self) -> float:
        """Return how long the next message takes: milliseconds, one in fifty much longer."""
        delay = self._dice()
        return 0.0005 + 0.004 * delay if delay < 0.98 else 10 * (delay - 0.98)

    def send(self, to: Process | None, call: Callable[..., object], *args: Any) -> None:
        """Call in a process, or None: in the world, when the message arrives."""
        self.loop.call_at(self.loop.now + self.delay(), call, *args, context=to.context if to else WORLD)

    async def pause(self, waiting: Process) -> None:
        """Wait for as long as a message takes."""
        arrived = Answer(self.loop)
        self.send(waiting, arrived.settle, None)
        await arrived

    async def ask(self, sender: Process | None, serve: Callable[..., Any], *args: Any) -> Any:
        """Call in the world, and bring the answer or the exception back. A dead sender gets none."""
        answer = Answer(self.loop)
        self.send(None, self._serve, sender, answer, serve, args)
        return await answer

    def _serve(self, sender: Process | None, answer: Answer, serve: Callable[..., Any], args: Any) -> None:
        try:
            result = serve(*args)
        except Exception as error:  # noqa: BLE001  (it is the caller's)
            self.send(sender, answer.settle, None, error)
            return
        if isinstance(result, asyncio.Future):
            result.add_done_callback(lambda done: self.forward(sender, done, answer))
        else:
            self.send(sender, answer.settle, result)

    def forward(self, to: Process | None, done: asyncio.Future[Any], answer: Answer) -> None:
        """Send an outcome on as an answer."""
        if done.cancelled():
            self.send(to, answer.settle, None, Refused(Reason.UNAVAILABLE))
        elif error := done.exception():
            self.send(to, answer.settle, None, error)
        else:
            self.send(to, answer.settle, done.result())


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
        self._calls: dict[int, tuple[Process | None, Answer]] = {}
        self._running: dict[int, asyncio.Task[Any]] = {}
        self._calls_so_far = itertools.count()

    async def call(self, sender: Process | None, seconds: float, work: Callable[..., Any], *args: Any) -> Any:
        """Run `work` in the process and return what it does. Raises Refused past so many seconds, or if it dies."""
        answer, number = Answer(self.wire.loop), next(self._calls_so_far)
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
            if not answer.is_settled:
                self.wire.send(self.process, self._give_up, number)

    def die(self) -> None:
        """End at once."""
        self.process.die()
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
        self._running[number] = task = self.wire.loop.create_task(work(*args), context=self.process.context.copy())
        task.add_done_callback(lambda done: self._answer(number, sender, done, answer))

    def _answer(self, number: int, to: Process | None, done: asyncio.Task[Any], answer: Answer) -> None:
        self._running.pop(number, None)
        self._ended(done)
        self.wire.forward(to, done, answer)

    def _give_up(self, number: int) -> None:
        if task := self._running.pop(number, None):
            task.cancel()

    def _refuse(self, number: int) -> None:
        sender, answer = self._calls[number]
        self.wire.send(sender, answer.settle, None, Refused(Reason.UNAVAILABLE))


def settle(future: asyncio.Future[Any], result: Any) -> None:
    """End a future, unless nobody waits any more."""
    if not future.done():
        future.set_result(result)


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that never really waits."""
    try:
        work.send(None)
    except StopIteration as stop:
        returned: T = stop.value
        return returned
    raise RuntimeError("it waits")
