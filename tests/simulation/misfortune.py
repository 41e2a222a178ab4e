"""What goes wrong in a world, and comes right again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kit.errors import Refused
from tests.simulation.instance import TTL

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.simulation.instance import Instance
    from tests.simulation.world import World

CRASHES = 10


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
        while self._pending:  # noqa: ASYNC110  (as everybody does who waits for better times)
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
            self._world.spawn(self._stopped(instance))

    async def _stopped(self, instance: Instance) -> None:
        with suppress(Refused):  # it was killed meanwhile
            await instance.call(None, 10.0, instance.stop)
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
