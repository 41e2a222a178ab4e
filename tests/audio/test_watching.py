"""Streams of players: whole, in order, and ended in time."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from audio import queueing, watching
from audio.adapters.clock import SystemClock
from audio.adapters.memory import MemoryStore
from audio.changes import Changed
from audio.watching import End, Heartbeat, Snapshot, Watching
from tests.audio.values import DJ, GUILD, asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest


@asynccontextmanager
async def looking(watching: Watching) -> AsyncIterator[None]:
    """Let it look for what other instances committed."""
    task = asyncio.ensure_future(watching.look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def change(store: MemoryStore, times: int = 1) -> None:
    for _ in range(times):
        async with store.change(GUILD) as opened:
            await queueing.add(opened, DJ, asked("a"))


def versions(seen: list[Any]) -> list[int]:
    return [event.player.version for event in seen]


async def take(stream: Any, count: int) -> list[Any]:
    return [await asyncio.wait_for(anext(stream), 60) for _ in range(count)]


async def test_a_stream_begins_with_the_player_and_goes_on_with_each_change() -> None:
    store = MemoryStore()
    here = Watching(store, SystemClock())
    store.listeners.append(here.committed)
    await change(store)
    async with aclosing(here.watch(GUILD, 0)) as stream:
        first = await take(stream, 1)
        await change(store, 3)
        rest = await take(stream, 3)

    assert isinstance(first[0], Snapshot)
    assert all(isinstance(each, Changed) for each in rest)
    assert versions(first + rest) == [1, 2, 3, 4]


async def test_changes_of_another_instance_are_seen_in_order() -> None:
    store = MemoryStore()
    here = Watching(store, SystemClock())
    async with looking(here), aclosing(here.watch(GUILD, 0)) as stream:
        seen = await take(stream, 1)
        await change(store, 2)
        seen += await take(stream, 2)
        await change(store, 1)
        store.listeners.append(here.committed)
        await change(store)
        seen += await take(stream, 2)

    assert versions(seen) == [0, 1, 2, 3, 4]


async def test_a_stream_is_resumed_where_its_changes_are_known_and_else_begun_anew() -> None:
    store = MemoryStore()
    here = Watching(store, SystemClock())
    await change(store, watching.KEPT + 10)
    async with aclosing(here.watch(GUILD, 11)) as stream:
        assert versions(await take(stream, 3)) == [12, 13, 14]
    async with aclosing(here.watch(GUILD, 2)) as stream:
        (anew,) = await take(stream, 1)

    assert isinstance(anew, Snapshot)
    assert anew.player.version == watching.KEPT + 10


async def test_a_reader_that_is_too_slow_is_told_so_and_holds_nobody_up() -> None:
    store = MemoryStore()
    here = Watching(store, SystemClock())
    store.listeners.append(here.committed)
    async with aclosing(here.watch(GUILD, 0)) as slow, aclosing(here.watch(GUILD, 0)) as quick:
        await take(slow, 1)
        seen = await take(quick, 1)
        for _ in range(100):
            await change(store)
            seen += await take(quick, 1)
        last = await take(slow, 1)

    assert versions(seen) == list(range(101))
    assert last == [End.TOO_SLOW]


async def test_silence_is_filled_with_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "HEARTBEAT", 0.01)
    store = MemoryStore()
    await change(store)
    async with aclosing(Watching(store, SystemClock()).watch(GUILD, 0)) as stream:
        seen = await take(stream, 3)

    assert seen[1:] == [Heartbeat(1), Heartbeat(1)]


async def test_streams_end_with_the_instance() -> None:
    here = Watching(MemoryStore(), SystemClock())
    async with aclosing(here.watch(GUILD, 0)) as stream:
        await take(stream, 1)
        here.close()
        assert await take(stream, 1) == [End.MOVED]
    assert [event async for event in here.watch(GUILD, 0)][-1] is End.MOVED
