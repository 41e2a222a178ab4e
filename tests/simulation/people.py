"""People: they give commands to any instance, repeat some, and some of them watch."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from kit import actor
from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from tests.simulation.command import CHANNELS, Request
from tests.simulation.table import think

if TYPE_CHECKING:
    from random import Random
    from typing import Any

    from tests.simulation.instance import Instance
    from tests.simulation.world import World

_DEADLINE = 5.0
_RESTLESS = 0.05  # how likely it is that somebody goes elsewhere before the next command
_LOST = {Reason.UNAVAILABLE, Reason.DEADLINE_EXCEEDED}


class Person:
    """Somebody in a voice channel."""

    def __init__(self, world: World, user_id: int, dice: Random, *, is_dj: bool) -> None:
        self.user_id, self.actor = user_id, actor.system(user_id)
        self._roles = [actor_pb2.Role(id=1, name="DJ")] if is_dj else []
        self._world, self._dice, self._number = world, dice, 0
        self._walk()

    async def live(self, commands: int) -> None:
        """Give commands."""
        for _ in range(commands):
            await asyncio.sleep(self._dice.expovariate(4.0))
            if self._dice.random() < _RESTLESS:
                self._walk()
            await self._insist(self._think())

    def _walk(self) -> None:
        channel = self._dice.choice((CHANNELS[0], CHANNELS[0], CHANNELS[0], CHANNELS[1], 0))
        self._world.judge.tell("walk", self.user_id, channel)
        self._world.discord.walk(self.user_id, channel)
        self.member = actor_pb2.Member(user_id=self.user_id, voice_channel_id=channel, roles=self._roles)

    def _think(self) -> Request:
        self._number += 1
        guild_id = self._dice.choice(self._world.guild_ids)
        command = think(self._dice, self._world.judge.guilds[guild_id])
        is_tried_only = self._dice.random() < 0.03
        self._world.commands += 1
        return Request(guild_id, self.user_id, f"{self.user_id}-{self._number}", command, is_tried_only)

    async def _insist(self, request: Request) -> None:
        """Ask until there is an answer, or patience is at an end; repeat some requests that were answered."""
        tries = self._dice.choice((1, 2, 4, 4, 4))
        if self._dice.random() < 0.03:
            await asyncio.gather(self._ask(request), self._ask(request))
        for _ in range(tries):
            if await self._ask(request):
                break
            await asyncio.sleep(0.05 + self._dice.random())
        if self._dice.random() < 0.06:
            await self._ask(request)
        if self._dice.random() < 0.02:
            await self._reuse(request)

    async def _ask(self, request: Request) -> bool:
        instance, judge = self._world.some_instance(), self._world.judge
        if instance is None:
            return False
        judge.tell("ask", instance.process.name, request)
        try:
            version, facts = await instance.call(None, _DEADLINE, instance.command, request, self)
        except Refused as refused:
            judge.tell("refused", request.request_id, refused)
            return refused.reason not in _LOST
        judge.tell("answer", request.request_id, version, facts)
        if not request.validate_only:
            judge.acknowledged(request, version, facts)
        return True

    async def _reuse(self, request: Request) -> None:
        other = replace(request, command=think(self._dice, self._world.judge.guilds[request.guild_id]))
        instance = self._world.some_instance()
        if instance is None or request.key not in self._world.judge.commits or other.command == request.command:
            return
        try:
            await instance.call(None, _DEADLINE, instance.command, other, self)
        except Refused as refused:
            known = {Reason.REQUEST_ID_REUSED, *_LOST}
            self._world.judge.require(refused.reason in known, "another request with an id", other, refused)
        else:
            self._world.judge.wrong("a request id was reused", other)


class Watcher:
    """Somebody who watches a guild, from one instance to the next. `version` is the last that they were shown."""

    def __init__(self, world: World, guild_id: int) -> None:
        self.guild_id, self.version = guild_id, 0
        self._world = world

    async def live(self) -> None:
        """Watch for ever."""
        while True:
            instance = self._world.some_instance()
            if instance:
                await self._watch(instance)
            await asyncio.sleep(0.2)

    async def _watch(self, instance: Instance) -> None:
        try:
            await instance.call(None, 60.0, self._follow, instance)
        except Refused:
            return

    async def _follow(self, instance: Instance) -> None:
        async for event in instance.watching.watch(self.guild_id, self.version):
            self._see(event)

    def _see(self, event: Any) -> None:
        player = getattr(event, "player", None)
        if player is None:
            return
        is_next = not hasattr(event, "kind") or player.version == self.version + 1
        self._world.judge.require(is_next, "a change is not shown", self.guild_id, self.version, player.version)
        self.version = player.version
