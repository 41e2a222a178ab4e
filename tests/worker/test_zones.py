"""Which time zones worker knows."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from kit import client
from kit.errors import Reason, Refused
from tests.kit.mesh import playing
from tests.kit.process import WITHIN, start
from tests.worker.audio import Audio
from tests.worker.test_schedules import Client, Gateway

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool


def machine(folder: Path) -> str:
    """Make a machine's time zones, of which one is wrong and one nobody else has; return their folder."""
    for name in ("Europe/Berlin", "Nowhere/Land"):
        file = folder / "zones" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(resources.files("tzdata.zoneinfo").joinpath("UTC").read_bytes())
    return str(folder / "zones")


async def test_time_zones_are_those_that_are_locked_whatever_the_machine_has(
    database_url: str, tmp_path: Path, pool: Pool
) -> None:
    mesh, discord = Audio().mesh(), Gateway()
    mesh.answers |= {"SendMessage": discord.send, "GetMember": discord.member}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(playing(mesh, f"unix:{tmp_path}/out.sock"))
        worker = await start("worker", tmp_path, database_url, PYTHONTZPATH=machine(tmp_path))
        channel = await stack.enter_async_context(client.channel(f"unix:{tmp_path}/app.sock", "worker"))
        await asyncio.wait_for(channel.channel_ready(), WITHIN)
        made = await Client(channel).create(time_of_day="09:30", time_zone="Europe/Berlin")
        with pytest.raises(Refused, match=Reason.TIME_ZONE_UNKNOWN):
            await Client(channel).create(time_zone="Nowhere/Land")
        worker.terminate()
        await asyncio.wait_for(worker.communicate(), WITHIN)

    assert made.next_time.ToDatetime().hour in {7, 8}
