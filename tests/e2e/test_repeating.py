"""Every write can be repeated: the same request id has one effect and the same answer. Made from the contract."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
import pytest_asyncio

from kit import policy
from segue.options.v1 import options_pb2
from tests.contract.methods import methods, path
from tests.e2e.breaking import having
from tests.e2e.stack import eventually
from tests.e2e.surfaces import call, over_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from google.protobuf.descriptor import MethodDescriptor

    from tests.e2e.discord import Guild
    from tests.e2e.stack import Stack

# A command is one change of the player, but where the sound that follows is another.
CHANGES = dict.fromkeys(("Skip", "JumpToQueueItem", "Replay", "Previous"), 2)

APART = {
    "NodeService",
    "SettingsService",
    "ImportService",
    "PlaylistService",
    "AccessService",
    "ScheduleService",
    "LastfmService",
}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _as_it_was(stack: Stack, guild: Guild) -> AsyncIterator[None]:
    """Let no session have a DJ afterwards."""
    yield
    await stack.forget(guild, "sessionDj")


def writes() -> list[MethodDescriptor]:
    """Return the methods from outside that take a request id, but for those that have tests of their own."""
    return [
        method
        for method in methods()
        if "request_id" in method.input_type.fields_by_name
        and method.containing_service.name not in APART
        and (declared := policy.of(path(method)))
        and options_pb2.CALLER_EDGE in declared.callers
    ]


async def _arranged(stack: Stack, guild: Guild, method: MethodDescriptor) -> dict[str, object]:
    """Let something play and two tracks wait; return the fields with which the method has an effect there."""
    guild_id = int(guild.id)
    if method.name == "JoinChannel":
        return {"voice_channel_id": guild.voices[0]}
    if method.name == "TransferDj":
        return {"user_id": await _listening(stack, guild)}
    played = await call(over_grpc, stack, "Play", guild_id=guild_id, query="long")
    await _reached(stack, guild, played.player.version + 1)
    handle = played.item.track.handle
    added = await call(over_grpc, stack, "AddQueueItems", guild_id=guild_id, handles=[handle, handle])
    current = added.player.current.item_id
    if method.name == "Previous":
        skipped = (await call(over_grpc, stack, "Skip", guild_id=guild_id)).player
        current = skipped.current.item_id
        await _reached(stack, guild, skipped.version + 1)
    if method.name in {"SaveFilters", "DeleteSavedFilters"}:
        filters = {"presets": ["FILTER_PRESET_SOFT"]}
        await call(over_grpc, stack, "UpdatePlayer", guild_id=guild_id, filters=filters)
        await call(over_grpc, stack, "SaveFilters", guild_id=guild_id, name="known")
    if method.name == "RedoQueueEdit":
        await call(over_grpc, stack, "UndoQueueEdit", guild_id=guild_id)
    if method.name == "Resume":
        await call(over_grpc, stack, "Pause", guild_id=guild_id)
    plays = method.containing_service.name == "PlayerService"
    item = current if plays else added.first_item_id
    items = {"item_id": str(item), "other_item_id": str(item + 1), "item_ids": [str(item)]}
    values: dict[str, object] = {"handle": handle, "handles": [handle], "query": None, **items}
    return {name: value for name, value in values.items() if name in method.input_type.fields_by_name}


async def _listening(stack: Stack, guild: Guild) -> str:
    """Let sessions have a DJ, and somebody beside the owner listen; return who."""
    await stack.rest("PATCH", f"/v1/guilds/{guild.id}/settings", {"sessionDj": True})
    await call(over_grpc, stack, "JoinChannel", guild_id=int(guild.id))
    bot = (await stack.discord.get("/world"))["bot"]["id"]
    someone = next(member for member in guild.members if member not in {guild.owner, bot})
    await stack.enter(guild, someone, guild.voices[0])

    async def probe() -> bool:
        shown = await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))
        return bool(shown.player.dj_user_id == int(guild.owner) and shown.player.listener_count > 1)

    await eventually(probe, within=10, what="the owner is the DJ, and somebody else listens")
    return someone


async def _reached(stack: Stack, guild: Guild, version: int) -> None:
    """Wait for a version of the player: what a command starts is a change once it is heard."""

    async def probe() -> bool:
        shown = await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))
        return bool(shown.player.version >= version)

    await eventually(probe, within=10, what=f"version {version}")


async def _is_settled(stack: Stack, guild: Guild) -> bool:
    """Tell whether the bot is nowhere, or knows that somebody listens."""
    player = (await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))).player
    return bool(not player.voice_channel_id or player.listener_count)


async def _effects(stack: Stack, guild: Guild) -> tuple[int, int]:
    """Return what every effect changes: the player's version, and the number of jobs."""
    shown = await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))
    jobs = await call(over_grpc, stack, "ListJobs", kind="purge", page_size=200)
    return shown.player.version, len(jobs.jobs)


def _lasting(answer: Any) -> Any:
    """Return an answer without `applied`, which says how far the sound had come."""
    if "applied" in answer.DESCRIPTOR.fields_by_name:
        answer.ClearField("applied")
    return answer


@pytest.mark.parametrize("method", writes(), ids=lambda method: method.name)
async def test_a_repeated_request_id_has_one_effect_and_the_same_answer(
    stack: Stack, guild: Guild, method: MethodDescriptor
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    await eventually(partial(_is_settled, stack, guild), within=10, what="who came is a change of before")
    fields = await _arranged(stack, guild, method)
    request = having(method, int(guild.id), {**fields, "request_id": str(uuid.uuid4())})
    version, jobs = await _effects(stack, guild)

    [first] = [answer async for answer in over_grpc(stack, method, request)]
    expected = (version, jobs + 1) if method.name == "RunJob" else (version + CHANGES.get(method.name, 1), jobs)
    await _reached(stack, guild, expected[0])
    once = await _effects(stack, guild)
    [again] = [answer async for answer in over_grpc(stack, method, request)]
    twice = await _effects(stack, guild)

    assert _lasting(again) == _lasting(first)
    assert once == expected
    assert twice == once


async def test_a_hundred_calls_at_once_with_one_request_id_have_one_effect_and_one_answer(
    stack: Stack, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    played = await call(over_grpc, stack, "Play", guild_id=int(guild.id), query="long")
    handle, request_id = played.item.track.handle, str(uuid.uuid4())

    async def add(count: int) -> Any:
        wanted = {"guild_id": int(guild.id), "handles": [handle] * count, "request_id": request_id}
        return await call(over_grpc, stack, "AddQueueItems", **wanted)

    answers = await asyncio.gather(*(add(1) for _ in range(100)))
    with pytest.raises(grpc.aio.AioRpcError) as altered:
        await add(2)
    shown = await call(over_grpc, stack, "GetPlayer", guild_id=int(guild.id))

    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert altered.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert shown.player.queue_length == 1


def test_what_can_be_repeated_is_all_that_changes_players_queues_and_jobs() -> None:
    services = {method.containing_service.name for method in writes()}

    assert services == {"PlayerService", "QueueService", "JobService"}
    assert len(writes()) >= 13
