"""The wires between one of two audio instances and its neighbours are slow, lossy or cut."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import grpc
import pytest
import pytest_asyncio

from tests.e2e.adding import queued
from tests.e2e.discord import is_silent
from tests.e2e.history import AWAY
from tests.e2e.stack import Stack, eventually
from tests.e2e.surfaces import call, over_grpc
from tests.e2e.test_first_light import hears_tenth
from tests.e2e.test_instances import INSTANCES, SEAMS, TTL, epoch_of, left, looping, metric, odd, owners
from tests.e2e.wire import wired

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.e2e.discord import Guild
    from tests.e2e.wire import Wires

BUCKETS = 32
MARGIN = 4.0  # seconds beyond the end of a lease until another instance has surely looked for it
ADDS = 2
HELD = 'segue_buckets_held{lease="audio.bucket"}'
CHANGED, LISTED = (
    f'segue_rpc_server_seconds_count{{code="OK",method="/segue.audio.v1.{method}"}}'
    for method in ("PlayerService/UpdatePlayer", "QueueService/ListHistory")
)

chance = Random("edges")
LAGS = (lambda: 0.05, lambda: 0.25, lambda: 0.2 * (chance.random() < 0.05))  # +100 ms, +500 ms, 5 % sent again by TCP


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the ends of the wires are."""
    return tmp_path_factory.mktemp("wires")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wires(folder: Path) -> AsyncIterator[Wires]:
    """Keep the wires of `audio`."""
    async with wired(folder) as wires:
        yield wires


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edged(
    tmp_path_factory: pytest.TempPathFactory,
    music: Path,
    folder: Path,
    wires: Wires,
) -> AsyncIterator[Stack]:
    """Run a stack with two audio instances, the first of which has wires; each has its share."""
    home, command = tmp_path_factory.mktemp("edged"), ("tests.e2e.wire", str(folder))
    async with Stack(home, music, {"SEGUE_INSTANCES": "audio=2"}, command) as stack:
        yield stack


@pytest_asyncio.fixture(loop_scope="session")
async def guild(edged: Stack) -> Guild:
    """Let the long track play over and over in a guild that `audio` owns, and whose calls go to it."""

    await eventually(partial(_has_its_share, edged), within=20, what="each instance has its share")
    guild = await edged.discord.found_guild("Edge")
    while (await owners(edged, guild))[0] != "audio" or not await _serves(edged, guild, "audio"):
        guild = await edged.discord.found_guild("Edge")
    await looping(edged, guild)
    return guild


async def test_an_owner_that_is_cut_off_writes_nothing_once_another_has_taken_over(
    edged: Stack, wires: Wires, guild: Guild
) -> None:
    epoch = await epoch_of(edged, guild)
    adding = Adding(edged, guild, await handle(edged, guild))

    async def taken() -> bool:
        return (await owners(edged, guild))[0] == "audio-2"

    async with asyncio.TaskGroup() as group:
        wires.postgres.cut()
        try:
            group.create_task(adding.insist(1))
            await eventually(taken, within=TTL + MARGIN, what="the other instance owns the guild")
        finally:
            wires.postgres.mend()
    later = await epoch_of(edged, guild)
    await eventually(edged.is_healthy, within=30, what="the system is healthy again")
    await adding.insist(ADDS)
    settled = await edged.discord.last_index(guild)
    await hears_tenth(edged.discord, guild, 60, settled)

    assert await queued(edged, guild) == adding.added
    frames = await left(edged, guild)
    assert later == epoch + 1
    assert len(odd(frames, least=4)) <= SEAMS, str(odd(frames, least=4))


async def test_the_other_answers_and_conducts_for_an_owner_that_is_cut_off_until_it_is_back(
    edged: Stack, wires: Wires, guild: Guild
) -> None:
    discord, player = edged.discord, f"/v1/guilds/{guild.id}/player"

    async def is_answered() -> bool:
        return (await edged.rest("PATCH", player, {"volume": 90}))[0] == 200

    wires.postgres.cut()
    try:
        await eventually(partial(_has_taken_over, edged), within=TTL + 2 * MARGIN, what="the other holds all buckets")
        await eventually(is_answered, within=20, what="commands are answered again")
        first = await metric(edged, "audio", CHANGED)
        for _ in range(ADDS):
            assert await is_answered()
        shown = await discord.command(guild, guild.owner, "nowplaying")
        await edged.rest("POST", f"{player}:pause", {})
        await eventually(partial(is_silent, discord, guild), within=10, what="silence")
        after = await discord.last_index(guild)
        await edged.rest("POST", f"{player}:resume", {})
        await hears_tenth(discord, guild, 60, after)
        assert await metric(edged, "audio", CHANGED) == first
    finally:
        wires.postgres.mend()
    await eventually(partial(_serves, edged, guild, "audio"), within=30, what="its calls are its own again")
    await eventually(partial(_has_its_share, edged), within=30, what="it has its share again")

    assert "long" in str(shown["message"])
    frames = await left(edged, guild)
    assert len(odd(frames, least=4)) <= SEAMS, str(odd(frames, least=4))


async def test_over_a_bad_wire_to_the_database_each_command_has_one_effect_and_music_goes_on(
    edged: Stack, wires: Wires, guild: Guild
) -> None:
    adding = Adding(edged, guild, await handle(edged, guild))

    for lag in LAGS:
        wires.postgres.lag = lag
        await adding.insist(ADDS)
    wires.postgres.lag = lambda: 0.0
    await hears_tenth(edged.discord, guild, 5, await edged.discord.last_index(guild))

    assert await _kept(edged, guild, adding.added) == adding.added
    frames = await left(edged, guild)
    assert len(odd(frames, least=4)) <= SEAMS, str(odd(frames, least=4))


async def test_over_a_slow_wire_to_the_node_commands_come_true(edged: Stack, wires: Wires, guild: Guild) -> None:
    discord, player = edged.discord, f"/v1/guilds/{guild.id}/player"
    wires.node.lag = lambda: 0.25

    await edged.rest("POST", f"{player}:pause", {})
    await eventually(partial(is_silent, discord, guild), within=10, what="silence")
    after = await discord.last_index(guild)
    await edged.rest("POST", f"{player}:resume", {})
    await hears_tenth(discord, guild, 60, after)
    wires.node.lag = lambda: 0.0

    assert odd(await left(edged, guild), least=4) == []


async def _kept(stack: Stack, guild: Guild, added: list[str]) -> list[str]:
    """Return which of these items were played, play, or wait, in their order: a slow owner may have to hand over."""
    guild_id = int(guild.id)
    played = (await call(over_grpc, stack, "ListHistory", guild_id=guild_id, page_size=50)).entries
    player = (await call(over_grpc, stack, "GetPlayer", guild_id=guild_id)).player
    before = [str(entry.item.item_id) for entry in reversed(played)]
    return [one for one in (*before, str(player.current.item_id), *await queued(stack, guild)) if one in added]


async def _has_its_share(stack: Stack) -> bool:
    """Tell whether each instance owns half of the buckets."""
    found = await stack.rows("SELECT owner, count(*) FROM audio.bucket GROUP BY owner")
    return {row["owner"]: row["count"] for row in found} == dict.fromkeys(INSTANCES, BUCKETS // 2)


async def _has_taken_over(stack: Stack) -> bool:
    """Tell whether the other instance holds all buckets; before it takes any, `audio` has let go of its own."""
    other, own = [await metric(stack, instance, HELD) for instance in reversed(INSTANCES)]
    assert other == BUCKETS // 2 or own == 0
    return other == BUCKETS


async def _serves(stack: Stack, guild: Guild, instance: str) -> bool:
    """Tell whether it is this instance that the calls of a guild are sent to."""
    before = await metric(stack, instance, LISTED)
    await call(over_grpc, stack, "ListHistory", guild_id=int(guild.id))
    return await metric(stack, instance, LISTED) > before


class Adding:
    """Adds to a queue, each track until there is an answer."""

    def __init__(self, stack: Stack, guild: Guild, handle: str) -> None:
        """Know where to add, and what."""
        self._stack, self._guild, self._handle = stack, guild, handle
        self.added: list[str] = []

    async def insist(self, count: int) -> None:
        """Add so many tracks one after the other; a call that is refused for now is made again with its request id."""
        for _ in range(count):
            fields = {"guild_id": int(self._guild.id), "handles": [self._handle], "request_id": str(uuid.uuid4())}
            self.added.append(await eventually(partial(self._add, fields), within=40, what="the track is added"))

    async def _add(self, fields: dict[str, object]) -> str:
        try:
            answer = await call(over_grpc, self._stack, "AddQueueItems", **fields)
        except grpc.aio.AioRpcError as error:
            if error.code() not in AWAY:
                pytest.fail(str(error))
            return ""
        return str(answer.first_item_id)


async def handle(stack: Stack, guild: Guild) -> str:
    """Return the handle of what plays."""
    shown = await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))
    return str(shown.player.current.track.handle)
