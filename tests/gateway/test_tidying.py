"""What is said where nothing is to stay goes after ten seconds, whoever is there to take it away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from gateway.tidying import Noise, Tidying
from kit.errors import Reason, Refused
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

NOISE = Noise(id=3, guild_id=1, channel_id=2, said_ids=(4, 5), written=True)
AWAY = Refused(Reason.UNAVAILABLE, part="discord")


@dataclass
class World:
    """A clock that goes on when it is told to, what is remembered, and when what was taken away."""

    tasks: Tasks
    now: float = 0.0
    due: dict[Noise, float] = field(default_factory=dict)
    removed: list[tuple[float, Noise]] = field(default_factory=list)
    trouble: list[Refused] = field(default_factory=list)
    is_lost: bool = False
    is_ours: bool = True
    waiting: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def process(self) -> Tidying:
        """Begin another process."""

        def keep(work: Callable[[], Awaitable[None]], name: str) -> None:
            self.tasks.keep(work, name, pause=0.0)

        return Tidying(self, self.remove, keep=keep, sleep=self.sleep, holds=lambda _: self.is_ours)

    async def keep(self, noise: Noise, seconds: float) -> None:
        if self.is_lost:
            raise Refused(Reason.UNAVAILABLE, part="postgres")
        self.due[noise] = self.now + seconds

    async def left(self) -> Sequence[tuple[Noise, float]]:
        return [(noise, max(0.0, at - self.now)) for noise, at in self.due.items()]

    async def forget(self, noise: Noise) -> None:
        self.due.pop(noise, None)

    async def remove(self, noise: Noise) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.removed.append((self.now, noise))

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.waiting.append((self.now + seconds, woken))
        await woken.wait()

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, in steps that nothing happens between."""
        end = self.now + seconds
        await _idle()
        while dues := [at for at, woken in self.waiting if at <= end and not woken.is_set()]:
            self.now = max(self.now, min(dues))
            for at, woken in self.waiting:
                if at <= self.now:
                    woken.set()
            await _idle()
        self.now = end


async def _idle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A world in which nothing was said yet."""
    async with Tasks() as tasks:
        yield World(tasks)


async def test_what_was_said_stands_for_ten_seconds_and_nobody_waits_for_it(world: World) -> None:
    await world.process().later(NOISE)
    before = list(world.removed)
    await world.pass_by(60.0)

    assert (before, world.removed, world.due) == ([], [(10.0, NOISE)], {})


async def test_the_next_process_takes_away_in_time_what_the_one_before_left(world: World) -> None:
    later = Noise(6, 1, 2, (), written=True)
    world.due = {NOISE: 4.0, later: 9.0}
    world.now = 5.0
    after = world.process()
    await after.recover(lambda _: True)
    await world.pass_by(1.0)
    await after.recover(lambda _: True)  # it has another session with Discord
    await world.pass_by(60.0)

    assert world.removed == [(5.0, NOISE), (9.0, later)]
    assert world.due == {}


async def test_what_this_process_takes_away_itself_is_not_taken_up_again(world: World) -> None:
    process = world.process()
    await process.later(NOISE)
    await process.recover(lambda _: True)
    await world.pass_by(60.0)

    assert world.removed == [(10.0, NOISE)]


async def test_while_discord_is_away_it_is_tried_again(world: World) -> None:
    world.trouble = [AWAY, AWAY]
    await world.process().later(NOISE)
    await world.pass_by(60.0)

    assert [noise for _, noise in world.removed] == [NOISE]
    assert world.due == {}


async def test_what_another_process_sees_to_by_now_is_left_to_it_until_it_is_ours_again(world: World) -> None:
    world.trouble = [AWAY, AWAY]
    process = world.process()
    await process.later(NOISE)
    world.is_ours = False
    await world.pass_by(60.0)
    assert (world.trouble, world.due, world.removed) == ([AWAY], {NOISE: 10.0}, [])

    world.trouble, world.is_ours = [], True
    await process.recover(lambda _: True)
    await world.pass_by(60.0)
    assert (world.due, world.removed) == ({}, [(60.0, NOISE)])


async def test_where_the_bot_was_sent_away_nothing_is_left_to_be_done(world: World) -> None:
    world.trouble = [Refused(Reason.GUILD_NOT_FOUND)]
    await world.process().later(NOISE)
    await world.pass_by(60.0)

    assert (world.removed, world.due) == ([], {})


async def test_while_the_database_is_away_it_goes_all_the_same(world: World) -> None:
    world.is_lost = True
    await world.process().later(NOISE)
    await world.pass_by(60.0)

    assert world.removed == [(10.0, NOISE)]
