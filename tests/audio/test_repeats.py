"""Whatever the command, the same request has one effect and one answer."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format, message_factory

from kit import policy
from kit.errors import Reason
from segue.audio.v1 import filters_pb2, player_service_pb2, queue_service_pb2
from segue.options.v1 import options_pb2
from tests.audio.client import DJ, LISTENER, Client, refused
from tests.audio.stores import HANDLES, choose
from tests.audio.values import CHANNEL, GUILD, track
from tests.contract.methods import path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.descriptor import MethodDescriptor

SERVICES = (
    player_service_pb2.DESCRIPTOR.services_by_name["PlayerService"],
    queue_service_pb2.DESCRIPTOR.services_by_name["QueueService"],
)
METHODS: list[MethodDescriptor] = [method for service in SERVICES for method in service.methods]
COMMANDS = [method for method in METHODS if "request_id" in method.input_type.fields_by_name]
HANDLE = HANDLES.sign(track("new"))
# What fields are set to, and what else they could be; a field that is new says so in a failing test.
VALUES: dict[str, Any] = {
    "handles": [HANDLE],
    "handle": HANDLE,
    "position": "3s",
    "loop_mode": "LOOP_MODE_TRACK",
    "name": "known",
    "user_id": str(LISTENER),
}
OTHERS: dict[str, Any] = {
    "handles": [HANDLE, HANDLE],
    "handle": HANDLES.sign(track("other")),
    "query": "words",
    "source": "youtube",
    "playlist": "0190b5b4-0000-7000-8000-000000000001",
    "position": "4s",
    "loop_mode": "LOOP_MODE_OFF",
    "loop_count": 3,
    "volume": 50,
    "autoplay": True,
    "absent": True,
    "offset": "1s",
    "filters": {"presets": ["FILTER_PRESET_SOFT"]},
    "saved_filters": "mine",
    "name": "mine",
    "placement": "PLACEMENT_NEXT",
    "start": "1s",
    "end": "2s",
    "first_item_id": 1,
    "last_item_id": 1,
    "voice_channel_id": CHANNEL,
    "item_id": 1,
    "item_ids": [1],
    "other_item_id": 1,
    "before_item_id": 1,
    "requester_id": 1,
    "duplicates": True,
    "words": "words",
    "longer_than": "1s",
    "keep_order_of_requesters": True,
    "order": "QUEUE_ORDER_LENGTH",
    "expected_version": 1,
    "validate_only": True,
    "user_id": "1",
}


async def prepared(client: Client, method: MethodDescriptor) -> dict[str, Any]:
    """Make the method possible; return the fields of a request."""
    current = (await client.play("a", "b", "c")).item.item_id
    client.rig.kept.playlists = {OTHERS["playlist"]: [track("kept")]}
    if method.name in {"SaveFilters", "DeleteSavedFilters"}:
        filters = filters_pb2.Filters(presets=[filters_pb2.FILTER_PRESET_NIGHTCORE])
        await client("UpdatePlayer", player_service_pb2.UpdatePlayerRequest(guild_id=GUILD, filters=filters))
    if method.name == "DeleteSavedFilters":
        await client("SaveFilters", player_service_pb2.SaveFiltersRequest(guild_id=GUILD, name="known"))
    if method.name == "Previous":
        await client("Skip", player_service_pb2.SkipRequest(guild_id=GUILD))
    if method.name == "RedoQueueEdit":
        await client("UndoQueueEdit", queue_service_pb2.UndoQueueEditRequest(guild_id=GUILD))
    if method.name == "Resume":
        await client("Pause", player_service_pb2.PauseRequest(guild_id=GUILD))
    if method.name == "TransferDj":
        await choose(client.rig.store, session_dj=True)
        client.rig.voice.move(DJ, LISTENER)
        await client.rig.until(GUILD, lambda player: player.dj_id == DJ)
    values = {
        "guild_id": GUILD,
        "request_id": str(uuid.uuid4()),
        "item_id": current if method.name == "Skip" else current + 1,
        "item_ids": [current + 1],
        "other_item_id": current + 2,
        **VALUES,
    }
    return {name: value for name, value in values.items() if name in method.input_type.fields_by_name}


def others(method: MethodDescriptor, fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the request with each of its fields changed in turn."""
    for name in set(method.input_type.fields_by_name) - {"guild_id", "request_id"}:
        kept = (
            {"guild_id", "request_id"} if name in {"query", "playlist"} else fields.keys()
        )  # they stand for the handles
        yield {key: fields[key] for key in kept} | {name: OTHERS[name]}


async def effect(client: Client) -> Any:
    """Return all that a command can have changed."""
    return await client.player(), await client.names(), list(client.world.said), list(client.rig.voice.asked)


@pytest.mark.parametrize("method", COMMANDS, ids=lambda method: method.name)
async def test_a_request_that_comes_again_has_no_second_effect_and_the_same_answer(
    client: Client, method: MethodDescriptor
) -> None:
    async def call(fields: dict[str, Any]) -> Any:
        request = message_factory.GetMessageClass(method.input_type)()
        answer = await client(method.name, json_format.ParseDict(fields, request))
        if "applied" in method.output_type.fields_by_name:
            answer.applied = False
        return answer

    fields = await prepared(client, method)
    version = (await client.player()).version
    first, second = await asyncio.gather(call(fields), call(fields))
    assert first == second
    assert first.player.version == version + 1
    await client("AddQueueItems", queue_service_pb2.AddQueueItemsRequest(guild_id=GUILD, handles=[HANDLE]))
    after = await effect(client)
    assert await call(fields) == first
    for other in others(method, fields):
        with refused(Reason.REQUEST_ID_REUSED):
            await call(other)

    assert await effect(client) == after


def test_exactly_the_commands_carry_a_request_id() -> None:
    for method in METHODS:
        declared = policy.of(path(method))
        assert declared
        assert (method in COMMANDS) == (declared.retry == options_pb2.RETRY_IDEMPOTENT), method.full_name
