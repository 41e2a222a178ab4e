"""Where a server votes on more than a skip, people see that their vote counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from segue.audio.v1 import player_service_pb2, queue_service_pb2
from tests.gateway.conftest import labels, text

if TYPE_CHECKING:
    from tests.gateway.conftest import House

ANSWERS: dict[str, Any] = {
    "pause": player_service_pb2.PauseResponse,
    "resume": player_service_pb2.ResumeResponse,
    "previous": player_service_pb2.PreviousResponse,
    "replay": player_service_pb2.ReplayResponse,
    "stop": player_service_pb2.StopResponse,
    "leave": player_service_pb2.LeaveChannelResponse,
    "clear": queue_service_pb2.ClearQueueResponse,
    "shuffle": queue_service_pb2.ShuffleQueueResponse,
}


@pytest.mark.parametrize("command", ANSWERS)
async def test_a_vote_is_shown_with_what_plays_and_how_many_are_missing(house: House, command: str) -> None:
    await house.simulator.command("play", query="alpha")
    house.audio.vote = ANSWERS[command](player=house.audio.player, votes_missing=2)

    answer = await house.simulator.command(command)

    assert not answer["ephemeral"]
    assert "Your vote counts. 2 more people have to ask for it." in text(answer["message"])
    assert "alpha" in text(answer["message"])


async def test_a_button_whose_press_is_a_vote_leaves_the_player_with_its_buttons(house: House) -> None:
    shown = await house.simulator.command("play", query="alpha")
    house.audio.vote = player_service_pb2.PauseResponse(player=house.audio.player, votes_missing=1)

    pressed = await house.click(shown["message"], "Pause")

    assert text(pressed["message"]).endswith("voted.")
    assert labels(pressed["message"]) == labels(shown["message"])
