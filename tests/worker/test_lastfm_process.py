"""Worker as a process that is killed while it tells last.fm, and what it says of its secrets."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from kit import client
from tests.api.test_process import receiving
from tests.kit.mesh import playing
from tests.kit.process import WITHIN, start
from tests.worker.audio import BOB, Audio
from tests.worker.lastfm import API_KEY, SHARED_SECRET, FakeLastfm
from tests.worker.listening import Ends, Listening, began, heard
from tests.worker.test_process import silent_for_an_hour
from tests.worker.test_stats import preferences

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kit.postgres import Pool


async def test_what_was_told_by_a_worker_that_was_killed_then_is_told_again_as_begun_at_the_same_second(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    lastfm, ends, mesh = FakeLastfm(), Ends(), Audio().mesh()
    told, answering = asyncio.Queue[str](), asyncio.Event()
    mesh.answers |= {"ReadEvents": ends.read, "BatchGetPreferences": preferences}

    async def hold(form: Mapping[str, str]) -> None:
        if form["method"] == "track.scrobble":
            lastfm._scrobble(form)
            told.put_nowait(form["timestamp[0]"])
            await answering.wait()

    lastfm.before = hold
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(lastfm.serving())
        keys = {"LASTFM_API_KEY": API_KEY, "LASTFM_SHARED_SECRET": SHARED_SECRET, "LASTFM_URL": url}
        receiver = await receiving(tmp_path, stack)
        await stack.enter_async_context(playing(mesh, f"unix:{tmp_path}/out.sock"))
        first = await start("worker", tmp_path, database_url, **keys)
        channel = await stack.enter_async_context(client.channel(f"unix:{tmp_path}/app.sock", "worker"))
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        worker = Listening(channel, lastfm, ends, pool)
        await worker.link("alice")
        song = heard("song")
        await worker.hear(song)
        telling = asyncio.create_task(worker.tell())
        await asyncio.wait_for(told.get(), WITHIN)
        telling.cancel()
        first.kill()
        said = [*await first.communicate()]
        await silent_for_an_hour(pool)
        second = await start("worker", tmp_path, database_url, **keys)
        again = await asyncio.wait_for(told.get(), WITHIN)
        answering.set()
        await asyncio.wait_for(_nothing_waits(worker), WITHIN)
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        await worker.link("bob", BOB)
        second.terminate()
        said += await asyncio.wait_for(second.communicate(), WITHIN)
        await asyncio.gather(telling, return_exceptions=True)

    assert again == began(song)
    assert [track["timestamp"] for track in lastfm.plays["alice"]] == [again]
    names = {span.name for span in receiver.spans}
    assert names >= {"last.fm auth.getToken", "last.fm auth.getSession", "last.fm track.scrobble"}
    shown = "".join(map(str, receiver.spans)) + b"".join(said).decode()
    assert not [secret for secret in (SHARED_SECRET, *lastfm.sessions) if secret in shown]


async def _nothing_waits(worker: Listening) -> None:
    while await worker.waiting():  # noqa: ASYNC110  (Postgres tells nobody)
        await asyncio.sleep(0.02)
