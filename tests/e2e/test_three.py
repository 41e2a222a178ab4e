"""Three audio instances side by side: two share what the third leaves behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest_asyncio

from audio.domain.player import BUCKETS, bucket_of
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_tenth
from tests.e2e.test_instances import kill_if_there, left, looping, odd

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest

INSTANCES = {"audio", "audio-2", "audio-3"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def trio(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack with three audio instances."""
    async with Stack(tmp_path_factory.mktemp("trio"), music, {"SEGUE_INSTANCES": "audio=3"}) as stack:
        yield stack


async def test_two_share_the_guilds_of_a_third_that_is_killed_until_it_is_back(trio: Stack) -> None:
    await eventually(partial(_share, trio, INSTANCES), within=20, what="each instance has its share")
    guild = await trio.discord.found_guild("Shared")
    await looping(trio, guild)
    [row] = await trio.rows("SELECT owner FROM audio.bucket WHERE bucket = $1", bucket_of(int(guild.id)))
    killed = row["owner"]

    async def others_share() -> bool:
        kill_if_there(trio, killed)
        return await _share(trio, INSTANCES - {killed})

    await eventually(others_share, within=30, what="the others share all buckets")
    answer = await trio.discord.command(guild, guild.owner, "play", query="alpha")
    await eventually(partial(_share, trio, INSTANCES), within=60, what="it has its share again")
    await hears_tenth(trio.discord, guild, 60, await trio.discord.last_index(guild))

    assert "alpha" in str(answer["message"])
    assert odd(await left(trio, guild)) == []


async def _share(stack: Stack, instances: set[str]) -> bool:
    """Tell whether these own all buckets, none of them more than its share."""
    rows = await stack.rows("SELECT owner, count(*) FROM audio.bucket WHERE expires_at > now() GROUP BY owner")
    owned = {row["owner"]: row["count"] for row in rows}
    share = -(-BUCKETS // len(instances))
    return set(owned) == instances and sum(owned.values()) == BUCKETS and max(owned.values()) <= share
