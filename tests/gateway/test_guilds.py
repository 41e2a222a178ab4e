"""Guilds, channels and members, as a caller sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.actor import system
from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2 as messages
from segue.gateway.v1.guild_service_pb2_grpc import GuildServiceStub
from tests.gateway.test_voice import refused

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def someone(house: House, person: str = "Liam", *, guild_ids: tuple[int, ...] = ()) -> actor_pb2.Actor:
    """Act as a person with a token."""
    user_id = int((await house.simulator.place(person))["userId"])
    return actor_pb2.Actor(user_id=user_id, surface=actor_pb2.SURFACE_API, scopes=["guilds.read"], guild_ids=guild_ids)


async def ask(house: House, method: str, request: Any, who: actor_pb2.Actor, caller: str = "edge") -> Any:
    """Call GuildService."""
    async with house.calling(caller, who) as call:
        return await call(GuildServiceStub, method, request)


async def test_a_member_lists_the_guilds_shared_with_the_bot_page_by_page(house: House) -> None:
    other = await house.simulator.call("POST", "/guilds", {"name": "Elsewhere"})
    shown = await house.simulator.guild()
    try:
        owner = actor_pb2.Actor(user_id=int(shown["ownerId"]), surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])
        everything = await ask(house, "ListGuilds", messages.ListGuildsRequest(page_size=1), owner)
        liam = await ask(house, "ListGuilds", messages.ListGuildsRequest(), await someone(house))
    finally:
        await house.simulator.call("DELETE", "/guilds", {"guildId": other["id"]}, status=204)

    assert [guild.name for guild in liam.guilds] == [shown["name"]]
    assert [str(guild.guild_id) for guild in everything.guilds] == [shown["id"]]


async def test_a_token_limited_to_other_guilds_sees_none(house: House) -> None:
    answer = await ask(house, "ListGuilds", messages.ListGuildsRequest(), await someone(house, guild_ids=(5,)))

    assert not answer.guilds


async def test_a_page_token_of_ones_own_making_is_refused(house: House) -> None:
    who = await someone(house)
    request = messages.ListGuildsRequest(page_token="x")

    assert await refused(lambda: ask(house, "ListGuilds", request, who)) == "PAGE_TOKEN_INVALID"


async def test_a_guild_is_shown_to_its_members_and_does_not_exist_for_others(house: House) -> None:
    shown = await house.simulator.guild()
    request = messages.GetGuildRequest(guild_id=int(shown["id"]))
    stranger = actor_pb2.Actor(user_id=5, surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])

    answer = await ask(house, "GetGuild", request, await someone(house))

    assert (answer.guild.name, str(answer.guild.owner_id)) == (shown["name"], shown["ownerId"])
    assert await refused(lambda: ask(house, "GetGuild", request, stranger)) == "GUILD_NOT_FOUND"


async def test_channels_come_with_their_kinds_in_discords_order(house: House) -> None:
    guild_id = int((await house.simulator.guild())["id"])

    answer = await ask(house, "ListChannels", messages.ListChannelsRequest(guild_id=guild_id), await someone(house))

    kinds = {channel.name: channel.kind for channel in answer.channels}
    assert kinds["general"] == messages.CHANNEL_KIND_TEXT
    assert kinds["Lounge"] == kinds["Studio"] == messages.CHANNEL_KIND_VOICE


async def test_a_member_comes_with_roles_permissions_and_the_voice_channel_of_this_moment(house: House) -> None:
    guild_id, dana = int((await house.simulator.guild())["id"]), await someone(house, "Dana")
    request = messages.GetMemberRequest(guild_id=guild_id, user_id=dana.user_id)
    before = await ask(house, "GetMember", request, system(), caller="audio")
    await house.move("Dana", "Lounge")
    after = await house.simulator.until(
        lambda: ask(house, "GetMember", request, system(), caller="audio"),
        lambda answer: bool(answer.member.voice_channel_id),
    )
    await house.move("Dana", None)

    assert [role.name for role in before.member.roles] == ["DJ"]
    assert before.member.permissions
    assert before.member.voice_channel_id == 0
    assert str(after.member.voice_channel_id) == await house.voice_channel("Lounge")


async def test_who_is_no_member_is_not_found(house: House) -> None:
    guild_id = int((await house.simulator.guild())["id"])
    request = messages.GetMemberRequest(guild_id=guild_id, user_id=5)

    assert await refused(lambda: ask(house, "GetMember", request, system(), caller="audio")) == "GUILD_NOT_FOUND"


async def test_the_bot_says_who_it_is_and_who_owns_it(house: House) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]

    answer = await ask(house, "GetBot", messages.GetBotRequest(), system(), caller="api")

    assert (str(answer.user_id), answer.name) == (bot["id"], bot["name"])
    assert answer.owner_id
