"""Caches cost nothing but speed when they are lost."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from kit import cache, metrics
from kit.cache import Cache
from kit.tasks import Tasks

KEY = b"a key"


class Source:
    """What a cache stands before."""

    def __init__(self) -> None:
        self.asked = 0

    async def load(self) -> str:
        """Answer differently each time."""
        self.asked += 1
        await asyncio.sleep(0)
        return f"value {self.asked}"


async def test_of_concurrent_look_ups_one_loads() -> None:
    source, kept = Source(), Cache[str]("single", ttl=60)
    answers = await asyncio.gather(*(kept.get("key", source.load) for _ in range(50)))

    assert (set(answers), source.asked) == ({"value 1"}, 1)
    assert await kept.get("key", source.load) == "value 1"
    assert metrics.caches["single"].hits == 1


async def test_fresh_asks_again_and_what_it_hears_is_kept() -> None:
    source, kept = Source(), Cache[str]("fresh", ttl=60)
    await kept.get("key", source.load)

    assert await kept.get("key", source.load, fresh=True) == "value 2"
    assert await kept.get("key", source.load) == "value 2"


async def test_a_failure_is_told_and_not_kept() -> None:
    source, kept = Source(), Cache[str]("failing", ttl=60)

    async def fail() -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await kept.get("key", fail)
    assert await kept.get("key", source.load) == "value 1"


async def test_the_first_to_ask_may_leave_without_the_others_noticing() -> None:
    source, kept = Source(), Cache[str]("leaving", ttl=60)
    first = asyncio.create_task(kept.get("key", source.load))
    second = asyncio.create_task(kept.get("key", source.load))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "value 1"


async def test_the_oldest_goes_when_it_is_full_and_the_expired_is_loaded_again() -> None:
    source, kept = Source(), Cache[str]("small", ttl=60, size=1)
    await kept.get("one", source.load)
    await kept.get("two", source.load)
    assert await kept.get("one", source.load) == "value 3"

    brief = Cache[str]("brief", ttl=0)
    await brief.get("key", source.load)
    assert await brief.get("key", source.load) == "value 5"


@pytest.mark.parametrize("fault", ["away", "hanging"])
async def test_without_redis_the_process_serves_alone(fault: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        if fault == "away":
            silent.close()
        shared = cache.shared(f"redis://127.0.0.1:{port}", KEY)
        assert shared
        source = Source()
        kept = Cache[str](fault, ttl=60, shared=shared, encode=str.encode, decode=bytes.decode)

        assert await kept.get("key", source.load) == "value 1"
        assert await kept.get("key", source.load) == "value 1"
        await shared.close()


def test_no_address_is_no_second_level() -> None:
    assert cache.shared("", KEY) is None


async def test_a_task_that_fails_is_logged_and_one_that_is_kept_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0
    done = asyncio.Event()

    async def once() -> None:
        raise ZeroDivisionError

    async def twice() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ZeroDivisionError
        done.set()

    async with Tasks() as tasks:
        tasks.spawn(once(), "once")
        tasks.keep(twice, "twice", pause=0)
        await done.wait()

    assert {record.__dict__["task"] for record in caplog.records} == {"once", "twice"}


async def test_tasks_end_with_their_owner() -> None:
    ended = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with Tasks() as tasks:
        tasks.spawn(forever(), "forever")
        await asyncio.sleep(0)

    assert ended.is_set()
