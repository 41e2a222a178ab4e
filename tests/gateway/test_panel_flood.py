"""A day of storms of events never makes Discord refuse an edit, and after each storm every panel is true."""

from __future__ import annotations

import asyncio
import itertools
import random
import selectors
from collections import defaultdict, deque
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gateway.app import _WORDS
from gateway.domain.guild_settings import DEFAULTS
from gateway.domain.panel import Deed, MessageGoneError, Panel
from gateway.domain.player import Item, Player, Status, Track
from gateway.panels import Panels
from gateway.playback import Playback
from gateway.words import Words
from tests.gateway.test_panel_rules import Channel, Rows, Waiting, lines, waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.cards.base import Card

DAY, STORMS = 86_400.0, 60
TAKEN, WITHIN = 5, 5.0  # edits that Discord takes of a channel, within so many seconds
GUILDS = (1, 2, 3)


class Leaping(selectors.SelectSelector):
    """Leaps over the time that a loop would wait."""

    time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "all wait for something that never comes"
        self.time += timeout
        return super().select(0)


def leaping() -> asyncio.AbstractEventLoop:
    """Make an event loop whose time passes in leaps."""
    selector = Leaping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.time  # type: ignore[method-assign]  # that is how long its timers take
    return loop


class Strict(Channel):
    """Channels that take as many edits as Discord's, at any pace of the network, and lose a message now and then."""

    def __init__(self, now: Callable[[], float], chance: random.Random) -> None:
        super().__init__()
        self.now, self.chance = now, chance
        self.taken: defaultdict[int, deque[float]] = defaultdict(deque)
        self.refused = 0
        self.ids = itertools.count(1_000)
        self.shown: dict[int, list[str]] = {}

    async def post(self, channel_id: int, card: Card) -> int:
        await asyncio.sleep(self.chance.random())
        self.posts.append((channel_id, lines(card)))
        message_id = next(self.ids)
        self.shown[message_id] = lines(card)
        return message_id

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        await asyncio.sleep(self.chance.random())
        taken = self.taken[channel_id]
        while taken and taken[0] <= self.now() - WITHIN:
            taken.popleft()
        self.refused += len(taken) >= TAKEN
        taken.append(self.now())
        if self.chance.random() < 0.01:
            raise MessageGoneError
        self.edits.append((self.now(), lines(card)))
        self.shown[message_id] = lines(card)

    async def is_buried(self, channel_id: int, message_id: int) -> bool:
        return self.chance.random() < 0.5


class Playing:
    """The players as they are at each moment."""

    def __init__(self) -> None:
        self.now = {guild: Player(Status.PLAYING, 5, Item(1, Track("Song"), 7), version=1) for guild in GUILDS}

    async def get(self, guild_id: int) -> Player:
        return self.now[guild_id]

    def change(self, guild_id: int, *, track: bool) -> Player:
        before = self.now[guild_id]
        version = before.version + 1
        item = Item(version, Track("Song"), 7) if track else before.current
        self.now[guild_id] = replace(before, version=version, queue_length=version, current=item)
        return self.now[guild_id]


class Storm:
    """All that happens, at random moments."""

    def __init__(self, seed: int) -> None:
        self.chance, self.playing, self.now = random.Random(seed), Playing(), asyncio.get_running_loop().time
        self.discord = Strict(self.now, self.chance)
        self.rows = {guild: Rows(Panel(guild, guild, guild, 1, item_id=1)) for guild in GUILDS}
        queues: Any = Waiting()
        players: Any = self.playing
        playback, say = Playback(players, queues, players), Words.read(_WORDS)
        self.panels = {
            guild: Panels(
                rows,
                self.discord,
                playback,
                lambda _: DEFAULTS,
                lambda _: say,
                knows=lambda _: False,
                now=self.now,
                sleep=asyncio.sleep,
                spawn=lambda work, _: self.tasks.append(asyncio.ensure_future(work)),
            )
            for guild, rows in self.rows.items()
        }
        self.tasks: list[asyncio.Future[object]] = []

    def event(self) -> None:
        """Change a player and tell of it; at times somebody asks what plays."""
        guild = self.chance.choice(GUILDS)
        player = self.playing.change(guild, track=self.chance.random() < 0.2)
        panels, deed = self.panels[guild], Deed(7, "Skip") if self.chance.random() < 0.5 else None
        self.tasks.append(asyncio.ensure_future(panels.show(guild, player, deed)))
        if self.chance.random() < 0.05:
            asked = next(self.discord.ids)
            self.discord.shown[asked] = [f"{player.version} tracks wait"]
            self.tasks.append(asyncio.ensure_future(panels.begin(guild, guild, asked, player.version)))

    async def rage(self, begin: float) -> None:
        """Let many events come within a few seconds, then calm down."""
        length = self.chance.uniform(1.0, 20.0)
        moments = sorted(begin + self.chance.uniform(0.0, length) for _ in range(self.chance.randrange(20, 200)))
        for moment in moments:
            await asyncio.sleep(moment - self.now())
            self.event()
        while self.tasks:
            await self.tasks.pop()


async def day(seed: int) -> None:
    """Let a day pass."""
    storm = Storm(seed)
    for number in range(STORMS):
        await storm.rage(number * DAY / STORMS)

        for guild in GUILDS:
            panel, player = storm.rows[guild].panel, storm.playing.now[guild]
            assert panel
            assert panel.version == player.version
            assert waiting(storm.discord.shown[panel.message_id]) == player.version
    assert storm.discord.refused == 0
    assert len(storm.discord.edits) > STORMS


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_of_storms_earns_no_refusal_and_leaves_every_panel_true(seed: int) -> None:
    with closing(leaping()) as loop:
        loop.run_until_complete(day(seed))
