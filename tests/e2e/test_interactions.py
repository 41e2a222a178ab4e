"""Ten people use everything there is in three guilds, while the gateway to Discord breaks in every way it can.

`INTERACTIONS` says how many they begin, `INTERACTIONS_SEED` the seed of what they do and what befalls them.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import os
import re
import signal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.crowd import gathered, within
from tests.e2e.stack import Stack, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.e2e.crowd import Crowd, Room

_log = logging.getLogger(__name__)
SEED, COUNT = int(os.environ.get("INTERACTIONS_SEED", "1")), int(os.environ.get("INTERACTIONS", "500"))
GUILDS, PEOPLE = 3, 10
GATEWAYS = ("gateway", "gateway-2")
SHARED = {"SEGUE_INSTANCES": "gateway=2", "SIMULATOR_SHARDS": "2"}
LOOKS = 4  # times that panels are compared with their players
EVERY = 25  # interactions between two faults
SETTLED = 30.0  # seconds
AHEAD = 25  # items that a panel lets one jump to
AFTER = {"OFF": "TRACK", "TRACK": "QUEUE", "QUEUE": "OFF"}  # what the loop button changes to
IDENTIFY_MS = 5_000  # Discord lets a bot identify once in this time
KILL, PAUSE = {"kind": "kill"}, {"kind": "pause"}
NEW_SESSION: dict[str, Any] = {"kind": "invalid_session"}
FAULTS: list[dict[str, Any]] = [
    *({"kind": "gateway_close", "code": code} for code in (4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009)),
    {"kind": "gateway_reconnect", "count": 2},
    {"kind": "invalid_session", "resumable": True},
    NEW_SESSION,
    {"kind": "rest_429", "retryAfterMs": 400, "durationMs": 900},
    {"kind": "rest_429", "retryAfterMs": 400, "durationMs": 900, "global": True},
    {"kind": "rest_429", "retryAfterMs": 900, "count": 6},
    *({"kind": "rest_5xx", "code": code, "durationMs": 300} for code in (500, 502, 503, 504)),
    {"kind": "rest_slow", "delayMs": 700, "count": 20},
    {"kind": "voice_close", "code": 4006},
    {"kind": "voice_close", "code": 4015},
    {"kind": "voice_server_move"},
    KILL,
    KILL,
    PAUSE,
]

pytestmark = pytest.mark.timeout(900)


async def test_everybody_is_answered_and_every_panel_is_true_whatever_befalls_the_gateway(
    tmp_path: Path, music: Path
) -> None:
    chance = Random(SEED)
    async with Stack(tmp_path, music, SHARED) as stack:
        await eventually(partial(shared, stack), within=30, what="each gateway holds a shard")
        crowd, people = await gathered(stack.discord, chance, guilds=GUILDS, people=PEOPLE)
        befalling = Befalling(stack, crowd, chance)
        shown = 0
        for look in range(1, LOOKS + 1):
            async with asyncio.TaskGroup() as group:
                for person in people:
                    group.create_task(person.live(COUNT * look // LOOKS))
                group.create_task(befalling.until(COUNT * look // LOOKS))
            await eventually(stack.is_healthy, within=30, what="the system is healthy again")
            for room in crowd.rooms:
                shown += await settled(stack, room)

        seen = dict(crowd.asked), dict(crowd.not_let), befalling.happened, len(befalling.cut_off), shown
        _log.info("seed %d: asked %s, not let %s, %d faults, %d cut off, %d panels", SEED, *seen)
        unanswered = [one for one in await befalling.unanswered() if one not in befalling.cut_off]
        assert not unanswered, f"seed {SEED}: {[crowd.told.get(one, one) for one in unanswered]}"
        conduct = await stack.discord.get("/conduct")
        assert conduct["invalidRequests"] == conduct["causedInvalidRequests"], f"seed {SEED}"
        begun = conduct["identifiedAtMs"]
        assert all(later - earlier >= IDENTIFY_MS for earlier, later in itertools.pairwise(begun)), begun
    assert not (found := list(troubles(tmp_path / "logs"))), f"seed {SEED}: {found}"


async def shared(stack: Stack) -> bool:
    """Tell whether each gateway is connected."""
    return {*(await stack.holders()).values()} == {*GATEWAYS}


class Befalling:
    """What befalls the gateway, one thing after the other, each of them before any comes again."""

    def __init__(self, stack: Stack, crowd: Crowd, chance: Random) -> None:
        self._stack, self._crowd, self._chance = stack, crowd, chance
        self._left: list[dict[str, Any]] = []
        self._next = EVERY
        self.happened = 0
        self.cut_off: set[str] = set()
        """What was asked for, and not yet acknowledged, when a gateway was killed: it could not be written down."""

    async def until(self, count: int) -> None:
        """Let things happen until everybody has asked for so many."""
        while (asked := self._crowd.asked.total()) < count:
            if asked >= self._next:
                self._left = self._left or self._chance.sample(FAULTS, len(FAULTS))
                await self._happen(self._left.pop())
                self.happened += 1
                self._next = self._crowd.asked.total() + EVERY
            await asyncio.sleep(0.05)

    async def _happen(self, fault: dict[str, Any]) -> None:
        if fault is KILL:
            await self._kill(self._chance.choice(GATEWAYS))
        elif fault is PAUSE:
            process = self._stack.run["pids"][self._chance.choice(GATEWAYS)]
            os.kill(process, signal.SIGSTOP)
            await asyncio.sleep(1)
            os.kill(process, signal.SIGCONT)
        elif fault is NEW_SESSION:
            async with self._crowd.still(answered=True), self._back():
                await self._stack.discord.post("/faults", fault)
        else:
            await self._stack.discord.post("/faults", fault)

    async def _kill(self, name: str) -> None:
        back = self._back() if await self._is_connected(name) else contextlib.nullcontext()
        async with self._crowd.still(answered=False), back:
            self.cut_off |= {one["id"] for one in await self._listed() if not one["acknowledged"]}
            self.cut_off |= self._crowd.waiting
            await self._stack.kill(name)

    @contextlib.asynccontextmanager
    async def _back(self) -> AsyncIterator[None]:
        """Wait, after what is done, until the bot is connected anew."""
        before = await self._connections()
        yield

        async def probe() -> bool:
            return await self._connections() > before and await self._stack.is_healthy()

        await eventually(probe, within=30, what="the bot is connected again")

    async def _is_connected(self, name: str) -> bool:
        _, told = await self._stack.rest("GET", "/v1/shards")
        return name in {shard["instance"] for shard in told.get("shards", [])}

    async def _connections(self) -> int:
        conduct = await self._stack.discord.get("/conduct")
        return int(conduct["resumed"]) + len(conduct["identifiedAtMs"])

    async def _listed(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await self._stack.discord.get("/unanswered"))["interactions"]
        return listed

    async def unanswered(self) -> list[str]:
        """List what lacks an answer."""
        return [*(one["id"] for one in await self._listed()), *self._crowd.waiting]


async def settled(stack: Stack, room: Room) -> int:
    """Wait until what panels there are in a guild are true; returns their count."""

    async def probe() -> list[Any]:
        listed = [(await stack.discord.get(f"/channels/{text}/messages"))["messages"] for text in room.texts]
        panels = [message for message in itertools.chain(*listed) if "panel-effects" in _controls(message)]
        _, told = await stack.rest("GET", f"/v1/guilds/{room.id}/player")
        _, ahead = await stack.rest("GET", f"/v1/guilds/{room.id}/queue?pageSize={AHEAD}")
        wrong = untrue(panels, told["player"], ahead.get("items", []))
        assert not wrong, f"{wrong}: {panels}, {told}"
        return [panels]

    return len(*await eventually(probe, within=SETTLED, what=f"the panels of guild {room.id} are true"))


def untrue(panels: list[Any], player: dict[str, Any], ahead: list[Any]) -> str:
    """Say what panels show otherwise than their player, and what waits; empty: nothing."""
    if len(panels) > ("current" in player):
        return f"{len(panels)} panels"
    for panel in panels:
        does, words = _controls(panel), json.dumps(panel["components"])
        length, loop = player.get("queueLength", 0), player.get("loopMode", "LOOP_MODE_OFF").removeprefix("LOOP_MODE_")
        shown = {
            "what plays": does["panel-skip"]["custom_id"].endswith(f":{player['current']['itemId']}"),
            "its title": player["current"]["track"]["title"] in words,
            "the state": ("panel-resume" in does) == (player["status"] == "PLAYER_STATUS_PAUSED"),
            "how many wait": length < 2 or re.search(rf"\b{length}\b", words),
            "what waits": _offered(does.get("panel-jump")) == [item["itemId"] for item in ahead],
            "the next": all(f"{place}. {item['track']['title']}" in words for place, item in enumerate(ahead[:3], 1)),
            "the loop": does["panel-loop"]["custom_id"].endswith(f":{AFTER[loop]}"),
        }
        if wrong := [what for what, is_true in shown.items() if not is_true]:
            return f"{wrong} in {panel['id']}"
    return ""


def _controls(message: dict[str, Any]) -> dict[str, Any]:
    """List the buttons and lists of a message by what they do."""
    return {one["custom_id"].split(":")[1]: one for one in within(message["components"]) if "custom_id" in one}


def _offered(control: dict[str, Any] | None) -> list[str]:
    return [option["value"] for option in control["options"]] if control else []


def troubles(logs: Path) -> Iterator[str]:
    """List the lines of logs that tell of an error."""
    for file in sorted(logs.glob("*.log*")):
        for line in file.read_text(errors="replace").splitlines():
            if re.search(r'"level": "(ERROR|CRITICAL)"|Traceback|\b(ERROR|FATAL|PANIC):|\[(error|critical)\]', line):
                yield f"{file.name}: {line}"
