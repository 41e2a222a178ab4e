"""Operators see the bot's connections, which several gateways share: each is as good as any to ask."""

from __future__ import annotations

import asyncio
from collections import Counter
from signal import SIGTERM
from typing import TYPE_CHECKING, Any

import pytest

from gateway.adapters.sessions import PostgresSessions
from gateway.adapters.shards import Connections
from kit import postgres
from kit.actor import system
from kit.errors import Reason, Refused
from segue.audio.v1 import player_pb2
from segue.common.v1 import actor_pb2, ops_service_pb2
from segue.common.v1.ops_service_pb2_grpc import OpsServiceStub
from segue.gateway.v1 import guild_service_pb2 as guilds
from segue.gateway.v1 import message_service_pb2, panel_service_pb2
from segue.gateway.v1 import shard_service_pb2 as messages
from segue.gateway.v1 import voice_channel_service_pb2 as voice
from segue.gateway.v1.guild_service_pb2_grpc import GuildServiceStub
from segue.gateway.v1.message_service_pb2_grpc import MessageServiceStub
from segue.gateway.v1.panel_service_pb2_grpc import PanelServiceStub
from segue.gateway.v1.shard_service_pb2_grpc import ShardServiceStub
from segue.gateway.v1.voice_channel_service_pb2_grpc import VoiceChannelServiceStub
from tests.gateway.conftest import text
from tests.gateway.fleet import SHARDS, fleet_at, fresh
from tests.gateway.test_voice import refused
from tests.kit.serving import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from segue.common.v1 import voice_pb2
    from tests.gateway.conftest import House
    from tests.gateway.fleet import Fleet, Guild

LIVES = 60.0  # seconds


async def shards(house: House, *, operator: bool) -> list[messages.Shard]:
    """Ask with a token."""
    who = actor_pb2.Actor(user_id=7, surface=actor_pb2.SURFACE_API, scopes=["operator"], operator=operator)
    async with house.calling("edge", who) as call:
        answer: messages.ListShardsResponse = await call(ShardServiceStub, "ListShards", messages.ListShardsRequest())
    return list(answer.shards)


async def test_an_operator_sees_each_shard_with_its_guilds_and_its_instance(house: House) -> None:
    guilds = (await house.simulator.call("GET", "/world"))["guilds"]

    (shard,) = await house.simulator.until(
        lambda: shards(house, operator=True), lambda found: found[0].status == messages.SHARD_STATUS_CONNECTED
    )

    assert (shard.shard_id, shard.instance) == (0, "gateway")
    assert shard.guilds == len(guilds)
    assert 0 <= shard.latency.ToTimedelta().total_seconds() < 60


async def test_nobody_else_does(house: House) -> None:
    assert await refused(lambda: shards(house, operator=False)) == "LEVEL_TOO_LOW"


@pytest.fixture(scope="module")
async def session_fleet(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, folder: str
) -> AsyncIterator[Fleet]:
    """Two gateways that share the shards, with a guild on each."""
    async with fleet_at(tmp_path_factory.mktemp("fleet"), folder, database_url) as fleet:
        for instance in ("gateway", "gateway-2"):
            await fleet.start(instance)
        await fleet.shared(2, 2)
        yield fleet


@pytest.fixture
async def fleet(session_fleet: Fleet) -> Fleet:
    """Wait until the two share the shards again."""
    await session_fleet.shared(2, 2)
    session_fleet.audio.reset()
    session_fleet.audio.snapshots.clear()
    session_fleet.sidecars.brought.clear()
    return session_fleet


async def other(fleet: Fleet, guild: Guild) -> str:
    """Name a gateway that does not hold a guild."""
    held = await fleet.shared(2, 2)
    return next(instance for instance in fleet.running if instance != held[guild.shard])


async def connect(fleet: Fleet, guild: Guild) -> voice_pb2.VoiceSnapshot:
    """Let the bot be in the voice channel of a guild; return what is known of it there."""
    async with fleet.calling(await other(fleet, guild), "audio", system()) as call:
        request = voice.ConnectVoiceRequest(guild_id=guild.id, channel_id=guild.voice)
        await call(VoiceChannelServiceStub, "ConnectVoice", request)

        async def look() -> voice_pb2.VoiceSnapshot | None:
            found = await call(VoiceChannelServiceStub, "GetVoice", voice.GetVoiceRequest(guild_id=guild.id))
            return found.snapshot if found.snapshot.server.token else None

        snapshot: voice_pb2.VoiceSnapshot = await fleet.eventually(look)
    return snapshot


def place_of(snapshot: voice_pb2.VoiceSnapshot) -> tuple[int, int, str, str]:
    """Tell what makes a voice connection of a guild another one."""
    return snapshot.guild_id, snapshot.channel_id, snapshot.session_id, snapshot.server.token


async def left(fleet: Fleet) -> int:
    """Count the guilds that the bot is taken to have left, or whose music was ended."""
    gone: int = await fleet.database.fetchval("SELECT count(*) FROM guild WHERE left_at IS NOT NULL")
    return gone + len(fleet.audio.asked("LeaveChannel"))


async def test_each_begins_its_share_of_the_sessions_and_says_so(fleet: Fleet) -> None:
    held = await fleet.shared(2, 2)
    told = {}
    for instance in fleet.running:
        async with fleet.calling(instance, "api") as call:
            health = await call(OpsServiceStub, "CheckHealth", ops_service_pb2.CheckHealthRequest())
        told[instance] = next(part for part in health.components if part.name == "discord")

    assert [*held] == [*range(SHARDS)]
    for instance, part in told.items():
        own = ", ".join(str(number) for number, holder in held.items() if holder == instance)
        assert (part.status, part.detail) == (ops_service_pb2.HEALTH_STATUS_HEALTHY, f"Holds shards {own} of {SHARDS}.")
    there = [int(guild["id"]) for guild in (await fleet.simulator.call("GET", "/world"))["guilds"]]
    shown = {shard.shard_id: shard.guilds for shard in await fleet.shards("gateway-2")}
    assert shown == Counter((guild_id >> 22) % SHARDS for guild_id in there)


def asked_about(guild: Guild, who: actor_pb2.Actor) -> list[tuple[str, actor_pb2.Actor, Any, Any]]:
    """List a call of each kind about a guild: who calls, as whom, of which service, and what."""
    here: dict[str, Any] = {"guild_id": guild.id}
    player = player_pb2.Player(guild_id=guild.id, version=1)
    message = message_service_pb2.SendMessageRequest(**here, channel_id=guild.text, text="{server}")
    return [
        ("audio", system(), VoiceChannelServiceStub, voice.CheckVoiceRequest(**here, channel_id=guild.voice)),
        ("audio", system(), VoiceChannelServiceStub, voice.GetVoiceRequest(**here)),
        ("audio", system(), GuildServiceStub, guilds.GetMemberRequest(**here, user_id=guild.user)),
        ("audio", system(), PanelServiceStub, panel_service_pb2.ShowPlayerRequest(**here, player=player)),
        ("worker", system(), MessageServiceStub, message),
        ("edge", who, GuildServiceStub, guilds.GetGuildRequest(**here)),
        ("edge", who, GuildServiceStub, guilds.ListChannelsRequest(**here)),
    ]


async def test_a_call_about_a_guild_is_sent_on_once_to_who_holds_it(fleet: Fleet) -> None:
    for guild in fleet.guilds[:SHARDS]:
        who = actor_pb2.Actor(user_id=guild.user, surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])
        answers = {}
        for caller, actor, stub, request in asked_about(guild, who):
            method = type(request).__name__.removesuffix("Request")
            fleet.sidecars.brought.clear()
            async with fleet.calling(await other(fleet, guild), caller, actor) as call:
                answers[method] = await call(stub, method, request)
            holder = (await fleet.shared(2, 2))[guild.shard]
            assert [one for one in fleet.sidecars.brought if one[0] == method] == [(method, holder)]

        posted = (await fleet.simulator.call("GET", f"/channels/{guild.text}/messages"))["messages"]
        assert answers["GetMember"].member.user_id == guild.user
        assert answers["GetGuild"].guild.guild_id == guild.id
        assert [channel.channel_id for channel in answers["ListChannels"].channels] == [guild.text, guild.voice]
        named = [message["id"] for message in posted if message["content"] == answers["GetGuild"].guild.name]
        assert named == [str(answers["SendMessage"].message_id)]


async def test_what_is_refused_where_it_was_sent_on_to_is_refused_as_there(fleet: Fleet) -> None:
    guild = fleet.guilds[0]
    stranger = actor_pb2.Actor(user_id=5, surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])

    async def ask() -> None:
        async with fleet.calling(await other(fleet, guild), "edge", stranger) as call:
            await call(GuildServiceStub, "GetGuild", guilds.GetGuildRequest(guild_id=guild.id))

    assert await refused(ask) == "GUILD_NOT_FOUND"


async def test_all_guilds_are_listed_page_by_page_whoever_is_asked(fleet: Fleet) -> None:
    who = actor_pb2.Actor(user_id=fleet.guilds[0].user, surface=actor_pb2.SURFACE_API, scopes=["guilds.read"])
    first = int((await fleet.simulator.guild())["id"])
    for instance in fleet.running:
        listed, token = [], ""
        async with fleet.calling(instance, "edge", who) as call:
            while True:
                request = guilds.ListGuildsRequest(page_size=2, page_token=token)
                page = await call(GuildServiceStub, "ListGuilds", request)
                listed += [guild.guild_id for guild in page.guilds]
                assert len(page.guilds) == 2 or not page.next_page_token
                if not (token := page.next_page_token):
                    break

        assert listed == sorted([first, *(guild.id for guild in fleet.guilds)])


async def test_a_third_takes_its_share_and_leaves_it_again_without_a_session_begun_anew(fleet: Fleet) -> None:
    identified, resumed = await fleet.conduct()
    known = {guild.id for guild in fleet.guilds}
    places = {place_of(await connect(fleet, guild)) for guild in fleet.guilds}
    fleet.audio.snapshots.clear()

    await fleet.start("gateway-3")
    await fleet.shared(2, 1, 1)
    await fleet.end("gateway-3", SIGTERM)
    await fleet.shared(2, 2)

    assert await fleet.conduct() == (identified, resumed + 2)
    told = {place_of(snapshot) for snapshot in fleet.audio.snapshots if snapshot.guild_id in known}
    assert told
    assert told <= places
    assert await left(fleet) == 0


async def test_shards_of_one_that_is_killed_are_gone_on_with_by_the_other(fleet: Fleet) -> None:
    held = await fleet.shared(2, 2)
    mine = next(guild for guild in fleet.guilds if held[guild.shard] == "gateway-2")
    before = await connect(fleet, mine)
    await fleet.eventually(lambda: is_written(fleet, before))
    identified, resumed = await fleet.conduct()
    fleet.audio.snapshots.clear()

    await fleet.end("gateway-2")
    await fleet.shared(4)
    await fleet.audio.snapshot(lambda _: any(told.guild_id == mine.id for told in fleet.audio.snapshots))
    after = next(told for told in fleet.audio.snapshots if told.guild_id == mine.id)
    gone_on_with = await fleet.conduct()
    await fleet.start("gateway-2")
    await fleet.shared(2, 2)

    assert place_of(after) == place_of(before)
    assert gone_on_with == (identified, resumed + 2)
    assert await fleet.conduct() == (identified, resumed + 4)
    assert await left(fleet) == 0


async def is_written(fleet: Fleet, told: voice_pb2.VoiceSnapshot) -> bool:
    """Tell whether the next process will know a voice server."""
    statement = "SELECT true FROM guild_part WHERE kind = 'voice_server' AND data ->> 'token' = $1"
    return bool(await fleet.database.fetchval(statement, told.server.token))


async def test_what_one_that_is_killed_had_taken_is_answered_once_by_the_other(fleet: Fleet) -> None:
    held = await fleet.shared(2, 2)
    mine = next(guild for guild in fleet.guilds if held[guild.shard] == "gateway")
    fleet.audio.held = asyncio.Event()
    asked = asyncio.create_task(fleet.command(mine, "play", query="alpha"))
    await asyncio.wait_for(fleet.audio.arrived.wait(), 10)

    fleet.audio.held = None
    await fleet.end("gateway")
    answer = await asked
    await fleet.start("gateway")
    await fleet.shared(2, 2)

    assert "alpha" in text(answer["message"])
    assert len({request.request_id for request in fleet.audio.asked("Play")}) == 1
    assert len(fleet.audio.asked("Play")) == 2


class Bot:
    """A connection that holds what it is told."""

    def __init__(self, *held: int) -> None:
        self.held = held

    def trouble(self) -> str:
        """Say that there is none."""
        return ""


class Others:
    """Leases, as told; None: the database is away."""

    def __init__(self, holders: Mapping[int, str] | None) -> None:
        self._holders = holders

    async def holders(self) -> Mapping[int, str]:
        """Name who holds each shard."""
        if self._holders is None:
            raise Refused(Reason.UNAVAILABLE, part="postgres")
        return self._holders


HEALTHY, DEGRADED = ops_service_pb2.HEALTH_STATUS_HEALTHY, ops_service_pb2.HEALTH_STATUS_DEGRADED


@pytest.mark.parametrize(
    ("held", "holders", "told"),
    [
        ((0,), {0: "a"}, (HEALTHY, "")),
        ((0,), None, (HEALTHY, "")),
        ((), {0: "b"}, (HEALTHY, "b is connected to Discord; this instance stands by.")),
        ((), {0: "b", 1: "c"}, (HEALTHY, "b, c are connected to Discord; this instance stands by.")),
        ((0, 2), {0: "a", 1: "b", 2: "a"}, (HEALTHY, "Holds shards 0, 2 of 3.")),
        (
            (0, 1, 2, 3),
            {0: "a", 1: "a", 2: "a", 3: "a", 4: "", 5: ""},
            (DEGRADED, "Nobody holds shards 4, 5 of 6; a gateway holds at most 4."),
        ),
    ],
)
async def test_it_is_said_who_holds_what_and_what_nobody_does(
    held: tuple[int, ...], holders: Mapping[int, str] | None, told: tuple[int, str]
) -> None:
    assert await Connections(Bot(*held), Others(holders), "a").check() == told  # type: ignore[arg-type]  # these are enough


STARTS = [(4, "a", False), (6, "b", True), (6, "a", True), (2, "b", True), (3, "b", True)]
"""What Discord recommends, who starts, and whether they end before the next one starts."""


async def test_the_number_of_shards_is_that_of_those_who_live_and_else_what_discord_recommends(
    database_url: str,
) -> None:
    url = await fresh(database_url, "agreeing")
    pool = await postgres.open_pool(settings("/nowhere", url), schema="gateway")
    sessions, counts = PostgresSessions(pool), []
    for recommended, instance, leaves in STARTS:
        await sessions.agree(recommended, instance, LIVES)
        counts.append(await pool.fetchval("SELECT count(*) FROM connection"))
        if leaves:
            await pool.execute("DELETE FROM connection_owner WHERE owner = $1", instance)
    epochs = await pool.fetch("SELECT epoch FROM connection ORDER BY bucket")
    await pool.close()

    assert counts == [4, 4, 6, 2, 3]
    assert epochs[2]["epoch"] > epochs[0]["epoch"]
