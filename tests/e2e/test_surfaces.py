"""The same contract over REST, native gRPC and gRPC-Web."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration

from segue.audio.v1 import player_pb2
from segue.audio.v1 import player_service_pb2 as player
from tests.e2e.discord import Discord, Guild, is_silent, sounding, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.surfaces import SURFACES, Surface, call, method, over_grpc
from tests.e2e.test_first_light import SEEK_TOLERANCE_MS, hears_end, hears_tenth

CHANGES: tuple[tuple[str, dict[str, Any], list[int]], ...] = (
    # The track plays, and then it is heard.
    ("Play", {"query": "long"}, [player.PLAYER_CHANGE_PLAYBACK, player.PLAYER_CHANGE_PLAYBACK]),
    ("Pause", {}, [player.PLAYER_CHANGE_PLAYBACK]),
    ("Resume", {}, [player.PLAYER_CHANGE_PLAYBACK]),
    ("Seek", {"position": Duration(seconds=1)}, [player.PLAYER_CHANGE_PLAYBACK]),
    ("Play", {"query": "bravo"}, [player.PLAYER_CHANGE_QUEUE]),
    ("ClearQueue", {}, [player.PLAYER_CHANGE_QUEUE]),
    ("Stop", {}, [player.PLAYER_CHANGE_PLAYBACK]),
)


@pytest.mark.parametrize("surface", SURFACES)
async def test_each_command_of_a_surface_is_heard(
    stack: Stack, discord: Discord, guild: Guild, surface: Surface
) -> None:
    guild_id, after = int(guild.id), await discord.last_index(guild)
    await stack.enter(guild, guild.owner, guild.voices[0])

    channel = int(guild.voices[0])
    await call(surface, stack, "Play", guild_id=guild_id, query="long", source="local", voice_channel_id=channel)
    await hears_tenth(discord, guild, 3, after)
    await call(surface, stack, "Pause", guild_id=guild_id)
    await eventually(lambda: is_silent(discord, guild), within=10, what="silence after Pause")
    paused = sounding(await discord.frames(guild, after))[-1]
    await call(surface, stack, "Resume", guild_id=guild_id)
    resumed = await hears_tenth(discord, guild, (paused.media_ms or 0) // 100 + 3, after)
    whole = tenths(resumed)[:-1]
    assert whole == [(tenth, 5) for tenth in range(len(whole))]

    await call(surface, stack, "Seek", guild_id=guild_id, position=Duration(seconds=8))
    sought = await hears_tenth(discord, guild, 83, after)
    landed = next(frame.media_ms or 0 for frame in sought if (frame.media_ms or 0) > 5_000)
    assert abs(landed - 8_000) <= SEEK_TOLERANCE_MS

    found = await call(surface, stack, "SearchTracks", query="alpha") if surface is not SURFACES[0] else None
    track: dict[str, Any] = {"handles": [found.tracks[0].handle]} if found else {"query": "alpha"}
    queued = await call(surface, stack, "Play", guild_id=guild_id, **track)
    assert (queued.place, queued.count) == (1, 1)
    skipped = await call(surface, stack, "Skip", guild_id=guild_id)
    assert skipped.skipped.track.title == "long"
    end = await hears_end(discord, guild, 59, sought[-1].index)

    # The first frame after the change holds the decoder's memory of the frame before it and may not be readable.
    heard = tenths(end)
    assert heard[heard.index((1, 5)) :] == [(tenth, 5) for tenth in range(1, 60)]


@dataclass
class Watcher:
    """What one surface showed of a player."""

    versions: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    async def watch(self, surface: Surface, stack: Stack, guild: Guild) -> None:
        """Note each change until cancelled."""
        request = player.WatchPlayerRequest(guild_id=int(guild.id))
        async for message in surface(stack, method("WatchPlayer"), request):
            if message.HasField("player"):
                assert message.player.version == message.version
                self.versions.append(message.version)
                self.changes.append(message.change)


async def test_watch_shows_each_change_once_and_in_order_on_each_surface(stack: Stack, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    watchers = [Watcher() for _ in SURFACES]

    async def reached(version: int) -> bool:
        return all(watcher.versions and watcher.versions[-1] >= version for watcher in watchers)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(w.watch(s, stack, guild)) for w, s in zip(watchers, SURFACES, strict=True)]
        await eventually(lambda: reached(0), within=10, what="a snapshot on each surface")
        last = (await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))).player.version
        for name, fields, changes in CHANGES:
            await call(over_grpc, stack, name, guild_id=int(guild.id), **fields)
            last += len(changes)
            await eventually(partial(reached, last), within=10, what=f"version {last} on each surface")
        for task in tasks:
            task.cancel()

    shown = [change for _, _, changes in CHANGES for change in changes]
    for watcher in watchers:
        assert watcher.changes == [player.PLAYER_CHANGE_SNAPSHOT, *shown]
        assert watcher.versions == list(range(last - len(shown), last + 1))


async def test_the_player_of_a_guild_that_never_played_is_idle(stack: Stack, discord: Discord) -> None:
    guild = await discord.found_guild("Silence")

    async def probe() -> Any:
        status, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return body if status == 200 else None

    body = await eventually(probe, within=10, what="the bot is in the new guild")
    assert body["player"]["status"] == player_pb2.PlayerStatus.Name(player_pb2.PLAYER_STATUS_IDLE)
    assert body["player"]["version"] == "0"


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
