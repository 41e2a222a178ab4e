"""The second level of the caches is a real server that may do anything: answers stay the same."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kit import cache, redis
from kit.cache import Cache
from tests.kit.redis import RedisServer
from tests.kit.redis import redis as running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = b"the key of a deployment"


class Process:
    """A process with a cache of its own over the shared one; what it loads from says how often it was asked."""

    def __init__(self, url: str, *, key: bytes = KEY, ttl: float = 60.0) -> None:
        self.asked: list[str] = []
        self.shared = cache.shared(url, key)
        self._kept: Cache[str] = Cache(
            "tests", ttl=ttl, empty_ttl=ttl / 60, shared=self.shared, encode=str.encode, decode=bytes.decode
        )

    async def get(self, key: str, value: str | None = None) -> str:
        """Look up a key that stands for itself, or for `value`."""

        async def load() -> str:
            self.asked.append(key)
            await asyncio.sleep(0)
            return key if value is None else value

        return await self._kept.get(key, load)


@asynccontextmanager
async def processes(url: str, count: int = 2, *, key: bytes = KEY, ttl: float = 60.0) -> AsyncIterator[list[Process]]:
    made = [Process(url, key=key, ttl=ttl) for _ in range(count)]
    yield made
    for each in made:
        assert each.shared
        await each.shared.close()


@pytest.fixture
async def server() -> AsyncIterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        async with running(Path(folder)) as started:
            yield started


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look-up asks Redis, however it fared before."""
    monkeypatch.setattr(redis, "_BREAK", 0.0)


async def test_what_one_process_loaded_another_is_given(server: RedisServer) -> None:
    async with processes(server.url()) as (first, second):
        assert await first.get("a") == "a"
        assert await asyncio.gather(*(second.get("a") for _ in range(20))) == ["a"] * 20

    assert (first.asked, second.asked) == (["a"], [])
    assert await server.names() == ["tests:a"]


async def test_an_empty_answer_is_shared_as_well(server: RedisServer) -> None:
    async with processes(server.url()) as (first, second):
        assert await first.get("nothing", "") == await second.get("nothing", "") == ""

    assert (first.asked, second.asked) == (["nothing"], [])


async def test_what_is_shared_is_kept_no_longer_than_if_it_had_been_loaded_here(server: RedisServer) -> None:
    async with processes(server.url()) as (first, second):
        await first.get("a")
        await server.order("PEXPIRE", "tests:a", "100")
        assert await second.get("a") == "a"
        async with asyncio.timeout(60):
            while not second.asked:
                await asyncio.sleep(0.02)
                assert await second.get("a") == "a"

    assert second.asked == ["a"]


@pytest.mark.parametrize("fault", ["stopped", "hung", "emptied", "full", "read only"])
async def test_whatever_happens_to_it_the_answers_are_the_same(server: RedisServer, fault: str) -> None:
    async with processes(server.url()) as (first, second):
        assert [await first.get(key) for key in "abc"] == list("abc")
        match fault:
            case "stopped":
                await server.stop()
            case "hung":
                server.hang()
            case "emptied":
                await server.order("FLUSHALL")
            case "full":
                await server.order("CONFIG", "SET", "maxmemory-policy", "noeviction")
                await server.order("CONFIG", "SET", "maxmemory", "1")
            case _:
                await server.order("CONFIG", "SET", "min-replicas-to-write", "3")
        both = [[await each.get(key) for key in "abcd"] for each in (first, second)]
        if fault == "hung":
            server.go_on()

    assert both == [list("abcd"), list("abcd")]
    assert first.asked == list("abcd")


async def test_it_is_used_again_once_it_is_back(server: RedisServer) -> None:
    async with processes(server.url()) as (first, second):
        await server.stop()
        assert await first.get("a") == "a"
        await server.start()
        assert await first.get("b") == "b"
        assert await second.get("b") == "b"

    assert second.asked == []


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_a_wrong_password_costs_speed_alone_and_is_not_logged(
    password: str, caplog: pytest.LogCaptureFixture
) -> None:
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        async with running(Path(folder), "--requirepass", "right") as server:
            async with processes(server.url(password)) as (first, second):
                assert [await first.get("a"), await second.get("a")] == ["a", "a"]
            async with processes(server.url("right")) as (third, fourth):
                assert [await third.get("a"), await fourth.get("a")] == ["a", "a"]

    assert (first.asked, second.asked, third.asked, fourth.asked) == (["a"], ["a"], ["a"], [])
    assert "the shared cache is away" in caplog.text
    assert "right" not in caplog.text


async def test_what_somebody_else_wrote_is_not_believed(server: RedisServer) -> None:
    async with processes(server.url()) as (first, second), processes(server.url(), 1, key=b"another") as (stranger,):
        await first.get("a")
        await stranger.get("b", "forged")
        await server.order("SET", "tests:c", "forged")
        await server.order("SET", "tests:d", "x" * 64)
        await server.order("LPUSH", "tests:e", "forged")
        await server.order("COPY", "tests:a", "tests:f")

        assert [await second.get(key) for key in "abcdef"] == list("abcdef")

    assert second.asked == list("bcdef")


async def test_a_server_that_fails_is_left_alone_for_a_while(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(redis, "_BREAK", 60.0)
    async with processes(server.url(), 1) as (process,):
        server.hang()
        assert [await process.get(str(number)) for number in range(20)] == [str(number) for number in range(20)]
        server.go_on()

    assert len([record for record in caplog.records if "shared cache" in record.message]) == 1
