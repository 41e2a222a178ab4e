"""One world: a cluster, people and misfortune, all of it told by a seed."""

from __future__ import annotations

import asyncio
import gc
import logging
from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from audio import outcomes, ownership, watching
from audio.adapters import memory, node_peer
from audio.domain import player as players
from audio.domain import ranks
from audio.domain.player import BUCKETS
from audio.domain.settings import GuildSettings
from tests.simulation.database import Database, Lease
from tests.simulation.discord import Discord, Gateway
from tests.simulation.instance import Instance
from tests.simulation.judge import Judge
from tests.simulation.lavalink import Node
from tests.simulation.loop import WORLD, VirtualLoop, Wire
from tests.simulation.misfortune import Misfortune
from tests.simulation.model import KEPT, shown
from tests.simulation.people import Person, Watcher
from tests.simulation.table import VOTED

COMMANDS = 200
SETTLES = 20.0  # seconds within which everything is as wanted, once nothing goes wrong any more
SHOWS = 10.0  # seconds within which watchers are shown what was committed
_PEOPLE, _GUILDS, _LEASES = 12, 4, 3
_VOTES = 0.5  # how likely it is that a guild votes on everything one can vote on


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
        for guild_id in self.guild_ids:
            self._found(guild_id)
        self.instances: dict[str, Instance | None] = {}
        self._gateways = 0

    def _found(self, guild_id: int) -> None:
        waits, share = self._dice.choice((2_000, 300_000)), self._dice.choice((1, 25, 50))
        shares = dict.fromkeys(sorted(VOTED), share) if self._dice.random() < _VOTES else {}
        settings = GuildSettings(
            empty_channel_timeout_ms=waits,
            vote_share_percent=share,
            vote_shares=shares,
            lone_listener_is_dj=self._dice.random() < 0.5,
        )
        rows = self.database.store.tables.guilds[guild_id] = self.database.guild(guild_id)
        rows.player = replace(rows.player, settings=settings)
        self.judge.guilds[guild_id] = shown(rows)

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
            self.spawn(watcher.live())
        lives = [self.spawn(person.live(-(-COMMANDS // _PEOPLE))) for person in people]
        await Misfortune(self, Random(self._dice.random())).strike_until(lambda: all(life.done() for life in lives))
        await self._settle()
        await self._be_watched(watchers)

    def spawn(self, work: Any) -> asyncio.Task[Any]:
        """Run something of the world; what fails in it ends the world."""
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


def simulate(seed: int) -> World:
    """Run a world to its end. Raises what is wrong with it, with the world as its `world`."""
    level, collects = logging.root.manager.disable, gc.isenabled()
    logging.disable(logging.CRITICAL)
    gc.disable()  # what it would end, it would end at any moment
    world = World(seed)
    try:
        # They look less often, so that a world takes less time; ranks are used up and edits forgotten sooner.
        with (
            patch.object(ranks, "GAP", 2),
            patch.object(memory, "KEPT", KEPT),
            patch.object(players, "KEPT", KEPT),
            patch.object(ownership, "_LOOK", 0.5),
            patch.object(watching, "_LOOK", 0.5),
            patch.object(outcomes, "_POLL", 0.2),
            patch.object(node_peer, "time", SimpleNamespace(monotonic=world.loop.time)),
        ):
            world.loop.run(world.live())
    except Exception as error:
        error.world = world  # type: ignore[attr-defined]
        raise
    finally:
        if collects:
            gc.enable()
        logging.disable(level)
    return world
