"""Parts of the system die. Music goes on, and no acknowledged command is lost."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.e2e.discord import SEAM, is_heard_once, readable, sounding, tenths
from tests.e2e.stack import Stack, eventually
from tests.e2e.test_first_light import hears_end, hears_tenth
from tests.e2e.test_instances import metric
from tests.e2e.test_panel import panel, shows

if TYPE_CHECKING:
    from tests.e2e.discord import Discord, Frame, Guild

SIDECARS = ["envoy-edge", "envoy-api", "envoy-worker", "envoy-audio", "envoy-gateway"]
UNHEARD = ["api", "worker", "audio", "gateway", "postgres", "traces", "guard", *SIDECARS]
FAULTS: list[dict[str, object]] = [
    {"kind": "gateway_close"},
    {"kind": "gateway_reconnect", "count": 2},
    {"kind": "invalid_session"},
    {"kind": "voice_server_move"},
    {"kind": "voice_close", "code": 4015},
    {"kind": "voice_close", "code": 4006},
]
RESUMED = {"gateway_close": 1, "gateway_reconnect": 2}
TROUBLES: list[dict[str, object]] = [
    {"kind": "rest_429", "retryAfterMs": 400, "durationMs": 900},
    {"kind": "rest_5xx", "durationMs": 1_000},
    {"kind": "rest_5xx", "durationMs": 1_000, "code": 503},
    {"kind": "rest_slow", "delayMs": 700, "count": 5},
]
INVALID_REQUESTS = 100  # a hundredth of what has Discord ban an address
IDENTIFY_MS = 5_000  # Discord lets a bot identify once in this time
RECONNECTING = {"invalid_session", "voice_server_move", "voice_close"}  # another voice connection takes over
REPEATED_MS, SKIPPED_MS = 2_000, 1_500  # of media time, where a dead node's track goes on


@pytest.mark.parametrize("process", UNHEARD)
async def test_what_plays_goes_on_without_a_gap_when_a_process_is_killed(
    mortal: Stack, audience: tuple[Discord, Guild], process: str
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="bravo")
    await hears_tenth(discord, guild, 10, after)

    await mortal.kill(process)
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    answer = await discord.command(guild, guild.owner, "nowplaying")
    frames = await hears_end(discord, guild, 79, after)

    assert "bravo" in str(answer["message"])
    assert is_heard_once(frames, 80), [run for run in tenths(frames) if run[1] != 5]
    assert (await discord.get("/conduct"))["identifiedAtMs"] == before["identifiedAtMs"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_what_plays_goes_on_when_discord_breaks_a_connection(
    mortal: Stack, audience: tuple[Discord, Guild], fault: dict[str, object]
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="alpha")
    await hears_tenth(discord, guild, 10, after)

    await discord.post("/faults", fault)
    frames = await hears_end(discord, guild, 59, after)

    assert is_heard_once(frames, 60, seam=SEAM if fault["kind"] in RECONNECTING else 0), [
        run for run in tenths(frames) if run[1] != 5
    ]
    answer = await discord.command(guild, guild.owner, "play", query="alpha")
    assert not answer["ephemeral"], answer
    conduct = await discord.get("/conduct")
    identified = conduct["identifiedAtMs"][len(before["identifiedAtMs"]) - 1 :]
    assert conduct["resumed"] - before["resumed"] == RESUMED.get(str(fault["kind"]), 0)
    assert len(identified) - 1 == (fault["kind"] == "invalid_session")
    assert all(later - earlier >= IDENTIFY_MS for earlier, later in itertools.pairwise(identified))


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: "-".join(map(str, trouble.values())))
async def test_every_command_is_answered_once_and_in_order_while_discord_limits_fails_or_is_slow(
    mortal: Stack, audience: tuple[Discord, Guild], trouble: dict[str, object]
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")

    answers = []
    for query in ("long", "bravo", "alpha"):
        await discord.post("/faults", trouble)
        answers.append(await discord.command(guild, guild.owner, "play", query=query))
    await discord.post("/faults", trouble)
    await mortal.rest("POST", f"/v1/guilds/{guild.id}/player:pause", {})
    await shows(discord, answers[0]["message"], "Paused")

    queue = str((await discord.command(guild, guild.owner, "queue"))["message"])
    assert queue.index("long") < queue.index("bravo") < queue.index("alpha")
    assert all(answer["deferred"] and not answer["ephemeral"] for answer in answers)
    listed = (await discord.get(f"/channels/{guild.text}/messages"))["messages"]
    asked = [message.get("interaction_metadata", {}).get("id") for message in listed]
    assert [asked.count(answer["interactionId"]) for answer in answers] == [1, 1, 1]
    assert (await discord.get("/conduct"))["invalidRequests"] - before["invalidRequests"] < INVALID_REQUESTS


async def test_what_plays_goes_on_from_the_stored_second_when_the_node_is_killed(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 40, after)

    await mortal.kill("node")
    frames = await hears_end(discord, guild, 119, after)

    goes_on_after_one_gap(readable(frames))


async def test_people_are_told_while_the_database_is_away_for_long_and_the_bot_stays_connected(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")
    after = await discord.last_index(guild)
    for query in ("long", "bravo"):
        await discord.command(guild, guild.owner, "play", query=query)
    await hears_tenth(discord, guild, 10, after)

    async def has_no_lease() -> bool:
        return await metric(mortal, "gateway", 'segue_buckets_held{lease="gateway.connection"}') == 0

    first = psutil.Process(mortal.run["pids"]["postgres"])
    frozen = [first, *first.children(recursive=True)]
    for process in frozen:
        process.suspend()
    await eventually(has_no_lease, within=30, what="gateway could not renew its lease")
    told = await discord.command(guild, guild.owner, "nowplaying")
    for process in frozen:
        process.resume()
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    answer = await discord.command(guild, guild.owner, "nowplaying")
    await hears_tenth(discord, guild, 79, after)

    assert told["ephemeral"], told
    assert "A part of the bot is away for the moment" in str(told["message"]), told
    assert not answer["ephemeral"], answer
    conduct = await discord.get("/conduct")
    assert [conduct[key] for key in ("identifiedAtMs", "resumed")] == [before["identifiedAtMs"], before["resumed"]]


async def test_the_bot_comes_back_by_itself_when_gateway_is_killed_and_discord_ends_its_session(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    before = await discord.get("/conduct")
    after = await discord.last_index(guild)
    await discord.post("/faults", {"sessionTtlMs": 0})
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 20, after)

    await mortal.kill("gateway")
    frames = await hears_end(discord, guild, 119, after)
    await discord.post("/faults", {"sessionTtlMs": 60_000})

    conduct = await discord.get("/conduct")
    assert len(conduct["identifiedAtMs"]) - len(before["identifiedAtMs"]) == 1
    goes_on_after_one_gap(readable(frames))


async def test_what_changed_while_gateway_was_away_is_in_the_panel_when_it_is_back(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    message = await panel(discord, guild)
    await shows(discord, message, "Ends <t:")

    await mortal.kill("gateway")
    await mortal.rest("POST", f"/v1/guilds/{guild.id}/player:pause", {})
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")

    await shows(discord, message, "Paused", f"<@{guild.owner}> paused.")


async def test_music_comes_back_and_commands_work_when_the_simulator_is_killed(
    mortal: Stack, audience: tuple[Discord, Guild]
) -> None:
    discord, guild = audience
    after = await discord.last_index(guild)
    await discord.command(guild, guild.owner, "play", query="long")
    await hears_tenth(discord, guild, 20, after)

    await mortal.kill("simulator")
    await eventually(mortal.is_healthy, within=30, what="the system is healthy again")
    await discord.enter(guild, guild.owner, guild.voices[0])
    again = await _heard_ms(discord, guild)

    assert (again or 0) >= 1_000
    answer = await discord.command(guild, guild.owner, "skip")
    assert not answer["ephemeral"], answer


def goes_on_after_one_gap(heard: list[Frame]) -> None:
    """Assert that the long track was heard whole, but for one gap, after which it went on from the stored second."""
    before, after_it = max(itertools.pairwise(heard), key=lambda pair: pair[1].at_ms - pair[0].at_ms)
    assert -REPEATED_MS <= (after_it.media_ms or 0) - (before.media_ms or 0) <= SKIPPED_MS
    seam = heard.index(after_it)
    for part in (tenths(heard[:seam]), tenths(heard[seam:])):
        assert [tenth for tenth, _ in part] == list(range(part[0][0], part[-1][0] + 1))
    assert (heard[0].media_ms, heard[-1].media_ms) == (0, 11_900)


async def _heard_ms(discord: Discord, guild: Guild) -> int | None:
    async def probe() -> int | None:
        heard = sounding(await discord.frames(guild))
        return heard[-1].media_ms if heard else None

    return await eventually(probe, within=30, what="sound again")
