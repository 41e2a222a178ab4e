"""Managers say in Discord what is voted on, and which buttons the player has in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.errors import Reason, Refused
from segue.api.v1 import settings_pb2
from tests.gateway.conftest import labels, text
from tests.gateway.test_settings_command import MANAGER, fill, form, lines, opened_setting, panel, whispered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

DEFAULT = "**Buttons of the player**: all (default)"


async def test_what_is_voted_on_is_typed_as_shares_under_those_that_are_so(house: House) -> None:
    first = await fill(house, await form(house, "people", "vote_shares"), "Stop: 50\nClear queue: 100%\nPause:")
    again = await form(house, "people", "vote_shares")
    none = await fill(house, again, "")
    one, other = (request for request, _ in house.api.calls)

    assert "**Votes on other things**: Stop 50% and Clear queue 100%" in lines(first["message"])
    assert again["components"][0]["component"]["value"].splitlines()[2] == "Stop: 50"
    assert one.vote_shares == settings_pb2.VoteShares(stop=50, queue_clear=100)
    assert other.HasField("vote_shares")
    assert other.vote_shares == settings_pb2.VoteShares()
    assert "**Votes on other things**: nothing" in lines(none["message"])


async def test_the_buttons_of_the_player_are_put_in_order(house: House) -> None:
    shown = await form(house, "appearance", "panel_buttons")
    changed = await fill(house, shown, "stop\nFavorite\nPause")
    played = await house.simulator.command("play", query="alpha")
    back = await fill(house, await form(house, "appearance", "panel_buttons"), " \n ")
    one, other = (request for request, _ in house.api.calls)

    assert "**Buttons of the player**: Stop, Favorite, and Pause" in lines(changed["message"])
    assert labels(played["message"]) == ["Wrong song?", "Stop", "Favorite", "Pause"]
    assert [settings_pb2.PanelButton.Name(button) for button in one.panel_buttons] == [
        "PANEL_BUTTON_STOP",
        "PANEL_BUTTON_FAVORITE",
        "PANEL_BUTTON_PAUSE",
    ]
    assert (list(other.panel_buttons), list(other.reset)) == ([], ["panel_buttons"])
    assert DEFAULT in lines(back["message"])


async def test_a_line_that_says_nothing_is_refused_in_private_and_changes_nothing(house: House) -> None:
    shares = await fill(house, await form(house, "people", "vote_shares"), "Stop: half")
    buttons = await fill(house, await form(house, "appearance", "panel_buttons"), "Pause\nExplode")

    assert shares["ephemeral"]
    assert "One of those lines is no share of the listeners." in text(shares["message"])
    assert buttons["ephemeral"]
    assert "There are: Previous, Pause, Skip," in text(buttons["message"])
    assert house.api.calls == []


@pytest.fixture
async def in_german(house: House) -> AsyncIterator[None]:
    """Let the manager read German meanwhile."""
    await house.simulator.command("preferences", person=MANAGER, language="de")
    yield
    await house.simulator.command("preferences", person=MANAGER, language="any")


@pytest.mark.usefixtures("in_german")
async def test_they_are_read_in_the_language_they_are_shown_in(house: House) -> None:
    shown = await house.click(await opened_setting(house, "appearance", "panel_buttons"), "Ändern", MANAGER)
    offered = shown["modal"]["components"][0]["component"]["value"].splitlines()
    await fill(house, shown["modal"], "\n".join(offered[::-1]))

    assert list(house.api.calls[-1][0].panel_buttons) == list(range(10, 0, -1))


async def test_each_has_its_default_again_by_a_button_and_by_that_of_its_group(house: House) -> None:
    await fill(house, await form(house, "appearance", "panel_buttons"), "Stop")
    await fill(house, await form(house, "people", "vote_shares"), "Stop: 50")
    shown = await opened_setting(house, "appearance", "panel_buttons")
    one = (await house.click(shown, "Back to the default", MANAGER))["message"]
    group = (await house.click(await panel(house, "people"), "All to the defaults", MANAGER))["message"]

    assert DEFAULT in lines(one)
    assert "**Votes on other things**: nothing (default)" in lines(group)
    assert list(house.api.calls[2][0].reset) == ["panel_buttons"]
    assert "vote_shares" in house.api.calls[3][0].reset


async def test_a_form_that_is_sent_after_another_change_changes_nothing(house: House) -> None:
    late = await form(house, "people", "vote_shares")
    await fill(house, await form(house, "people", "vote_shares"), "Stop: 50")
    answer = await fill(house, late, "Pause: 50")
    await whispered(house, "The settings changed meanwhile.")

    assert "**Votes on other things**: Stop 50%" in lines(answer["message"])


async def test_who_may_not_any_more_is_refused(house: House) -> None:
    shown = await form(house, "people", "vote_shares")
    house.api.refusal = Refused(Reason.LEVEL_TOO_LOW, required="MANAGER")
    answer = await fill(house, shown, "Stop: 50")

    assert answer["ephemeral"]
    assert "Only people who manage the server can do that." in text(answer["message"])


async def test_changes_of_them_are_shown_in_words(house: House) -> None:
    await fill(house, await form(house, "appearance", "panel_buttons"), "Stop\nPause")
    await fill(house, await form(house, "people", "vote_shares"), "Stop: 50")
    shown = (await house.click(await panel(house), "Changes", MANAGER))["message"]

    assert lines(shown)[0].endswith("**Votes on other things** nothing → Stop 50%")
    assert lines(shown)[1].endswith("**Buttons of the player** all → Stop and Pause")
