"""One world: a cluster, people and misfortune, all of it told by a seed."""

from __future__ import annotations

import asyncio
import gc
import logging
from unittest import mock
from random import Random
from typing import TYPE_CHECKING, Any

from audio import outcomes, ownership
from audio.domain.player import BUCKETS
from tests.simulation.database import Database, Lease
from tests.simulation.discord import Discord, Gateway
from tests.simulation.instance import TTL, Instance
from tests.simulation.judge import Judge
from tests.simulation.lavalink import Node
from tests.simulation.loop import WORLD, VirtualLoop, Wire
from tests.simulation.people import Person, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS, CRASHES = 200, 10
SETTLES = 40.0  # seconds within which everything is as wanted, once nothing goes wrong any more
SHOWS = 10.0  # seconds within which watchers are shown what was committed
_PEOPLE, _GUILDS, _LEASES = 12, 4, 3


class World:
    """Everything there is. `commands` and `crashes` count what happened."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)
        self.loop = VirtualLoop(Random(self._dice.random()).random)
        self.wire = Wire(self.loop, Random(self._dice.random()).random)
        self.judge = Judge(self.loop)
        self.commands = self.crashes = 0
        self.database = Database(self.wire, self.judge)
        self.discord = Discord(self.wire)
        moods = Random(self._dice.random()).random
        self.nodes = {name: Node(name, self.wire, moods, self.judge, self.discord) for name in ("one", "two")}
        self.judge.database, self.judge.discord = self.database, self.discord
        self.judge.nodes = self.discord.nodes = tuple(self.nodes.values())
        self.guild_ids = [(number * BUCKETS + number % _LEASES) << 22 for number in range(1, _GUILDS + 1)]
        self.database.leases = {bucket: Lease() for bucket in range(_LEASES)}
        self.instances: dict[str, Instance | None] = {}
        self._gateways = 0

    def some_instance(self) -> Instance | None:
        """Return an instance, as a proxy that does not know yet who froze."""
        alive = [each for each in self.instances.values() if each and each.process.is_alive]
        return self._dice.choice(alive) if alive else None

    def start(self, name: str) -> None:
        """Start an instance, or do so again."""
        self.judge.tell("start", name)
        self.instances[name] = Instance(self, name)

    def open_gateway(self) -> None:
        """Start a gateway."""
        self._gateways += 1
        self.gateway = Gateway(f"gateway-{self._gateways}", self.wire, self.discord, self.some_instance)

    def kill(self, instance: Instance) -> None:
        """End an instance's process: its sockets close, and what it had not committed is undone."""
        if not instance.process.is_alive:
            return
        self.judge.tell("kill", instance.process.name)
        instance.die()
        self.crashes += 1
        self.database.drop(lambda each: each.process is instance.process and not each.is_committing)
        for node in self.nodes.values():
            for session in list(node.sessions.values()):
                if session.socket and session.socket.process is instance.process:
                    self.loop.call_later(0.001, node.hang_up, session.socket, context=WORLD)

    async def live(self) -> None:
        """Live from the first start until everything is as wanted after the last misfortune."""
        self.open_gateway()
        names = ["a", "b", "c"][: self._dice.choice((2, 3, 3))]
        for name in names:
            self.start(name)
        people = [
            Person(self, number, Random(self._dice.random()), is_dj=number <= _PEOPLE // 2)
            for number in range(1, _PEOPLE + 1)
        ]
        watchers = [Watcher(self, guild_id) for guild_id in self.guild_ids[:2]]
        for watcher in watchers:
            self._spawn(watcher.live())
        lives = [self._spawn(person.live(-(-COMMANDS // _PEOPLE))) for person in people]
        await Misfortune(self, Random(self._dice.random())).strike_until(lambda: all(life.done() for life in lives))
        await self._settle()
        await self._be_watched(watchers)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = self.loop.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self.loop.fail(error)

    async def _settle(self) -> None:
        until, unsettled = self.loop.time() + SETTLES, [""]
        self.judge.tell("all is well")
        while unsettled:
            await asyncio.sleep(0.5)
            unsettled = [what for guild_id in self.guild_ids if (what := self.judge.unsettled(guild_id))]
            self.judge.require(self.loop.time() < until, "it does not become as wanted", unsettled)

    async def _be_watched(self, watchers: list[Watcher]) -> None:
        until = self.loop.time() + SHOWS
        for watcher in watchers:
            version = self.database.guild(watcher.guild_id).player.version
            while watcher.version < version:
                await asyncio.sleep(0.1)
                self.judge.require(self.loop.time() < until, "not all is shown", watcher.guild_id, version)


class Misfortune:
    """What goes wrong, and comes right again."""

    def __init__(self, world: World, dice: Random) -> None:
        self._world, self._dice = world, dice
        self._blows: list[tuple[Callable[[], None], int]] = [
            (self._crash, 40), (self._freeze, 10), (self._stop, 4), (self._cut, 6), (self._close_store, 4),
            (self._stop_node, 8), (self._lose_socket, 10), (self._kill_gateway, 4), (self._move_bot, 3),
            (self._send_bot_away, 2),
        ]  # fmt: skip
        self._pending = 0

    async def strike_until(self, is_over: Callable[[], bool]) -> None:
        """Strike again and again, and wait until all has come right."""
        blows, weights = zip(*self._blows, strict=True)
        while not is_over() or self._world.crashes < CRASHES:
            await asyncio.sleep(self._dice.expovariate(0.9))
            blow = self._crash if is_over() else self._dice.choices(blows, weights)[0]
            blow()
        while self._pending:
            await asyncio.sleep(0.5)

    def _later(self, seconds: float, cure: Callable[..., None], *args: Any) -> None:
        self._pending += 1

        def come_right() -> None:
            self._pending -= 1
            cure(*args)

        self._world.loop.call_later(seconds, come_right)

    def _some(self) -> Instance | None:
        alive = [each for each in self._world.instances.values() if each and each.process.is_alive]
        return self._dice.choice(alive) if alive else None

    def _crash(self) -> None:
        instance = self._some()
        if instance:
            instance.process.kill_after(self._dice.randrange(40), lambda: self._killed(instance))

    def _killed(self, instance: Instance) -> None:
        self._world.kill(instance)
        self._later(self._dice.choice((0.1, 0.5, 2.0, 6.0)), self._world.start, instance.process.name)

    def _stop(self) -> None:
        instance = self._some()
        if instance and not instance.process.is_frozen:
            self._pending += 1
            self._world.judge.tell("stop", instance.process.name)
            self._world._spawn(self._stopped(instance))

    async def _stopped(self, instance: Instance) -> None:
        try:
            await instance.call(None, 10.0, instance.stop)
        except Exception:  # noqa: BLE001, S110
            pass
        self._pending -= 1
        if instance.process.is_alive:
            self._killed(instance)

    def _freeze(self) -> None:
        instance = self._some()
        if instance and not instance.process.is_frozen:
            self._world.judge.tell("freeze", instance.process.name)
            instance.process.freeze()
            self._later(TTL * (0.3 + 2 * self._dice.random()), self._thaw, instance)

    def _thaw(self, instance: Instance) -> None:
        self._world.judge.tell("thaw", instance.process.name)
        instance.process.thawed_at = self._world.loop.time()
        self._world.loop.resume(instance.process)

    def _cut(self) -> None:
        instance, database = self._some(), self._world.database
        if instance and instance.process.name not in database.cut:
            self._world.judge.tell("cut", instance.process.name)
            database.cut.add(instance.process.name)
            database.drop(lambda each: each.process is instance.process)
            self._later(2 * TTL * self._dice.random(), self._mend, instance.process.name)

    def _mend(self, name: str) -> None:
        self._world.judge.tell("mend", name)
        self._world.database.cut.discard(name)

    def _close_store(self) -> None:
        database = self._world.database
        if not database.is_away:
            self._world.judge.tell("close the store")
            database.is_away = True
            database.drop(lambda _: True)
            self._later(3 * self._dice.random(), self._open_store)

    def _open_store(self) -> None:
        self._world.judge.tell("open the store")
        self._world.database.is_away = False

    def _stop_node(self) -> None:
        node = self._dice.choice(list(self._world.nodes.values()))
        if node.is_up:
            self._world.judge.tell("stop node", node.name)
            node.stop()
            self._later(5 * self._dice.random(), self._start_node, node)

    def _start_node(self, node: Any) -> None:
        self._world.judge.tell("start node", node.name)
        node.is_up = True

    def _lose_socket(self) -> None:
        found = [
            (node, session.socket)
            for node in self._world.nodes.values()
            for session in node.sessions.values()
            if session.socket and session.socket.is_open
        ]
        if found:
            node, socket = self._dice.choice(found)
            self._world.judge.tell("lose socket", node.name, socket.process.name)
            node.hang_up(socket, is_noticed=self._dice.random() < 0.8)

    def _kill_gateway(self) -> None:
        if self._world.gateway.process.is_alive:
            self._world.judge.tell("kill gateway")
            self._world.gateway.die()
            self._later(3 * self._dice.random(), self._world.open_gateway)

    def _move_bot(self) -> None:
        for guild_id in self._world.discord.guilds()[:1]:
            self._world.judge.tell("move bot", guild_id)
            self._world.discord.seat_bot(guild_id, 5003, None)

    def _send_bot_away(self) -> None:
        for guild_id in self._world.discord.guilds()[-1:]:
            self._world.judge.tell("send bot away", guild_id)
            self._world.discord.take_out(guild_id)


def simulate(seed: int) -> World:
    """Run a world to its end. Raises what is wrong with it, with the world as its `world`."""
    level, collects = logging.root.manager.disable, gc.isenabled()
    logging.disable(logging.CRITICAL)
    gc.disable()  # what it would end, it would end at any moment
    world = World(seed)
    try:
        with mock.patch.multiple(ownership, _LOOK=0.25), mock.patch.multiple(outcomes, _POLL=0.2):
            world.loop.run(world.live())
    except Exception as error:
        error.world = world  # type: ignore[attr-defined]
        raise
    finally:
        if collects:
            gc.enable()
        logging.disable(level)
    return world
