"""Voice signalling: audio asks, Discord answers, audio is told, and told again until it hears."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc_status import rpc_status

from gateway.domain.voice import Listener, Server
from gateway.voice import Seat, Voice
from kit import status
from segue.gateway.v1 import voice_channel_service_pb2 as messages
from segue.gateway.v1.voice_channel_service_pb2_grpc import VoiceChannelServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from gateway.domain.voice import Snapshot
    from segue.common.v1 import voice_pb2
    from tests.gateway.conftest import House

SPEAK, MUTE_MEMBERS = str(1 << 21), str(1 << 22)


async def connect(house: House, name: str, *, renew: bool = False) -> int:
    """Ask for a voice channel, as audio does."""
    guild, channel = await house.simulator.guild(), await house.voice_channel(name)
    request = messages.ConnectVoiceRequest(guild_id=int(guild["id"]), channel_id=int(channel), renew=renew)
    async with house.calling("audio") as call:
        await call(VoiceChannelServiceStub, "ConnectVoice", request)
    return int(channel)


async def disconnect(house: House) -> None:
    """Ask to leave."""
    guild = await house.simulator.guild()
    async with house.calling("audio") as call:
        request = messages.DisconnectVoiceRequest(guild_id=int(guild["id"]))
        await call(VoiceChannelServiceStub, "DisconnectVoice", request)
    await house.audio.snapshot(lambda snapshot: not snapshot.channel_id)


def is_whole(channel: int) -> Callable[[voice_pb2.VoiceSnapshot], bool]:
    """Tell whether a snapshot has all that a node needs."""
    return lambda snapshot: bool(snapshot.channel_id == channel and snapshot.session_id and snapshot.server.token)


@asynccontextmanager
async def in_voice(house: House, name: str) -> AsyncIterator[voice_pb2.VoiceSnapshot]:
    """Let the bot be in a channel."""
    channel = await connect(house, name)
    yield await house.audio.snapshot(is_whole(channel))
    await disconnect(house)


async def refused(call: Callable[[], Awaitable[Any]]) -> str:
    """Make a call that is refused; gives the reason."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call()
    return reason_of(caught.value)


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """Read why a call was refused."""
    carried = rpc_status.from_call(error)  # type: ignore[arg-type]  # it has what is read of it
    assert carried is not None
    refusal = status.decode(carried)
    assert refusal is not None
    return refusal.reason.value


async def test_connecting_tells_audio_channel_session_and_server(house: House) -> None:
    async with in_voice(house, "Lounge") as snapshot:
        assert str(snapshot.channel_id) == await house.voice_channel("Lounge")
        assert snapshot.session_id
        assert ":" in snapshot.server.endpoint


async def test_leaving_leaves_nothing_in_the_snapshot(house: House) -> None:
    async with in_voice(house, "Lounge"):
        pass

    assert not house.audio.snapshots[-1].HasField("server")
    assert not house.audio.snapshots[-1].session_id


async def test_connecting_where_the_bot_is_already_changes_nothing(house: House) -> None:
    async with in_voice(house, "Lounge") as before:
        await connect(house, "Lounge")
        await house.move("Liam", "Lounge")
        after = await house.audio.snapshot(lambda snapshot: bool(snapshot.listeners))
        await house.move("Liam", None)

    assert (after.session_id, after.server) == (before.session_id, before.server)


async def test_renewing_brings_another_server(house: House) -> None:
    async with in_voice(house, "Lounge") as before:
        channel = await connect(house, "Lounge", renew=True)
        after = await house.audio.snapshot(
            lambda snapshot: is_whole(channel)(snapshot) and snapshot.server.token != before.server.token
        )

    assert after.sequence > before.sequence


class SlowGuilds:
    """Discord, when it tells in its own time."""

    def __init__(self) -> None:
        self.place = Seat(5, "session", (Listener(7, deaf=False),))
        self.asked: list[int] = []
        self.voice = Voice(self, lambda: 1000.0)
        self.voice.moved(1)
        self.voice.named(1, Server("voice:443", "token"))

    def seat(self, _: int) -> Seat:
        return self.place

    def may_speak(self, *_: int) -> bool:
        return True

    async def move(self, _: int, channel_id: int) -> None:
        self.asked.append(channel_id)

    def told(self) -> list[Snapshot]:
        """Do what was asked; return what is known before, and after each step."""
        known = [self.voice.snapshot(1)]
        for channel_id in self.asked:
            self.place = Seat(channel_id, "session", (Listener(7, deaf=False),)) if channel_id else Seat()
            self.voice.moved(1)
            known.append(self.voice.snapshot(1))
        return known


async def test_nobody_takes_the_bot_for_sent_away_while_another_server_is_had_by_leaving_and_coming_back() -> None:
    guilds = SlowGuilds()
    await guilds.voice.connect(1, 5, renew=True)
    known = guilds.told()
    assert guilds.asked == [0, 5]
    assert [(each.channel_id, len(each.listeners)) for each in known] == [(5, 1)] * 3
    assert [each.server for each in known[1:]] == [None, None]


async def test_nobody_takes_a_channel_for_reached_that_is_being_left() -> None:
    guilds = SlowGuilds()
    await guilds.voice.disconnect(1)
    await guilds.voice.connect(1, 5, renew=False)
    assert [each.channel_id for each in guilds.told()] == [0, 0, 5]


async def test_moving_to_another_channel_never_shows_the_old_server_with_the_new_channel(house: House) -> None:
    async with in_voice(house, "Lounge") as before:
        channel = await connect(house, "Studio")
        await house.audio.snapshot(is_whole(channel))
        told = [snapshot for snapshot in house.audio.snapshots if snapshot.channel_id == channel]

        assert all(snapshot.server.token != before.server.token for snapshot in told)


async def test_a_moderator_who_moves_or_kicks_the_bot_is_reported(house: House) -> None:
    async with in_voice(house, "Lounge"):
        await house.move("bot", "Studio")
        await house.audio.snapshot(is_whole(int(await house.voice_channel("Studio"))))
        await house.move("bot", None)
        await house.audio.snapshot(lambda snapshot: not snapshot.channel_id)


async def test_listeners_come_and_go(house: House) -> None:
    async with in_voice(house, "Lounge"):
        await house.move("Liam", "Lounge")
        heard = await house.audio.snapshot(lambda snapshot: len(snapshot.listeners) == 1)
        await house.move("Liam", None)
        await house.audio.snapshot(lambda snapshot: not snapshot.listeners)

    assert str(heard.listeners[0].user_id) == (await house.simulator.place("Liam"))["userId"]


async def test_a_report_that_audio_does_not_take_is_repeated(house: House) -> None:
    house.audio.reports_refused = 3

    async with in_voice(house, "Lounge"):
        assert house.audio.reports_refused == 0


async def test_sequences_rise(house: House) -> None:
    async with in_voice(house, "Lounge"):
        pass
    sequences = [snapshot.sequence for snapshot in house.audio.snapshots]

    assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(
    ("method", "make"), [("ConnectVoice", messages.ConnectVoiceRequest), ("CheckVoice", messages.CheckVoiceRequest)]
)
async def test_text_channels_unknown_channels_and_unknown_guilds_are_refused(
    house: House, method: str, make: type[Any]
) -> None:
    guild, place = int((await house.simulator.guild())["id"]), await house.simulator.place()

    async with house.calling("audio") as call:
        for guild_id, channel_id, reason in (
            (guild, int(place["channelId"]), "VOICE_CHANNEL_NOT_FOUND"),
            (guild, 5, "VOICE_CHANNEL_NOT_FOUND"),
            (5, 5, "GUILD_NOT_FOUND"),
        ):
            request = make(guild_id=guild_id, channel_id=channel_id)
            assert await refused(partial(call, VoiceChannelServiceStub, method, request)) == reason


@asynccontextmanager
async def everybody(house: House, name: str, **permissions: str) -> AsyncIterator[None]:
    """Allow or deny something to everybody in a channel."""
    guild, channel = await house.simulator.guild(), await house.voice_channel(name)
    # The role that everybody has is named by the guild's own id.
    url = f"{house.environment['DISCORD_API_URL']}/channels/{channel}/permissions/{guild['id']}"
    headers = {"Authorization": "Bot any"}
    async with house.simulator.http.put(url, json={"type": 0, **permissions}, headers=headers) as answer:
        assert answer.status == 204
    yield
    async with house.simulator.http.delete(url, headers=headers) as answer:
        assert answer.status == 204


@pytest.mark.parametrize(("permissions", "then"), [({"deny": MUTE_MEMBERS}, "asks to speak"), ({}, "speaks")])
async def test_on_a_stage_the_bot_becomes_a_speaker_or_asks_to_be_one(
    house: House, permissions: dict[str, str], then: str
) -> None:
    guild = await house.simulator.guild()
    stage = {"guildId": guild["id"], "name": f"Stage of {then}", "type": 13}
    await house.simulator.call("POST", "/channels", stage)

    async def on_stage() -> str | None:
        world = await house.simulator.call("GET", "/world")
        members = world["guilds"][0]["members"]
        return next(str(member["stage"]) for member in members if member["id"] == world["bot"]["id"])

    async with everybody(house, stage["name"], **permissions), in_voice(house, stage["name"]):
        await house.simulator.until(on_stage, lambda place: place == then)


async def test_a_check_says_whether_the_bot_could_speak_there_and_moves_nobody(house: House) -> None:
    guild, channel = int((await house.simulator.guild())["id"]), int(await house.voice_channel("Studio"))
    async with house.calling("audio") as call:

        async def check() -> str:
            request = messages.CheckVoiceRequest(guild_id=guild, channel_id=channel)
            try:
                await call(VoiceChannelServiceStub, "CheckVoice", request)
            except grpc.aio.AioRpcError as error:
                return reason_of(error)
            return ""

        told = len(house.audio.snapshots)
        assert await check() == ""
        async with everybody(house, "Studio", deny=SPEAK):
            await house.simulator.until(check, lambda reason: reason == "VOICE_CHANNEL_FORBIDDEN")
        await house.simulator.until(check, lambda reason: reason == "")

    async with in_voice(house, "Lounge"):
        assert channel not in {snapshot.channel_id for snapshot in house.audio.snapshots[told:]}


async def test_get_voice_says_what_was_reported(house: House) -> None:
    async with in_voice(house, "Lounge") as reported, house.calling("audio") as call:
        request = messages.GetVoiceRequest(guild_id=reported.guild_id)
        answer = await call(VoiceChannelServiceStub, "GetVoice", request)

    assert answer.snapshot.sequence > reported.sequence
    assert answer.snapshot.server == reported.server
    assert answer.snapshot.session_id == reported.session_id


async def test_when_discord_ends_the_session_audio_learns_that_it_must_ask_again(house: House) -> None:
    channel = await connect(house, "Lounge")
    await house.audio.snapshot(is_whole(channel))
    await house.simulator.call("POST", "/faults", {"kind": "invalid_session"}, status=204)
    await house.audio.snapshot(lambda snapshot: not snapshot.HasField("server"))

    await connect(house, "Lounge")
    await house.audio.snapshot(is_whole(channel))
    await disconnect(house)
