"""People paste many songs in Discord, watch how far they are, and stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import ParseDict
from playwright.async_api import expect

from segue.audio.v1 import player_pb2
from segue.worker.v1.import_service_pb2 import TrackImport
from tests.gateway.conftest import text
from tests.gateway.worker import ID
from tests.simulator.test_page import opened

if TYPE_CHECKING:
    from tests.gateway.conftest import House

CANCEL = "Cancel"


async def pasted(house: House, lines: str, **options: Any) -> Any:
    """Use the command and fill in its form; return the first answer."""
    shown = await house.simulator.command("import", **options)
    custom_id = shown["modal"]["custom_id"]
    body = {**await house.simulator.place(), "customId": custom_id, "fields": {"lines": lines}}
    return await house.simulator.call("POST", "/modals", body)


async def reads(house: House, message: Any, words: str) -> Any:
    """Wait until a message says something; return it."""

    async def fetch() -> Any:
        address = f"/channels/{message['channel_id']}/messages"
        found = (await house.simulator.call("GET", address))["messages"]
        return next(one for one in found if one["id"] == message["id"])

    return await house.simulator.until(fetch, lambda found: words in text(found))


@pytest.mark.parametrize(
    ("options", "placement"),
    [({}, player_pb2.PLACEMENT_END), ({"placement": "next"}, player_pb2.PLACEMENT_NEXT)],
    ids=["end", "next"],
)
async def test_each_line_that_is_pasted_is_asked_for(house: House, options: dict[str, str], placement: int) -> None:
    answer = await pasted(house, "  one\tsong \n\nanother\n", **options)
    house.worker.shown = ParseDict({"importId": ID, "status": "JOB_STATUS_SUCCEEDED", "total": 2}, TrackImport())
    await reads(house, answer["message"], "Added 0 of 2")

    (request,) = house.worker.started
    assert (list(request.lines), request.placement) == (["one song", "another"], placement)


async def test_the_answer_shows_how_far_it_is_and_in_the_end_what_was_not_found(house: House) -> None:
    message = (await pasted(house, "a\nb\nc"))["message"]
    house.worker.shown.done, house.worker.shown.added = 2, 1
    await reads(house, message, "Looked up 2 of 3, added 1 so far.")
    told = {"status": "JOB_STATUS_SUCCEEDED", "total": 3, "done": 3, "added": 2, "missed": 1, "missedLines": ["*b*"]}
    house.worker.shown = ParseDict({"importId": ID, **told}, TrackImport())
    done = await reads(house, message, "Added 2 of 3.")

    assert text(done).splitlines()[:3] == ["Added 2 of 3.", "Not found:", "\\*b\\*"]
    assert done["components"] == []


async def test_the_button_cancels_it(house: House) -> None:
    message = (await pasted(house, "a\nb\nc"))["message"]
    await house.click(message, CANCEL)
    cancelled = await reads(house, message, "Cancelled. Added 0 of 3")

    assert cancelled["components"] == []


async def test_a_form_is_sent_once_with_the_fields_it_has(house: House) -> None:
    shown = (await house.simulator.command("import"))["modal"]
    body = {**await house.simulator.place(), "customId": shown["custom_id"]}
    for fields in ({"lines": ""}, {"lines": "x" * 4001}, {"lines": "x", "more": "y"}):
        await house.simulator.call("POST", "/modals", {**body, "fields": fields}, status=400)
    sent = await house.simulator.call("POST", "/modals", {**body, "fields": {"lines": "x"}})
    await house.simulator.call("POST", "/modals", {**body, "fields": {"lines": "x"}}, status=404)
    await house.click(sent["message"], CANCEL)


async def test_the_simulators_page_shows_the_form(house: House) -> None:
    async with opened(house.simulator) as page:
        await page.locator("#composer").fill("/import")
        await page.locator("#composer").press("Enter")
        await page.get_by_label("One song per line").fill("first\nsecond")
        await page.get_by_role("button", name="Submit").click()
        await expect(page.get_by_text("Looked up 0 of 2").last).to_be_visible()
        await page.get_by_role("button", name=CANCEL).last.click()
        await expect(page.get_by_text("Cancelled. Added 0 of 2").last).to_be_visible()

    assert list(house.worker.started[0].lines) == ["first", "second"]


async def test_why_it_was_given_up_is_said_in_the_words_of_a_refusal(house: House) -> None:
    message = (await pasted(house, "a\nb"))["message"]
    error = {"reason": "QUOTA_REACHED", "domain": "segue", "metadata": {"limit": "1"}}
    told = {"status": "JOB_STATUS_FAILED", "total": 2, "done": 2, "added": 1, "error": error}
    house.worker.shown = ParseDict({"importId": ID, **told}, TrackImport())
    given_up = await reads(house, message, "Gave up. Added 1 of 2.")

    assert "This server allows everybody one track in the queue." in text(given_up)
