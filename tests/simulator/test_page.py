"""The page in Chromium: type, click, join and listen."""

from __future__ import annotations

import asyncio
import base64
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

    from tests.simulator.conftest import Simulator

_PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=_PATIENCE)
_QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_LEVEL = """async () => {
  const context = new AudioContext();
  const heard = context.createAnalyser();
  context.createMediaElementSource(document.querySelector("#listen")).connect(heard);
  heard.connect(context.destination);
  await context.resume();
  window.level = () => {
    const wave = new Float32Array(heard.fftSize);
    heard.getFloatTimeDomainData(wave);
    return Math.max(...wave.map(Math.abs));
  };
}"""


@asynccontextmanager
async def opened(simulator: Simulator) -> AsyncIterator[Page]:
    """Open the page; anything it logs or throws fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_QUIET)
        page = await browser.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(simulator.page)
        await expect(page.get_by_test_id("voice-channel")).to_have_count(2)
        yield page
        await browser.close()
    assert complaints == []


async def test_a_command_is_completed_sent_and_its_answer_shown_with_its_trace(bot: Simulator) -> None:
    async with opened(bot) as page:
        await page.locator("#composer").press_sequentially("/pl")
        await expect(page.get_by_test_id("completions")).to_contain_text("/play")
        await page.keyboard.press("Enter")
        await page.keyboard.type("query: ta")
        await page.get_by_role("option", name="ta one").click()
        await page.keyboard.press("Enter")
        answer = page.get_by_test_id("message").filter(has_text="Playing ta-one").last
        await expect(answer).to_contain_text("Olivia used /play")
        await expect(answer.get_by_test_id("trace")).to_have_attribute(
            "href", re.compile(r"^http://127\.0\.0\.1:9/\?interactionId=\d+$")
        )
        await answer.locator("button[data-custom-id=whisper]").click()
        await expect(page.get_by_test_id("message").last).to_contain_text("Only you can see this")
        await answer.locator("button[data-custom-id=pause]").click()
        await expect(page.get_by_test_id("message").filter(has_text="Paused").last).to_be_visible()


async def test_the_pictures_of_an_answer_are_fetched_and_shown(bot: Simulator, cover: str) -> None:
    async with opened(bot) as page:
        outcome = await bot.command("picture", address=cover)
        (box,) = outcome["message"]["embeds"]
        assert (box["thumbnail"]["url"], box["image"]["url"]) == (cover, cover)
        shown = page.get_by_test_id("message").last.locator(".embed img")
        await expect(shown).to_have_count(2)
        await page.wait_for_function(
            "[...document.querySelectorAll('.embed img')].every((one) => one.naturalWidth === 8)"
        )


async def test_a_file_that_came_with_a_message_can_be_fetched(bot: Simulator) -> None:
    place = await bot.place()
    body = {"channelId": place["channelId"], "userId": place["userId"], "content": "listen"}
    file = {"filename": "notes.txt", "content": base64.b64encode(b"la la").decode()}
    async with opened(bot) as page:
        await bot.call("POST", "/messages", {**body, "attachments": [file]})
        async with page.expect_download() as download:
            await page.get_by_role("link", name="notes.txt").click()
        path = await (await download.value).path()
        assert await asyncio.to_thread(path.read_bytes) == b"la la"
    await bot.call("GET", "/attachments/1/2/notes.txt", status=404)


async def test_the_channel_is_heard_in_the_browser(bot: Simulator) -> None:
    async with opened(bot) as page:
        await page.get_by_test_id("voice-channel").first.click()
        await expect(page.get_by_test_id("voice-member").filter(has_text="Olivia")).to_be_visible()
        await page.evaluate(_LEVEL)
        await page.locator("#listen-button").click()
        await page.wait_for_function("document.querySelector('#listen').currentTime > 0")
        assert await page.evaluate("level()") < 0.01
        await page.locator("#composer").fill("/sound seconds: 5")
        await page.keyboard.press("Enter")
        await page.wait_for_function("level() > 0.1")
        await expect(page.get_by_test_id("message").filter(has_text="played").last).to_be_visible()
        await page.wait_for_function("level() < 0.01")
        await page.locator("#composer").fill("/leave")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("voice-member").filter(has_text="Segue")).to_have_count(0)
