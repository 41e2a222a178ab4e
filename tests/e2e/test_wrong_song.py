"""Who hears the wrong song puts the right one in its place, over REST and in Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import timecode
from tests.e2e.test_first_light import buttons, hears_tenth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack

WRONG, RIGHT = "charlie", "charlie again"


@pytest.fixture(autouse=True)
def songs(music: Path) -> Iterator[None]:
    """Let there be two songs of one name, the second one longer."""
    files = {music / f"{WRONG}.wav": 8, music / f"{RIGHT}.wav": 9}
    for file, seconds in files.items():
        timecode.write_wav(file, seconds)
    yield
    for file in files:
        file.unlink()


async def titles(stack: Stack, guild: Guild) -> list[str]:
    """Return what plays and what waits."""
    _, player = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    _, queue = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue")
    items = [player["player"]["current"], *queue.get("items", [])]
    return [item["track"]["title"] for item in items]


async def test_over_rest_a_candidate_is_heard_from_its_start_in_place_of_what_plays(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    after = await discord.last_index(guild)
    await stack.enter(guild, guild.owner, guild.voices[0])
    path = f"/v1/guilds/{guild.id}"
    _, played = await stack.rest("POST", f"{path}/player:play", {"query": WRONG})
    item = played["item"]["itemId"]
    heard = await hears_tenth(discord, guild, 20, after)

    _, found = await stack.rest("GET", f"{path}/queue/{item}/candidates")
    (candidate,) = found["tracks"]
    status, answer = await stack.rest("POST", f"{path}/queue:replace", {"itemId": item, "handle": candidate["handle"]})

    assert (status, answer["item"]["track"]["title"]) == (200, RIGHT)
    assert await titles(stack, guild) == [RIGHT]
    again = await hears_tenth(discord, guild, 5, heard[-1].index + 1)
    assert min(frame.media_ms or 0 for frame in again[-10:]) < 1_000
    _, history = await stack.rest("GET", f"{path}/history")
    assert item not in [entry["item"]["itemId"] for entry in history.get("entries", [])]


async def test_in_discord_the_choice_takes_the_place_of_what_waits(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    owner = guild.owner
    await stack.enter(guild, owner, guild.voices[0])
    for query in ("long", WRONG, "bravo"):
        answer = await discord.command(guild, owner, "play", query=query)
        if query == WRONG:
            message = answer["message"]

    offered = await press(discord, guild, message, "segue:wrong:")
    (select,) = offered["message"]["components"][0]["components"]
    assert [option["label"] for option in select["options"]] == [f"{RIGHT} · 0:09"]
    place = (guild, owner, offered["message"]["id"], select["custom_id"])
    chosen = await discord.click(*place, select["options"][0]["value"])

    assert f"It is {RIGHT} now." in str(chosen["message"])
    assert await titles(stack, guild) == ["long", RIGHT, "bravo"]
    undone = await discord.command(guild, owner, "undo")
    assert "put another track in a place" in str(undone["message"])
    assert await titles(stack, guild) == ["long", WRONG, "bravo"]


async def press(discord: Discord, guild: Guild, message: Any, prefix: str) -> Any:
    """Press the button of a message whose id begins like this."""
    custom_id = next(one for one in buttons(message) if one.startswith(prefix))
    return await discord.click(guild, guild.owner, message["id"], custom_id)
