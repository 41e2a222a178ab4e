"""The same contract over REST, native gRPC and gRPC-Web."""

from __future__ import annotations

import asyncio
import json
import struct
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from segue.audio.v1 import catalog_service_pb2 as catalog
from segue.audio.v1 import catalog_service_pb2_grpc as catalog_grpc
from segue.audio.v1 import player_pb2
from segue.audio.v1 import player_service_pb2 as player
from segue.audio.v1 import player_service_pb2_grpc as player_grpc
from tests.e2e.discord import Discord, Guild, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")
TRAILER = 0x80


async def grpc_web(stack: Stack, method: str, request: Message, answer: type[M]) -> AsyncIterator[M]:
    """Call over gRPC-Web, as a browser does; yields the messages, asserts the trailer says OK."""
    body = request.SerializeToString()
    headers = {
        "authorization": f"Bearer {stack.token}",
        "content-type": "application/grpc-web+proto",
        "x-grpc-web": "1",
    }
    url = f"{stack.run['edge']}/{method}"
    async with stack.http.post(url, data=struct.pack(">BI", 0, len(body)) + body, headers=headers) as response:
        assert response.status == 200
        while True:
            flag, length = struct.unpack(">BI", await response.content.readexactly(5))
            payload = await response.content.readexactly(length)
            if flag & TRAILER:
                assert b"grpc-status:0" in payload.replace(b" ", b""), payload
                return
            yield answer.FromString(payload)


async def _play_over_rest(stack: Stack, guild: Guild, query: str) -> None:
    status, body = await stack.rest(
        "POST", f"/v1/guilds/{guild.id}/player:play", {"query": query, "voiceChannelId": guild.voices[0]}
    )
    assert status == 200, body
    assert body["player"]["current"]["track"]["title"]


async def _play_over_grpc(stack: Stack, guild: Guild, query: str) -> None:
    async with stack.channel() as channel:
        found = await catalog_grpc.CatalogServiceStub(channel).SearchTracks(
            catalog.SearchTracksRequest(query=query), metadata=stack.metadata, timeout=10
        )
        await player_grpc.PlayerServiceStub(channel).Play(
            player.PlayRequest(
                guild_id=int(guild.id), handles=[found.tracks[0].handle], voice_channel_id=int(guild.voices[0])
            ),
            metadata=stack.metadata,
            timeout=10,
        )


async def _play_over_grpc_web(stack: Stack, guild: Guild, query: str) -> None:
    request = player.PlayRequest(guild_id=int(guild.id), query=query, voice_channel_id=int(guild.voices[0]))
    answers = [a async for a in grpc_web(stack, "segue.audio.v1.PlayerService/Play", request, player.PlayResponse)]
    assert len(answers) == 1


async def test_each_surface_plays_a_track_that_is_heard(stack: Stack, discord: Discord, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    for play in (_play_over_rest, _play_over_grpc, _play_over_grpc_web):
        after = await discord.last_index(guild)

        await play(stack, guild, "alpha")
        frames = await hears_end(discord, guild, 59, after)

        assert tenths(frames) == [(tenth, 5) for tenth in range(60)]


async def _versions_over_rest(stack: Stack, guild: Guild) -> AsyncIterator[int]:
    headers = {"authorization": f"Bearer {stack.token}"}
    async with stack.http.get(f"{stack.run['edge']}/v1/guilds/{guild.id}/player:watch", headers=headers) as response:
        assert response.content_type == "text/event-stream"
        async for line in response.content:
            if line.startswith(b"data:"):
                message = json.loads(line[5:])
                if "player" in message:
                    yield int(message["version"])


async def _versions_over_grpc(stack: Stack, guild: Guild) -> AsyncIterator[int]:
    async with stack.channel() as channel:
        stream = player_grpc.PlayerServiceStub(channel).WatchPlayer(
            player.WatchPlayerRequest(guild_id=int(guild.id)), metadata=stack.metadata
        )
        async for message in stream:
            if message.HasField("player"):
                yield message.version


async def _versions_over_grpc_web(stack: Stack, guild: Guild) -> AsyncIterator[int]:
    request = player.WatchPlayerRequest(guild_id=int(guild.id))
    stream = grpc_web(stack, "segue.audio.v1.PlayerService/WatchPlayer", request, player.WatchPlayerResponse)
    async for message in stream:
        if message.HasField("player"):
            yield message.version


async def test_watch_shows_each_change_with_rising_versions_on_each_surface(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    seen: list[list[int]] = [[], [], []]

    async def collect(stream: AsyncIterator[int], into: list[int]) -> None:
        async for version in stream:
            into.append(version)  # noqa: PERF401  (others look at the list meanwhile)

    surfaces = (_versions_over_rest, _versions_over_grpc, _versions_over_grpc_web)
    async with asyncio.TaskGroup() as watchers:
        tasks = [watchers.create_task(collect(s(stack, guild), into)) for s, into in zip(surfaces, seen, strict=True)]
        await eventually(lambda: _all(seen, 1), within=10, what="a snapshot on each surface")
        for verb, body in (("play", {"query": "long"}), ("pause", {}), ("resume", {}), ("stop", {})):
            status, answer = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:{verb}", body)
            assert status == 200, answer
        _, answer = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        last = int(answer["player"]["version"])
        await eventually(lambda: _reached(seen, last), within=10, what=f"version {last} on each surface")
        for task in tasks:
            task.cancel()

    for versions in seen:
        assert versions == sorted(set(versions))


async def _all(seen: list[list[int]], count: int) -> bool:
    return all(len(versions) >= count for versions in seen)


async def _reached(seen: list[list[int]], version: int) -> bool:
    return all(versions and versions[-1] >= version for versions in seen)


async def test_the_player_of_a_guild_that_never_played_is_idle(stack: Stack, guild: Guild) -> None:
    status, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")

    assert status == 200
    assert body["player"]["status"] == player_pb2.PlayerStatus.Name(player_pb2.PLAYER_STATUS_IDLE)


async def test_who_am_i(stack: Stack, guild: Guild) -> None:
    status, body = await stack.rest("GET", "/v1/me")

    assert status == 200
    assert body["userId"] == guild.owner
    assert body["operator"]


async def test_the_same_request_id_has_one_effect_also_after_a_restart_of_audio(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    after = await discord.last_index(guild)
    path = f"/v1/guilds/{guild.id}/player:play"
    body = {"query": "long", "requestId": str(uuid.uuid4())}

    _, first = await stack.rest("POST", path, body)
    _, again = await stack.rest("POST", path, body)
    await hears_tenth(discord, guild, 3, after)
    await stack.kill("audio")
    await eventually(lambda: _serves(stack, guild), within=30, what="audio serves again")
    _, restarted = await stack.rest("POST", path, body)
    status, refused = await stack.rest("POST", path, {**body, "query": "alpha"})
    _, queue = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue")

    assert _without_applied(first) == _without_applied(again) == _without_applied(restarted)
    assert status == 409, refused
    assert refused["details"][0]["reason"] == "REQUEST_ID_REUSED"
    assert queue.get("items", []) == []


def _without_applied(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "applied"}


async def _serves(stack: Stack, guild: Guild) -> bool:
    status, _ = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    return status == 200
