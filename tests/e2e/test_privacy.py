"""What people choose for themselves and what is kept about them, from outside, through all services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.stack import eventually
from tests.e2e.surfaces import SURFACES, Surface, call, over_grpc

if TYPE_CHECKING:
    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack


def read(message: Any) -> str:
    """Everything that one reads in a message."""
    return "\n".join([message["content"], *(box.get("description", "") for box in message["embeds"])])


@pytest.mark.parametrize("surface", SURFACES)
async def test_preferences_are_chosen_and_taken_back(stack: Stack, surface: Surface) -> None:
    before = (await call(surface, stack, "GetPreferences")).preferences
    wish: dict[str, Any] = {"language": "de", "private_answers": True, "expected_version": before.version}
    chosen = (await call(surface, stack, "UpdatePreferences", **wish)).preferences
    seen = (await call(surface, stack, "GetPreferences")).preferences
    back = await call(surface, stack, "UpdatePreferences", reset=["language", "private_answers"])

    assert (chosen.version, chosen.language, chosen.private_answers) == (before.version + 1, "de", True)
    assert seen == chosen
    before.version += 2
    assert back.preferences == before


async def test_rest_shows_every_preference_and_says_what_is_wrong(stack: Stack) -> None:
    _, shown = await stack.rest("GET", "/v1/me/preferences")
    wrong, broken = await stack.rest("PATCH", "/v1/me/preferences", {"language": "tlh"})

    assert shown["preferences"].keys() == {"version", "language", "privateAnswers", "defaultSource", "keepHistory"}
    assert (wrong, broken["details"][1]["fieldViolations"][0]["field"]) == (400, "language")


async def test_a_choice_over_rest_is_felt_in_discord(stack: Stack, discord: Discord, guild: Guild) -> None:
    before = await discord.command(guild, guild.owner, "loop", mode="off")
    await stack.rest("PATCH", "/v1/me/preferences", {"privateAnswers": True})

    async def probe() -> bool:
        return bool((await discord.command(guild, guild.owner, "loop", mode="off"))["ephemeral"])

    try:
        await eventually(probe, within=10, what="private answers")
    finally:
        await stack.rest("PATCH", "/v1/me/preferences", {"reset": ["privateAnswers"]})
    assert not before["ephemeral"]


async def test_what_one_did_is_exported_over_rest(stack: Stack, guild: Guild) -> None:
    await stack.enter(guild, guild.owner, guild.voices[0])
    await call(over_grpc, stack, "Play", guild_id=int(guild.id), query="long")
    status, shown = await stack.rest("GET", "/v1/me:export?pageSize=5000")
    kinds = {each["service"]: {record["kind"] for record in each["records"]} for each in shown["services"]}

    assert status == 200
    assert list(kinds) == ["api", "audio", "gateway", "worker"]
    assert {"playing", "listening"} <= kinds["audio"]


async def test_a_person_sees_takes_and_deletes_what_is_kept_about_them_and_the_music_goes_on(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    person = guild.members[-1]
    for each in (guild.owner, person):
        await stack.enter(guild, each, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query="long")
    await discord.command(guild, person, "play", query="alpha")
    await discord.enter(guild, person, None)
    shown = await discord.command(guild, person, "privacy", show={})
    taken = await discord.command(guild, person, "privacy", export={})
    asked = await discord.command(guild, person, "privacy", delete={})
    button = asked["message"]["components"][0]["components"][0]["custom_id"]
    deleted = await discord.click(guild, person, asked["message"]["id"], button)
    after = await discord.command(guild, person, "privacy", show={})
    queue = await discord.command(guild, guild.owner, "queue")

    assert "Tracks of yours in queues: 1" in read(shown["message"])
    assert taken["message"]["attachments"][0]["size"] > 0
    assert "I have deleted what I kept about you." in read(deleted["message"])
    assert "I keep nothing about you." in read(after["message"])
    assert "alpha" in read(queue["message"])
    assert f"<@{person}>" not in read(queue["message"])
