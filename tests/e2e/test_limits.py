"""Every rule of the contract holds at the edge: a clear error, nothing changed, and the player goes on."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import grpc
import pytest
import pytest_asyncio
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.rpc import code_pb2, error_details_pb2
from grpc_status import rpc_status

from kit import policy
from segue.audio.v1 import player_service_pb2
from segue.options.v1 import options_pb2
from tests.contract.methods import methods, path, request
from tests.e2e.breaking import broken, having
from tests.e2e.surfaces import call, over_grpc
from tests.e2e.test_first_light import hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from google.protobuf.message import Message

    from tests.e2e.breaking import Broken
    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

    Ask = Callable[[MethodDescriptor, Message], Awaitable[tuple[Any, ...]]]

ANSWER = 20.0  # seconds
NOBODYS = 999_999_999_999_999_999
# Ids that are right and belong to nothing.
UNKNOWN: dict[str, tuple[object, str]] = {
    "*.guild_id": (NOBODYS, "GUILD_NOT_FOUND"),
    "*.user_id": (NOBODYS, "GUILD_NOT_FOUND"),
    "*.item_id": (NOBODYS, "ITEM_NOT_FOUND"),
    "*.job_id": ("0190b5b4-0000-7000-8000-000000000001", "JOB_NOT_FOUND"),
    "*.playlist_id": ("0190b5b4-0000-7000-8000-000000000001", "PLAYLIST_NOT_FOUND"),
    # Of a playlist that is unknown itself:
    "MovePlaylistItem.item_id": (NOBODYS, "PLAYLIST_NOT_FOUND"),
    "*harePlaylist.user_id": (NOBODYS, "PLAYLIST_NOT_FOUND"),
    "RunJob.kind": ("nothing", "JOB_NOT_FOUND"),
    **{f"{verb}Node.name": ("nobody", "NODE_NOT_FOUND") for verb in ("Remove", "Drain", "Undrain")},
}
OF_LISTENERS = {"TransferDj.user_id"}  # nobody is looked for where sessions have no DJ
EXTREMES: dict[int, object] = {
    FieldDescriptor.CPPTYPE_STRING: "\0",
    FieldDescriptor.CPPTYPE_UINT32: (1 << 32) - 1,
    FieldDescriptor.CPPTYPE_UINT64: (1 << 64) - 1,
}


def public() -> Iterator[tuple[MethodDescriptor, str]]:
    """Return the methods that can be reached from outside, each with the field that names its guild."""
    for method in methods():
        declared = policy.of(path(method))
        assert declared
        if options_pb2.CALLER_EDGE in declared.callers:
            yield method, declared.route_field


@pytest_asyncio.fixture(loop_scope="session")
async def ask(stack: Stack) -> AsyncIterator[Ask]:
    """Call methods with the operator's token, over one connection."""
    async with stack.channel() as channel:
        yield partial(answer, channel, stack.metadata)


async def answer(channel: Any, metadata: Any, method: MethodDescriptor, request: Message) -> tuple[Any, ...]:
    """Return (code, reason, fields) of the answer to a native gRPC call."""
    codecs: Any = {
        "request_serializer": type(request).SerializeToString,
        "response_deserializer": message_factory.GetMessageClass(method.output_type).FromString,
    }
    kind = channel.unary_stream if method.server_streaming else channel.unary_unary
    call: Any = kind(path(method), **codecs)(request, metadata=metadata, timeout=ANSWER)
    try:
        await (call.read() if method.server_streaming else call)
    except grpc.aio.AioRpcError as error:
        status = rpc_status.from_call(cast("grpc.Call", error))
    else:
        return ("OK",)
    assert status, f"{path(method)} says no reason"
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        _ = detail.Unpack(info) or detail.Unpack(bad)
    return code_pb2.Code.Name(status.code), info.reason, *(violation.field for violation in bad.field_violations)


def breaches(guild_id: int) -> Iterator[tuple[MethodDescriptor, Broken]]:
    """Return the requests that break one rule, but for those about guilds."""
    for method, guild_field in public():
        for case in broken(method, guild_id):
            if case.field != guild_field:
                yield method, case


# Service by service: each is asked within the length of a track.
@pytest.mark.parametrize("service", sorted({method.containing_service.name for method, _ in breaches(1)}))
async def test_a_request_that_breaks_one_rule_is_refused_with_the_name_of_its_field(
    ask: Ask, playing: Guild, service: str
) -> None:
    seen, expected = {}, {}
    for method, case in breaches(int(playing.id)):
        if method.containing_service.name == service:
            name = f"{path(method)} {case.field} {case.rule}"
            seen[name] = await ask(method, case.request)
            expected[name] = ("INVALID_ARGUMENT", "INVALID_ARGUMENT", case.field)

    assert seen == expected
    assert seen


async def test_an_id_that_no_guild_can_have_is_that_of_an_unknown_guild(ask: Ask, playing: Guild) -> None:
    seen = {
        (path(method), guild_id): await ask(method, request(method, guild_id))
        for method, guild_field in public()
        if guild_field
        for guild_id in (0, 1 << 63, (1 << 64) - 1)
    }

    assert seen == dict.fromkeys(seen, ("NOT_FOUND", "GUILD_NOT_FOUND"))
    assert len(seen) > 40


async def test_an_unknown_id_is_not_found_by_every_method_that_takes_it(stack: Stack, ask: Ask, playing: Guild) -> None:
    seen, expected = {}, {}
    handle = (await call(over_grpc, stack, "GetPlayer", guild_id=int(playing.id))).player.current.track.handle
    for method, _ in public():
        handles = {"handle": handle, "handles": [handle]}
        known = {name: value for name, value in handles.items() if name in method.input_type.fields_by_name}
        for field in method.input_type.fields:
            for pattern, (unknown, reason) in UNKNOWN.items():
                if fnmatchcase(name := f"{method.name}.{field.name}", pattern) and name not in OF_LISTENERS:
                    wanted = having(method, int(playing.id), {**known, field.name: unknown})
                    seen[name] = await ask(method, wanted)
                    expected[name] = ("NOT_FOUND", reason)

    assert seen == expected
    assert {"GetPlayer.guild_id", "GetMember.user_id", "Skip.item_id", "GetJob.job_id", "RunJob.kind"} <= seen.keys()


async def test_an_unknown_voice_channel_is_not_found_and_the_music_stays_where_it_is(
    stack: Stack, discord: Discord, ask: Ask, guild: Guild
) -> None:
    after = await discord.last_index(guild)
    await stack.enter(guild, guild.owner, guild.voices[0])
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"query": "long"})
    await hears_tenth(discord, guild, 1, after)

    join = next(method for method, _ in public() if method.name == "JoinChannel")
    wanted = player_service_pb2.JoinChannelRequest(guild_id=int(guild.id), voice_channel_id=NOBODYS)
    refused = await ask(join, wanted)
    heard = await hears_tenth(discord, guild, 30, after)
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")

    assert refused == ("NOT_FOUND", "VOICE_CHANNEL_NOT_FOUND")
    assert body["player"]["voiceChannelId"] == guild.voices[0]
    assert [frame.media_ms for frame in heard] == sorted(frame.media_ms or 0 for frame in heard)


async def test_no_value_of_a_field_is_an_internal_error(ask: Ask, guild: Guild) -> None:
    wrong = {}
    for method, _ in public():
        for field in method.input_type.fields:
            extreme = EXTREMES.get(field.cpp_type)
            if extreme is not None and not field.is_repeated:
                code, *_ = await ask(method, having(method, int(guild.id), {field.name: extreme}))
                if code in {"INTERNAL", "UNKNOWN", "UNAVAILABLE", "DEADLINE_EXCEEDED"}:
                    wrong[path(method), field.name] = code

    assert wrong == {}
