"""A person with a browser, who has never seen the project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-quic"),
    *("--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"),
]
AUDIBLE = 1e-4  # of full scale; what a decoder leaves in silence is far below it
# The level of the last 50 ms that the <audio> element plays.
LEVEL = """() => {
  if (!window.meter) {
    const context = new AudioContext();
    window.meter = context.createAnalyser();
    const source = context.createMediaElementSource(document.getElementById("listen"));
    source.connect(window.meter);
    window.meter.connect(context.destination);
  }
  const samples = new Float32Array(window.meter.fftSize);
  window.meter.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(stack: Stack) -> AsyncIterator[Page]:
    """Open the simulator's page in Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        await page.goto(stack.run["simulator"])
        yield page
        await browser.close()


async def test_one_types_play_hears_music_pauses_it_and_opens_the_trace(
    stack: Stack, discord: Discord, guild: Guild, page: Page
) -> None:
    await page.locator("[data-testid=voice-channel]").first.click()
    await page.locator("#listen-button").click()
    await page.locator("#composer").fill("/play query:long")
    await page.locator("#composer").press("Enter")
    answer = page.locator("[data-testid=message]").last
    await expect(answer).to_contain_text("long", timeout=15_000)

    async def is_loud() -> bool:
        return float(await page.evaluate(LEVEL)) > AUDIBLE

    async def is_quiet() -> bool:
        return float(await page.evaluate(LEVEL)) < AUDIBLE

    await eventually(is_loud, within=20, what="sound in the <audio> element")
    await answer.locator("button[data-custom-id='segue:panel-pause']").click()
    await eventually(is_quiet, within=20, what="silence after pause")

    async with page.expect_popup() as opened:
        await answer.locator("a[data-testid=trace]").click()
    trace = await opened.value
    await expect(trace.locator("body")).to_contain_text(re.compile("first_frame"), timeout=15_000)
