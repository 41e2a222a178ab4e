"""Two audio instances side by side: one goes on where the other is killed, frozen or restarted."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest_asyncio
from cryptography import x509

from audio.domain.player import bucket_of
from mesh import certificates
from mesh.topology import read_topology
from tests.e2e.discord import is_unbroken, joined, readable, sounding, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from tests.e2e.discord import Frame, Guild

GUILDS = 6
INSTANCES = ("audio", "audio-2")
ROLLED = (
    *("gateway", "audio", "audio-2", "api", "worker"),
    *("envoy-audio", "envoy-audio-2", "envoy-api", "envoy-worker", "envoy-gateway", "envoy-edge"),
)
TTL = 4.0  # seconds of a lease
# Tenths that may be odd where a new owner starts the track in its middle, and where such a track ends and begins anew:
# frames lie across these borders. Two tracks at once would make hundreds.
SEAMS = 8
LONG = 120  # tenths of the long track


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(tmp_path_factory: pytest.TempPathFactory, music: Path) -> AsyncIterator[Stack]:
    """Run a stack with two audio instances."""
    async with Stack(tmp_path_factory.mktemp("pair"), music, {"SEGUE_INSTANCES": "audio=2"}) as stack:
        yield stack


async def test_two_audio_instances_serve_different_guilds(pair: Stack) -> None:
    discord = pair.discord
    guilds = [await discord.guild()]
    guilds += [await discord.found_guild(f"Guild {number}") for number in range(1, GUILDS)]

    for guild in guilds:
        await discord.enter(guild, guild.owner, guild.voices[0])
        await discord.command(guild, guild.owner, "play", query="alpha")

    for guild in guilds:
        assert tenths(await hears_end(discord, guild, 59, -1)) == [(tenth, 5) for tenth in range(60)]
    served = [await metric(pair, instance, "segue_tracks_started_total") for instance in INSTANCES]
    assert min(served) > 0


async def test_every_second_is_heard_once_while_everything_is_restarted_one_after_the_other(pair: Stack) -> None:
    guild = await pair.discord.found_guild("Rolling")
    await looping(pair, guild)

    for name in ROLLED:
        old = pair.run["pids"][name]
        os.kill(old, signal.SIGTERM)
        await eventually(partial(pair.is_replaced, name, old), within=30, what=f"{name} again")
        await eventually(pair.is_healthy, within=30, what="the system is healthy again")
    frames = await left(pair, guild)

    assert odd(frames) == []


async def test_every_second_is_heard_once_while_every_certificate_is_replaced(pair: Stack) -> None:
    guild = await pair.discord.found_guild("Renewing")
    await looping(pair, guild)
    run = Path((pair.home / "run-directory").read_text().strip())
    instances = ("gateway", "audio", "audio-2", "api", "worker", "edge")

    authority = certificates.Authority.at(run / "ca")
    identities = read_topology().identities(instances)
    for instance in instances:
        fresh = run / instance / "certs" / "identity.fresh"
        fresh.write_bytes(authority.issue(identities[instance]))
        fresh.rename(fresh.with_suffix(".pem"))
    for instance in instances:
        await eventually(partial(_shows_its_own, pair, run / instance), within=30, what=f"{instance} took it up")
    queued = await pair.discord.command(guild, guild.owner, "play", query="alpha")
    await hears_tenth(pair.discord, guild, 50, -1)
    frames = await left(pair, guild)

    assert "alpha" in str(queued["message"])
    assert odd(frames) == []


async def test_no_second_is_lost_when_owners_are_killed_within_a_track_and_right_before_its_end(pair: Stack) -> None:
    discord = pair.discord
    guild = await discord.found_guild("Failing")
    await discord.enter(guild, guild.owner, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 10, -1)
    first, second = await owners(pair, guild)

    await eventually(lambda: _is_owner(pair, guild, second, killing=first), within=30, what=f"{second} owns the guild")
    queued = await discord.command(guild, guild.owner, "play", query="alpha")
    await hears_tenth(discord, guild, LONG - 2, -1)
    await pair.kill((await owners(pair, guild))[0])
    frames = await hears_end(discord, guild, 59, -1)
    heard = sounding(frames)

    assert "alpha" in str(queued["message"])
    assert tenths(heard) == joined(LONG, 60), str(tenths(heard))
    assert is_unbroken(frames[frames.index(heard[0]) : frames.index(heard[-1]) + 1])


async def test_tracks_go_over_into_each_other_for_as_long_as_a_guild_wants(pair: Stack) -> None:
    discord = pair.discord
    guild = await discord.found_guild("Fading")
    await pair.rest("PATCH", f"/v1/guilds/{guild.id}/settings", {"crossfade": "2s"})
    await discord.enter(guild, guild.owner, guild.voices[0])
    for name in ("alpha", "bravo"):
        await discord.command(guild, guild.owner, "play", query=name)
    frames = sounding(await hears_end(discord, guild, 79, -1))
    seconds = (frames[-1].timestamp - frames[0].timestamp) % 2**32 / 48_000

    assert abs(seconds - (6 + 8 - 2)) < 0.1


async def test_nobody_hears_two_tracks_when_an_owner_that_was_frozen_goes_on(pair: Stack) -> None:
    guild = await pair.discord.found_guild("Frozen")
    await looping(pair, guild)
    frozen, other = await owners(pair, guild)
    pid, epoch = pair.run["pids"][frozen], await epoch_of(pair, guild)

    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(3 * TTL)
        owner, later = (await owners(pair, guild))[0], await epoch_of(pair, guild)
    finally:
        os.kill(pid, signal.SIGCONT)
    await eventually(pair.is_healthy, within=30, what="the system is healthy again")
    settled = await pair.discord.last_index(guild)
    await hears_tenth(pair.discord, guild, 60, settled)
    frames = await left(pair, guild)

    assert (owner, later) == (other, epoch + 1)
    assert len(odd(frames, least=4)) <= SEAMS, str(odd(frames, least=4))


def odd(frames: list[Frame], *, least: int = 5) -> list[str]:
    """Return where the long track, over and over, was not heard in order and whole, but for its ends.

    `least`: readable frames of a tenth; of a track that was started in its middle, some lie across borders, and one
    lies across that of two tracks without a gap.
    """
    heard = tenths(readable(frames))
    runs = enumerate(itertools.pairwise(heard))
    return [
        f"{at}: {before} {behind}"
        for at, (before, behind) in runs
        if behind[0] != (before[0] + 1) % LONG or (at and not least - (before[0] == 0) <= before[1] <= 5)
    ]


async def _shows_its_own(stack: Stack, instance: Path) -> bool:
    """Tell whether a proxy uses the certificate that lies in its folder."""
    lies = x509.load_pem_x509_certificate((instance / "certs" / "identity.pem").read_bytes()).serial_number
    connector = aiohttp.UnixConnector(str(instance / "admin.sock"))
    async with aiohttp.ClientSession(connector=connector) as session, session.get("http://envoy/certs") as answer:
        return f"{lies:x}" in await answer.text()


async def looping(stack: Stack, guild: Guild) -> None:
    """Let the long track play over and over in a guild."""
    discord = stack.discord
    await discord.enter(guild, guild.owner, guild.voices[0])
    await discord.command(guild, guild.owner, "play", query="long")
    await stack.rest("PATCH", f"/v1/guilds/{guild.id}/player", {"loopMode": "LOOP_MODE_TRACK"})
    await hears_tenth(discord, guild, 10, -1)


async def left(stack: Stack, guild: Guild) -> list[Frame]:
    """Return what was heard in a guild, and send the bot away."""
    frames = await stack.discord.frames(guild)
    await stack.rest("POST", f"/v1/guilds/{guild.id}/player:leave", {})
    return frames


async def owners(stack: Stack, guild: Guild) -> tuple[str, str]:
    """Return the instance that owns a guild, and the other one; between two owners there is none for a moment."""

    async def owner() -> str:
        [row] = await stack.rows("SELECT owner FROM audio.bucket WHERE bucket = $1", bucket_of(int(guild.id)))
        return row["owner"] if row["owner"] in INSTANCES else ""

    found = await eventually(owner, within=10, what="somebody owns the guild")
    [other] = set(INSTANCES) - {found}
    return found, other


async def epoch_of(stack: Stack, guild: Guild) -> int:
    """Return how often the owner of a guild has changed."""
    [row] = await stack.rows("SELECT epoch FROM audio.bucket WHERE bucket = $1", bucket_of(int(guild.id)))
    return int(row["epoch"])


async def _is_owner(stack: Stack, guild: Guild, name: str, *, killing: str) -> bool:
    """Tell whether an instance owns a guild; until it does, the other is killed whenever it is there."""
    if (await owners(stack, guild))[0] == name:
        return True
    kill_if_there(stack, killing)
    return False


def kill_if_there(stack: Stack, name: str) -> None:
    """Kill a process with -9, unless the last one is not replaced yet."""
    with contextlib.suppress(ProcessLookupError, KeyError):
        os.kill(stack.run["pids"][name], signal.SIGKILL)


async def metric(stack: Stack, instance: str, name: str) -> float:
    """Read from an instance's metrics what is counted under a name, with the beginning of its labels if given."""
    async with stack.http.get(f"{stack.run['ops'][instance]}/metrics") as answer:
        lines = (await answer.text()).splitlines()
        assert answer.status == 200, lines
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))
