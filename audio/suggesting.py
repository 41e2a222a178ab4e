"""Picks what a player goes on with by itself when its queue is empty: before the end, and with a reason."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from audio import playback
from audio.changes import Fenced
from audio.domain import course as courses
from audio.domain import policy
from audio.domain.autoplay import MISSES, Candidate, Heard, best, missed
from audio.domain.player import Item
from audio.domain.track import Pick, Why
from kit.errors import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audio.changes import Fence, OwnerStore
    from audio.clock import Tasks
    from audio.domain.course import Course
    from audio.domain.player import Player
    from audio.domain.track import Track
    from audio.nodes import AudioNodes

logger = logging.getLogger(__name__)

_REMEMBERED = 50  # entries of the history that are looked at
_ASKED = 20  # listeners whose favourites are looked at
_FOUND = 10  # tracks that are looked at of each search


class Kept(Protocol):
    """What people keep."""

    async def of_guild(self, guild_id: int, playlist_id: str) -> list[Track]:
        """Return the tracks of a playlist that a guild has or was given. Raises PLAYLIST_NOT_FOUND, UNAVAILABLE."""
        ...

    async def favorites(self, user_ids: Sequence[int]) -> list[Track]:
        """Return what some people added last to their favourites. Raises Refused(UNAVAILABLE)."""
        ...


class Suggesting:
    """Told by conductors of players that are to go on by themselves; picks once for each start of a track.

    They are those whose last track sounds, and those that went silent because it could not be played. If that was a
    pick, another one takes its place, a few times in a row.
    """

    def __init__(self, store: OwnerStore, nodes: AudioNodes, kept: Kept, tasks: Tasks) -> None:
        self._store, self._nodes, self._kept, self._tasks = store, nodes, kept, tasks
        self._asked: dict[int, int] = {}  # the last play_seq by guild

    def lonely(self, player: Player, fence: Fence) -> None:
        """Pick something for a player, if that was not done yet for what it plays."""
        if self._asked.get(player.guild_id) == player.play_seq or not (player.is_lonely or player.is_stranded):
            return
        self._asked[player.guild_id] = player.play_seq
        self._tasks.spawn(self._suggest(player, fence), f"pick for {player.guild_id}")

    async def _suggest(self, player: Player, fence: Fence) -> None:
        try:
            heard = [
                Heard(played.item.track, played.ending.reason, picked=played.item.pick is not None)
                for played in await self._store.history(player.guild_id, None, _REMEMBERED)
            ]
            last = player.current.track if player.current else _before_misses(heard)
            if last is None:
                return
            before = courses.on(player.course, player.settings.autoplay_playlist_id)
            course, item = await self._on_course(player, before, last)
            if item is None:
                item = await self._fitting(player, heard, last, is_news=course.gone and not before.gone)
            if item:
                async with self._store.change(player.guild_id, fence=fence) as change:
                    await playback.suggest(change, player.play_seq, item, course)
        except (Fenced, Refused) as error:
            logger.warning("nothing was picked", extra={"guild_id": player.guild_id, "error": str(error)})

    async def _on_course(self, player: Player, course: Course, last: Track) -> tuple[Course, Item | None]:
        """Return what comes next of the playlist that the guild chose, and the course with it; None: nothing does."""
        if not course.playlist_id:
            return course, None
        try:
            kept = await self._kept.of_guild(player.guild_id, course.playlist_id)
        except Refused as refused:
            logger.warning("the playlist is not known", extra={"guild_id": player.guild_id, "error": str(refused)})
            return replace(course, gone=course.gone or refused.reason is Reason.PLAYLIST_NOT_FOUND), None
        tracks = [track for track in kept if not track.stream and policy.unwelcome(track, player.settings) is None]
        found = courses.onward(course, tracks, last, player.play_seq)
        if found is None:
            return replace(course, gone=False), None
        course, track = found
        return course, Item(0, track, 0, pick=Pick(Why.PLAYLIST, track.title))

    async def _fitting(self, player: Player, heard: list[Heard], last: Track, *, is_news: bool) -> Item | None:
        """Return what fits best; `is_news`: it is the first one without the playlist that the guild chose."""
        liked = await self._liked(player.listeners)
        candidates = [*liked, *await self._candidates(last), *_replays(heard)]
        welcome = [each for each in candidates if policy.unwelcome(each.track, player.settings) is None]
        found = best(welcome, heard, last)
        return Item(0, found.track, 0, pick=replace(found.pick, playlist_gone=is_news)) if found else None

    async def _liked(self, listeners: Sequence[int]) -> list[Candidate]:
        """Offer favourites of those who listen; while they cannot be had, none."""
        if not listeners:
            return []
        try:
            found = await self._kept.favorites(listeners[:_ASKED])
        except Refused as refused:
            logger.warning("no favourites are known", extra={"error": str(refused)})
            return []
        return [Candidate(track, Pick(Why.FAVORITE, track.title)) for track in found]

    async def _candidates(self, current: Track) -> list[Candidate]:
        related = await self._nodes.load(current.title, _FOUND)
        artist = await self._nodes.load(current.author, _FOUND) if current.author else []
        return [
            *(Candidate(track, Pick(Why.RELATED, current.title)) for track in related),
            *(Candidate(track, Pick(Why.SAME_ARTIST, current.title)) for track in artist if _is_by(track, current)),
        ]


def _before_misses(heard: list[Heard]) -> Track | None:
    """Return what came before the picks that could not be played; None: there were none, or too many."""
    misses = missed(heard)
    return heard[misses].track if 0 < misses < MISSES and misses < len(heard) else None


def _is_by(track: Track, other: Track) -> bool:
    return track.author.casefold() == other.author.casefold()


def _replays(heard: list[Heard]) -> list[Candidate]:
    return [Candidate(each.track, Pick(Why.HISTORY, each.track.title)) for each in heard]
