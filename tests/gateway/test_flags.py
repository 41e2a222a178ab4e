"""A group of commands that is switched off answers nobody but with a word to the person alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gateway
from gateway.app import _COMMANDS
from gateway.domain.flag import Flag, is_on
from segue.api.v1 import flag_pb2
from tests.gateway.conftest import text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.gateway.conftest import House

GUILDS = st.integers(1, 2**63 - 1)
OFF = "This command is switched off here. Ask whoever runs the bot to switch it on."


@given(GUILDS, st.integers(0, 100), st.integers(0, 100))
def test_a_guild_that_is_in_a_share_is_in_each_larger_one(guild_id: int, one: int, other: int) -> None:
    less, more = sorted((one, other))

    assert is_on(Flag("sound", more), guild_id) or not is_on(Flag("sound", less), guild_id)
    assert is_on(Flag("sound", 100), guild_id)
    assert not is_on(Flag("sound", 0), guild_id)


@given(GUILDS)
def test_what_is_said_of_a_guild_itself_counts_more_than_its_share(guild_id: int) -> None:
    assert is_on(Flag("sound", 0, on_in=frozenset({guild_id})), guild_id)
    assert not is_on(Flag("sound", 100, off_in=frozenset({guild_id})), guild_id)


def test_a_share_is_that_of_the_guilds_and_another_one_of_each_flag() -> None:
    guilds = [number << 22 for number in range(1, 10_001)]
    shares = {name: {guild_id for guild_id in guilds if is_on(Flag(name, 30), guild_id)} for name in ("sound", "queue")}

    assert all(2_800 < len(share) < 3_200 for share in shares.values())
    assert 700 < len(shares["sound"] & shares["queue"]) < 1_100


def test_the_share_of_a_guild_is_the_same_in_every_release() -> None:
    guild_id = 80_351_110_224_678_912

    assert [is_on(Flag("sound", percent), guild_id) for percent in (89, 90)] == [False, True]
    assert [is_on(Flag("queue", percent), guild_id) for percent in (4, 5)] == [False, True]


def test_every_command_and_button_belongs_to_the_group_of_its_file() -> None:
    files = {file.stem for file in (Path(gateway.__file__).parent / "commands").glob("*.py")}
    known = (*_COMMANDS._commands.values(), *_COMMANDS._buttons.values(), *_COMMANDS._written.values())

    assert {command.group for command in known} == files - {"__init__", "command"}


@pytest.fixture
async def switching(house: House) -> AsyncIterator[House]:
    """Gateway, where everything is on again in the end."""
    yield house
    house.api.flags = [flag_pb2.Flag(name=one.name, percent=100) for one in house.api.flags]
    await house.api.switch()


async def test_a_group_that_is_off_is_refused_to_the_person_alone_and_the_others_go_on(switching: House) -> None:
    house = switching
    played = await house.simulator.command("play", query="alpha")
    await house.api.switch(*(flag_pb2.Flag(name=name) for name in ("playback", "panel", "importing", "lyrics")))
    refused = [
        await house.simulator.command("pause"),
        await house.simulator.command("lyrics"),
        await house.simulator.command("import"),
        await house.click(played["message"], "Pause"),
    ]
    queue = await house.simulator.command("queue")

    for answer in refused:
        assert answer["ephemeral"]
        assert OFF in text(answer["message"])
    assert house.audio.asked("Pause") == []
    assert "alpha" in text(queue["message"])


async def test_a_group_comes_back_once_it_is_switched_on_in_the_guild(switching: House) -> None:
    house = switching
    guild_id = int((await house.simulator.place())["guildId"])
    off = flag_pb2.Flag(name="sound", percent=100, off_in=[guild_id])
    await house.api.switch(off)
    before = await house.simulator.command("volume", percent=50)
    await house.api.switch(flag_pb2.Flag(name="sound", on_in=[guild_id]))
    after = await house.simulator.command("volume", percent=50)

    assert OFF in text(before["message"])
    assert OFF not in text(after["message"])


async def test_an_unknown_flag_hurts_nobody(switching: House) -> None:
    house = switching
    await house.api.switch(flag_pb2.Flag(name="of-a-later-release"))

    assert not (await house.simulator.command("play", query="alpha"))["ephemeral"]
