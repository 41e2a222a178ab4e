"""People see who is the DJ of the session, and hand that on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from tests.gateway.conftest import text
from tests.gateway.test_settings_command import opened_setting

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def user(house: House, person: str) -> str:
    return (await house.simulator.place(person))["userId"]


async def hand_on(house: House, to: str, who: str = "Liam") -> Any:
    body = {**await house.simulator.place(who), "name": "dj", "options": {"person": await user(house, to)}}
    return await house.simulator.call("POST", "/commands", body)


async def test_the_player_and_the_command_say_who_is_the_dj(house: House) -> None:
    liam = await user(house, "Liam")
    await house.simulator.command("play", query="alpha")
    nobody = await house.simulator.command("dj")
    house.audio.player.dj_user_id = int(liam)
    shown = [await house.simulator.command(name) for name in ("nowplaying", "queue", "dj")]

    assert "Nobody is the DJ of this session." in text(nobody["message"])
    assert all(f"<@{liam}> is the DJ." in text(one["message"]) for one in shown)
    assert not house.audio.asked("TransferDj")


async def test_the_dj_hands_it_on_for_all_to_see(house: House) -> None:
    luca = await user(house, "Luca")
    await house.simulator.command("play", query="alpha")
    answer = await hand_on(house, "Luca")
    (request,) = house.audio.asked("TransferDj")
    (who,) = [one for name, _, one in house.audio.calls if name == "TransferDj"]

    assert not answer["ephemeral"]
    assert text(answer["message"]).strip() == f"<@{luca}> is the DJ now. Hand it on with `/dj`."
    assert request.user_id == int(luca)
    assert (who.user_id, who.surface) == (int(await user(house, "Liam")), actor_pb2.SURFACE_DISCORD)


REFUSALS = [
    (Refused(Reason.SESSION_DJ_OFF), "This server has no DJ for each session. Ask somebody who manages the server"),
    (Refused(Reason.LISTENER_NEEDED), "Only somebody else who listens can be the DJ. Choose somebody in my voice"),
    (Refused(Reason.ALREADY_DJ), "That is the DJ already. Choose somebody else, or see who it is with `/dj`."),
    (Refused(Reason.LEVEL_TOO_LOW, required="DJ"), "Only DJs can do that. Ask for the DJ role of this server."),
    (Refused(Reason.LEVEL_TOO_LOW, required="DJ", dj="42"), "Only DJs can do that. Ask <@42>, who is the DJ now."),
]


@pytest.mark.parametrize(("refusal", "sentence"), REFUSALS)
@pytest.mark.parametrize("person", ["Olivia", "Dana", "Liam"])
async def test_a_refusal_is_told_to_the_person_alone_with_a_way_out(
    house: House, person: str, refusal: Refused, sentence: str
) -> None:
    house.audio.refusal = refusal
    answer = await hand_on(house, "Luca", person)

    assert answer["ephemeral"]
    assert sentence in text(answer["message"])


async def test_managers_let_sessions_have_a_dj_in_the_settings(house: House) -> None:
    shown = await opened_setting(house, "people", "session_dj")
    answer = await house.click(shown, "Turn on", "Olivia")
    ((request, _),) = house.api.calls

    assert "Whoever brings me into voice may do what a DJ may" in text(shown)
    assert "**Session has a DJ**: on" in text(answer["message"])
    assert request.session_dj
