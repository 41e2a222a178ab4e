"""Gateway is ended while it answers: the next process gives the one answer, where the first response stands."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from signal import SIGKILL, SIGTERM
from typing import TYPE_CHECKING, Any

import pytest

from tests.gateway.conftest import text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import Database, House

_LOADING = 1 << 7
_WITH_THE_QUESTION = 3  # messages: two answers, and what was written to the bot
_ALL_OF_IT = 60_000  # ms; longer than any of this takes
_WAITS_FOR_JOURNAL = "SELECT count(*) FROM pg_locks WHERE relation = 'interaction'::regclass AND NOT granted"
_LEFT_OPEN = "SELECT count(*) FROM interaction WHERE asked IS NOT NULL"


@pytest.fixture(autouse=True)
async def calm(house: House, database: Database) -> None:
    """Wait until nothing from before is left to be answered."""
    await house.simulator.until(lambda: database.fetchval(_LEFT_OPEN), lambda count: not count)
    house.audio.reset()


@pytest.fixture
async def patience(house: House) -> AsyncIterator[None]:
    """Let Discord wait for a first response for as long as a process takes to start on a slow machine."""
    await house.simulator.call("POST", "/faults", {"firstAnswerMs": 30_000}, status=204)
    yield
    await house.simulator.call("POST", "/faults", {"firstAnswerMs": 3_000}, status=204)


async def messages(house: House, after: int = 0) -> list[Any]:
    """List what stands in the channel and came after a message."""
    place = await house.simulator.place()
    path = f"/channels/{place['channelId']}/messages"
    shown = await house.simulator.call("GET", path, params={"userId": place["userId"]})
    return [message for message in shown["messages"] if int(message["id"]) > after]


async def newest(house: House) -> int:
    """Return the last message in the channel."""
    return max((int(message["id"]) for message in await messages(house)), default=0)


@pytest.mark.parametrize("signal", [SIGKILL, SIGTERM])
@pytest.mark.parametrize("held", [{"journal"}, {"defer"}, {"journal", "defer"}], ids="-and-".join)
@pytest.mark.usefixtures("patience")
async def test_a_command_is_answered_once_by_the_next_process_whatever_the_one_before_had_done(
    house: House, database: Database, held: set[str], signal: int
) -> None:
    before = await newest(house)
    if "defer" in held:
        fault = {"kind": "rest_slow", "delayMs": _ALL_OF_IT}
        await house.simulator.call("POST", "/faults", fault, status=204)
    async with AsyncExitStack() as stack:
        if "journal" in held:
            await stack.enter_async_context(database.transaction())
            await database.execute("LOCK TABLE interaction")
        asked = asyncio.create_task(house.simulator.command("play", query="alpha"))
        journal = _WAITS_FOR_JOURNAL if "journal" in held else _LEFT_OPEN
        await house.simulator.until(lambda: database.fetchval(journal), bool)
        if "defer" not in held:
            await house.simulator.until(
                lambda: messages(house, before), lambda shown: any(message["flags"] & _LOADING for message in shown)
            )
        await house.stop(signal)
    in_time = signal == SIGTERM and "journal" not in held  # who ends in order asks Discord once more, and answers
    assert in_time or not house.audio.asked("Play")
    await house.start()
    answer = await asked

    assert "alpha" in text(answer["message"])
    assert [message["id"] for message in await messages(house, before)] == [answer["message"]["id"]]
    assert len(house.audio.asked("Play")) == 1


async def test_what_was_answered_and_is_told_again_is_not_done_again(house: House, database: Database) -> None:
    place, bot = await house.simulator.place(), (await house.simulator.call("GET", "/world"))["bot"]
    written = {"channelId": place["channelId"], "userId": place["userId"], "content": f"<@{bot['id']}> play bravo"}
    before = await newest(house)
    async with database.transaction():
        await database.execute("LOCK TABLE session")
        await house.simulator.command("play", query="alpha")
        await house.simulator.call("POST", "/messages", written)
        await house.simulator.until(lambda: messages(house, before), lambda shown: len(shown) == _WITH_THE_QUESTION)
        await house.simulator.until(lambda: database.fetchval(_LEFT_OPEN), lambda count: not count)
        answers = [message["id"] for message in await messages(house, before)]
        await house.stop()
    await house.start()
    last = await house.simulator.command("queue")

    assert [message["id"] for message in await messages(house, before)] == [*answers, last["message"]["id"]]
    assert len(house.audio.asked("Play")) == 2


async def test_the_next_process_means_the_same_track_by_a_number_that_was_typed(house: House) -> None:
    for query in ("now", "alpha", "bravo", "charlie"):
        await house.simulator.command("play", query=query)
    house.audio.held = asyncio.Event()
    house.audio.arrived.clear()
    asked = asyncio.create_task(house.simulator.command("remove", item="2"))
    await asyncio.wait_for(house.audio.arrived.wait(), 60)

    await house.stop()
    house.audio.held = None
    await house.start()
    answer = await asked

    assert "Removed bravo from the queue." in text(answer["message"])
    assert [item.track.title for item in house.audio.waiting] == ["alpha", "charlie"]
    before, after = house.audio.asked("RemoveQueueItem")
    assert before == after
