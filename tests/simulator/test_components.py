"""Components V2 and the status of voice channels, as Discord takes and refuses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.simulator.test_page import opened

if TYPE_CHECKING:
    from tests.simulator.conftest import Simulator

V2 = 1 << 15
ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 11, 14, 17
COVER = {"type": THUMBNAIL, "media": {"url": "https://example.com/cover.png"}}


def words(content: str = "a song") -> dict[str, Any]:
    """A text."""
    return {"type": TEXT, "content": content}


def button(custom_id: str = "press", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": BUTTON, "style": 2, "custom_id": custom_id, "label": custom_id[:80] or "-", **more}


def row(*children: dict[str, Any]) -> dict[str, Any]:
    """A row of buttons, or of a list."""
    return {"type": ROW, "components": list(children)}


def choice(*values: str) -> dict[str, Any]:
    """A list to choose of."""
    return {"type": SELECT, "custom_id": "choose", "options": [{"label": one, "value": one} for one in values]}


def section(*texts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A text with something beside it."""
    return {"type": SECTION, "components": list(texts), "accessory": COVER, **more}


def box(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A container."""
    return {"type": CONTAINER, "components": list(children), **more}


async def ask(simulator: Simulator, method: str, path: str, body: Any) -> tuple[int, Any]:
    """Call Discord's API as the bot."""
    url = f"http://127.0.0.1:{simulator.ports[1]}/api/v10{path}"
    async with simulator.http.request(method, url, json=body, headers={"Authorization": "Bot any"}) as answer:
        return answer.status, await answer.json() if answer.status != 204 else None


async def post(simulator: Simulator, *components: Any, flags: int = V2, **more: Any) -> tuple[int, Any]:
    """Post a message."""
    channel = (await simulator.place())["channelId"]
    body = {"flags": flags, "components": list(components), **more}
    return await ask(simulator, "POST", f"/channels/{channel}/messages", body)


async def test_a_tree_of_components_is_kept_as_it_was_sent(alone: Simulator) -> None:
    line = {"type": SEPARATOR, "divider": True, "spacing": 1}
    tree = box(section(words()), line, row(button()), row(choice("x")), accent_color=0x1DB7A6)

    status, message = await post(alone, tree)

    def bare(component: Any) -> Any:
        if isinstance(component, list):
            return [bare(one) for one in component]
        if isinstance(component, dict):
            return {name: bare(value) for name, value in component.items() if name != "id"}
        return component

    assert (status, message["flags"] & V2, message["content"], message["embeds"]) == (200, V2, "", [])
    assert bare(message["components"]) == [tree]


@pytest.mark.parametrize(
    ("components", "more"),
    [
        ([box(words())], {"flags": 0}),
        ([box(words())], {"content": "beside it"}),
        ([box(words())], {"embeds": [{"title": "beside it"}]}),
        ([], {}),
        ([box(*[words()] * 40)], {}),
        ([words("x" * 2001), words("x" * 2000)], {}),
        ([words("")], {}),
        ([box(box(words()))], {}),
        ([box(words(), accent_color=1 << 24)], {}),
        ([section(*[words()] * 4)], {}),
        ([section()], {}),
        ([section(words(), accessory=words())], {}),
        ([section(words(), accessory={"type": THUMBNAIL, "media": {"url": "cover.png"}})], {}),
        ([section(words(), accessory={"type": THUMBNAIL, "media": {"url": "https://a.b/" + "c" * 2048}})], {}),
        ([{"type": SEPARATOR, "spacing": 3}], {}),
        ([row(*(button(str(one)) for one in range(6)))], {}),
        ([row(button(), choice("x"))], {}),
        ([row(button("same"), button("same"))], {}),
        ([row(button("same")), row(choice("x") | {"custom_id": "same"})], {}),
        ([row(button("x" * 101))], {}),
        ([row(button(""))], {}),
        ([row(button(label="x" * 81))], {}),
        ([row(button(label=""))], {}),
        ([row(choice())], {}),
        ([row(choice(*map(str, range(26))))], {}),
        ([row(choice("x", "x"))], {}),
        ([row(choice("x" * 101))], {}),
        ([button()], {}),
    ],
)
async def test_what_discord_does_not_take_is_refused(alone: Simulator, components: Any, more: Any) -> None:
    status, answer = await post(alone, *components, **more)

    assert (status, answer["code"]) == (400, 50035)


async def test_a_message_becomes_one_of_components_for_good(alone: Simulator) -> None:
    _, message = await post(alone, flags=0, content="a song")
    path = f"/channels/{message['channel_id']}/messages/{message['id']}"

    beside, _ = await ask(alone, "PATCH", path, {"flags": V2, "components": [words()]})
    turned, shown = await ask(alone, "PATCH", path, {"flags": V2, "components": [words()], "content": None})
    back, _ = await ask(alone, "PATCH", path, {"flags": 0, "components": [], "content": "a song"})
    emptied, _ = await ask(alone, "PATCH", path, {"components": []})

    assert (beside, turned, back, emptied) == (400, 200, 400, 400)
    assert (shown["content"], shown["components"][0]["content"]) == ("", "a song")


async def test_a_click_reaches_the_bot_from_within_a_box_and_a_grey_button_takes_none(alone: Simulator) -> None:
    tree = box(section(words(), accessory=button("inside")), row(button("grey", disabled=True)))
    _, message = await post(alone, tree)
    click = {**await alone.place(), "messageId": message["id"]}

    unanswered = await alone.call("POST", "/components", click | {"customId": "inside"}, status=504)
    await alone.call("POST", "/components", click | {"customId": "grey"}, status=400)

    assert unanswered["message"] == "The application did not respond"


async def test_the_page_shows_a_box_with_its_picture_and_its_buttons(simulator: Simulator, cover: str) -> None:
    picture = {"type": THUMBNAIL, "media": {"url": cover}}
    async with opened(simulator) as page:
        await post(simulator, box(section(words("**Box of songs**"), accessory=picture), row(button(), button("two"))))
        shown = page.get_by_test_id("message").filter(has_text="Box of songs").last.locator(".container")

        await expect(shown.locator("strong")).to_have_text("Box of songs")
        await expect(shown.locator("img.thumbnail")).to_have_attribute("src", cover)
        await expect(shown.locator("button[data-custom-id]")).to_have_text(["press", "two"])


async def test_a_voice_channel_has_a_status_that_only_who_may_can_set(alone: Simulator) -> None:
    guild = await alone.guild()
    room = next(one["id"] for one in guild["channels"] if one["type"] == 2)

    async def say(status: str) -> int:
        answered, _ = await ask(alone, "PUT", f"/channels/{room}/voice-status", {"status": status})
        return answered

    allowed, long = await say("a song"), await say("x" * 501)
    denied = {"type": 0, "deny": str(1 << 48)}
    await ask(alone, "PUT", f"/channels/{room}/permissions/{guild['id']}", denied)
    forbidden = await say("another song")
    shown = next(one for one in (await alone.guild())["channels"] if one["id"] == room)

    assert (allowed, long, forbidden) == (204, 400, 403)
    assert shown["status"] == "a song"
