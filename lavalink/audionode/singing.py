"""Live lyrics: tells a client the lines of what its player plays, each when it is sung."""

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Any

from audionode.lineup import Playing
from audionode.lyrics import Line, Lyrics
from audionode.session import Session
from audionode.track import TrackInfo

_STEP = 0.1

Find = Callable[[TrackInfo], Awaitable[Lyrics | None]]


class Singing:
    """What one subscription knows of the track that plays now."""

    def __init__(self, session: Session, guild_id: int, find: Find) -> None:
        self._session = session
        self._guild_id = guild_id
        self._find = find
        self._track: Playing | None = None
        self._lines: tuple[Line, ...] = ()
        self._next = self._position = 0

    async def follow(self) -> None:
        """Send the events of LavaLyrics for the guild's player, which need not exist yet, until this is cancelled."""
        while True:
            player = self._session.players.get(self._guild_id)
            track = player.track if player else None
            if track is not self._track:
                self._track, self._lines, self._next, self._position = track, (), 0, 0
                if track is not None:
                    await self._announce(track)
            elif track is not None:
                self._sing(track.passage.milliseconds)
            await asyncio.sleep(_STEP)

    async def _announce(self, track: Playing) -> None:
        lyrics = await self._find(track.info)
        if lyrics is None or not lyrics.lines:
            self._send("LyricsNotFoundEvent")
            return
        self._lines = lyrics.lines
        self._send("LyricsFoundEvent", lyrics=lyrics.to_json())

    def _sing(self, position: int) -> None:
        """Tell the lines reached since the last call, all but the newest as skipped; after a seek back the newest."""
        reached = bisect_right(self._lines, position, key=attrgetter("at"))
        if position < self._position:
            self._next = max(reached - 1, 0)
        for index in range(self._next, reached):
            line = self._lines[index].to_json(self._end(index))
            self._send("LyricsLineEvent", lineIndex=index, line=line, skipped=index + 1 < reached)
        self._next, self._position = max(self._next, reached), position

    def _end(self, index: int) -> int | None:
        return self._lines[index + 1].at if index + 1 < len(self._lines) else None

    def _send(self, kind: str, **content: Any) -> None:
        self._session.send({"op": "event", "type": kind, "guildId": str(self._guild_id), **content})
