"""Players are shown in Discord: the newest wins, one call under way per guild, and nobody waits for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from audio import playback, queueing
from audio.adapters.clock import SystemClock
from audio.domain.player import ChangeKind, bucket_of
from audio.showing import Deed, Showing
from kit.errors import Reason, Refused
from kit.levels import Level
from kit.tasks import Tasks
from tests.audio.rig import NoSpans, command, play
from tests.audio.stores import choose
from tests.audio.values import DJ, GUILD, asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from audio.adapters.memory import MemoryStore
    from audio.domain.player import Player


class Gateway:
    """Gateway, which may be away or slow."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, str]] = []
        self.refusals: list[Reason] = []
        self.tried = 0
        self.open = asyncio.Event()
        self.open.set()
        self.under_way = 0

    async def show(self, player: Player, deed: Deed | None) -> None:
        self.tried += 1
        self.under_way += 1
        assert self.under_way == 1
        try:
            await self.open.wait()
            if self.refusals:
                raise Refused(self.refusals.pop(0), part="gateway")
            self.shown.append((player.version, deed.method if deed else ""))
        finally:
            self.under_way -= 1

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():  # noqa: ASYNC110  # a plain stand-in has no event to wait for
                await asyncio.sleep(0)


class Hurry(SystemClock):
    """A clock on which pauses are short."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Doing:
    """What a person does at the moment."""

    method = ""

    def __call__(self) -> Deed | None:
        return Deed(7, self.method) if self.method else None


@asynccontextmanager
async def showing(
    memory: MemoryStore, gateway: Gateway, clock: Hurry | None = None, doing: Doing | None = None
) -> AsyncIterator[Showing]:
    async with Tasks() as tasks:
        made = Showing(gateway, memory, clock or Hurry(), tasks, NoSpans(), deed=doing or Doing())
        memory.listeners.append(made.committed)
        yield made


async def test_a_change_is_shown_with_what_the_person_did(memory: MemoryStore) -> None:
    gateway, doing = Gateway(), Doing()
    async with showing(memory, gateway, doing=doing):
        doing.method = "Play"
        await play(memory, "a")
        await gateway.until(lambda: len(gateway.shown) == 1)

    assert gateway.shown == [(1, "Play")]


async def test_what_only_counts_as_a_vote_is_not_shown_as_done(memory: MemoryStore) -> None:
    gateway, doing = Gateway(), Doing()
    listener = replace(DJ, user_id=8, level=Level.LISTENER)
    await choose(memory, vote_shares={"PAUSE": 100})
    await play(memory, "a")
    async with memory.change(GUILD) as change:
        await change.save(replace(change.player, listeners=(2, 8)), ChangeKind.VOICE)
    async with showing(memory, gateway, doing=doing):
        doing.method = "Pause"
        await command(memory, lambda change: playback.pause(change, listener))
        await gateway.until(lambda: len(gateway.shown) == 1)
        await command(memory, lambda change: playback.pause(change, DJ))
        await gateway.until(lambda: len(gateway.shown) == 2)

    assert gateway.shown == [(4, "Vote"), (5, "Pause")]


async def test_changes_while_one_is_under_way_are_shown_as_one_and_no_deed_is_lost(memory: MemoryStore) -> None:
    gateway, doing = Gateway(), Doing()
    gateway.open.clear()
    async with showing(memory, gateway, doing=doing):
        await play(memory, "abc")
        await gateway.until(lambda: gateway.tried == 1)
        doing.method = "Skip"
        await command(memory, lambda change: playback.skip(change, DJ, 0))
        doing.method = ""
        for _ in range(5):
            await command(memory, lambda change: queueing.add(change, DJ, asked("d")))
        gateway.open.set()
        await gateway.until(lambda: len(gateway.shown) == 2)

    assert gateway.shown == [(1, ""), (7, "Skip")]


async def test_a_command_does_not_wait_for_gateway(memory: MemoryStore) -> None:
    gateway = Gateway()
    gateway.open.clear()
    async with showing(memory, gateway):
        player = await asyncio.wait_for(play(memory, "a"), 60)

    assert player.version == 1
    assert gateway.shown == []


async def test_what_a_gateway_that_is_away_could_not_show_is_shown_when_it_is_back(memory: MemoryStore) -> None:
    gateway, clock, doing = Gateway(), Hurry(), Doing()
    gateway.refusals = [Reason.UNAVAILABLE, Reason.DEADLINE_EXCEEDED, Reason.UNAVAILABLE]
    async with showing(memory, gateway, clock, doing):
        doing.method = "Play"
        await play(memory, "a")
        await gateway.until(lambda: bool(gateway.shown))

    assert gateway.shown == [(1, "Play")]
    assert clock.slept == [0.5, 1.0, 2.0]


async def test_after_many_tries_and_for_good_reasons_the_next_change_is_awaited(memory: MemoryStore) -> None:
    gateway, clock = Gateway(), Hurry()
    gateway.refusals = [Reason.UNAVAILABLE] * 8
    async with showing(memory, gateway, clock):
        await play(memory, "a")
        await gateway.until(lambda: not gateway.refusals)
        gateway.refusals = [Reason.GUILD_NOT_FOUND]
        await play(memory, "b")
        await gateway.until(lambda: not gateway.refusals)
        await play(memory, "c")
        await gateway.until(lambda: bool(gateway.shown))

    assert (gateway.shown, gateway.tried, len(clock.slept)) == ([(3, "")], 10, 7)


async def test_a_new_owner_shows_what_plays_in_its_bucket_again(memory: MemoryStore) -> None:
    await play(memory, "a")
    gateway = Gateway()
    async with showing(memory, gateway) as made:
        made.gained(bucket_of(GUILD) + 1)
        made.gained(bucket_of(GUILD))
        await gateway.until(lambda: bool(gateway.shown))

    assert gateway.shown == [(1, "")]
