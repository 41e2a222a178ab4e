"""Gateway is ended, with -9 or in order, and started again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.gateway.conftest import labels, text
from tests.gateway.test_unanswered import calm  # noqa: F401  (nothing from before is left to be answered)
from tests.gateway.test_voice import connect, disconnect, is_whole

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def test_an_acknowledged_command_is_answered_by_the_next_process_with_one_effect(house: House) -> None:
    house.audio.held = asyncio.Event()
    asked = asyncio.create_task(house.simulator.command("play", query="alpha"))
    await asyncio.wait_for(house.audio.arrived.wait(), 60)

    house.audio.held = None
    await house.restart()
    answer = await asked

    assert "alpha" in text(answer["message"])
    assert len({request.request_id for request in house.audio.asked("Play")}) == 1
    assert len(house.audio.asked("Play")) == 2
    assert house.audio.player.queue_length == 0


async def test_a_button_from_before_the_restart_still_works(house: House) -> None:
    answer = await house.simulator.command("play", query="alpha")

    await house.restart()
    paused = await house.click(answer["message"], "Pause")

    assert labels(paused["message"])[:3] == ["Wrong song?", "Previous", "Resume"]


async def test_the_commands_are_declared_once(house: House) -> None:
    await house.restart()

    assert house.log().count("declared the commands") == 1


async def test_neither_tokens_nor_voice_sessions_are_logged(house: House) -> None:
    channel = await connect(house, "Lounge")
    snapshot = await house.audio.snapshot(is_whole(channel))
    await disconnect(house)

    assert snapshot.server.token not in house.log()
    assert snapshot.session_id not in house.log()
