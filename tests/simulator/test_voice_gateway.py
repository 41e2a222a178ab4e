"""The voice gateway by hand: who is let in, and what a close leaves."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator import raw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.conftest import Simulator


@asynccontextmanager
async def joined(simulator: Simulator) -> AsyncIterator[tuple[raw.Socket, dict[str, Any], dict[str, Any]]]:
    """Join the lounge; gives the gateway's socket, the state and the server."""
    guild = await simulator.guild()
    lounge = next(channel["id"] for channel in guild["channels"] if channel["type"] == 2)
    async with raw.gateway(simulator) as socket:
        await raw.identify(socket)
        state, server = await raw.join(socket, guild["id"], lounge)
        yield socket, state, server
        await socket.socket.close(code=1000)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"max_dave_protocol_version": 0}, 4017),
        ({"session_id": "someone else's"}, 4006),
        ({"token": "guessed"}, 4004),
        ({"user_id": "4"}, 4004),
        ({"server_id": "5"}, 4006),
        ({"server_id": None}, 4002),
    ],
)
async def test_only_the_owner_of_the_session_gets_in(alone: Simulator, changed: dict[str, Any], code: int) -> None:
    async with joined(alone) as (_, state, server), raw.voice(alone, server) as voice:
        await voice.send(0, raw.credentials(state, server, **changed))
        assert await voice.closed() == code


async def test_a_resume_after_a_crash_keeps_the_key_and_one_after_a_kick_is_refused(alone: Simulator) -> None:
    async with joined(alone) as (gateway, state, server):
        async with raw.voice(alone, server) as voice:
            description = await raw.describe(voice, state, server)
            assert description["dave_protocol_version"] == 1
            await alone.call("POST", "/faults", {"kind": "voice_close", "code": 4015}, status=204)
            assert await voice.closed() == 4015
        async with raw.voice(alone, server) as voice:
            await voice.send(7, raw.credentials(state, server, seq_ack=-1))
            assert (await voice.expect(4))["secret_key"] == description["secret_key"]
            await voice.expect(9)
            kick = {"guildId": server["guild_id"], "userId": state["user_id"], "channelId": None}
            await alone.call("POST", "/voice-states", kick)
            assert await voice.closed() == 4014
            assert (await gateway.event("VOICE_STATE_UPDATE"))["channel_id"] is None
        async with raw.voice(alone, server) as voice:
            await voice.send(7, raw.credentials(state, server, seq_ack=-1))
            assert await voice.closed() == 4006


async def test_a_bot_that_is_moved_gets_new_credentials(alone: Simulator) -> None:
    guild = await alone.guild()
    studio = [channel["id"] for channel in guild["channels"] if channel["type"] == 2][1]
    async with joined(alone) as (gateway, state, server), raw.voice(alone, server) as voice:
        await raw.describe(voice, state, server)
        move = {"guildId": guild["id"], "userId": state["user_id"], "channelId": studio}
        await alone.call("POST", "/voice-states", move)
        assert (await gateway.event("VOICE_STATE_UPDATE"))["channel_id"] == studio
        assert (await gateway.event("VOICE_SERVER_UPDATE"))["token"] != server["token"]
        assert await voice.closed() == 4014


async def test_a_refused_session_gets_new_credentials_when_it_asks_again(alone: Simulator) -> None:
    async with joined(alone) as (gateway, state, server), raw.voice(alone, server) as voice:
        await raw.describe(voice, state, server)
        await alone.call("POST", "/faults", {"kind": "voice_close", "code": 4006}, status=204)
        assert await voice.closed() == 4006
        _, again = await raw.join(gateway, server["guild_id"], state["channel_id"])
        assert again["token"] != server["token"]
