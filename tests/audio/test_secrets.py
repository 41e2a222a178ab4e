"""What the contract calls sensitive passes through audio to the node, and is in none of its logs and spans."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from kit.migrate import migrate
from segue.audio.v1 import (
    player_service_pb2,
    player_service_pb2_grpc,
    voice_event_service_pb2,
    voice_event_service_pb2_grpc,
)
from segue.common.v1 import actor_pb2, voice_pb2
from segue.gateway.v1 import guild_service_pb2, voice_channel_service_pb2
from tests.api.test_process import receiving
from tests.audio.nodes.fake import PASSWORD, FakeNode
from tests.audio.values import CHANNEL, GUILD
from tests.kit.mesh import Mesh, playing
from tests.kit.process import WITHIN, start
from tests.kit.serving import from_peer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN, SESSION = "canary-token", "canary-session"
PERSON = 100


def report(sequence: int, session_id: str) -> voice_event_service_pb2.ReportVoiceRequest:
    """Return what gateway tells of a voice connection."""
    server = voice_pb2.VoiceServer(endpoint="voice.example:443", token=TOKEN)
    snapshot = voice_pb2.VoiceSnapshot(
        guild_id=GUILD, sequence=sequence, channel_id=CHANNEL, session_id=session_id, server=server
    )
    return voice_event_service_pb2.ReportVoiceRequest(guild_id=GUILD, snapshot=snapshot)


def gateway(connecting: asyncio.Event) -> Mesh:
    """Return a gateway that knows the person, and that Discord has put the bot nowhere yet."""

    async def member(_: Any) -> guild_service_pb2.GetMemberResponse:
        found = actor_pb2.Member(guild_id=GUILD, user_id=PERSON, voice_channel_id=CHANNEL)
        return guild_service_pb2.GetMemberResponse(member=found)

    async def bot(_: Any) -> guild_service_pb2.GetBotResponse:
        return guild_service_pb2.GetBotResponse(user_id=1)

    async def voice(_: Any) -> voice_channel_service_pb2.GetVoiceResponse:
        return voice_channel_service_pb2.GetVoiceResponse(snapshot=voice_pb2.VoiceSnapshot(guild_id=GUILD, sequence=1))

    async def check(_: Any) -> voice_channel_service_pb2.CheckVoiceResponse:
        return voice_channel_service_pb2.CheckVoiceResponse()

    async def connect(_: Any) -> voice_channel_service_pb2.ConnectVoiceResponse:
        connecting.set()
        return voice_channel_service_pb2.ConnectVoiceResponse()

    return Mesh(GetMember=member, GetBot=bot, GetVoice=voice, CheckVoice=check, ConnectVoice=connect)


def voices(node: FakeNode) -> Iterator[dict[str, Any]]:
    """Return the voice connections that the node was given."""
    players = [player for session in node.sessions.values() for player in session.players.values()]
    return (player["voice"] for player in players if player["voice"])


async def join_and_report(channel: grpc.aio.Channel, connecting: asyncio.Event) -> None:
    """Let a person fetch the bot, and gateway tell of it: first too much, then what is true."""
    someone = actor_pb2.Actor(user_id=PERSON, surface=actor_pb2.SURFACE_API, scopes=["player.write"])
    player: Any = player_service_pb2_grpc.PlayerServiceStub(channel)
    hearing: Any = voice_event_service_pb2_grpc.VoiceEventServiceStub(channel)
    request = player_service_pb2.JoinChannelRequest(guild_id=GUILD)
    await player.JoinChannel(request, metadata=from_peer("edge", someone), wait_for_ready=True, timeout=WITHIN)
    await asyncio.wait_for(connecting.wait(), WITHIN)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await hearing.ReportVoice(report(2, SESSION * 50), metadata=from_peer("gateway"))
    assert SESSION not in str(refused.value)
    await hearing.ReportVoice(report(3, SESSION), metadata=from_peer("gateway"))


async def test_secrets_of_voice_reach_the_node_and_no_log_or_span(database_url: str, tmp_path: Path) -> None:
    await migrate(database_url, ["audio"])
    connecting = asyncio.Event()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(FakeNode())
        await stack.enter_async_context(playing(gateway(connecting), f"unix:{tmp_path}/out.sock"))
        receiver = await receiving(tmp_path, stack)
        told = {"LAVALINK_NODES": f"main=ws://127.0.0.1:{node.port}|{PASSWORD}", "HANDLE_KEY": "k" * 16}
        process = await start("audio", tmp_path, database_url, LOG_LEVEL="DEBUG", **told)
        async with grpc.aio.insecure_channel(f"unix:{tmp_path}/app.sock") as channel:
            await join_and_report(channel, connecting)
        async with asyncio.timeout(WITHIN):
            while not (given := list(voices(node))):  # noqa: ASYNC110  (the node is asked, it does not call)
                await asyncio.sleep(0.05)
        process.terminate()
        out, err = await asyncio.wait_for(process.communicate(), WITHIN)

    assert [(voice["token"], voice["sessionId"]) for voice in given] == [(TOKEN, SESSION)]
    assert err == b""
    assert "DEBUG" in {json.loads(line)["level"] for line in out.decode().splitlines()}
    assert {"segue.audio.v1.VoiceEventService/ReportVoice"} <= {span.name for span in receiver.spans}
    told_of = out + b"".join(span.SerializeToString() for span in receiver.spans)
    assert TOKEN.encode() not in told_of
    assert SESSION.encode() not in told_of
