"""The commands are those that people were promised: a change here is a change of the promise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.gateway.catalogue import document, leaves, usage
from tests.gateway.test_panels import as_bot

if TYPE_CHECKING:
    from tests.gateway.conftest import House

PAGE = Path(__file__).parents[2] / "docs/commands.md"
PROMISED = """
/play query [placement] [source]
/search query [source] [placement]
/playfile file [placement]
menu of a message: Play this
/import [placement]
/pause
/resume
/skip [to]
/previous
/stop
/seek position
/replay
/nowplaying
/lyrics
/queue
/history [mine]
/remove [item] [to] [member] [duplicates] [absent] [words]
/move item [before]
/sort by
/shuffle [keep]
/clear
/undo
/redo
/loop mode [times]
/volume percent
/filter preset name
/filter speed percent [pitch]
/filter equalizer [bass] [middle] [treble]
/filter use name
/filter save name
/filter delete name
/autoplay mode [playlist]
/join
/leave
/dj [person]
/playlist create name [server]
/playlist play playlist [placement]
/playlist add playlist [query]
/playlist list
/playlist show playlist
/playlist save playlist
/playlist remove playlist item
/playlist delete playlist
/playlist rename playlist name
/playlist share playlist [member]
/playlist unshare playlist [member]
/playlist export playlist
/playlist import [file] [playlist]
/favorite
/settings
/schedule create channel time zone [kind] [text]
/schedule list
/schedule pause schedule
/schedule resume schedule
/schedule remove schedule
/stats [who] [period]
/preferences [language] [private] [source] [history]
/lastfm link
/lastfm unlink
/privacy show
/privacy export
/privacy delete
/help
"""


async def test_discord_offers_what_was_promised_and_nothing_else(house: House) -> None:
    bot = (await house.simulator.call("GET", "/world"))["bot"]["id"]
    offered = await as_bot(house, "GET", f"/applications/{bot}/commands")

    assert sorted(usage(*leaf) for leaf in leaves(offered)) == sorted(PROMISED.strip().splitlines())


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert PAGE.read_text() == document(), "run `make gen`"
