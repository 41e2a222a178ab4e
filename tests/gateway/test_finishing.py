"""What was left unanswered is answered by the next process: a guild's in order, the guilds beside one another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gateway.domain.interaction import Interaction, Person
from gateway.finishing import finish
from kit.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

AT_ONCE = 20


class Answers:
    """Begins answers, each of which ends when it is told to, or fails."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ends: dict[int, asyncio.Future[None]] = {}
        self.news = asyncio.Event()

    async def answer(self, asked: Interaction) -> None:
        """Answer one."""
        self.begun.append(asked.id)
        self.ends[asked.id] = asyncio.get_running_loop().create_future()
        self.news.set()
        await self.ends[asked.id]

    async def until(self, begun: set[int]) -> None:
        """Wait until no others but these were begun."""
        while set(self.begun) != begun:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 10)


def asked(number: int, guild_id: int) -> Interaction:
    """Make an interaction."""
    return Interaction(number, 8, "token", Person(guild_id, 2, "Dana"), "play")


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    """Whoever owns the answers."""
    async with Tasks() as owner:
        yield owner


async def begin(tasks: Tasks, answers: Answers, left: Sequence[Interaction]) -> asyncio.Task[None]:
    """Begin to answer what is left."""
    return tasks.spawn(finish(left, answers.answer, tasks.spawn), "finishing")


async def test_a_guilds_are_answered_in_order_and_no_guild_waits_for_another(tasks: Tasks) -> None:
    answers = Answers()
    whole = await begin(tasks, answers, [asked(1, 7), asked(2, 7), asked(3, 8), asked(4, 7)])
    await answers.until({1, 3})
    answers.ends[3].set_result(None)
    answers.ends[1].set_result(None)
    await answers.until({1, 3, 2})
    answers.ends[2].set_result(None)
    await answers.until({1, 3, 2, 4})
    is_over = whole.done()
    answers.ends[4].set_result(None)
    await whole

    assert not is_over


async def test_one_that_fails_keeps_none_back(tasks: Tasks) -> None:
    answers = Answers()
    whole = await begin(tasks, answers, [asked(1, 7), asked(2, 7)])
    await answers.until({1})
    answers.ends[1].set_exception(ValueError("it fails"))
    await answers.until({1, 2})
    answers.ends[2].set_result(None)
    await whole


async def test_so_many_are_answered_at_once_and_no_more(tasks: Tasks) -> None:
    answers = Answers()
    await begin(tasks, answers, [asked(number, number) for number in range(AT_ONCE + 1)])
    await answers.until(set(range(AT_ONCE)))
    answers.ends[5].set_result(None)
    await answers.until(set(range(AT_ONCE + 1)))
