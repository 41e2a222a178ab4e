"""The operator switches a group of commands off and on again, and Discord follows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.e2e.stack import eventually

if TYPE_CHECKING:
    from tests.e2e.discord import Discord, Guild
    from tests.e2e.stack import Stack


async def says(discord: Discord, guild: Guild, *, off: bool) -> bool:
    """Tell whether the command is refused as switched off, or is not."""
    answer = await discord.command(guild, guild.owner, "loop", mode="off")
    return ("This command is switched off here." in answer["message"]["content"]) is off


async def test_a_group_of_commands_is_switched_off_and_on_for_all_and_for_one_guild(
    stack: Stack, discord: Discord, guild: Guild
) -> None:
    told: list[Any] = []
    steps = (
        ({"percent": 0}, True),
        ({"onIn": [guild.id]}, False),
        ({"percent": 100, "offIn": [guild.id]}, True),
        ({"resetIn": [guild.id]}, False),
    )
    for body, off in steps:
        status, answer = await stack.rest("PATCH", "/v1/flags/sound", body)
        told.append((status, answer["flag"]["percent"]))
        await eventually(partial(says, discord, guild, off=off), within=10, what=f"what follows from {body}")
    _, listed = await stack.rest("GET", "/v1/flags")

    assert told == [(200, 0), (200, 0), (200, 100), (200, 100)]
    assert [(flag["name"], flag["percent"], flag["offIn"]) for flag in listed["flags"]] == [("sound", 100, [])]
