"""The next process goes on with the session of the one before: Discord tells it what was missed, and nothing else."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from signal import SIGKILL, SIGTERM
from typing import TYPE_CHECKING, Any

import pytest

from segue.common.v1 import actor_pb2
from segue.gateway.v1 import guild_service_pb2 as messages
from segue.gateway.v1 import shard_service_pb2
from tests.gateway.test_guilds import ask, someone
from tests.gateway.test_shards import shards
from tests.gateway.test_voice import connect, disconnect, in_voice, is_whole

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from segue.common.v1 import voice_pb2
    from tests.gateway.conftest import Database, House


async def conduct(house: House) -> tuple[int, int]:
    """Count the sessions that the bot began, and those it went on with."""
    shown = await house.simulator.call("GET", "/conduct")
    return len(shown["identifiedAtMs"]), shown["resumed"]


async def first_report(house: House) -> voice_pb2.VoiceSnapshot:
    """Return what the process that runs reported first of the guild."""
    guild_id = int((await house.simulator.guild())["id"])
    await house.audio.snapshot(lambda snapshot: snapshot.guild_id == guild_id)
    return next(one for one in house.audio.snapshots if one.guild_id == guild_id)


async def written(house: House, database: Database, *tokens: str) -> None:
    """Wait until gateway has written which voice servers it has."""
    statement = "SELECT coalesce(array_agg(data ->> 'token'), '{}') FROM guild_part WHERE kind = 'voice_server'"
    await house.simulator.until(lambda: database.fetchval(statement), lambda found: found == [*tokens])


@asynccontextmanager
async def sessions_that_end_at_once(house: House) -> AsyncIterator[None]:
    """Let Discord end a session as soon as its socket is lost."""
    await house.simulator.call("POST", "/faults", {"sessionTtlMs": 0}, status=204)
    yield
    await house.simulator.call("POST", "/faults", {"sessionTtlMs": 60_000}, status=204)


@pytest.mark.parametrize("signal", [SIGKILL, SIGTERM])
async def test_the_session_and_the_voice_connection_are_those_from_before(
    house: House, database: Database, signal: int
) -> None:
    async with in_voice(house, "Lounge") as before:
        await written(house, database, before.server.token)
        identified, resumed = await conduct(house)

        await house.restart(signal)
        reported = await first_report(house)

        assert await conduct(house) == (identified, resumed + 1)
        assert reported.sequence > before.sequence
        assert (reported.channel_id, reported.session_id) == (before.channel_id, before.session_id)
        assert reported.server == before.server


async def test_a_session_that_discord_has_ended_is_begun_anew(house: House) -> None:
    channel = await connect(house, "Lounge")
    before = await house.audio.snapshot(is_whole(channel))
    identified, resumed = await conduct(house)

    async with sessions_that_end_at_once(house):
        await house.restart()
    nowhere = await first_report(house)
    await connect(house, "Lounge")
    after = await house.audio.snapshot(is_whole(channel))
    await disconnect(house)

    assert await conduct(house) == (identified + 1, resumed)
    assert (nowhere.channel_id, nowhere.HasField("server")) == (0, False)
    assert after.session_id != before.session_id


async def test_the_bot_is_never_reported_as_nowhere_because_nobody_had_written_where_it_is(
    house: House, database: Database
) -> None:
    async with in_voice(house, "Lounge") as earlier:
        await written(house, database, earlier.server.token)
    await written(house, database)
    async with database.transaction():
        await database.execute("LOCK TABLE session")
        channel = await connect(house, "Lounge")
        before = await house.audio.snapshot(is_whole(channel))
        await house.stop()
    await house.start()
    first = await first_report(house)
    await disconnect(house)

    assert (first.channel_id, first.server) == (before.channel_id, before.server)


async def test_guilds_are_after_what_happened_as_discord_tells_them_anew(house: House) -> None:
    simulator, guild = house.simulator, await house.simulator.guild()
    here = {"guildId": guild["id"]}
    old = await simulator.call("POST", "/channels", {**here, "name": "old", "type": 2})
    lost = await simulator.call("POST", "/guilds", {"name": "Lost"})
    await connect(house, "Lounge")
    await house.move("Dana", "Lounge")
    await house.move("Liam", "Lounge")
    await house.audio.snapshot(lambda snapshot: len(snapshot.listeners) == 2)

    await house.stop()
    await house.move("Dana", None)
    await simulator.call("DELETE", "/channels", {"channelId": old["id"]}, status=204)
    await simulator.call("DELETE", "/guilds", {"guildId": lost["id"]}, status=204)
    new = await simulator.call("POST", "/channels", {**here, "name": "new", "type": 0})
    found = await simulator.call("POST", "/guilds", {"name": "Found"})
    await house.start()
    heard = await house.audio.snapshot(lambda snapshot: bool(snapshot.channel_id))
    await disconnect(house)
    resumed = await view(house, guild["ownerId"], found["ownerId"])
    await house.restart()
    again = await view(house, guild["ownerId"], found["ownerId"])
    async with sessions_that_end_at_once(house):
        await house.restart()
    identified = await view(house, guild["ownerId"], found["ownerId"])
    await house.move("Liam", None)
    await simulator.call("DELETE", "/channels", {"channelId": new["id"]}, status=204)
    await simulator.call("DELETE", "/guilds", {"guildId": found["id"]}, status=204)
    async with asyncio.timeout(60):
        while int(found["id"]) not in [request.guild_id for request in house.audio.asked("LeaveChannel")]:
            house.audio.arrived.clear()
            await house.audio.arrived.wait()

    assert [one.user_id for one in heard.listeners] == [(await someone(house)).user_id]
    assert resumed == again == identified
    assert "Found" in str(identified)


async def view(house: House, *owners: str) -> list[Any]:
    """Look at all that gateway tells about the guilds of some people."""
    await house.simulator.until(
        lambda: shards(house, operator=True),
        lambda found: all(shard.status == shard_service_pb2.SHARD_STATUS_CONNECTED for shard in found),
    )
    seen: list[Any] = []
    for owner in owners:
        who = actor_pb2.Actor(user_id=int(owner), surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])
        guilds = (await ask(house, "ListGuilds", messages.ListGuildsRequest(), who)).guilds
        for guild in guilds:
            channels = messages.ListChannelsRequest(guild_id=guild.guild_id)
            member = messages.GetMemberRequest(guild_id=guild.guild_id, user_id=who.user_id)
            seen += guild, await ask(house, "ListChannels", channels, who), await ask(house, "GetMember", member, who)
    return seen
