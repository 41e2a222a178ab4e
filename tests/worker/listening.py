"""People who link accounts at last.fm and listen to what ends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.json_format import MessageToDict
from pydantic import SecretStr

from kit.durations import from_seconds
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.common.v1 import event_service_pb2
from segue.worker.v1 import job_service_pb2, job_service_pb2_grpc, lastfm_service_pb2, lastfm_service_pb2_grpc
from tests.contract.methods import GUILD
from tests.kit.serving import from_peer
from tests.kit.world import ALICE, token
from tests.worker.audio import Audio
from tests.worker.lastfm import API_KEY, SHARED_SECRET, FakeLastfm
from tests.worker.test_jobs import METADATA as OPERATOR
from tests.worker.test_jobs import WITHIN, ended, serving
from tests.worker.test_stats import FINISHED, preferences

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kit.postgres import Pool

Told = event_service_pb2.ReadEventsResponse


def heard(
    title: str,
    *listeners: int,
    author: str = "Ann",
    length: float | None = 200,
    seconds: float = 200,
    picked: bool = False,
    album: str = "",
    reason: queue_service_pb2.HistoryReason.ValueType = FINISHED,
) -> event_service_pb2.Event:
    """Return what audio tells of a track that ends now."""
    track = player_pb2.Track(title=title, author=author, album=album)
    if length is not None:
        track.length.CopyFrom(from_seconds(length))
    pick = player_pb2.AutoplayPick() if picked else None
    entry = queue_service_pb2.HistoryEntry(item=player_pb2.QueueItem(track=track, pick=pick), reason=reason)
    entry.ended_at.FromDatetime(datetime.now(UTC))
    payload = Packed()
    payload.Pack(
        queue_service_pb2.TrackEnded(entry=entry, heard=from_seconds(seconds), listener_ids=listeners or [ALICE])
    )
    return event_service_pb2.Event(guild_id=GUILD, kind="history.entry", payload=payload)


def began(event: event_service_pb2.Event) -> str:
    """Return the second at which a track began, as last.fm is told it."""
    message = queue_service_pb2.TrackEnded()
    event.payload.Unpack(message)
    length = timedelta(milliseconds=message.heard.ToMilliseconds())
    return str(int((message.entry.ended_at.ToDatetime(UTC) - length).timestamp()))


class Ends:
    """The outbox of audio: ends of tracks may be added while it is read; those that are come in one batch."""

    def __init__(self) -> None:
        self.events: list[event_service_pb2.Event] = []
        self._added = asyncio.Event()

    def add(self, *events: event_service_pb2.Event) -> None:
        """Let tracks end."""
        self.events += events
        self._added.set()

    async def read(self, request: Any) -> AsyncIterator[Told]:
        """Stream what is behind a cursor."""
        cursor = request.cursor
        while True:
            self._added.clear()
            if events := self.events[cursor:]:
                cursor += len(events)
                yield Told(cursor=cursor, batch=event_service_pb2.EventBatch(events=events))
            else:
                await self._added.wait()


class Listening:
    """Worker, as people and the operator call it."""

    def __init__(self, channel: Any, lastfm: FakeLastfm, ends: Ends, pool: Pool) -> None:
        self.links: Any = lastfm_service_pb2_grpc.LastfmServiceStub(channel)
        self._jobs: Any = job_service_pb2_grpc.JobServiceStub(channel)
        self._lastfm, self._ends, self._pool = lastfm, ends, pool

    async def get(self, who: int = ALICE) -> Any:
        """Return the answer of GetLastfmLink."""
        return await self.links.GetLastfmLink(lastfm_service_pb2.GetLastfmLinkRequest(), metadata=by(who))

    async def begin(self, who: int = ALICE) -> Any:
        """Return the answer of BeginLastfmLink."""
        return await self.links.BeginLastfmLink(lastfm_service_pb2.BeginLastfmLinkRequest(), metadata=by(who))

    async def finish(self, who: int = ALICE, **fields: Any) -> Any:
        """Return the answer of FinishLastfmLink."""
        request = lastfm_service_pb2.FinishLastfmLinkRequest(**fields)
        return await self.links.FinishLastfmLink(request, metadata=by(who))

    async def delete(self, who: int = ALICE, **fields: Any) -> Any:
        """Return the answer of DeleteLastfmLink."""
        request = lastfm_service_pb2.DeleteLastfmLinkRequest(**fields)
        return await self.links.DeleteLastfmLink(request, metadata=by(who))

    async def link(self, account: str, who: int = ALICE) -> Any:
        """Link an account, as its owner does; return the link."""
        begun = await self.begin(who)
        self._lastfm.allow(begun.token, account)
        return (await self.finish(who, token=begun.token)).link

    async def hear(self, *events: event_service_pb2.Event) -> None:
        """Let tracks end, and worker know it."""
        self._ends.add(*events)
        async with asyncio.timeout(WITHIN):
            while await self._pool.fetchval("SELECT max(position) FROM event_cursor") != len(self._ends.events):  # noqa: ASYNC110  (Postgres tells nobody)
                await asyncio.sleep(0.02)

    async def tell(self) -> Any:
        """Let last.fm be told now; return the job once it has ended."""
        asked = job_service_pb2.RunJobRequest(kind="lastfm")
        return await ended(self._jobs, (await self._jobs.RunJob(asked, metadata=OPERATOR)).job.job_id)

    async def counts(self, name: str) -> int:
        """Sum up what jobs came to: one that comes by the clock may be faster than one that is asked for."""
        listed = await self._jobs.ListJobs(job_service_pb2.ListJobsRequest(kind="lastfm"), metadata=OPERATOR)
        return int(sum(MessageToDict(job.result).get(name, 0) for job in listed.jobs))

    async def waiting(self) -> int:
        """Count what is still to be told."""
        return int(await self._pool.fetchval("SELECT count(*) FROM scrobble"))


def by(who: int) -> Any:
    """Return the metadata of somebody's call."""
    return from_peer("edge", token(user_id=who))


@asynccontextmanager
async def listening(
    database_url: str, folder: Path, pool: Pool, lastfm: FakeLastfm, *, is_set_up: bool = True
) -> AsyncIterator[Listening]:
    """Run worker with last.fm."""
    ends, mesh = Ends(), Audio().mesh()
    mesh.answers |= {"ReadEvents": ends.read, "BatchGetPreferences": preferences}
    async with lastfm.serving() as url:
        keys = {"lastfm_api_key": SecretStr(API_KEY), "lastfm_shared_secret": SecretStr(SHARED_SECRET)}
        more = {**keys, "lastfm_url": url} if is_set_up else {}
        async with serving(database_url, folder, mesh, lambda channel: channel, **more) as channel:
            yield Listening(channel, lastfm, ends, pool)
