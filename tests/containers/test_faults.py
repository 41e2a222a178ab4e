"""Containers die, are restarted, are set up wrongly, and come back with what they knew."""

from __future__ import annotations

import asyncio
import itertools
import re
import shlex
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.containers import bases
from tests.containers.deployment import PROFILES, PROJECT, SERVICES
from tests.e2e.discord import SEAM, is_contiguous, is_heard_once, readable, sounding, tenths
from tests.e2e.stack import eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.containers.deployment import Deployment
    from tests.e2e.discord import Discord, Guild

UNHEARD = [
    ["identity", "valkey", "worker", "envoy-worker", "postgres", "api"],
    ["envoy-api", "envoy-edge", "audio", "envoy-audio"],
    ["gateway", "envoy-gateway"],
]
NO_NODE = {
    "name": "nodes",
    "status": "HEALTH_STATUS_DEGRADED",
    "detail": "No audio node answers: nothing can be played.",
}
REPEATED_MS, SKIPPED_MS = 2_000, 1_500  # of media time, where a dead node's track goes on
LENGTH = 120  # tenths of the track `long`


async def play(discord: Discord, guild: Guild, tenth: int) -> int:
    """Play the long track until a tenth of it is heard; return the frame before it."""
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, tenth, after)
    return after


async def is_degraded(stack: Deployment) -> bool:
    """Ask the edge whether a part is away that the whole can do without for a while."""
    return await stack.rest("GET", "/health") == (200, {"status": "HEALTH_STATUS_DEGRADED"})


@pytest.mark.parametrize("names", UNHEARD, ids=lambda names: names[0])
async def test_what_plays_goes_on_without_a_gap_while_containers_die_and_come_back(
    stack: Deployment, audience: tuple[Discord, Guild], names: Sequence[str]
) -> None:
    discord, guild = audience
    after = await play(discord, guild, 10)

    for name in names:
        await stack.kill(name)
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")
    answer = await discord.command(guild, guild.owner, "nowplaying")
    frames = await hears_end(discord, guild, LENGTH - 1, after)

    assert "long" in str(answer["message"])
    assert is_heard_once(frames, LENGTH, seam=SEAM if "gateway" in names else 0), [
        run for run in tenths(frames) if run[1] != 5
    ]


async def test_a_restart_of_audio_is_not_heard(stack: Deployment, audience: tuple[Discord, Guild]) -> None:
    discord, guild = audience
    after = await play(discord, guild, 10)

    await stack.compose("restart", "audio")
    frames = await hears_end(discord, guild, LENGTH - 1, after)

    assert is_contiguous(frames)
    assert is_heard_once(frames, LENGTH), [run for run in tenths(frames) if run[1] != 5]


async def test_a_stopped_gateway_makes_the_whole_degraded_and_what_plays_goes_on(
    stack: Deployment, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    after = await play(discord, guild, 10)

    await stack.compose("stop", "gateway")
    await eventually(partial(is_degraded, stack), within=30, what="the edge tells that a part is away")
    frames = await hears_end(discord, guild, LENGTH - 1, after)
    await stack.compose("start", "gateway")

    assert is_heard_once(frames, LENGTH), [run for run in tenths(frames) if run[1] != 5]


async def test_what_plays_goes_on_from_the_stored_second_when_the_node_dies(
    stack: Deployment, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    after = await play(discord, guild, 40)

    await stack.kill("node")
    frames = await hears_end(discord, guild, LENGTH - 1, after)

    heard = readable(frames)
    before, behind = max(itertools.pairwise(heard), key=lambda pair: pair[1].at_ms - pair[0].at_ms)
    assert -REPEATED_MS <= (behind.media_ms or 0) - (before.media_ms or 0) <= SKIPPED_MS


async def test_music_comes_back_when_the_simulator_dies(stack: Deployment, audience: tuple[Discord, Guild]) -> None:
    discord, guild = audience
    await play(discord, guild, 10)

    await stack.kill("simulator")
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")
    await discord.enter(guild, guild.owner, guild.voices[0])

    async def probe() -> bool:
        return bool(sounding(await discord.frames(guild)))

    await eventually(probe, within=40, what="sound again")


# What is set up wrongly


async def run_once(stack: Deployment, service: str, **environment: str) -> list[str]:
    """Run a container of a service beside the one that serves, with another environment; return the lines it wrote."""
    given = [part for name, value in environment.items() for part in ("-e", f"{name}={value}")]
    with pytest.raises(RuntimeError) as ended:
        await stack.compose("run", "--rm", "--no-deps", "-T", *given, service)
    _command, *lines = str(ended.value).splitlines()
    # Compose says what it creates, and the exit code.
    return [line for line in lines if line and "Creating " not in line and not line.isdecimal()]


def complaints(lines: Iterable[str]) -> list[str]:
    """Return the lines that are no logs of less than an error."""
    return [line for line in lines if '"level": ' not in line or '"level": "ERROR"' in line]


@pytest.mark.parametrize(
    ("service", "environment", "sentence"),
    [
        ("gateway", {"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is wrong: "),
        ("api", {"OPERATOR_TOKEN_FILE": "/nowhere"}, "OPERATOR_TOKEN_FILE cannot be read: No such file or directory"),
        ("worker", {"DATABASE_URL": "postgresql://segue_worker:no@postgres/segue"}, "The database lets nobody in as"),
        (
            "audio",
            {"DATABASE_URL": "postgresql://nowhere.invalid/segue"},
            "The database of DATABASE_URL does not answer",
        ),
    ],
)
async def test_a_container_that_is_set_up_wrongly_ends_with_a_sentence(
    stack: Deployment, service: str, environment: dict[str, str], sentence: str
) -> None:
    written = await run_once(stack, service, **environment)
    assert sentence in written[-1]
    assert complaints(written) == written[-1:]


async def test_a_schema_that_is_newer_ends_the_container_with_a_sentence(stack: Deployment) -> None:
    async def sql(statement: str) -> str:
        return (await stack.inside("postgres", "psql", "-U", "segue", "-d", "segue", "-Atc", statement)).strip()

    version = await sql("SELECT version_num FROM worker.alembic_version")
    await sql("UPDATE worker.alembic_version SET version_num = '9999'")
    try:
        written = await run_once(stack, "worker")
    finally:
        await sql(f"UPDATE worker.alembic_version SET version_num = '{version}'")
    assert "run the release that migrated it" in written[-1]
    assert complaints(written) == written[-1:]


async def test_others_wait_for_a_stopped_database_and_say_so(stack: Deployment) -> None:
    before = await asyncio.gather(*map(stack.pid, SERVICES))
    await stack.compose("stop", "postgres")

    async def all_say_so() -> bool:
        for status, body in await asyncio.gather(*map(stack.health, SERVICES)):
            assert status == 503
            (postgres,) = [part for part in body["components"] if part["name"] == "postgres"]
            assert postgres["status"] == "HEALTH_STATUS_UNHEALTHY"
            assert postgres["detail"].endswith("does not answer.")
        return await stack.rest("GET", "/health") == (503, {"status": "HEALTH_STATUS_UNHEALTHY"})

    await eventually(all_say_so, within=30, what="everybody says that the database is away")
    await stack.compose("start", "postgres")
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")
    assert await asyncio.gather(*map(stack.pid, SERVICES)) == before


async def test_without_cache_and_node_everybody_still_serves_and_says_what_is_missing(stack: Deployment) -> None:
    await stack.compose("stop", "valkey", "node")

    async def is_told() -> bool:
        _, body = await stack.health("audio")
        assert NO_NODE in body["components"]
        return await is_degraded(stack)

    await eventually(is_told, within=30, what="audio says that no node answers")
    assert [status for status, _ in await asyncio.gather(*map(stack.health, SERVICES))] == [200] * len(SERVICES)
    await stack.compose("start", "valkey", "node")
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")


# What outlives it


async def queued(stack: Deployment, guild: Guild) -> list[str]:
    """Return the titles that wait."""
    status, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/queue")
    assert status == 200, body
    return [item["track"]["title"] for item in body.get("items", [])]


async def handle_key(stack: Deployment) -> str:
    """Return a secret that was made at the first start."""
    return await stack.inside("audio", "cat", "/run/segue/audio/secrets/handle-key")


async def documented(stack: Deployment, name: str, folder: Path) -> None:
    """Run the commands that docs/deployment.md gives for something, with the project's name and files filled in."""
    text = (bases.ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"<!-- tested: {name} -->\n```sh\n(.*?)```", text, flags=re.DOTALL)
    project = ("--project-directory", str(bases.ROOT), "-f", f"{bases.ROOT}/docker-compose.yml")
    compose = shlex.join(["docker-compose", "--env-file", f"{stack.home}/env", "-p", PROJECT, *project])
    script = f"set -e\ncd {folder}\n{block.replace('docker compose', compose)}"
    await bases.run("sh", "-c", script, environment={**stack.engine.environment, **PROFILES})


async def test_the_queue_survives_down_and_up_and_backups_bring_it_into_fresh_volumes(
    stack: Deployment, tmp_path: Path
) -> None:
    guild = await stack.discord.guild()
    await stack.enter(guild, guild.owner, guild.voices[0])
    _, found = await stack.rest("GET", "/v1/search?query=alpha")
    handles = [found["tracks"][0]["handle"]] * 3
    await stack.rest("POST", f"/v1/guilds/{guild.id}/queue:add", {"handles": handles})
    key = await handle_key(stack)

    await stack.down("-t", "5")
    await stack.start()
    assert await eventually(partial(queued, stack, guild), within=30, what="the queue is there") == ["alpha"] * 3
    assert await handle_key(stack) == key

    await documented(stack, "backup", tmp_path)
    await documented(stack, "backup of the secrets", tmp_path)
    await stack.down("-v", "-t", "0")
    await documented(stack, "secrets back", tmp_path)
    await stack.start()
    await documented(stack, "restore", tmp_path)
    await eventually(stack.is_healthy, within=60, what="the system is healthy again")
    assert await eventually(partial(queued, stack, guild), within=30, what="the queue is there") == ["alpha"] * 3
    await stack.enter(guild, guild.owner, guild.voices[0])
    # Only with the old key is the handle one of ours.
    status, _ = await stack.rest("POST", f"/v1/guilds/{guild.id}/player:play", {"handles": handles[:1]})
    assert status == 200
    await hears_tenth(stack.discord, guild, 10, -1)
