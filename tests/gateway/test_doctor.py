"""Whoever runs the bot is told what stands between it and its work."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gateway.examining import INTENTS, PERMISSIONS, Facts, Guild, examine, invite

if TYPE_CHECKING:
    from tests.gateway.conftest import House

ALL = sum(PERMISSIONS.values())
WELL = Facts(5, "Segue", True, False, "", 990, tuple(INTENTS), (Guild("Home", ALL), Guild("Away", 8)))


async def doctor(**environment: str) -> tuple[int | None, str]:
    """Run it; return its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.doctor"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".:gen/python", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def troubles(facts: Facts) -> list[str]:
    """List what is in the way."""
    return [finding.sentence for finding in examine(facts) if finding.is_trouble]


async def test_a_bot_that_discord_lets_work_is_well_and_its_invitation_is_printed(house: House) -> None:
    code, said = await doctor(
        DISCORD_TOKEN=house.environment["DISCORD_TOKEN"], DISCORD_API_URL=house.environment["DISCORD_API_URL"]
    )
    world = await house.simulator.call("GET", "/world")

    assert (code, "!!" in said) == (0, False), said
    assert invite(int(world["bot"]["id"])) in said
    assert "Servers the bot is in: 1." in said


async def test_a_discord_that_is_away_is_told() -> None:
    code, said = await doctor(DISCORD_TOKEN="any", DISCORD_API_URL="http://127.0.0.1:9/api/v10")

    assert code == 1
    assert said.startswith("!!  Discord cannot be reached")


def test_the_invitation_asks_for_the_named_permissions_alone() -> None:
    assert invite(5).endswith(f"client_id=5&scope=bot+applications.commands&permissions={ALL}")
    assert [name for name, bit in PERMISSIONS.items() if not ALL & bit] == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(WELL, interactions_url="https://example.com"), "Discord sends commands to https://example.com"),
        (replace(WELL, needs_code_grant=True), "An invitation of the bot does not end by itself"),
        (replace(WELL, sessions_left=7), "Discord lets the bot begin only 7 more sessions today"),
        (replace(WELL, guilds=()), "The bot is in no server yet"),
        (replace(WELL, guilds=(Guild("Home", ALL - PERMISSIONS["Speak"]),)), "The bot lacks Speak in Home"),
    ],
    ids=["interactions elsewhere", "code grant", "few sessions", "no server", "no permission to speak"],
)
def test_what_is_in_the_way_is_said_with_a_way_out(facts: Facts, sentence: str) -> None:
    (found,) = troubles(facts)

    assert found.startswith(sentence)
    assert ": " in found


def test_what_is_not_needed_is_no_trouble() -> None:
    assert troubles(WELL) == []
    assert troubles(replace(WELL, granted=())) == []
    assert troubles(replace(WELL, is_public=False)) == []
    for permission in ("Manage Messages", "Set Voice Channel Status"):
        assert troubles(replace(WELL, guilds=(Guild("Home", ALL - PERMISSIONS[permission]),))) == []
