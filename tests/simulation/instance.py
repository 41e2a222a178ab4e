"""An audio process: the engine put together as in `audio.app`, on a world's database, nodes and gateway."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from audio.changes import Fenced
from audio.hearing import Hearing
from audio.outcomes import Outcomes
from audio.ownership import Ownership
from audio.service.commanding import Commanding
from audio.stage import Stage
from audio.suggesting import Suggesting
from audio.watching import Watching
from kit import actor, authorization
from kit.errors import Reason, Refused
from kit.lease import Leases
from kit.tasks import Tasks
from tests.simulation.database import Connections, Rows
from tests.simulation.link import nodes_of
from tests.simulation.loop import Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence

    from audio.domain.player import Player
    from audio.domain.policy import Caller
    from audio.domain.track import Track
    from tests.simulation.command import Request
    from tests.simulation.loop import VirtualLoop
    from tests.simulation.people import Person
    from tests.simulation.world import World

TTL = 4.0
_GATEWAY_WITHIN = 5.0


class NothingKept:
    """`audio.suggesting.Kept`: nobody keeps anything."""

    async def of_guild(self, _guild_id: int, _playlist_id: str) -> list[Track]:
        return []

    async def favorites(self, _user_ids: Sequence[int]) -> list[Track]:
        return []


class VirtualClock:
    """`audio.clock.Clock`."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.monotonic = loop.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)


class VirtualLeases(Leases):
    """Leases whose thread is a task."""

    def __init__(self, world: World, instance: Instance) -> None:
        ownership = instance.ownership
        super().__init__(
            "",
            "bucket",
            instance.process.name,
            TTL,
            gained=ownership.gained,
            lost=ownership.lost,
        )
        self._rows = Rows(world.database, instance.process, TTL)  # type: ignore[assignment]
        self._loop: Any = world.loop

    def _now(self) -> float:
        return float(self._loop.time())

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class OwnTasks(Tasks):
    """Tasks that belong to a process; what fails in them without being refused ends the world."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self._instance = instance

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = self._instance.wire.loop.create_task(work, name=name, context=self._instance.process.context.copy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def keep(
        self, work: Callable[[], Awaitable[None]], name: str, *, pause: float = 1.0, longest: float = 1.0
    ) -> asyncio.Task[Any]:
        async def watched() -> None:
            try:
                await work()
            except (Refused, Fenced):
                raise
            except Exception as error:
                self._instance.world.judge.wrong("something failed", name, repr(error))
                raise

        return super().keep(watched, name, pause=pause, longest=longest)


class Unseen:
    """`audio.stage.Spans` and `Figures` that nobody looks at."""

    @contextmanager
    def apart(self) -> Iterator[None]:
        yield

    @contextmanager
    def continuing(self, _: object) -> Iterator[None]:
        yield

    def started(self, node: str) -> None:
        """Nobody counts."""

    recovered = started

    def failed(self, node: str, source: str) -> None:
        """Nobody counts."""

    def sounded(self, seconds: float) -> None:
        """Nobody counts."""


class GatewayCalls:
    """`audio.voicing.VoiceChannels` and `audio.service.commanding.Reach`."""

    def __init__(self, world: World, instance: Instance) -> None:
        self._world, self._instance = world, instance

    async def connect(self, guild_id: int, channel_id: int, *, renew: bool) -> None:
        await self._call("connect", guild_id, channel_id, renew)

    async def disconnect(self, guild_id: int) -> None:
        await self._call("disconnect", guild_id)

    async def check(self, guild_id: int, channel_id: int) -> None:
        await self._call("check", guild_id, channel_id)

    async def newest(self, guild_id: int) -> Any:
        return await self._call("newest", guild_id)

    async def _call(self, name: str, *args: Any) -> Any:
        gateway = self._world.gateway
        self._world.judge.tell("gateway", self._instance.process.name, name, *args)
        return await gateway.call(self._instance.process, _GATEWAY_WITHIN, getattr(gateway, name), *args)


class Left:
    """The player in an answer."""

    def __init__(self, player: Any) -> None:
        self.guild_id, self.version = player.guild_id, player.version

    def CopyFrom(self, other: Any) -> None:  # noqa: N802  (as a message does)
        self.version = other.version


class OwnCommanding(Commanding):
    """Commands whose answers are no messages."""

    def encode(self, player: Player) -> Any:
        return Left(player)


class Instance(Server):
    """One process, from its start to its death."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(name, world.wire)
        self.world = world
        self.process.context.run(self._build)

    def _build(self) -> None:
        world, clock, spans = self.world, VirtualClock(self.world.loop), Unseen()
        store: Any = Connections(world.database, self.process)
        nodes, calls = nodes_of(self.process, world.nodes, world.wire), GatewayCalls(world, self)
        self.tasks = OwnTasks(self)
        self.ownership = ownership = Ownership(store, nodes, clock, self.tasks, spans)
        self.watching = Watching(store, clock)
        self.outcomes = Outcomes(store, clock, ownership.is_ours)
        self.hearing = Hearing(store, ownership)
        store.listeners += [ownership.committed, self.watching.committed]
        self.leases = VirtualLeases(world, self)
        stage = Stage(
            store=store,
            nodes=nodes,
            channels=calls,
            clock=clock,
            spans=spans,
            figures=spans,
            holds=lambda fence: self.leases.held(fence.bucket) == fence.epoch and ownership.has(fence),
            prepare=ownership.prepare,
            seen=self.outcomes.seen,
            lonely=Suggesting(store, nodes, NothingKept(), self.tasks).lonely,
        )
        ownership.begin(stage)
        self._commanding: Any = OwnCommanding(store, self._once, self.outcomes, calls, None)  # type: ignore[arg-type]
        for work in (ownership.listen, ownership.look, ownership.sample, self.watching.look):
            self.tasks.keep(work, work.__qualname__)
        self._leasing = self.tasks.spawn(self.leases._renew_until_stopped(), "leases")

    async def command(self, request: Request, person: Person) -> tuple[int, Any]:
        """Serve a command; return the version and what else the answer says."""
        actor.enter(person.actor)
        channel = self.world.database.guild(request.guild_id).player.voice_channel_id
        level = authorization.level_of(person.member, bot_channel_id=channel, dj_role_id=0)
        authorization._grant.set(authorization.Grant(level, person.member))
        answer = await self._commanding.run(request, lambda change, caller: self._effect(request, change, caller))
        return answer.player.version, answer.facts

    async def stop(self) -> None:
        """End as planned: hand everything over first."""
        self.leases._stopping.set()
        await asyncio.wait([self._leasing])

    async def _effect(self, request: Request, change: Any, caller: Caller) -> Any:
        judge = self.world.judge
        if change.transaction.is_open:
            judge.judged(request, caller, authorization.granted())
        try:
            facts = await request.command.do(change, caller)
        except Refused as refused:
            if change.transaction.is_open:
                judge.refused(request, caller, refused.reason)
            raise
        change.transaction.expected = judge.done(request, caller, facts)
        return SimpleNamespace(player=Left(change.player), facts=facts)

    @staticmethod
    async def _once(change: Any, request: Request, effect: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
        known = await change.recall(request)
        if known:
            if known[0].command != request.command:
                raise Refused(Reason.REQUEST_ID_REUSED)
            return known[1], True
        answer = await effect()
        await change.remember(request, answer)
        return answer, False
