"""What goes on is shown as often as it changes, and never more often than an answer may be edited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from gateway.commands.command import Command
from gateway.domain.cards.base import Card
from gateway.domain.interaction import TOKEN_LIFE, First, GoneError, Interaction, Person
from gateway.watching import Watching
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

ASKED = Interaction(0, 1, "token", Person(1, 2, "Dana"), "lyrics", message_id=3)
BEGAN = ASKED.expires_at - TOKEN_LIFE
FIRST = Card("first", watched="song")


@dataclass
class World:
    """A clock that goes on by itself, what there is to see by it, and all that was edited and remembered."""

    sees: Callable[[float], Card]
    now: float = BEGAN
    edits: list[tuple[float, str]] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    trouble: Exception | None = None
    held: asyncio.Event | None = None
    writing: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self.watching = Watching(self, spawn=self.spawn, now=lambda: self.now, sleep=self.sleep)

    def spawn(self, work: Coroutine[Any, Any, None], _name: str) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def look(self, _desk: object, _asked: Interaction, _watched: str) -> Card:
        return self.sees(self.now - BEGAN)

    async def edit(self, card: Card) -> int:
        if self.held:
            await self.held.wait()
        if self.trouble:
            raise self.trouble
        self.edits.append((round(self.now - BEGAN, 3), card.text))
        return ASKED.message_id

    async def keep(self, interaction: Interaction) -> None:
        if self.writing:
            await self.writing.wait()
        self.open.add(interaction.id)

    async def close(self, interaction: Interaction) -> None:
        self.open.remove(interaction.id)

    async def begin(self, asked: Interaction = ASKED) -> bool:
        command = Command("lyrics", First.PRIVATE, watch=self.look)
        return await self.watching.begin(command, None, asked, self, FIRST)  # type: ignore[arg-type]  # nobody needs a desk

    async def over(self) -> None:
        await asyncio.gather(*self.tasks)


def sung(every: float, until: float = 60.0) -> Callable[[float], Card]:
    """See another line every so many seconds, and in the end nothing that goes on."""

    def see(at: float) -> Card:
        if at >= until:
            return Card("over")
        line = int(at // every)
        return Card(f"line {line}", watched="song", changes_in=(line + 1) * every - at)

    return see


async def test_however_fast_it_changes_an_answer_is_edited_every_two_seconds_at_most() -> None:
    world = World(sung(0.1))
    await world.begin()
    await world.over()
    times = [at for at, _ in world.edits]

    assert min(after - before for before, after in zip([0.0, *times], times, strict=False)) >= 2.0
    assert len(times) == 30


async def test_what_changes_slowly_is_shown_when_it_changes_and_else_nothing_is_edited() -> None:
    world = World(sung(7.0, until=30.0))
    await world.begin()
    await world.over()

    assert world.edits[:-1] == [(2.0, "line 0"), *((7.0 * line, f"line {line}") for line in (1, 2, 3, 4))]
    assert world.edits[-1][1] == "over"
    assert world.open == set()


async def test_what_does_not_go_on_is_not_watched() -> None:
    world = World(sung(1.0))

    assert not await world.watching.begin(Command("x", First.PRIVATE), None, ASKED, world, FIRST)  # type: ignore[arg-type]  # as above
    assert not await world.watching.begin(
        Command("x", First.PRIVATE, watch=world.look),
        None,  # type: ignore[arg-type]  # as above
        ASKED,
        world,
        Card("over"),
    )
    assert world.tasks == []


async def test_it_ends_before_discord_takes_no_more_edits() -> None:
    world = World(sung(1.0, until=1e9))
    await world.begin()
    await world.over()

    assert TOKEN_LIFE - 3.0 < world.edits[-1][0] < TOKEN_LIFE
    assert world.open == set()


@pytest.mark.parametrize("trouble", [GoneError(), Refused(Reason.GUILD_NOT_FOUND)])
async def test_where_nothing_can_be_shown_any_more_it_ends(trouble: Exception) -> None:
    world = World(sung(1.0), trouble=trouble)
    await world.begin()
    await world.over()

    assert (world.edits, world.open) == ([], set())


async def test_while_somebody_is_away_it_is_tried_again_at_the_same_pace() -> None:
    away = 10.0

    def see(at: float) -> Card:
        if at < away:
            raise Refused(Reason.UNAVAILABLE, part="audio")
        return sung(1.0)(at)

    world = World(see)
    await world.begin()
    await world.over()

    assert world.edits[0] == (10.0, "line 10")


async def test_once_it_is_ended_nothing_of_it_comes_afterwards_not_even_what_was_under_way() -> None:
    world = World(sung(1.0), held=asyncio.Event())
    await world.begin()
    await world.sleep(0)
    ending = asyncio.create_task(world.watching.end(ASKED.message_id))
    for _ in range(5):
        await asyncio.sleep(0)
    waited = not ending.done()
    assert world.held
    world.held.set()
    await ending
    before = list(world.edits)
    await world.over()

    assert waited
    assert (world.edits, len(before)) == (before, 1)
    assert world.open == set()


async def test_the_same_is_watched_in_ones_newest_answer_alone_and_by_others_in_theirs() -> None:
    world = World(sung(1.0, until=20.0))
    others = replace(ASKED, id=1, message_id=4, person=Person(1, 9, "Liam"))
    newest = replace(ASKED, id=2, message_id=5)
    for asked in (ASKED, others, newest):
        await world.begin(asked)
    first, *rest = world.tasks
    await first
    running = [not task.done() for task in rest]
    await world.over()

    assert running == [True, True]
    assert world.open == set()


async def test_the_newest_answer_goes_on_also_where_the_one_before_is_still_being_written_down() -> None:
    world = World(sung(1.0, until=20.0), writing=asyncio.Event())
    before = asyncio.create_task(world.begin())
    await asyncio.sleep(0)
    slow, world.writing = world.writing, None
    await world.begin(replace(ASKED, id=1, message_id=4))
    assert slow
    slow.set()
    await before
    newest, older = world.tasks
    await older
    running = not newest.done()
    await world.over()

    assert running
    assert world.open == set()
