"""How soon people are answered who command at a steady rate: by Segue, then by Red. Tracks are paused until `pause`."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import defaultdict
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from bench.measuring import Row, milliseconds, ratio
from bench.outages import quiet
from bench.red import absent, playing, red_alone
from tests.e2e.stack import Stack, eventually
from tests.simulator import raw

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from bench.measuring import Samples
    from tests.e2e.discord import Discord, Guild
    from tests.simulator.conftest import Simulator

T = TypeVar("T")
Kind: TypeAlias = "tuple[str, int]"  # a command, and how often it is given
GUILDS = 25
RATES = {1: 5, 10: 3, 50: 3}  # commands a second, and for how many seconds
COMMANDS: dict[str, tuple[dict[str, Any], str]] = {  # with Segue's options, and as Red takes them
    "play": ({"query": "minutes"}, "play minutes.wav"),
    "queue": ({}, "queue"),
    "nowplaying": ({}, "now"),
    "volume": ({"percent": 100}, "volume 100"),
    "seek": ({"position": "1:00"}, "seek 1"),
    "pause": ({}, "pause"),
    "skip": ({}, "skip"),
}
BY_TURNS = {"pause": ("resume", "pause")}  # what one command of Red's does to what is paused; from here on it sounds
PATIENCE = 60.0  # seconds until the last answer


async def measure(home: Path, music: Path) -> list[Row]:
    """Give each command at each rate. Discord's side takes the times; nobody acknowledges a text command."""
    segue = await _segue(home, music)
    if missing := absent():
        return [*(_row(kind, samples, None) for kind, samples in segue.items()), *missing]
    red = await _red(home.with_name("red"), music)
    return [_row(kind, samples, red[kind]) for kind, samples in segue.items()]


async def _segue(home: Path, music: Path) -> Mapping[Kind, tuple[Samples, Samples]]:
    async with Stack(home, music) as stack:
        guilds = [await quiet(stack, f"Guild {number}") for number in range(GUILDS)]
        found = {}
        for name, (options, _) in COMMANDS.items():
            turns = {guild: itertools.cycle(BY_TURNS.get(name, (name,))) for guild in guilds}

            async def ask(guild: Guild, turns: Any = turns, options: dict[str, Any] = options) -> Any:
                return await _command(stack.discord, guild, next(turns[guild]), options)

            for rate in RATES:
                answers = await _at(rate, guilds, ask)
                found[name, rate] = _seconds(answers, "ackMs"), _seconds(answers, "answerMs")
        return found


async def _command(discord: Discord, guild: Guild, name: str, options: dict[str, Any]) -> Any:
    """Type a command and return its answer: an empty one when the bot did not answer in time."""
    body = {"guildId": guild.id, "channelId": guild.text, "userId": guild.owner, "name": name, "options": options}
    async with discord.http.post(f"{discord.url}/sim/v1/commands", json=body) as response:
        return await response.json() if response.status == HTTPStatus.OK else {}


def _seconds(answers: Sequence[Any], name: str) -> list[float]:
    return [answer[name] / 1_000 if answer else math.inf for answer in answers]


async def _red(home: Path, music: Path) -> Mapping[Kind, Samples]:
    async with red_alone(home, music) as (simulator, red), _listening(simulator) as heard:
        guilds = [await playing(red, f"Guild {number}") for number in range(GUILDS)]
        for guild in guilds:
            await red.ask(guild, "pause")
        found = {}
        for name, (_, typed) in COMMANDS.items():

            async def ask(guild: Guild, words: str = typed) -> int:
                return await red.write(guild, words)

            for rate in RATES:
                heard.clear()
                asked = await _at(rate, guilds, ask)
                found[name, rate] = await _answered(heard, len(asked))
        return found


async def _at(rate: int, guilds: Sequence[Guild], ask: Callable[[Guild], Awaitable[T]]) -> list[T]:
    """Ask at a rate, whether the answers come or not; each guild in its turn."""
    start = asyncio.get_running_loop().time()

    async def one(number: int) -> T:
        await asyncio.sleep(start + number / rate - asyncio.get_running_loop().time())
        return await ask(guilds[number % len(guilds)])

    return await asyncio.gather(*(one(number) for number in range(rate * RATES[rate])))


@asynccontextmanager
async def _listening(simulator: Simulator) -> AsyncIterator[list[Any]]:
    """List the messages that are sent, as a second session of the bot is told of them: Red deletes some."""
    heard: list[Any] = []
    async with raw.gateway(simulator) as socket:
        await raw.identify(socket, raw.GUILDS | raw.MESSAGES)

        async def listen() -> None:
            async for message in socket.socket:
                told = message.json()
                if told["t"] == "MESSAGE_CREATE":
                    heard.append(told["d"])

        task = asyncio.create_task(listen())
        yield heard
        task.cancel()


async def _answered(heard: list[Any], count: int) -> list[float]:
    """Wait for the answers, and return how long each took: by the times in the messages' ids, in order per channel.

    None at all where one is missing after so long: of the others it is not known what they answer.
    """

    async def complete() -> bool:
        return sum(bool(message["author"].get("bot")) for message in heard) >= count

    try:
        await eventually(complete, within=PATIENCE, what=f"{count} answers")
    except AssertionError:
        return []
    times: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for message in heard:
        times[message["channel_id"], bool(message["author"].get("bot"))].append(int(message["id"]) >> 22)
    return [
        (answer - asked) / 1_000
        for channel in {channel for channel, _ in times}
        for asked, answer in zip(times[channel, False], times[channel, True], strict=True)
    ]


def _row(kind: Kind, segue: tuple[Samples, Samples], red: Samples | None) -> Row:
    acknowledged, answered = segue
    what = f"/{kind[0]} at {kind[1]}/s: acknowledged, answered; by Red; ratio of the answers"
    told = f"{_told(acknowledged)}, {_told(answered)}"
    if red is None:
        return Row(what, told)
    return Row(what, f"{told}; {_told(red)} ms; {ratio(answered, red)}" if red else f"{told}; not all answered")


def _told(samples: Samples) -> str:
    return f"{milliseconds(samples):.0f}/{milliseconds(samples, 0.99):.0f}"
