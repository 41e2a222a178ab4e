"""People edit queues over all surfaces while everything is killed: what was acknowledged is what is there.

Each history has a seed and twelve kills. `HISTORY_KILLS` says how many kills there are, `HISTORY_SEED` the first seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from kit.idempotency import unpack
from segue.audio.v1.player_pb2 import Player
from segue.audio.v1.queue_service_pb2 import AddQueueItemsResponse
from tests.e2e.adding import queued
from tests.e2e.history import ALL, ALL_WHILE_PLAYING, LOST, MOVES, Edit, History, Liking, Outcome, Queue
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from tests.e2e.discord import Guild

INSTANCES = {"SEGUE_INSTANCES": "audio=2,node=2"}
KILLED = (
    *("audio", "audio-2", "gateway", "api", "worker", "node", "node-2", "postgres"),
    *("envoy-edge", "envoy-audio", "envoy-gateway", "envoy-api"),
)
FIRST, KILLS = int(os.environ.get("HISTORY_SEED", "1")), int(os.environ.get("HISTORY_KILLS", "12"))
SEEDS = range(FIRST, FIRST + -(-KILLS // len(KILLED)))

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize("seed", SEEDS)
async def test_queues_are_what_was_acknowledged_whatever_is_killed(
    seed: int, tmp_path_factory: pytest.TempPathFactory, music: Path
) -> None:
    async with Stack(tmp_path_factory.mktemp("history"), music, INSTANCES) as stack:
        playing = await _begun(stack, "Guild 0", ALL_WHILE_PLAYING)
        await _pause(stack, playing.guild)
        histories = [playing, *[await _begun(stack, f"Guild {number}") for number in (1, 2)]]
        async with _edited(histories, seed):
            for name in Random(seed).sample(KILLED, len(KILLED)):
                await stack.kill(name)
                await _advance(histories, 2)
        await eventually(stack.is_healthy, within=30, what="the system is healthy again")

        for history in histories:
            answers = await _answers(stack, history.guild)
            found = wrong(history.edits, answers, await queued(stack, history.guild), alone=history is not playing)
            assert not found, f"seed {seed}, guild {history.guild.id}: {found}"
        assert await _paused(stack, playing.guild) == ("PLAYER_STATUS_PAUSED", "long")


def wrong(edits: list[Edit], answers: Mapping[str, Any], shown: list[str], *, alone: bool = True) -> str:
    """Say what contradicts the edits, the answers that were stored, by request id, and a queue; empty: nothing.

    `alone`: nothing else changed the guild, as what plays does when its node is killed.
    """
    versions = {request_id: answer.player.version for request_id, answer in answers.items()}
    for edit in edits:
        version = versions.get(edit.request_id, 0)
        if edit.outcome is Outcome.DONE and (not version or edit.version not in {0, version}):
            return f"acknowledged and lost: {edit}, {version}"
        if edit.outcome is Outcome.REFUSED and version:
            return f"refused and done: {edit}, {version}"
    done = sorted((edit for edit in edits if edit.request_id in versions), key=lambda edit: versions[edit.request_id])
    order = [versions[edit.request_id] for edit in done]
    if len(set(order)) < len(order) or (alone and order[-1] - order[0] >= len(order)):
        return f"versions that nobody asked for, or two edits with one: {order}"
    queue = Queue()
    for edit in done:
        try:
            queue.replay(edit, _added(answers[edit.request_id]))
        except (ValueError, IndexError):
            return f"done although it was not possible: {edit}"
    if shown != (expected := [str(item) for item in queue.items]):
        return f"not as replayed: {shown} instead of {expected}"
    return ""


def _added(answer: Any) -> list[int]:
    """Return the ids that an edit gave to what it added."""
    fields = answer.DESCRIPTOR.fields_by_name
    if "first_item_id" in fields:
        return list(range(answer.first_item_id, answer.first_item_id + answer.count))
    return [answer.item.item_id] if "item" in fields else []


@pytest.mark.parametrize(
    ("defect", "liking", "verdict"),
    [
        ("a request's id is kept after the commit", ALL, "versions that nobody asked for"),
        ("a moved track's rank is one place off", MOVES, "not as replayed"),
    ],
)
async def test_a_planted_defect_is_found(
    defect: str, liking: Liking, verdict: str, tmp_path: Path, music: Path
) -> None:
    async with Stack(tmp_path, music, command=("tests.e2e.planted", defect)) as stack:
        history = await _begun(stack, "Guild", liking)
        async with _edited([history], FIRST):
            await stack.kill("audio")
        await eventually(stack.is_healthy, within=30, what="the system is healthy again")

        found = wrong(history.edits, await _answers(stack, history.guild), await queued(stack, history.guild))

    assert found.startswith(verdict), found


async def _begun(stack: Stack, name: str, liking: Liking = ALL) -> History:
    """Return a guild with a DJ, to be edited."""
    discord = stack.discord
    guild = await discord.found_guild(name)
    role = await discord.post("/roles", {"guildId": guild.id, "name": "DJ"})
    dj = await discord.post("/members", {"guildId": guild.id, "name": "Dee", "roles": [role["id"]]})

    async def probe() -> bool:
        status, _ = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
        return status == 200

    await eventually(probe, within=10, what="the bot is in the new guild")
    _, found = await stack.rest("GET", "/v1/search?query=alpha")
    return History(stack, guild, dj["id"], found["tracks"][0]["handle"], liking=liking)


async def _pause(stack: Stack, guild: Guild) -> None:
    """Let something play in a guild, paused."""
    await stack.enter(guild, guild.owner, guild.voices[0])
    for name, options in (("play", {"query": "long"}), ("pause", {})):
        await stack.discord.command(guild, guild.owner, name, **options)


@contextlib.asynccontextmanager
async def _edited(histories: list[History], seed: int) -> AsyncIterator[None]:
    """Let everybody edit while the block runs, and wait until each is answered."""
    stopped = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number, history in enumerate(histories):
            for person in history.people(f"{seed}/{number}", stopped):
                group.create_task(person)
        await _advance(histories, 5)
        yield
        await _advance(histories, 5)
        stopped.set()


async def _advance(histories: list[History], count: int) -> None:
    """Wait until everybody was answered so many times more."""
    wanted = [{surface: done + count for surface, done in history.answered.items()} for history in histories]

    async def probe() -> bool:
        pairs = zip(histories, wanted, strict=True)
        return all(history.answered[surface] >= least for history, all_ in pairs for surface, least in all_.items())

    await eventually(probe, within=LOST + 20, what=f"{count} more answers to everybody")


async def _answers(stack: Stack, guild: Guild) -> dict[str, Any]:
    """Return what each request of a guild was answered, as it was stored with its effect."""
    rows = await stack.rows("SELECT request_id, answer FROM audio.request WHERE guild_id = $1", int(guild.id))
    return {str(row["request_id"]): unpack(row["answer"]) for row in rows}


async def _paused(stack: Stack, guild: Guild) -> tuple[str, str]:
    _, body = await stack.rest("GET", f"/v1/guilds/{guild.id}/player")
    return body["player"]["status"], body["player"]["current"]["track"]["title"]


@pytest.mark.parametrize(
    ("changed", "shown", "found"),
    [
        ({}, ["7", "5", "6"], ""),
        ({"version": 9}, ["7", "5", "6"], "acknowledged and lost"),
        ({"request_id": "another"}, ["7", "5", "6"], "acknowledged and lost"),
        ({"outcome": Outcome.REFUSED, "version": 0}, ["7", "5", "6"], "refused and done"),
        ({"request_id": "two", "version": 0}, ["7", "5", "6"], "versions"),
        ({}, ["7", "5"], "not as replayed"),
        ({}, ["7", "5", "6", "6"], "not as replayed"),
        ({}, ["5", "6", "7"], "not as replayed"),
    ],
)
def test_what_is_wrong_in_a_history_is_found(changed: dict[str, Any], shown: list[str], found: str) -> None:
    answers = {
        request_id: AddQueueItemsResponse(player=Player(version=version), first_item_id=item, count=count)
        for request_id, version, item, count in (("one", 1, 5, 2), ("two", 2, 7, 1))
    }
    edits = [
        replace(Edit("add", (1, 2), request_id="one", outcome=Outcome.DONE, version=1), **changed),
        Edit("add", (1, 2), next=True, request_id="two", outcome=Outcome.DONE, version=2),
    ]

    assert wrong(edits, answers, shown).startswith(found)
    assert bool(wrong(edits, answers, shown)) == bool(found)
