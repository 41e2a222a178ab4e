"""What people in Discord wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.measuring import Row, milliseconds
from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

PLAYS = 15
ASKED = 200


async def measure(stack: Stack) -> list[Row]:
    """Measure the acknowledgement of interactions and the way from `/play` to the first packet."""
    discord, guild = stack.discord, await stack.discord.guild()
    firsts = []
    await discord.enter(guild, guild.owner, guild.voices[0])
    for _ in range(PLAYS):
        after = await discord.last_index(guild)
        played = await discord.command(guild, guild.owner, "play", query="long")

        async def sounds(after: int = after) -> float:
            return next((f.at_ms for f in await discord.frames(guild, after) if not f.silent), 0.0)

        first = await eventually(sounds, within=10, what="the first packet")
        received = played["answerAtMs"] - played["answerMs"]
        firsts.append((first - received) / 1_000)
        await discord.command(guild, guild.owner, "stop")
    asked = [await discord.command(guild, guild.owner, "queue") for _ in range(ASKED)]
    acks = [one["ackMs"] / 1_000 for one in asked]
    await discord.command(guild, guild.owner, "leave")
    return [
        Row(
            f"interaction -> acknowledgement, p50 / p99 of {ASKED}",
            f"{milliseconds(acks):.1f} / {milliseconds(acks, 0.99):.1f} ms",
            "p99 <= 100 ms",
            "p99 <= 30 ms",
        ),
        Row(
            f"/play -> first packet, bot in the channel, p50 of {PLAYS - 1}",
            f"{milliseconds(firsts[1:]):.0f} ms",
            stretch="<= 60 ms",
        ),
        Row("/play -> first packet, the bot still has to join", f"{firsts[0] * 1_000:.0f} ms"),
    ]
