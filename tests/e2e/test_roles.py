"""Every command and every component, used by people of each role: what they may, and what they are told otherwise."""

# ruff: noqa: E501  (a row is a line)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from gateway.app import _COMMANDS
from tests.e2e.acting import ROLES, Scene, gather, leave

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.e2e.stack import Stack

# What is used, and before it, after semicolons, what the server's owner does; then, for each role, what comes of it.
# The music plays, others listen to it, and nobody asks for what is their own. What a row leaves behind the next one finds.
COMMANDS = """
                                                absent  elsewhere  listener  dj   absent-dj  manager  owner
/play query=alpha                             | listen  listen     yes       yes  yes        yes      yes
/play query=alpha placement=now               | listen  listen     vote      yes  yes        yes      yes
/playfile file=song.ogg                       | listen  listen     unread    unread unread   unread   unread
playthis alpha                                | listen  listen     yes       yes  yes        yes      yes
/search query=alpha                           | yes     yes        yes       yes  yes        yes      yes
/import placement=end                         | yes     yes        yes       yes  yes        yes      yes
/pause                                        | listen  listen     yes       yes  yes        yes      yes
/resume ; /pause                              | listen  listen     yes       yes  yes        yes      yes
/skip                                         | listen  listen     yes       yes  yes        yes      yes
/skip to={last}                               | listen  listen     dj        yes  yes        yes      yes
/previous                                     | listen  listen     vote      yes  yes        yes      yes
/stop                                         | listen  listen     yes       yes  yes        yes      yes
/seek position=0:02                           | listen  listen     yes       yes  yes        yes      yes
/replay                                       | listen  listen     yes       yes  yes        yes      yes
/nowplaying                                   | yes     yes        yes       yes  yes        yes      yes
/lyrics                                       | yes     yes        yes       yes  yes        yes      yes
/queue                                        | yes     yes        yes       yes  yes        yes      yes
/history                                      | yes     yes        yes       yes  yes        yes      yes
/remove item={first}                          | listen  listen     own       yes  yes        yes      yes
/history mine=yes                             | yes     yes        yes       yes  yes        yes      yes
/remove item={first} to={last}                | listen  listen     dj        yes  yes        yes      yes
/remove member={listener}                     | listen  listen     dj        yes  yes        yes      yes
/move item={last} before={first}              | listen  listen     dj        yes  yes        yes      yes
/sort by=title                                | listen  listen     dj        yes  yes        yes      yes
/sort by=reverse                              | listen  listen     dj        yes  yes        yes      yes
/shuffle                                      | listen  listen     dj        yes  yes        yes      yes
/clear                                        | listen  listen     dj        yes  yes        yes      yes
/undo ; /shuffle                              | listen  listen     dj        yes  yes        yes      yes
/redo ; /shuffle ; /undo                      | listen  listen     dj        yes  yes        yes      yes
/loop mode=queue                              | listen  listen     dj        yes  yes        yes      yes
/volume percent=80                            | listen  listen     dj        yes  yes        yes      yes
/autoplay mode=on                             | listen  listen     dj        yes  yes        yes      yes
/filter preset name=soft                      | listen  listen     dj        yes  yes        yes      yes
/filter speed percent=120 pitch=90            | listen  listen     dj        yes  yes        yes      yes
/filter equalizer bass=6 treble=-6            | listen  listen     dj        yes  yes        yes      yes
/filter save name=loud ; /filter preset name=soft | listen listen  dj        yes  yes        yes      yes
/filter use name=loud ; /filter preset name=soft ; /filter save name=loud | listen listen dj yes yes yes yes
/filter delete name=loud ; /filter preset name=soft ; /filter save name=loud | listen listen dj yes yes yes yes
/join                                         | listen  listen     yes       yes  voice      voice    voice
/leave                                        | listen  listen     yes       yes  yes        yes      yes
/dj person={listener} ; +session              | listen  listen     dj        yes  yes        yes      yes
/dj ; -session                                | yes     yes        yes       yes  yes        yes      yes
/playlist create name=mine                    | yes     yes        yes       yes  yes        yes      yes
/playlist create name={role} server=yes       | dj      dj         dj        yes  yes        yes      yes
/playlist add playlist=mine query=alpha       | yes     yes        yes       yes  yes        yes      yes
/playlist play playlist=mine                  | listen  listen     yes       yes  yes        yes      yes
/playlist list                                | yes     yes        yes       yes  yes        yes      yes
/playlist show playlist=mine                  | yes     yes        yes       yes  yes        yes      yes
/playlist save playlist=mine                  | yes     yes        yes       yes  yes        yes      yes
/playlist export playlist=mine                | yes     yes        yes       yes  yes        yes      yes
/playlist share playlist=mine                 | yes     yes        yes       yes  yes        yes      yes
/playlist unshare playlist=mine               | yes     yes        yes       yes  yes        yes      yes
/playlist rename playlist=mine name=mine      | yes     yes        yes       yes  yes        yes      yes
/playlist remove playlist=mine item={kept}    | yes     yes        yes       yes  yes        yes      yes
/playlist delete playlist=mine                | yes     yes        yes       yes  yes        yes      yes
/playlist import                              | yes     yes        yes       yes  yes        yes      yes
/playlist import file=songs.txt               | yes     yes        yes       yes  yes        yes      yes
/autoplay mode=on playlist=owner              | manage  manage     manage    manage manage   yes      yes
/autoplay mode=on playlist=-                  | manage  manage     manage    manage manage   yes      yes
/favorite                                     | yes     yes        yes       yes  yes        yes      yes
/settings                                     | hidden  hidden     hidden    hidden hidden   yes      yes
/schedule create channel={text} time=09:30 zone=UTC text=hello | hidden  hidden     hidden    hidden hidden   yes      yes
/schedule list                                | hidden  hidden     hidden    hidden hidden   yes      yes
/schedule pause schedule={schedule}           | hidden  hidden     hidden    hidden hidden   yes      yes
/schedule resume schedule={schedule}          | hidden  hidden     hidden    hidden hidden   yes      yes
/schedule remove schedule={schedule} ; /schedule create channel={text} time=09:30 zone=UTC text=hello | hidden  hidden     hidden    hidden hidden   yes      yes
/stats                                        | yes     yes        yes       yes  yes        yes      yes
/preferences private=no                       | yes     yes        yes       yes  yes        yes      yes
/lastfm link                                  | off     off        off       off  off        off      off
/lastfm unlink                                | yes     yes        yes       yes  yes        yes      yes
/privacy show                                 | yes     yes        yes       yes  yes        yes      yes
/privacy export                               | yes     yes        yes       yes  yes        yes      yes
/privacy delete                               | yes     yes        yes       yes  yes        yes      yes
/help                                         | yes     yes        yes       yes  yes        yes      yes
"""
# A path to each component: a command, then what is pressed, chosen (`=`; `*` is the first choice) or filled in.
COMPONENTS = """
                                                absent  elsewhere  listener  dj   absent-dj  manager  owner
/replay by dj > toggle                        | listen  listen     yes       yes  yes        yes      yes
/replay by dj > skip                          | listen  listen     yes       yes  yes        yes      yes
/replay by dj > wrong                         | yes     yes        yes       yes  yes        yes      yes
/lyrics > lyrics                              | yes     yes        yes       yes  yes        yes      yes
/search query=alpha > choose=*                | listen  listen     yes       yes  yes        yes      yes
/lyrics > lyrics > follow_lyrics              | yes     yes        yes       yes  yes        yes      yes
/queue > queue ; +queue                       | yes     yes        yes       yes  yes        yes      yes
/queue > ask_page ; +queue                    | yes     yes        yes       yes  yes        yes      yes
/queue > ask_page > queue_page page=2 ; +queue | yes    yes        yes       yes  yes        yes      yes
/history > history ; +history                 | yes     yes        yes       yes  yes        yes      yes
/history > choose=* ; +history                | listen  listen     yes       yes  yes        yes      yes
/history > ask_page ; +history                | yes     yes        yes       yes  yes        yes      yes
/history > ask_page > history_page page=2 ; +history | yes yes     yes       yes  yes        yes      yes
/history mine=yes > own_history ; +history    | -       -          -         -    -          -        yes
/history mine=yes > ask_page > own_history_page page=2 ; +history | - - -     -    -          -        yes
/import > import lines=alpha                  | listen  listen     yes       yes  yes        yes      yes
/import > import lines={lines} > cancel_import | listen listen     yes       yes  yes        yes      yes
/nowplaying by dj > panel-previous            | listen  listen     vote      yes  yes        yes      yes
/nowplaying by dj > panel-pause               | listen  listen     yes       yes  yes        yes      yes
/nowplaying by dj > panel-resume ; /pause     | listen  listen     yes       yes  yes        yes      yes
/nowplaying by dj > panel-skip                | listen  listen     yes       yes  yes        yes      yes
/nowplaying by dj > panel-stop                | listen  listen     yes       yes  yes        yes      yes
/nowplaying by dj > panel-shuffle             | listen  listen     dj        yes  yes        yes      yes
/nowplaying by dj > panel-loop                | listen  listen     dj        yes  yes        yes      yes
/nowplaying by dj > panel-autoplay            | listen  listen     dj        yes  yes        yes      yes
/nowplaying by dj > panel-jump=*              | listen  listen     dj        yes  yes        yes      yes
/nowplaying by dj > panel-effects=soft        | listen  listen     dj        yes  yes        yes      yes
/nowplaying by dj > panel-lyrics              | yes     yes        yes       yes  yes        yes      yes
/nowplaying by dj > panel-queue               | yes     yes        yes       yes  yes        yes      yes
/nowplaying by dj > favorite                  | yes     yes        yes       yes  yes        yes      yes
/playlist show playlist=many > playlist ; +queue ; /playlist create name=many server=yes ; /playlist save playlist=many | yes yes yes yes yes yes yes
/playlist import > playlist_import name=brought text=alpha | yes yes yes     yes  yes        yes      yes
/schedule list > schedules ; +schedules       | hidden  hidden     hidden    hidden hidden   yes      yes
/settings > settings=*                        | hidden  hidden     hidden    hidden hidden   yes      yes
/settings > setting=max_track_length          | hidden  hidden     hidden    hidden hidden   yes      yes
/settings > setting=max_track_length > ask_setting | hidden hidden hidden    hidden hidden   yes      yes
/settings > setting=max_track_length > ask_setting > set_setting value=0:30 | hidden hidden hidden hidden hidden yes yes
/settings > setting=max_track_length > ask_setting > set_setting value=0:40 > setting=max_track_length > reset_setting | hidden hidden hidden hidden hidden yes yes
/settings > settings=people > setting=vote_shares > ask_setting > set_setting value='Stop: 0' | hidden hidden hidden hidden hidden yes yes
/settings > settings=appearance > setting=panel_buttons > ask_setting > set_setting value=Stop | hidden hidden hidden hidden hidden yes yes
/settings > settings=playback > setting=autoplay_playlist_id > set_setting=* | hidden hidden hidden hidden hidden yes yes
/settings > reset_group                       | hidden  hidden     hidden    hidden hidden   yes      yes
/settings > changes                           | hidden  hidden     hidden    hidden hidden   yes      yes
/settings > changes > changes ; +changes      | hidden  hidden     hidden    hidden hidden   yes      yes
/help > help                                  | yes     yes        yes       yes  yes        yes      yes
/privacy delete > forget                      | yes     yes        yes       yes  yes        yes      -
"""
# Other songs in place of one from the web, and an account at last.fm: neither is here, so they are used where gateway is tested alone.
ALONE = {"replace", "lastfm-link", "lastfm-finish", "lastfm-unlink"}


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    path: str
    steps: tuple[str, ...]
    outcomes: dict[str, str]

    def __str__(self) -> str:
        """Name it in a report."""
        return self.path


def rows(table: str) -> list[Row]:
    """Read a table."""
    _, *lines = table.strip().splitlines()
    return [_row(*line.split("|")) for line in lines]


def _row(used: str, outcomes: str) -> Row:
    path, *steps = (part.strip() for part in used.split(";"))
    return Row(path, tuple(steps), dict(zip(ROLES, outcomes.split(), strict=True)))


def _name(path: str) -> str:
    """Name what is used at the end of a path as the commands do."""
    typed, *steps = path.split(" > ")
    if steps:
        return steps[-1].partition(" ")[0].partition("=")[0]
    name, *words = typed.removeprefix("/").split(" ")
    is_part = typed.startswith("/") and words and "=" not in words[0]
    return f"{name}-{words[0]}" if is_part else name


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(stack: Stack) -> AsyncIterator[Scene]:
    """Somebody of each role."""
    made = await gather(stack)
    yield made
    await leave(made)


@pytest.mark.parametrize("row", [*rows(COMMANDS), *rows(COMPONENTS)], ids=str)
async def test_people_may_what_their_role_says_and_are_told_why_not(scene: Scene, row: Row) -> None:
    outcomes = {}
    for role in ROLES:
        if row.outcomes[role] == "-":
            outcomes[role] = "-"
            continue
        await scene.arrange(*row.steps)
        outcomes[role] = await scene.uses(role, row.path)

    assert outcomes == row.outcomes


def test_each_command_and_each_component_has_a_row() -> None:
    assert {_name(row.path) for row in rows(COMMANDS)} == set(_COMMANDS._commands)
    assert {_name(row.path) for row in rows(COMPONENTS)} | ALONE == set(_COMMANDS._buttons)
