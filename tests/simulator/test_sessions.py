"""Gateway sessions: how they begin, resume and end, and what becomes of the bot's voice states."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator import raw

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator


async def rooms(simulator: Simulator) -> tuple[str, list[str]]:
    """Name the guild and its voice channels."""
    guild = await simulator.guild()
    return guild["id"], [channel["id"] for channel in guild["channels"] if channel["type"] == 2]


async def bot_channel(simulator: Simulator) -> str | None:
    """Tell where the bot is."""
    guild = await simulator.guild()
    voice: dict[str, Any] = await simulator.call("GET", f"/voice/{guild['id']}")
    channel: str | None = voice["channelId"]
    return channel


async def write(simulator: Simulator, content: str) -> None:
    """Let Liam write."""
    place = await simulator.place()
    await simulator.call("POST", "/messages", {k: place[k] for k in ("channelId", "userId")} | {"content": content})


async def test_a_resumed_session_gets_what_it_missed_in_order_and_keeps_its_voice_state(alone: Simulator) -> None:
    guild_id, (lounge, _) = await rooms(alone)
    async with raw.gateway(alone) as first:
        ready = await raw.identify(first)
        await raw.join(first, guild_id, lounge)
        await alone.call("POST", "/faults", {"kind": "gateway_close", "code": 4000}, status=204)
        assert await first.closed() == 4000
    for content in ("one", "two"):
        await write(alone, content)
    async with raw.gateway(alone) as second:
        await raw.resume(second, ready, first.sequence)
        assert [(await second.event("MESSAGE_CREATE"))["content"] for _ in range(2)] == ["one", "two"]
        await second.event("RESUMED")
        assert await bot_channel(alone) == lounge
        await raw.ask_voice(second, guild_id, None)
        assert (await second.event("VOICE_STATE_UPDATE"))["channel_id"] is None


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_clean_close_ends_the_session_and_its_voice_state(alone: Simulator, code: int) -> None:
    guild_id, (lounge, _) = await rooms(alone)
    async with raw.gateway(alone) as first:
        ready = await raw.identify(first)
        await raw.join(first, guild_id, lounge)
        await first.socket.close(code=code)
    await alone.until(lambda: bot_channel(alone), lambda channel: channel is None)
    async with raw.gateway(alone) as second:
        await raw.resume(second, ready, first.sequence)
        assert await second.expect(9) is False


async def test_a_lost_session_ends_after_its_time(alone: Simulator) -> None:
    guild_id, (lounge, _) = await rooms(alone)
    await alone.call("POST", "/faults", {"sessionTtlMs": 200}, status=204)
    async with raw.gateway(alone) as first:
        await raw.identify(first)
        await raw.join(first, guild_id, lounge)
        await alone.call("POST", "/faults", {"kind": "gateway_close"}, status=204)
        await first.closed()
    await alone.until(lambda: bot_channel(alone), lambda channel: channel is None)
    await alone.call("POST", "/faults", {"sessionTtlMs": 60_000}, status=204)


async def test_a_newer_session_takes_the_voice_state_over(alone: Simulator) -> None:
    guild_id, (lounge, _) = await rooms(alone)
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(raw.gateway(alone))
        await raw.identify(old)
        state, server = await raw.join(old, guild_id, lounge)
        voice = await stack.enter_async_context(raw.voice(alone, server))
        await raw.describe(voice, state, server)
        new = await stack.enter_async_context(raw.gateway(alone))
        await raw.identify(new)
        again, other = await raw.join(new, guild_id, lounge)
        assert again["session_id"] != state["session_id"]
        assert other["token"] != server["token"]
        assert await voice.closed() == 4014
        await old.socket.close(code=1000)
        await write(alone, "still there")
        assert (await new.event("MESSAGE_CREATE"))["content"] == "still there"
        assert await bot_channel(alone) == lounge


async def test_the_same_channel_once_more_gives_the_same_credentials(alone: Simulator) -> None:
    guild_id, (lounge, studio) = await rooms(alone)
    async with raw.gateway(alone) as socket:
        await raw.identify(socket)
        first = await raw.join(socket, guild_id, lounge)
        second = await raw.join(socket, guild_id, lounge)
        moved = await raw.join(socket, guild_id, studio)
    assert second[1] == first[1]
    assert moved[1]["token"] != first[1]["token"]
    assert moved[0]["session_id"] == first[0]["session_id"]


async def test_an_invalid_session_must_identify_again(alone: Simulator) -> None:
    async with raw.gateway(alone) as socket:
        ready = await raw.identify(socket)
        await alone.call("POST", "/faults", {"kind": "invalid_session"}, status=204)
        assert await socket.expect(9) is False
        assert (await raw.identify(socket))["session_id"] != ready["session_id"]


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "", "intents": 0}, 4004),
        (2, {"token": "any", "intents": raw.PRESENCES}, 4014),
        (2, {"token": "any", "intents": 1 << 40}, 4013),
        (2, {"token": "any", "intents": 0, "shard": [2, 2]}, 4010),
        (2, {"intents": "many", "token": "any"}, 4002),
        (4, {"guild_id": "1", "channel_id": None}, 4003),
    ],
)
async def test_wrong_first_words_close_the_socket(alone: Simulator, op: int, data: dict[str, Any], code: int) -> None:
    async with raw.gateway(alone) as socket:
        await socket.send(op, data)
        assert await socket.closed() == code


@pytest.mark.parametrize(
    ("intent", "flags"),
    [(raw.PRESENCES, (1 << 12, 1 << 13)), (raw.MEMBERS, (1 << 14, 1 << 15)), (raw.CONTENT, (1 << 18, 1 << 19))],
)
async def test_an_intent_that_must_be_granted_is_refused_until_it_is(
    alone: Simulator, intent: int, flags: tuple[int, int]
) -> None:
    usual = 1 << 15 | 1 << 19
    others = sum(1 << bit for bit in range(12, 20)) - sum(flags)
    try:
        await alone.call("POST", "/application", {"flags": others}, status=204)
        async with raw.gateway(alone) as socket:
            await socket.send(2, {"token": "any", "intents": raw.GUILDS | intent})
            assert await socket.closed() == 4014
        for flag in flags:
            await alone.call("POST", "/application", {"flags": flag}, status=204)
            async with raw.gateway(alone) as socket:
                await raw.identify(socket, raw.GUILDS | intent)
    finally:
        await alone.call("POST", "/application", {"flags": usual}, status=204)


async def test_events_follow_the_intents(alone: Simulator) -> None:
    async with raw.gateway(alone) as socket:
        await raw.identify(socket, raw.GUILDS | raw.MESSAGES)
        await write(alone, "not for everyone")
        assert (await socket.event("MESSAGE_CREATE"))["content"] == ""
        await socket.send(8, {"guild_id": (await alone.guild())["id"], "query": "", "limit": 0})
        assert await socket.closed() == 4014
