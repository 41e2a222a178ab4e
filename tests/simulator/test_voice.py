"""discord.py's own VoiceClient, unpatched, is heard with end-to-end encryption."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator

SECONDS = 3
FRAMES = SECONDS * 50


async def join(simulator: Simulator, person: str = "Liam", channel: int = 0) -> dict[str, Any]:
    """Let a person join a voice channel; returns the guild."""
    guild = await simulator.guild()
    rooms = [room["id"] for room in guild["channels"] if room["type"] == 2]
    place = await simulator.place(person)
    await simulator.call(
        "POST",
        "/voice-states",
        {"guildId": guild["id"], "userId": place["userId"], "channelId": rooms[channel]},
    )
    return await simulator.guild()


async def test_every_frame_of_a_track_is_heard_once_in_order_and_encrypted(bot: Simulator) -> None:
    guild = await join(bot)
    before = (await bot.call("GET", f"/voice/{guild['id']}/frames"))["frames"]
    last = before[-1]["index"] if before else -1
    outcome = await bot.command("sound", seconds=SECONDS)
    frames = (await bot.call("GET", f"/voice/{guild['id']}/frames", params={"after": last}))["frames"]
    sounding = [frame for frame in frames if not frame["silent"]]

    assert outcome["message"]["content"] == "played"
    assert [frame["index"] for frame in frames] == list(range(last + 1, last + 1 + len(frames)))
    assert [frame["mediaMs"] for frame in sounding[:FRAMES]] == [20 * n // 100 * 100 for n in range(FRAMES)]
    assert all(frame["encrypted"] for frame in sounding)
    assert {b["sequence"] - a["sequence"] for a, b in pairwise(frames)} == {1}
    assert {b["timestamp"] - a["timestamp"] for a, b in pairwise(frames)} == {960}
    assert all(frame["atMs"] <= outcome["answerAtMs"] for frame in sounding)

    heard = await bot.call("GET", f"/voice/{guild['id']}", params={"windowMs": 10_000})
    assert heard["connected"]
    assert heard["dave"]
    assert (heard["lost"], heard["decryptErrors"]) == (0, 0)
    assert heard["mediaSecond"] == SECONDS - 1
    assert heard["channelId"] == next(m for m in guild["members"] if m["name"] == "Liam")["voiceChannelId"]

    await bot.command("leave")
    heard = await bot.call("GET", f"/voice/{guild['id']}")
    assert not heard["connected"]
    assert heard["channelId"] is None
