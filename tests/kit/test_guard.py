"""Who may call what, for every method of the contract, through a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from kit import client, policy
from kit.errors import Reason, Refused
from kit.levels import Level
from segue.common.v1 import actor_pb2
from segue.gateway.v1.guild_service_pb2 import GetGuildResponse, Guild
from segue.options.v1 import options_pb2
from tests.contract.methods import CHANNEL, GUILD, OTHER_GUILD, methods, path, request
from tests.kit.serving import from_peer, name_of, serving
from tests.kit.world import ALICE, BROUGHT, STRANGER, Everything, World, call, token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc
    from google.protobuf.descriptor import MethodDescriptor
    from google.protobuf.message import Message

METHODS = [method for method in methods() if method.containing_service.full_name != BROUGHT]
EDGE = [method for method in METHODS if options_pb2.CALLER_EDGE in policy.of(path(method)).callers]  # type: ignore[union-attr]
GUILDS = [method for method in EDGE if policy.of(path(method)).route_field]  # type: ignore[union-attr]
SIGNED_IN = [method for method in EDGE if policy.of(path(method)).floor > options_pb2.LEVEL_PUBLIC]  # type: ignore[union-attr]
PEOPLE = {
    Level.MEMBER: actor_pb2.Member(),
    Level.LISTENER: actor_pb2.Member(voice_channel_id=CHANNEL),
    Level.DJ: actor_pb2.Member(roles=[actor_pb2.Role(id=1, name="dJ")]),
    Level.MANAGER: actor_pb2.Member(permissions=0x20),
    Level.OWNER: actor_pb2.Member(owner=True),
}
OPERATOR = token(user_id=STRANGER, operator=True)


def floor(method: MethodDescriptor) -> Level:
    """Return the least level of a method."""
    declared = policy.of(path(method))
    assert declared
    return Level(declared.floor)


@pytest.fixture
def world() -> World:
    """A guild with Alice, who may do everything in it."""
    made = World()
    made.members[ALICE] = PEOPLE[Level.OWNER]
    return made


@pytest.fixture
def everything() -> Everything:
    """The counting servicer."""
    return Everything()


@pytest_asyncio.fixture
async def channel(world: World, everything: Everything) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server of the whole contract."""
    add = (lambda servicer, server: servicer.add_to(server), everything)
    async with serving(add, guilds=world) as address, client.channel(address, "test") as made:
        yield made


async def refusal(channel: grpc.aio.Channel, method: MethodDescriptor, *more: object) -> Refused:
    """Return what a call is refused with."""
    wanted, metadata = more if len(more) == 2 else (request(method), *more)
    with pytest.raises(Refused) as caught:
        await call(channel, method, wanted, metadata)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("method", METHODS, ids=path)
async def test_callers_that_the_contract_does_not_name_are_refused_before_the_servicer(
    channel: grpc.aio.Channel,
    everything: Everything,
    method: MethodDescriptor,
) -> None:
    declared = policy.of(path(method))
    assert declared
    for caller in set(policy.EVERYONE) - set(declared.callers):
        refused = await refusal(channel, method, from_peer(name_of(caller)))

        assert refused.reason is Reason.CALLER_REFUSED
    assert everything.calls[path(method)] == 0


@pytest.mark.parametrize("method", METHODS, ids=path)
async def test_callers_that_the_contract_names_pass(
    channel: grpc.aio.Channel,
    everything: Everything,
    method: MethodDescriptor,
) -> None:
    declared = policy.of(path(method))
    assert declared
    for caller in declared.callers:
        who = OPERATOR if caller == options_pb2.CALLER_EDGE else actor_pb2.Actor(surface=actor_pb2.SURFACE_SYSTEM)
        await call(channel, method, request(method), from_peer(name_of(caller), who))

    assert everything.calls[path(method)] == len(declared.callers)


@pytest.mark.parametrize("method", METHODS, ids=path)
async def test_a_call_that_did_not_come_through_the_sidecar_is_refused(
    channel: grpc.aio.Channel,
    method: MethodDescriptor,
) -> None:
    for metadata in ((), (("x-forwarded-client-cert", "URI=spiffe://elsewhere/edge"),)):
        assert (await refusal(channel, method, metadata)).reason is Reason.CALLER_REFUSED


@pytest.mark.parametrize("method", SIGNED_IN, ids=path)
async def test_above_public_somebody_must_act(channel: grpc.aio.Channel, method: MethodDescriptor) -> None:
    assert (await refusal(channel, method, from_peer("edge"))).reason is Reason.UNAUTHENTICATED


@pytest.mark.parametrize("method", SIGNED_IN, ids=path)
async def test_a_token_without_the_scope_is_refused_by_name_of_the_scope(
    channel: grpc.aio.Channel,
    method: MethodDescriptor,
) -> None:
    declared = policy.of(path(method))
    assert declared
    scopes = [scope for scope in OPERATOR.scopes if scope != declared.scope]
    refused = await refusal(channel, method, from_peer("edge", token(scopes=scopes, operator=True)))

    assert (refused.reason, refused.metadata["scope"]) == (Reason.SCOPE_MISSING, declared.scope)


@pytest.mark.parametrize("method", GUILDS, ids=path)
@pytest.mark.parametrize("level", PEOPLE, ids=lambda level: level.name)
async def test_a_member_passes_from_the_floor_on_and_is_told_it_below(
    channel: grpc.aio.Channel,
    world: World,
    everything: Everything,
    method: MethodDescriptor,
    level: Level,
) -> None:
    world.members[ALICE] = PEOPLE[level]
    if level >= floor(method):
        await call(channel, method, request(method), from_peer("edge", token()))

        assert everything.levels[path(method)] is level
        return
    refused = await refusal(channel, method, from_peer("edge", token()))

    assert (refused.reason, refused.metadata["required"]) == (Reason.LEVEL_TOO_LOW, floor(method).name)
    assert everything.calls[path(method)] == 0


@pytest.mark.parametrize("method", GUILDS, ids=path)
async def test_no_member_an_unknown_guild_and_one_off_the_tokens_list_look_the_same(
    channel: grpc.aio.Channel,
    method: MethodDescriptor,
) -> None:
    foreign = await refusal(channel, method, from_peer("edge", token(user_id=STRANGER)))
    unknown = await refusal(channel, method, request(method, OTHER_GUILD), from_peer("edge", token()))
    impossible = await refusal(channel, method, request(method, 1 << 63), from_peer("edge", token()))
    off_list = await refusal(channel, method, from_peer("edge", token(guild_ids=[OTHER_GUILD])))

    seen = [(each.reason, each.fields, set(each.metadata)) for each in (foreign, unknown, impossible, off_list)]
    assert seen == [(Reason.GUILD_NOT_FOUND, {}, {"ref"})] * 4


@pytest.mark.parametrize("method", EDGE, ids=path)
async def test_the_operator_may_do_everything_but_in_guilds_the_bot_is_not_in(
    channel: grpc.aio.Channel,
    everything: Everything,
    method: MethodDescriptor,
) -> None:
    await call(channel, method, request(method), from_peer("edge", OPERATOR))

    assert everything.levels[path(method)] in {Level.OPERATOR, Level.PUBLIC}
    if method in GUILDS:
        refused = await refusal(channel, method, request(method, OTHER_GUILD), from_peer("edge", OPERATOR))

        assert refused.reason is Reason.GUILD_NOT_FOUND


@pytest.mark.parametrize("method", GUILDS, ids=path)
async def test_while_gateway_is_away_what_was_known_serves_up_to_listener(
    channel: grpc.aio.Channel,
    world: World,
    everything: Everything,
    method: MethodDescriptor,
) -> None:
    world.away = True
    assert (await refusal(channel, method, from_peer("edge", token()))).reason is Reason.UNAVAILABLE
    world.cached = True
    if floor(method) >= Level.DJ:
        assert (await refusal(channel, method, from_peer("edge", token()))).reason is Reason.UNAVAILABLE
        assert everything.calls[path(method)] == 0
    else:
        await call(channel, method, request(method), from_peer("edge", token()))


async def test_while_gateway_is_away_nobody_knows_who_is_more_than_a_listener(
    channel: grpc.aio.Channel, world: World, everything: Everything
) -> None:
    world.away = world.cached = True
    everything.wants = Level.DJ
    pause = next(each for each in METHODS if each.name == "Pause")

    assert (await refusal(channel, pause, from_peer("edge", token()))).reason is Reason.UNAVAILABLE
    assert everything.levels[path(pause)] is Level.LISTENER


async def test_writes_ask_for_the_facts_of_this_moment_and_reads_do_not(
    channel: grpc.aio.Channel,
    world: World,
) -> None:
    for name, fresh in (("GetPlayer", False), ("WatchPlayer", False), ("Pause", True)):
        method = next(each for each in METHODS if each.name == name)
        await call(channel, method, request(method), from_peer("edge", token()))

        assert world.asked[-1] == (ALICE, fresh)


@pytest.mark.parametrize(("dj_role_id", "making"), [(0, ["dJ"]), (2, ["Music"]), (3, []), (None, [])])
async def test_the_dj_role_is_the_one_of_the_settings_and_while_they_are_unknown_there_is_none(
    channel: grpc.aio.Channel,
    world: World,
    everything: Everything,
    dj_role_id: int | None,
    making: list[str],
) -> None:
    world.dj = dj_role_id
    pause = next(each for each in METHODS if each.name == "Pause")
    for role in (actor_pb2.Role(id=1, name="dJ"), actor_pb2.Role(id=2, name="Music")):
        world.members[ALICE] = actor_pb2.Member(roles=[role], voice_channel_id=CHANNEL)
        everything.wants = Level.PUBLIC
        await call(channel, pause, request(pause), from_peer("edge", token()))
        assert everything.levels[path(pause)] is (Level.DJ if role.name in making else Level.LISTENER)
        everything.wants = Level.DJ
        if role.name not in making:
            refused = await refusal(channel, pause, from_peer("edge", token()))
            assert refused.reason is (Reason.UNAVAILABLE if dj_role_id is None else Reason.LEVEL_TOO_LOW)
        everything.wants = Level.MANAGER
        assert (await refusal(channel, pause, from_peer("edge", token()))).reason is Reason.LEVEL_TOO_LOW
    world.members[ALICE] = PEOPLE[Level.MANAGER]
    await call(channel, pause, request(pause), from_peer("edge", token()))


async def test_an_interaction_brings_its_own_facts_and_only_for_its_guild(
    channel: grpc.aio.Channel,
    world: World,
) -> None:
    method = next(each for each in METHODS if each.name == "ClearQueue")
    member = actor_pb2.Member(guild_id=GUILD, permissions=0x8)
    who = actor_pb2.Actor(user_id=STRANGER, surface=actor_pb2.SURFACE_DISCORD, member=member)
    await call(channel, method, request(method), from_peer("gateway", who))
    assert world.asked == []

    member.guild_id = OTHER_GUILD
    who.member.CopyFrom(member)
    assert (await refusal(channel, method, from_peer("gateway", who))).reason is Reason.GUILD_NOT_FOUND


@pytest.mark.parametrize(
    ("caller", "surface"),
    [
        ("edge", actor_pb2.SURFACE_DISCORD),
        ("edge", actor_pb2.SURFACE_SYSTEM),
        ("gateway", actor_pb2.SURFACE_API),
        ("gateway", actor_pb2.SURFACE_UNSPECIFIED),
        ("worker", actor_pb2.SURFACE_UNSPECIFIED),
    ],
)
async def test_no_peer_speaks_for_a_surface_that_is_not_its_own(
    channel: grpc.aio.Channel,
    caller: str,
    surface: actor_pb2.Surface.ValueType,
) -> None:
    method = next(each for each in METHODS if each.name == "GetPlayer")
    who = token(surface=surface)

    assert (await refusal(channel, method, from_peer(caller, who))).reason is Reason.CALLER_REFUSED


async def test_a_service_sends_calls_of_any_person_on_to_its_own_kind(
    channel: grpc.aio.Channel, everything: Everything
) -> None:
    method = next(each for each in METHODS if each.name == "GetGuild")
    await call(channel, method, request(method), from_peer("gateway", token()))

    assert everything.calls[path(method)] == 1


async def test_what_another_instance_answers_is_neither_judged_nor_served_here(
    world: World, everything: Everything
) -> None:
    class Elsewhere:
        """Another instance, which has the guild."""

        async def answer(self, _: Message) -> Message:
            return GetGuildResponse(guild=Guild(guild_id=GUILD, name="Elsewhere"))

    method = next(each for each in METHODS if each.name == "GetGuild")
    add = (lambda servicer, server: servicer.add_to(server), everything)
    async with serving(add, guilds=world, passing=Elsewhere()) as address, client.channel(address, "test") as made:
        answer = await call(made, method, request(method), from_peer("edge", token(user_id=STRANGER)))
        refused = await refusal(made, method, from_peer("worker"))

    assert answer == GetGuildResponse(guild=Guild(guild_id=GUILD, name="Elsewhere"))
    assert refused.reason is Reason.CALLER_REFUSED
    assert (everything.calls[path(method)], world.asked) == (0, [])


async def test_a_request_that_breaks_rules_is_refused_with_each_field(channel: grpc.aio.Channel) -> None:
    method = next(each for each in METHODS if each.name == "RunJob")
    broken = request(method)
    broken.kind, broken.request_id = "x" * 65, "no uuid"  # type: ignore[attr-defined]
    refused = await refusal(channel, method, broken, from_peer("edge", OPERATOR))

    assert (refused.reason, set(refused.fields)) == (Reason.INVALID_ARGUMENT, {"kind", "request_id"})
