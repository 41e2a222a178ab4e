"""Select menus of what a guild has, and forms of several fields, with stock discord.py in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.simulator.test_page import opened

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator

FILLED: dict[str, Any] = {"name": "Liam", "tastes": ["jazz", "folk"]}


async def choose(bot: Simulator, message: Any, custom_id: str, *values: str, status: int = 200) -> Any:
    """Let Liam choose from a list, or press a button."""
    body = {**await bot.place(), "messageId": message["id"], "customId": custom_id, "values": values}
    return await bot.call("POST", "/components", body, status=status)


async def ids(bot: Simulator) -> dict[str, str]:
    """Give the ids of roles, channels and people by their names."""
    guild = await bot.guild()
    return {one["name"]: one["id"] for kind in ("roles", "channels", "members") for one in guild[kind]}


async def asked(bot: Simulator) -> tuple[Any, dict[str, Any]]:
    """Have the form shown; return the message it was asked for at, and what sends it."""
    message = (await bot.command("lists"))["message"]
    modal = (await choose(bot, message, "ask"))["modal"]
    return message, {**await bot.place(), "customId": modal["custom_id"]}


async def test_what_is_chosen_is_told_with_what_its_ids_stand_for(bot: Simulator) -> None:
    known, message = await ids(bot), (await bot.command("lists"))["message"]
    told = [
        (await choose(bot, message, "roles", known["DJ"]))["message"]["content"],
        (await choose(bot, message, "channels", known["general"]))["message"]["content"],
        (await choose(bot, message, "people", known["Dana"]))["message"]["content"],
        (await choose(bot, message, "roles"))["message"]["content"],
    ]

    assert told == ["chosen: DJ", "general", "Dana", "chosen: "]


@pytest.mark.parametrize(
    ("menu", "names"),
    [
        ("roles", ["general"]),
        ("roles", ["DJ", "DJ"]),
        ("channels", ["Lounge"]),
        ("channels", []),
        ("people", ["Dana", "Luca"]),
        ("people", ["DJ"]),
    ],
    ids=["no role", "twice", "a voice channel", "none", "too many", "no person"],
)
async def test_what_a_list_does_not_offer_cannot_be_chosen(bot: Simulator, menu: str, names: list[str]) -> None:
    known, message = await ids(bot), (await bot.command("lists"))["message"]

    await choose(bot, message, menu, *(known[name] for name in names), status=400)


async def test_a_form_carries_its_fields_to_the_bot_and_changes_the_message_it_was_asked_for_at(bot: Simulator) -> None:
    known, (message, form) = await ids(bot), await asked(bot)
    fields = {**FILLED, "remark": "well done", "role": [known["DJ"]]}
    full = await bot.call("POST", "/modals", {**form, "fields": fields})
    _, form = await asked(bot)
    short = await bot.call("POST", "/modals", {**form, "fields": FILLED})

    assert full["message"]["id"] == message["id"]
    assert full["message"]["content"] == "['Liam', 'well done', ['jazz', 'folk'], ['DJ']]"
    assert short["message"]["content"] == "['Liam', '', ['jazz', 'folk'], []]"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 21},
        {"name": ["Liam"]},
        {"remark": "hm"},
        {"tastes": []},
        {"tastes": ["jazz", "folk", "punk"]},
        {"tastes": ["polka"]},
        {"tastes": "jazz"},
        {"role": ["1"]},
        {"age": "7"},
    ],
    ids=str,
)
async def test_a_form_that_is_filled_in_wrongly_is_not_sent(bot: Simulator, fields: dict[str, Any]) -> None:
    _, form = await asked(bot)
    await bot.call("POST", "/modals", {**form, "fields": FILLED | fields}, status=400)
    sent = await bot.call("POST", "/modals", {**form, "fields": FILLED})

    assert sent["message"]["content"].startswith("['Liam'")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": 6, "options": [{"label": "DJ", "value": "1"}]},
        {"type": 6, "channel_types": [0]},
        {"type": 6, "default_values": [{"id": "1", "type": "channel"}]},
        {"type": 6, "default_values": [{"id": "1", "type": "role"}, {"id": "2", "type": "role"}]},
        {"type": 3, "options": [{"label": one, "value": one, "default": True} for one in "ab"]},
        {"type": 6, "default_values": ["1"]},
    ],
    ids=["its own options", "channels of roles", "another type", "too many", "too many options", "no object"],
)
async def test_a_list_that_discord_would_refuse_is_refused(alone: Simulator, wrong: dict[str, Any]) -> None:
    place = await alone.place()
    url = f"http://127.0.0.1:{alone.ports[1]}/api/v10/channels/{place['channelId']}/messages"
    row = {"type": 1, "components": [{"custom_id": "menu", **wrong}]}
    body = {"content": "Choose", "components": [row]}
    async with alone.http.post(url, json=body, headers={"Authorization": "Bot any"}) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50035)


async def test_the_page_offers_roles_and_text_channels_and_shows_a_form(bot: Simulator) -> None:
    shown = await bot.command("lists", person="Olivia")
    async with opened(bot) as page:
        message = page.locator(f"[data-message-id='{shown['message']['id']}']")
        menus = message.locator("select")
        await expect(menus).to_have_count(3)
        await expect(menus.nth(1).locator("option")).to_have_text(["Make a selection", "general"])
        await menus.nth(0).select_option(label="DJ")
        await expect(message).to_contain_text("chosen: DJ")
        await message.get_by_role("button", name="Ask").click()
        await expect(page.get_by_label("Name")).to_have_value("Anonymous")
        await page.get_by_label("Tastes").select_option(["jazz", "punk"])
        await page.get_by_role("button", name="Submit").click()
        await expect(message).to_contain_text("['Anonymous', '', ['jazz', 'punk'], []]")
