"""When panels are shown, in memory: in which order, how often, and where."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.app import _WORDS
from gateway.domain.cards.base import Card
from gateway.domain.guild_settings import DEFAULTS, GuildSettings
from gateway.domain.panel import ChannelLostError, Deed, MessageGoneError, Owner, Panel
from gateway.domain.player import Item, Page, Player, Status, Track
from gateway.panels import Panels
from gateway.playback import Playback
from gateway.words import Words
from kit.errors import Reason, Refused

GUILD, CHANNEL, MESSAGE, OWNER, HOME = 1, 2, 3, 4, 5
ITEM = Item(9, Track("Song"), 7)
MOVED_ON = ["The player goes on in a newer message."]


class Rows:
    """Panels in memory."""

    def __init__(self, panel: Panel | None) -> None:
        self.panel = panel
        self.past: list[Panel] = []
        self.lost: set[int] = set()

    async def find(self, guild_id: int) -> Panel | None:
        return self.panel

    async def begin(self, panel: Panel) -> None:
        known = {one.message_id: one for one in (self.panel, panel) if one}
        self.panel = known.pop(max(known))
        self.past = [one for one in self.past if one.message_id != self.panel.message_id] + list(known.values())

    async def former(self, guild_id: int) -> list[Panel]:
        return list(self.past)

    async def end(self, panel: Panel) -> None:
        self.past.append(panel)

    async def ended(self, panel: Panel) -> None:
        self.past = [one for one in self.past if one.message_id != panel.message_id]

    async def guilds(self) -> list[int]:
        return [GUILD]

    async def keep(self, before: Panel, panel: Panel) -> None:
        if self._is(before):
            self.panel = panel

    async def forget(self, panel: Panel) -> None:
        if self._is(panel):
            self.panel = None

    def _is(self, panel: Panel) -> bool:
        return self.panel is not None and self.panel.message_id == panel.message_id

    async def overwrite(self, guild_id: int, message_id: int, version: int, deed: Deed | None) -> bool:
        return False

    async def lose(self, channel_id: int) -> bool:
        is_new = channel_id not in self.lost
        self.lost.add(channel_id)
        return is_new

    async def regain(self, channel_id: int) -> None:
        self.lost.discard(channel_id)

    async def is_lost(self, channel_id: int) -> bool:
        return channel_id in self.lost


class Channel:
    """A channel that refuses what it is told to, and where time passes by sleeping only."""

    def __init__(self) -> None:
        self.edits: list[tuple[float, list[str]]] = []
        self.posts: list[tuple[int, list[str]]] = []
        self.deleted: list[int] = []
        self.told: list[str] = []
        self.refusals: list[Exception] = []
        self.buried = False
        self.time = 0.0
        self.spawned: list[asyncio.Future[None]] = []
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)

    async def post(self, channel_id: int, card: Card) -> int:
        self._refuse()
        self.posts.append((channel_id, lines(card)))
        return MESSAGE + len(self.posts)

    async def edit(self, channel_id: int, message_id: int, card: Card) -> None:
        self.asked.set()
        await self.open.wait()
        self._refuse()
        self.edits.append((self.time, lines(card)))

    async def delete(self, channel_id: int, message_id: int) -> None:
        self.deleted.append(message_id)

    async def is_buried(self, channel_id: int, message_id: int) -> bool:
        return self.buried

    async def owner(self, guild_id: int) -> Owner:
        return Owner(OWNER, "A *place*")

    async def tell(self, user_id: int, card: Card) -> None:
        assert user_id == OWNER
        self.told.append(card.text)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds


class Waiting:
    """A queue of one item."""

    async def page(self, guild_id: int, token: str, limit: int) -> Page[Item]:
        return Page([Item(10, Track("Next one"), 7)])


class Players:
    """A player that changes no more."""

    async def get(self, guild_id: int) -> Player:
        return player(2)


def lines(card: Card) -> list[str]:
    """List what one reads in a card."""
    return [line for section in card.sections for line in section.text.splitlines()]


def panels(
    channel: Channel,
    panel: Panel | None,
    chosen: GuildSettings = DEFAULTS,
    rows: Rows | None = None,
    players: Any = None,
) -> tuple[Panels, Rows]:
    """Make panels of a channel."""
    rows, say = rows or Rows(panel), Words.read(_WORDS)
    queues: Any = Waiting()
    players = players or Players()
    playback = Playback(players, queues, players)
    made = Panels(
        rows,
        channel,
        playback,
        lambda _: chosen,
        lambda _: say,
        knows=lambda _: False,
        now=lambda: channel.time,
        sleep=channel.sleep,
        spawn=lambda work, _: channel.spawned.append(asyncio.ensure_future(work)),
    )
    return made, rows


def player(version: int, item: Item | None = ITEM) -> Player:
    """Make a player; its version is told as the length of its queue."""
    return Player(Status.PLAYING, 5, item, queue_length=version, version=version)


def waiting(shown: list[str]) -> int:
    """Read the length of the queue, which is the version that was shown."""
    return next(int(line.split()[0].replace(",", "")) for line in shown if "tracks wait" in line)


async def test_of_many_changes_at_once_the_first_and_the_newest_are_shown_a_moment_apart() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await asyncio.gather(*(made.show(GUILD, player(version)) for version in (2, 5, 3, 4)))

    assert [(time, waiting(shown)) for time, shown in channel.edits] in ([(0.0, 5)], [(0.0, 2), (1.25, 5)])
    await made.show(GUILD, player(6))
    assert channel.edits[-1][0] >= 1.25
    assert rows.panel
    assert rows.panel.version == 6


async def test_what_is_shown_already_or_is_older_is_not_shown_again() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 5))

    await made.show(GUILD, player(5))
    await made.show(GUILD, player(4), Deed(7, "Skip"))

    assert channel.edits == []


async def test_a_deed_stays_until_the_next_one() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.show(GUILD, player(2), Deed(7, "Skip"))
    await made.show(GUILD, player(3))
    await made.show(GUILD, player(4), Deed(8, "Anything"))

    assert [shown[-1] for _, shown in channel.edits] == [
        *["<@7> asked for the next track."] * 2,
        "<@8> changed something.",
    ]


async def test_a_deed_that_is_told_while_the_same_version_is_being_shown_is_not_lost() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.open.clear()
    first = asyncio.create_task(made.show(GUILD, player(2)))
    await channel.asked.wait()
    second = asyncio.create_task(made.show(GUILD, player(2), Deed(7, "Skip")))
    await asyncio.sleep(0)
    channel.open.set()
    await asyncio.gather(first, second)

    assert channel.edits[-1][1][-1] == "<@7> asked for the next track."


async def test_a_lost_channel_is_asked_once_and_its_owner_told_once() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.show(GUILD, player(2))
    await made.show(GUILD, player(3))

    assert (rows.panel, channel.edits, channel.posts, channel.refusals) == (None, [], [], [])
    assert [told.split(". ")[0] for told in channel.told] == [r"I can no longer show the player in <#2> of A \*place\*"]


async def test_where_a_guild_has_a_channel_for_it_the_panel_is_there_for_music_from_anywhere() -> None:
    channel = Channel()
    made, rows = panels(channel, None, GuildSettings(music_channel_id=HOME))

    await made.show(GUILD, player(2))
    await made.show(GUILD, player(3))

    assert [where for where, _ in channel.posts] == [HOME]
    assert [waiting(shown) for _, shown in channel.edits] == [3]
    assert rows.panel
    assert (rows.panel.channel_id, rows.panel.message_id, rows.panel.version) == (HOME, MESSAGE + 1, 3)


async def test_a_lost_channel_of_a_guild_is_tried_once_and_answers_are_panels_again() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    made, _ = panels(channel, None, GuildSettings(music_channel_id=HOME))
    elsewhere = lines(await made.answer(GUILD, CHANNEL, player(2)))

    for version in (2, 3, 4):
        await made.show(GUILD, player(version))
    answer = await made.answer(GUILD, CHANNEL, player(4))

    assert elsewhere[-1] == "The player is in <#5>."
    assert (channel.posts, len(channel.told)) == ([], 1)
    assert answer.rows


async def test_a_panel_that_people_wrote_over_is_posted_below_with_the_next_track() -> None:
    channel = Channel()
    channel.buried = True
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1, item_id=ITEM.id))

    await made.show(GUILD, player(2))
    same = list(channel.posts)
    await made.show(GUILD, player(3, Item(10, Track("Next"), 7)))
    channel.buried = False
    await made.show(GUILD, player(4, Item(11, Track("Last"), 7)))

    assert (same, [waiting(shown) for _, shown in channel.posts], channel.deleted) == ([], [3], [MESSAGE])
    assert [waiting(shown) for _, shown in channel.edits] == [2, 4]
    assert rows.panel
    assert rows.panel.message_id == MESSAGE + 1


async def test_a_click_that_comes_late_leaves_no_second_panel() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))
    await made.begin(GUILD, CHANNEL, MESSAGE + 7, 2)
    await asyncio.gather(*channel.spawned)

    await made.clicked(GUILD, CHANNEL, MESSAGE, await made.draw(GUILD, player(2)))
    await asyncio.gather(*channel.spawned)

    assert [shown for _, shown in channel.edits] == [MOVED_ON] * 2
    assert rows.panel
    assert rows.panel.message_id == MESSAGE + 7


async def test_what_is_shown_in_a_panel_while_another_takes_over_comes_before_it_says_so() -> None:
    channel = Channel()
    made, _ = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.open.clear()
    showing = asyncio.create_task(made.show(GUILD, player(2)))
    await channel.asked.wait()
    await made.begin(GUILD, CHANNEL, MESSAGE + 7, 2)
    await asyncio.sleep(0)
    channel.open.set()
    await asyncio.gather(showing, *channel.spawned)

    assert [shown == MOVED_ON for _, shown in channel.edits] == [False, True]


async def test_an_older_answer_that_comes_late_does_not_take_the_panel_over() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE + 7, 2))

    await made.begin(GUILD, CHANNEL, MESSAGE, 1)
    await asyncio.gather(*channel.spawned)

    assert [shown for _, shown in channel.edits] == [MOVED_ON]
    assert rows.panel
    assert (rows.panel.message_id, rows.past) == (MESSAGE + 7, [])


async def test_a_click_on_anything_else_is_no_panels_concern() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    await made.clicked(GUILD, CHANNEL, MESSAGE + 7, Card("a page of the history"))

    assert (rows.past, channel.spawned) == ([], [])


async def test_a_panel_ends_although_the_process_that_was_to_end_it_was_killed() -> None:
    channel = Channel()
    before, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))
    await before.begin(GUILD, CHANNEL, MESSAGE + 7, 2)
    channel.spawned.pop().cancel()

    after, _ = panels(channel, None, rows=rows)
    await after.recover(lambda _: True)

    assert [shown for _, shown in channel.edits] == [MOVED_ON]
    assert rows.past == []


async def test_of_many_panels_that_end_at_once_one_says_so_and_the_others_go() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))
    for number in range(1, 5):
        await made.begin(GUILD, CHANNEL, MESSAGE + number, 2)

    await asyncio.gather(*channel.spawned)

    assert (len(channel.edits), sorted(channel.deleted), rows.past) == (1, [MESSAGE + 1, MESSAGE + 2, MESSAGE + 3], [])


async def test_while_discord_is_away_nothing_is_taken_for_shown() -> None:
    channel = Channel()
    channel.refusals = [Refused(Reason.UNAVAILABLE, part="discord")]
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    with pytest.raises(Refused):
        await made.show(GUILD, player(2), Deed(7, "Skip"))
    assert rows.panel
    assert rows.panel.version == 1
    await made.show(GUILD, player(2))

    assert [shown[-1] for _, shown in channel.edits] == ["<@7> asked for the next track."]


async def test_a_deleted_panel_is_posted_again_but_not_to_say_that_it_is_over() -> None:
    channel = Channel()
    made, rows = panels(channel, Panel(GUILD, CHANNEL, MESSAGE, 1))

    channel.refusals = [MessageGoneError()]
    await made.show(GUILD, player(2))
    assert rows.panel
    assert (rows.panel.message_id, rows.panel.version) == (MESSAGE + 1, 2)
    channel.refusals = [MessageGoneError()]
    await made.show(GUILD, player(3, None))

    assert await rows.find(GUILD) is None
    assert len(channel.posts) == 1
