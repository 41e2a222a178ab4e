"""Managers see how the bot works in their server, and change it by what they press, choose and type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.duration_pb2 import Duration
from playwright.async_api import expect

from kit.errors import Reason, Refused
from segue.common.v1 import actor_pb2
from tests.gateway.conftest import buttons, text
from tests.simulator.test_page import opened

if TYPE_CHECKING:
    from tests.gateway.conftest import House

MANAGER = "Olivia"
REFERENCE = re.compile(r"\(`[0-9a-f]{8}`\)$")


async def panel(house: House, group: str = "") -> Any:
    """Open the panel, at a group; return its message."""
    shown = (await house.simulator.command("settings", person=MANAGER))["message"]
    return (await choose(house, shown, "settings:", group))["message"] if group else shown


async def choose(house: House, message: Any, action: str, *values: str, status: int = 200) -> Any:
    """Choose from a list."""
    custom_id = next(one["custom_id"] for one in buttons(message) if one["custom_id"].startswith(f"segue:{action}"))
    body = {**await house.simulator.place(MANAGER), "messageId": message["id"], "customId": custom_id, "values": values}
    return await house.simulator.call("POST", "/components", body, status=status)


async def opened_setting(house: House, group: str, name: str) -> Any:
    """Open a setting; return the message that shows it."""
    return (await choose(house, await panel(house, group), "setting:", name))["message"]


async def form(house: House, group: str, name: str) -> Any:
    """Ask for the form of a setting."""
    answer = await house.click(await opened_setting(house, group, name), "Change", MANAGER)
    return answer["modal"]


async def fill(house: House, shown: Any, value: str) -> Any:
    """Send a form."""
    body = {**await house.simulator.place(MANAGER), "customId": shown["custom_id"], "fields": {"value": value}}
    return await house.simulator.call("POST", "/modals", body)


async def role(house: House, name: str) -> str:
    """Find a role."""
    return str(next(one["id"] for one in (await house.simulator.guild())["roles"] if one["name"] == name))


def lines(message: Any) -> list[str]:
    """List what the panel says of each setting."""
    return text(message).strip().splitlines()[1:]


async def whispered(house: House, words: str) -> str:
    """Wait until the manager was told something beside what is shown; return all of it."""
    place = await house.simulator.place(MANAGER)

    async def fetch() -> str:
        found = await house.simulator.call("GET", f"/channels/{place['channelId']}/messages", params=place)
        return text(found["messages"][-1])

    told = await house.simulator.until(fetch, lambda found: words in found)
    return str(told)


async def test_the_panel_shows_a_group_to_managers_alone(house: House) -> None:
    answer = await house.simulator.command("settings", person=MANAGER)
    seen = await house.simulator.call("GET", "/commands", params=await house.simulator.place("Liam"))
    await house.simulator.command("settings", person="Liam", status=403)

    assert answer["ephemeral"]
    assert "Settings: Queue" in text(answer["message"])
    assert lines(answer["message"])[0] == "**Fair queue**: off (default)"
    assert "**Tracks of one person**: no limit (default)" in lines(answer["message"])
    assert "settings" not in {command["name"] for command in seen["commands"]}


async def test_each_group_is_a_choice_away(house: House) -> None:
    shown = await panel(house)
    offered = {one["value"]: one["label"] for one in buttons(shown)[0]["options"]}
    for group, label in offered.items():
        changed = (await choose(house, shown, "settings:", group))["message"]

        assert text(changed).strip().startswith(f"Settings: {label}")
        assert [one["value"] for one in buttons(changed)[0]["options"] if one["default"]] == [group]
        assert changed["id"] == shown["id"]


async def test_a_button_turns_a_switch_on_and_off_as_the_person_who_presses_it(house: House) -> None:
    on = (await house.click(await panel(house), "Fair queue", MANAGER))["message"]
    off = (await house.click(on, "Fair queue", MANAGER))["message"]
    (first, who), (second, _) = house.api.calls

    assert (lines(on)[0], lines(off)[0]) == ("**Fair queue**: on", "**Fair queue**: off")
    assert (first.fair_queue, second.fair_queue) == (True, False)
    assert second.expected_version == first.expected_version + 1
    assert (who.member.display_name, who.surface) == (MANAGER, actor_pb2.SURFACE_DISCORD)


async def test_what_is_off_until_it_has_a_channel_is_marked_as_off(house: House) -> None:
    off = lines(await panel(house, "community"))
    await house.api.choose(int((await house.simulator.guild())["id"]), welcome_channel_id=5)
    on = lines(await panel(house, "community"))

    assert off == [
        "⬜ **Welcome channel**: off, nobody is welcomed (default)",
        "⬜ **Welcome**: a sentence of my own (default)",
        "⬜ **Ping who is welcomed**: off (default)",
    ]
    assert on == [
        "**Welcome channel**: <#5>",
        "**Welcome**: a sentence of my own (default)",
        "**Ping who is welcomed**: off (default)",
    ]


async def test_a_number_is_typed_over_the_one_that_is_so(house: House) -> None:
    shown = await form(house, "queue", "max_queue_length")
    (field,) = [label["component"] for label in shown["components"]]
    changed = await fill(house, shown, "500")

    assert (field["value"], field["placeholder"]) == ("20000", "1 to 20,000")
    assert "**Tracks in the queue**: 500" in lines(changed["message"])
    assert house.api.calls[-1][0].max_queue_length == 500


@pytest.mark.parametrize(
    ("typed", "sent", "said"),
    [
        ("1:30", Duration(seconds=90), "1:30"),
        ("2.5", Duration(seconds=2, nanos=500_000_000), "2.5 s"),
        ("0", Duration(), "no limit"),
    ],
)
async def test_a_length_is_typed_as_people_write_it(house: House, typed: str, sent: Duration, said: str) -> None:
    changed = await fill(house, await form(house, "queue", "max_track_length"), typed)
    again = await form(house, "queue", "max_track_length")

    assert f"**Longest track**: {said}" in lines(changed["message"])
    assert house.api.calls[-1][0].max_track_length == sent
    assert again["components"][0]["component"]["value"] == typed


@pytest.mark.parametrize(
    ("group", "name", "typed", "sentence"),
    [
        ("queue", "max_queue_length", "0", "That is no number from 1 to 20,000. Write it in digits."),
        ("queue", "max_queue_length", "many", "That is no number from 1 to 20,000. Write it in digits."),
        ("playback", "crossfade", "13", "That is no length of 0 to 12 seconds."),
    ],
)
async def test_what_a_setting_cannot_be_is_said_to_the_person_and_changes_nothing(
    house: House, group: str, name: str, typed: str, sentence: str
) -> None:
    answer = await fill(house, await form(house, group, name), typed)

    assert answer["ephemeral"]
    assert sentence in text(answer["message"])
    assert REFERENCE.search(text(answer["message"]))
    assert house.api.calls == []


async def test_a_role_is_chosen_among_those_of_the_server(house: House) -> None:
    shown = await opened_setting(house, "people", "dj_role_id")
    dj = await role(house, "DJ")
    await choose(house, shown, "set_setting:", "1", status=400)
    changed = (await choose(house, shown, "set_setting:", dj))["message"]
    again = (await choose(house, changed, "setting:", "dj_role_id"))["message"]

    assert "**DJ role**: a role named “DJ” (default)" in text(shown)
    assert f"**DJ role**: <@&{dj}>" in lines(changed)
    assert buttons(again)[0]["default_values"] == [{"id": dj, "type": "role"}]


async def test_one_setting_or_a_whole_group_has_its_defaults_again(house: House) -> None:
    both = (await house.click(await panel(house), "Fair queue", MANAGER))["message"]
    both = (await house.click(both, "Duplicates", MANAGER))["message"]
    shown = (await choose(house, both, "setting:", "fair_queue"))["message"]
    one = (await house.click(shown, "Back to the default", MANAGER))["message"]
    none = (await house.click(one, "All to the defaults", MANAGER))["message"]

    assert lines(one)[:2] == ["**Fair queue**: off (default)", "**Duplicates**: off"]
    assert all(line.endswith("(default)") for line in lines(none))
    assert list(house.api.calls[-2][0].reset) == ["fair_queue"]
    assert "allow_streams" in house.api.calls[-1][0].reset


async def test_who_clicks_on_what_another_changed_is_told_so_and_sees_what_is_so_now(house: House) -> None:
    first, second = await panel(house), await panel(house)
    await house.click(first, "Fair queue", MANAGER)
    late = await house.click(second, "Duplicates", MANAGER)
    told = await whispered(house, "The settings changed meanwhile.")
    anew = await house.click(late["message"], "Duplicates", MANAGER)

    assert late["message"]["id"] == second["id"]
    assert lines(late["message"])[:2] == ["**Fair queue**: on", "**Duplicates**: on (default)"]
    assert REFERENCE.search(told.strip())
    assert lines(anew["message"])[:2] == ["**Fair queue**: on", "**Duplicates**: off"]


async def test_who_may_not_any_more_is_refused_in_private_and_the_panel_stays(house: House) -> None:
    shown = await panel(house)
    house.api.refusal = Refused(Reason.LEVEL_TOO_LOW, required="MANAGER")
    answer = await house.click(shown, "Fair queue", MANAGER)

    assert answer["ephemeral"]
    assert "Only people who manage the server can do that." in text(answer["message"])
    assert answer["message"]["id"] != shown["id"]


async def test_a_form_that_cannot_be_filled_is_an_answer_that_says_why(house: House) -> None:
    shown = await opened_setting(house, "queue", "max_queue_length")
    house.api.refusal = Refused(Reason.UNAVAILABLE, part="api")
    answer = await house.click(shown, "Change", MANAGER)

    assert answer["ephemeral"]
    assert "modal" not in answer
    assert "A part of the bot is away" in text(answer["message"])


async def test_a_panel_of_any_age_works_after_a_restart(house: House) -> None:
    shown, asked = await panel(house), await form(house, "queue", "max_items_per_requester")
    await house.restart()
    filled = (await fill(house, asked, "7"))["message"]
    late = await house.click(shown, "Fair queue", MANAGER)

    assert "**Tracks of one person**: 7" in lines(filled)
    assert "**Tracks of one person**: 7" in lines(late["message"])
    assert "**Fair queue**: off (default)" in lines(late["message"])


async def test_who_changed_what_is_shown_page_by_page(house: House) -> None:
    shown = await panel(house)
    nobody = await house.click(shown, "Changes", MANAGER)
    back = (await house.click(nobody["message"], "Back", MANAGER))["message"]
    for _ in range(11):
        back = (await house.click(back, "Fair queue", MANAGER))["message"]
    house.api.entries[-1].surface = actor_pb2.SURFACE_API
    first = (await house.click(back, "Changes", MANAGER))["message"]
    second = (await house.click(first, "More", MANAGER))["message"]
    user = (await house.simulator.place(MANAGER))["userId"]

    assert "Nobody has changed the settings" in text(nobody["message"])
    assert len(lines(first)) == 10
    assert re.fullmatch(rf"<t:\d+:R> <@{user}>, with a token: \*\*Fair queue\*\* off → on", lines(first)[0])
    assert re.fullmatch(rf"<t:\d+:R> <@{user}>: \*\*Fair queue\*\* on → off", lines(first)[1])
    assert len(lines(second)) == 1
    assert [one["label"] for one in buttons(second)] == ["First page", "Back"]


async def test_the_simulators_page_shows_forms_with_their_values_and_lists_of_roles(house: House) -> None:
    shown = await panel(house)
    async with opened(house.simulator) as page:
        message = page.locator(f"[data-message-id='{shown['id']}']")
        await message.locator("select").nth(1).select_option("max_queue_length")
        await message.get_by_role("button", name="✏️ Change", exact=True).click()
        await expect(page.get_by_label("Tracks in the queue")).to_have_value("20000")
        await page.get_by_label("Tracks in the queue").fill("50")
        await page.get_by_role("button", name="Submit").click()
        await expect(message).to_contain_text("Tracks in the queue: 50")
        await message.locator("select").first.select_option("people")
        await expect(message).to_contain_text("Settings: Votes and roles")
        await message.locator("select").nth(1).select_option("dj_role_id")
        await expect(message.locator("select")).to_have_count(1)
        await message.locator("select").select_option(label="DJ")
        await expect(message).to_contain_text("Votes for a skip")

    assert [request.HasField("dj_role_id") for request, _ in house.api.calls] == [False, True]
