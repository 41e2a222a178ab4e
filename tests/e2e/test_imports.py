"""Imports from outside: started, watched, cancelled; what they add is in the queue, in order and once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from tests.e2e.discord import Discord, Guild

NOWHERE = "no file bears this name"


async def _titles(stack: Stack, guild: Guild) -> tuple[str, list[str]]:
    """Return the titles of what plays and of what waits."""
    _, shown = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    _, waiting = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue?pageSize=200")
    titles = [item["track"]["title"] for item in waiting.get("items", [])]
    return shown["player"].get("current", {}).get("track", {}).get("title", ""), titles


async def _ended(stack: Stack, guild: Guild, import_id: str) -> Any:
    async def probe() -> Any:
        _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/imports/{import_id}")
        return body["trackImport"] if "finishedAt" in body["trackImport"] else None

    return await eventually(probe, within=30, what=f"import {import_id} ended")


async def test_an_import_plays_its_first_line_and_queues_the_others_in_order_and_once(
    stack: Stack, guild: Guild
) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    lines = ["long", NOWHERE, *["alpha", "bravo"] * 10]
    body = {"lines": lines, "source": "local", "requestId": str(uuid.uuid4())}
    _, started = await stack.rest("POST", f"/v1/guilds/{guild.id}/imports", body)
    status, repeated = await stack.rest("POST", f"/v1/guilds/{guild.id}/imports", body)
    done = await _ended(stack, guild, started["trackImport"]["importId"])

    assert (status, repeated) == (200, started)
    assert (done["status"], done["requesterId"]) == ("JOB_STATUS_SUCCEEDED", guild.owner)
    assert (done["total"], done["done"], done["added"], done["missed"]) == (22, 22, 21, 1)
    assert done["missedLines"] == [NOWHERE]
    assert await _titles(stack, guild) == ("long", ["alpha", "bravo"] * 10)
    _, waiting = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue?pageSize=200")
    assert {item["requesterId"] for item in waiting["items"]} == {guild.owner}


async def test_songs_that_are_pasted_in_discord_are_imported(stack: Stack, discord: Discord, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    shown = await discord.command(guild, guild.owner, "import")
    lines = f"long\n{NOWHERE}\nalpha\nbravo"
    answer = await discord.fill(guild, guild.owner, shown["modal"]["custom_id"], lines=lines)

    async def is_told() -> bool:
        messages = (await discord.get(f"/channels/{guild.text}/messages"))["messages"]
        told = next(one["content"] for one in messages if one["id"] == answer["message"]["id"])
        return bool(told.splitlines() == ["Added 3 of 4.", "Not found:", NOWHERE])

    await eventually(is_told, within=20, what="the answer says what came of it")
    assert await _titles(stack, guild) == ("long", ["alpha", "bravo"])


async def test_a_cancelled_import_stops_and_leaves_what_it_added(stack: Stack, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    _, started = await stack.rest("POST", f"/v1/guilds/{guild.id}/imports", {"lines": ["long"] * 1000})
    address = f"/v1/guilds/{guild.id}/imports/{started['trackImport']['importId']}"

    async def has_begun() -> bool:
        _, body = await stack.rest("GET", address)
        return bool(body["trackImport"].get("added", 0) > 1)

    await eventually(has_begun, within=20, what="something is added")
    _, cancelled = await stack.rest("POST", f"{address}:cancel", {})
    again, refused = await stack.rest("POST", f"{address}:cancel", {})

    async def is_told() -> bool:
        _, body = await stack.rest("GET", address)
        _, player = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return bool(body["trackImport"]["added"] == player["player"]["queueLength"] + 1)  # one plays

    assert cancelled["trackImport"]["status"] == "JOB_STATUS_CANCELLED"
    assert (again, refused["details"][0]["reason"]) == (400, "IMPORT_ENDED")
    assert cancelled["trackImport"]["added"] < 1000
    await eventually(is_told, within=10, what="all that was added is told")


@pytest.mark.parametrize(
    "lines", [[], ["x"] * 1001, ["x" * 201], ["\n"]], ids=["none", "too many", "too long", "blank"]
)
async def test_lines_that_cannot_be_searched_for_are_refused(stack: Stack, guild: Guild, lines: list[str]) -> None:
    status, refused = await stack.rest("POST", f"/v1/guilds/{guild.id}/imports", {"lines": lines})

    assert (status, refused["details"][0]["reason"]) == (400, "INVALID_ARGUMENT")


async def test_an_import_into_a_guild_one_is_no_member_of_is_refused(stack: Stack, guild: Guild) -> None:
    status, refused = await stack.rest("POST", f"/v1/guilds/{int(guild.id) + 1}/imports", {"lines": ["alpha"]})
    unknown, missing = await stack.rest("GET", f"/v1/guilds/{guild.id}/imports/{uuid.uuid4()}")

    assert (status, refused["details"][0]["reason"]) == (404, "GUILD_NOT_FOUND")
    assert (unknown, missing["details"][0]["reason"]) == (404, "IMPORT_NOT_FOUND")
