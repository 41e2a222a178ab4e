"""Managers say in Discord who and what is blocked, and where the bot is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from kit.errors import Reason, Refused
from tests.gateway.conftest import buttons, text
from tests.gateway.test_settings_command import MANAGER, choose, fill, form, lines, opened_setting, panel
from tests.simulator.test_page import opened

if TYPE_CHECKING:
    from tests.gateway.conftest import House


async def known(house: House, name: str) -> str:
    """Find a person, a role or a channel."""
    guild = await house.simulator.guild()
    return str(
        next(one["id"] for kind in ("members", "roles", "channels") for one in guild[kind] if one["name"] == name)
    )


async def stored(house: House, name: str, *values: Any) -> None:
    """Choose a list as one does over REST."""
    await house.api.choose(int((await house.simulator.guild())["id"]), **{name: {"values": values}})


@pytest.mark.parametrize(
    ("group", "name", "chosen", "line"),
    [
        ("blocks", "blocked_user_ids", "Liam", "**Blocked people**: <@{}>"),
        ("blocks", "blocked_role_ids", "DJ", "**Blocked roles**: <@&{}>"),
        ("commands", "command_channel_ids", "general", "**Channels for commands**: <#{}>"),
        ("channel", "voice_channel_ids", "Studio", "**Voice channels**: <#{}>"),
    ],
)
async def test_ids_are_chosen_from_discords_lists_and_taken_out_again(
    house: House, group: str, name: str, chosen: str, line: str
) -> None:
    found = await known(house, chosen)
    changed = (await choose(house, await opened_setting(house, group, name), "set_setting:", found))["message"]
    again = (await choose(house, changed, "setting:", name))["message"]
    emptied = (await choose(house, again, "set_setting:"))["message"]
    first, second = (request for request, _ in house.api.calls)

    assert line.format(found) in lines(changed)
    assert [one["id"] for one in buttons(again)[0]["default_values"]] == [found]
    assert list(getattr(first, name).values) == [int(found)]
    assert second.HasField(name)
    assert list(getattr(second, name).values) == []
    assert line.partition(":")[0] in text(emptied)
    assert found not in text(emptied)


async def test_a_text_channel_is_none_that_the_bot_may_be_brought_into(house: House) -> None:
    shown = await opened_setting(house, "channel", "voice_channel_ids")
    await choose(house, shown, "set_setting:", await known(house, "general"), status=400)

    assert house.api.calls == []


async def test_texts_are_typed_under_those_that_are_so(house: House) -> None:
    await stored(house, "blocked_artists", "Abba")
    asked = await form(house, "blocks", "blocked_artists")
    changed = await fill(house, asked, "Abba\n\n*NSYNC\n@everyone\nAbba")
    emptied = await fill(house, await form(house, "blocks", "blocked_artists"), "")

    assert asked["components"][0]["component"]["value"] == "Abba"
    assert r"**Blocked artists**: Abba, \*NSYNC, and \@everyone" in lines(changed["message"])
    assert list(house.api.calls[0][0].blocked_artists.values) == ["Abba", "*NSYNC", "@everyone"]
    assert "**Blocked artists**: none" in lines(emptied["message"])


async def test_what_is_no_domain_is_said_to_the_person(house: House) -> None:
    asked = await form(house, "blocks", "blocked_domains")
    house.api.refusal = Refused(Reason.INVALID_ARGUMENT, fields={"blocked_domains.values[1]": "must be a hostname"})
    answer = await fill(house, asked, "example.org\nno domain")

    assert answer["ephemeral"]
    assert "One of them is no domain. Write one per line, as `example.org`." in text(answer["message"])


async def test_a_list_that_grew_over_rest_is_counted_and_only_taken_back(house: House) -> None:
    await stored(house, "blocked_user_ids", *range(1, 31))
    shown = await opened_setting(house, "blocks", "blocked_user_ids")
    back = (await house.click(shown, "Back to the default", MANAGER))["message"]

    assert "<@5>, and 25 more" in text(shown)
    assert "These are 30, more than can be changed in Discord." in text(shown)
    assert "**Blocked people**: nobody (default)" in lines(back)


async def test_a_form_for_texts_that_grew_over_rest_is_refused_and_they_stay(house: House) -> None:
    shown = await opened_setting(house, "blocks", "blocked_tracks")
    await stored(house, "blocked_tracks", *(f"{one:0256}" for one in range(16)))
    answer = await house.click(shown, "Change", MANAGER)

    assert answer["ephemeral"]
    assert "That list is too long to be changed in Discord. Change it over REST" in text(answer["message"])
    assert house.api.calls == []


async def test_changes_of_lists_are_shown_with_what_is_in_them(house: House) -> None:
    dj = await known(house, "DJ")
    await choose(house, await opened_setting(house, "blocks", "blocked_role_ids"), "set_setting:", dj)
    await fill(house, await form(house, "blocks", "blocked_tracks"), "x" * 50 + "\nb\nc\nd")
    shown = (await house.click(await panel(house), "Changes", MANAGER))["message"]

    assert lines(shown)[0].endswith(f"**Blocked tracks** none → {'x' * 50}, b, c, and 1 more")
    assert lines(shown)[1].endswith(f"**Blocked roles** none → <@&{dj}>")


async def test_the_simulators_page_lets_several_people_be_chosen_and_nobody(house: House) -> None:
    shown = await panel(house, "blocks")
    liam, luca = await known(house, "Liam"), await known(house, "Luca")
    async with opened(house.simulator) as page:
        message = page.locator(f"[data-message-id='{shown['id']}']")
        for people in ([liam, luca], []):
            await message.locator("select").nth(1).select_option("blocked_user_ids")
            await expect(message.locator("select")).to_have_count(1)
            await message.locator("select").select_option(people)
            await expect(message.locator("select")).to_have_count(2)

    assert [list(request.blocked_user_ids.values) for request, _ in house.api.calls] == [[int(liam), int(luca)], []]
