"""Managers see in `/settings` which playlist autoplay goes on with, choose another one there, or none any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.errors import Reason, Refused
from tests.gateway.conftest import buttons, labels, text
from tests.gateway.test_settings_command import MANAGER, choose, lines, opened_setting, panel

if TYPE_CHECKING:
    from tests.gateway.conftest import House

NAME = "autoplay_playlist_id"


async def keep(house: House, name: str) -> str:
    """Make a playlist of the server."""
    return house.api.keep(name, "a", guild_id=int((await house.simulator.guild())["id"]))


async def opened(house: House) -> Any:
    return await opened_setting(house, "playback", NAME)


async def test_a_playlist_of_the_server_is_chosen_shown_and_given_up_again(house: House) -> None:
    party, calm = await keep(house, "Par*ty"), await keep(house, "Calm")
    house.api.keep("Of a person", "b")
    shown = await opened(house)
    chosen = (await choose(house, shown, "set_setting:", party))["message"]
    again = (await choose(house, chosen, "setting:", NAME))["message"]
    back = (await house.click(again, "Back to the default", MANAGER))["message"]

    assert "**Autoplay playlist**: none, whatever fits (default)" in lines(shown)
    assert [(one["label"], one["value"]) for one in buttons(shown)[0]["options"]] == [("Par*ty", party), ("Calm", calm)]
    assert r"**Autoplay playlist**: Par\*ty" in lines(chosen)
    assert [one["value"] for one in buttons(again)[0]["options"] if one["default"]] == [party]
    assert "**Autoplay playlist**: none, whatever fits (default)" in lines(back)
    assert [request.autoplay_playlist_id for request, _ in house.api.calls] == [party, ""]
    assert list(house.api.calls[1][0].reset) == [NAME]


async def test_what_autoplay_chose_is_shown_until_the_playlist_is_gone(house: House) -> None:
    party = await keep(house, "Party")
    await house.simulator.command("autoplay", person=MANAGER, mode="on", playlist=party)
    here = await panel(house, "playback")
    changes = (await house.click(here, "Changes", MANAGER))["message"]
    del house.api.playlists[party]
    gone = await panel(house, "playback")

    assert "**Autoplay playlist**: Party" in lines(here)
    assert lines(changes)[0].endswith("**Autoplay playlist** none, whatever fits → Party")
    assert "**Autoplay playlist**: a playlist that is gone" in lines(gone)


async def test_a_server_without_playlists_is_told_how_to_make_one(house: House) -> None:
    shown = await opened(house)

    assert "This server has no playlist to choose yet. Make one with `/playlist create`" in text(shown)
    assert labels(shown) == ["Back"]


async def test_of_many_playlists_as_many_are_offered_as_discord_lists_and_each_by_something_one_sees(
    house: House,
) -> None:
    for name in ("\u200f", *(f"playlist {number}" for number in range(30))):
        await keep(house, name)

    offered = [one["label"] for one in buttons(await opened(house))[0]["options"]]

    assert offered == ["?", *(f"playlist {number}" for number in range(24))]


async def test_a_playlist_that_is_gone_meanwhile_is_refused_in_private(house: House) -> None:
    party = await keep(house, "Party")
    shown = await opened(house)
    house.api.refusal = Refused(Reason.PLAYLIST_NOT_FOUND)
    answer = await choose(house, shown, "set_setting:", party)

    assert answer["ephemeral"]
    assert "I do not know that playlist." in text(answer["message"])
