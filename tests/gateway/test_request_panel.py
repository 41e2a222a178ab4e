"""Where people just type what they want to hear, the panel stands whether something plays or not, and alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway.domain.guild_settings import GuildSettings
from gateway.domain.panel import ChannelLostError, Panel
from tests.gateway.test_panel_rules import CHANNEL, GUILD, HOME, ITEM, MESSAGE, Channel, Rows, panels, player

if TYPE_CHECKING:
    from gateway.domain.player import Player
    from gateway.panels import Panels

IDLE = (
    f"Nothing plays. Type the name of a song in <#{HOME}>, paste a link or upload a file: "
    "I play it in your voice channel."
)
CHOSEN = GuildSettings(request_channel_id=HOME, music_channel_id=CHANNEL)


class Players:
    """One player."""

    def __init__(self, shown: Player) -> None:
        self.shown = shown

    async def get(self, guild_id: int) -> Player:
        return self.shown


def made(channel: Channel, panel: Panel | None, shown: Player) -> tuple[Panels, Rows]:
    """Make panels of a guild whose player is this."""
    return panels(channel, panel, CHOSEN, players=Players(shown))


async def test_it_is_posted_there_once_and_says_what_to_do() -> None:
    channel = Channel()
    found, rows = made(channel, None, player(1, None))
    await found.settle(GUILD)
    await found.settle(GUILD)

    assert channel.posts == [(HOME, [IDLE])]
    assert rows.panel == Panel(GUILD, HOME, MESSAGE + 1, 1)


async def test_what_stood_elsewhere_says_that_it_goes_on_there() -> None:
    channel = Channel()
    found, rows = made(channel, Panel(GUILD, CHANNEL, MESSAGE, 1), player(1))
    await found.settle(GUILD)

    assert [where for where, _ in channel.posts] == [HOME]
    assert [shown for _, shown in channel.edits] == [["The player goes on in a newer message."]]
    assert rows.panel
    assert (rows.panel.channel_id, rows.panel.item_id) == (HOME, ITEM.id)


async def test_it_stays_when_the_music_stops_and_is_used_again() -> None:
    channel = Channel()
    found, rows = made(channel, Panel(GUILD, HOME, MESSAGE, 1, item_id=ITEM.id), player(1))
    await found.show(GUILD, player(2, None))
    await found.show(GUILD, player(3))

    (idle, _), posts = [shown for _, shown in channel.edits], channel.posts
    assert (idle, posts) == ([IDLE], [])
    assert rows.panel
    assert rows.panel.message_id == MESSAGE


async def test_when_people_wrote_over_it_while_nothing_played_it_is_posted_below_with_the_first_song() -> None:
    channel = Channel()
    channel.buried = True
    found, _ = made(channel, Panel(GUILD, HOME, MESSAGE, 1), player(1, None))
    await found.show(GUILD, player(2))

    assert ([where for where, _ in channel.posts], channel.deleted) == ([HOME], [MESSAGE])


async def test_an_answer_that_goes_on_as_the_panel_leaves_no_older_one_behind() -> None:
    channel = Channel()
    found, rows = made(channel, Panel(GUILD, HOME, MESSAGE, 1), player(1))
    await found.begin(GUILD, HOME, MESSAGE + 7, 2)
    await asyncio.gather(*channel.spawned)

    assert (channel.deleted, channel.edits) == ([MESSAGE], [])
    assert rows.panel
    assert rows.panel.message_id == MESSAGE + 7


async def test_it_goes_when_the_channel_is_given_up_unless_music_plays() -> None:
    channel = Channel()
    playing = Panel(GUILD, HOME, MESSAGE, 1, item_id=ITEM.id)
    found, rows = made(channel, playing, player(1))
    await found.leave(GUILD, HOME)
    kept, rows.panel = rows.panel, Panel(GUILD, HOME, MESSAGE, 1)
    await found.leave(GUILD, CHANNEL)
    await found.leave(GUILD, HOME)

    assert (kept, channel.deleted) == (playing, [MESSAGE])
    assert await rows.find(GUILD) is None


async def test_a_channel_that_cannot_be_written_in_is_told_once_to_the_owner() -> None:
    channel = Channel()
    channel.refusals = [ChannelLostError()]
    found, rows = made(channel, None, player(1, None))
    await found.settle(GUILD)
    await found.settle(GUILD)

    assert (rows.panel, channel.posts, len(channel.told)) == (None, [], 1)
