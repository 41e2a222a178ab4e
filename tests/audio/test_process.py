"""Audio as a process that is told to stop while it is in the middle of things."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kit.postgres import transaction
from segue.audio.v1 import (
    catalog_service_pb2,
    catalog_service_pb2_grpc,
    player_service_pb2,
    player_service_pb2_grpc,
    queue_service_pb2,
    queue_service_pb2_grpc,
)
from segue.common.v1 import actor_pb2, voice_pb2
from segue.gateway.v1 import guild_service_pb2, voice_channel_service_pb2
from tests.audio.nodes.fake import PASSWORD, FakeNode, track
from tests.audio.nodes.proxy import Proxy
from tests.audio.stores import HANDLES, empty
from tests.audio.values import CHANNEL, GUILD
from tests.audio.values import track as known_track
from tests.kit.mesh import Mesh, playing
from tests.kit.process import WITHIN, start
from tests.kit.serving import from_peer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kit.postgres import Pool

OTHER_GUILD = 8 << 22
SOMEBODY = 2
METADATA = from_peer(
    "edge",
    actor_pb2.Actor(
        user_id=SOMEBODY, surface=actor_pb2.SURFACE_API, scopes=["player.read", "player.write", "catalog.read"]
    ),
)


class Gateway(Mesh):
    """Gateway, which thinks for as long as it likes about where the bot can go."""

    def __init__(self) -> None:
        self.asked, self.sure = asyncio.Event(), asyncio.Event()
        super().__init__(GetBot=self.bot, GetMember=self.member, GetVoice=self.voice, CheckVoice=self.check)

    async def bot(self, _: Any) -> guild_service_pb2.GetBotResponse:
        return guild_service_pb2.GetBotResponse(user_id=1)

    async def member(self, request: Any) -> guild_service_pb2.GetMemberResponse:
        found = actor_pb2.Member(guild_id=request.guild_id, user_id=request.user_id, voice_channel_id=CHANNEL)
        return guild_service_pb2.GetMemberResponse(member=found)

    async def voice(self, request: Any) -> voice_channel_service_pb2.GetVoiceResponse:
        snapshot = voice_pb2.VoiceSnapshot(guild_id=request.guild_id, sequence=1)
        return voice_channel_service_pb2.GetVoiceResponse(snapshot=snapshot)

    async def check(self, _: Any) -> voice_channel_service_pb2.CheckVoiceResponse:
        self.asked.set()
        await self.sure.wait()
        return voice_channel_service_pb2.CheckVoiceResponse()


@asynccontextmanager
async def locked(pool: Pool, guild_id: int) -> AsyncIterator[None]:
    """Keep a player's row from everybody else."""
    async with transaction(pool) as tx:
        await tx.execute("INSERT INTO player (guild_id, bucket) VALUES ($1, 0)", guild_id)
    async with transaction(pool) as tx:
        await tx.execute("SELECT 1 FROM player WHERE guild_id = $1 FOR UPDATE", guild_id)
        yield


async def somebody_waits(pool: Pool) -> None:
    """Wait until a lock is waited for."""
    async with asyncio.timeout(WITHIN):
        while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110  (Postgres tells nobody)
            await asyncio.sleep(0.01)


async def no_longer_serving(channel: grpc.aio.Channel) -> None:
    """Wait until the process says that it wants no more calls."""
    stub: Any = health_pb2_grpc.HealthStub(channel)
    watching = stub.Watch(health_pb2.HealthCheckRequest())
    async for answer in watching:
        if answer.status == health_pb2.HealthCheckResponse.NOT_SERVING:
            break
    watching.cancel()


async def last_of(stream: Any) -> Any:
    """Read a stream to its end."""
    return [message async for message in stream][-1]


async def test_a_stop_answers_every_call_that_was_accepted(database_url: str, tmp_path: Path, pool: Pool) -> None:
    await empty(pool)
    async with AsyncExitStack() as stack:
        gateway = Gateway()
        await stack.enter_async_context(playing(gateway, f"unix:{tmp_path}/out.sock"))
        fake = await stack.enter_async_context(FakeNode())
        fake.results["localsearch:words"] = {"loadType": "search", "data": [track("words.flac")]}
        proxy = await stack.enter_async_context(Proxy(fake.uri))
        proxy.hold = lambda call: call.path == "/v4/loadtracks"
        nodes = f"main={proxy.uri.replace('http', 'ws')}|{PASSWORD}"
        process = await start(
            "audio", tmp_path, database_url, LAVALINK_NODES=nodes, HANDLE_KEY="a key for tests that is long enough"
        )
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"unix:{tmp_path}/app.sock"))
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        watching = asyncio.ensure_future(last_of(watch(channel)))
        async with locked(pool, OTHER_GUILD):
            calls = [asyncio.ensure_future(call) for call in accepted(channel)]
            await asyncio.wait_for(gateway.asked.wait(), WITHIN)
            await proxy.until(lambda: proxy.seen("GET", "/loadtracks"))
            await somebody_waits(pool)
            process.terminate()
            await asyncio.wait_for(no_longer_serving(channel), WITHIN)
            assert not any(call.done() for call in calls)
        gateway.sure.set()
        proxy.release()
        joined, searched, added = await asyncio.wait_for(asyncio.gather(*calls), WITHIN)
        last = await asyncio.wait_for(watching, WITHIN)
        out, err = await asyncio.wait_for(process.communicate(), WITHIN)

    assert (process.returncode, err) == (0, b"")
    assert (joined.player.voice_channel_id, searched.tracks[0].title, added.count) == (CHANNEL, "words.flac", 1)
    assert last.end.reason == player_service_pb2.STREAM_END_REASON_MOVED
    versions = await pool.fetch("SELECT guild_id, version FROM player ORDER BY guild_id")
    assert [tuple(row) for row in versions] == [(GUILD, joined.player.version), (OTHER_GUILD, added.player.version)]
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert [line["message"] for line in lines if line["logger"] == "kit.server"] == ["serving", "stopped"]


def accepted(channel: grpc.aio.Channel) -> tuple[Any, ...]:
    """Make calls that wait: for gateway, for the node, and for the database."""
    players: Any = player_service_pb2_grpc.PlayerServiceStub(channel)
    queues: Any = queue_service_pb2_grpc.QueueServiceStub(channel)
    catalog: Any = catalog_service_pb2_grpc.CatalogServiceStub(channel)
    join = player_service_pb2.JoinChannelRequest(guild_id=GUILD)
    search = catalog_service_pb2.SearchTracksRequest(query="words", page_size=1)
    add = queue_service_pb2.AddQueueItemsRequest(guild_id=OTHER_GUILD, handles=[HANDLES.sign(known_track())])
    return (
        players.JoinChannel(join, metadata=METADATA),
        catalog.SearchTracks(search, metadata=METADATA),
        queues.AddQueueItems(add, metadata=METADATA),
    )


def watch(channel: grpc.aio.Channel) -> Any:
    """Watch a player."""
    players: Any = player_service_pb2_grpc.PlayerServiceStub(channel)
    return players.WatchPlayer(player_service_pb2.WatchPlayerRequest(guild_id=GUILD), metadata=METADATA)
