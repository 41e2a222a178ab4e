"""Commands, buttons and messages, with stock discord.py in another process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator


async def test_a_deferred_command_waits_for_its_edited_answer(bot: Simulator) -> None:
    outcome = await bot.command("play", query="a song")
    assert outcome["deferred"]
    assert not outcome["ephemeral"]
    assert outcome["message"]["content"] == "Playing a song"
    assert outcome["message"]["interaction_metadata"]["id"] == outcome["interactionId"]
    assert 0 < outcome["ackMs"] <= outcome["answerMs"]
    assert outcome["answerAtMs"] > 1.7e12
