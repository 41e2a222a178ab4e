"""The plugin SponsorBlock: leaves segments out of what players play, and tells their clients of it."""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from audionode.errors import SourceError
from audionode.lineup import Playing
from audionode.player import Player
from audionode.playing import ApiError
from audionode.rest import Rest, body_of, guild_of
from audionode.session import Session
from audionode.sponsorblock import Segment, SponsorBlock

log = logging.getLogger(__name__)

_STEP = 0.1
_NAME = "skipping"
_SOURCE = "youtube"
_CATEGORIES = "/v4/sessions/{session}/players/{guild}/sponsorblock/categories"


class SkippingRoutes:
    """Which categories of segments a guild's player leaves out, as the plugin is told it."""

    def __init__(self, rest: Rest, site: SponsorBlock) -> None:
        self._rest = rest
        self._site = site

    def all(self) -> list[web.RouteDef]:
        return [
            web.get(_CATEGORIES, self._get),
            web.put(_CATEGORIES, self._put),
            web.delete(_CATEGORIES, self._delete),
        ]

    async def _get(self, request: web.Request) -> web.Response:
        guild, session = guild_of(request), self._rest.session(request)
        if guild not in session.skipped:
            raise ApiError(404, "Guild not found")
        return web.json_response(session.skipped[guild])

    async def _put(self, request: web.Request) -> web.Response:
        guild, session = guild_of(request), self._rest.session(request)
        try:
            categories = sorted(TypeAdapter(set[str]).validate_python(await body_of(request)))
        except ValidationError as error:
            raise ApiError(400, "Bad Request") from error
        if session.skipped.get(guild) != categories:
            session.skipped[guild] = categories
            session.follow(_NAME, guild, Skipping(session, guild, categories, self._site).follow())
        return web.Response()

    async def _delete(self, request: web.Request) -> web.Response:
        guild, session = guild_of(request), self._rest.session(request)
        session.skipped.pop(guild, None)
        session.unfollow(_NAME, guild)
        return web.Response()


class Skipping:
    """What is done about the track that plays now. Nothing waits for the site: a track plays as it is until then."""

    def __init__(self, session: Session, guild_id: int, categories: Collection[str], site: SponsorBlock) -> None:
        self._session = session
        self._guild_id = guild_id
        self._categories = categories
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._track: Playing | None = None

    async def follow(self) -> None:
        """Look after the guild's player, which need not exist yet, until this is cancelled; then all is played."""
        try:
            while True:
                player = self._session.players.get(self._guild_id)
                track = player.track if player else None
                if track is not self._track:
                    self._track = track
                    if player is not None and track is not None and track.info.source == _SOURCE:
                        await self._look_up(player, track)
                await asyncio.sleep(_STEP)
        finally:
            if self._track is not None:
                self._track.stream.set_segments(self._track.passage, (), lambda _: None)

    async def _look_up(self, player: Player, track: Playing) -> None:
        try:
            segments = await self._site.find(track.info.identifier, self._categories)
        except SourceError as error:
            log.info("no segments are known", extra={"guild": self._guild_id, "error": str(error)})
            return
        if segments and player.track is track:
            self._send("SegmentsLoaded", segments=[segment.to_json() for segment in segments])
            track.stream.set_segments(track.passage, segments, self._telling(player))

    def _telling(self, player: Player) -> Callable[[Segment], None]:
        def tell(segment: Segment) -> None:
            self._loop.call_soon_threadsafe(self._skipped, player, segment)

        return tell

    def _skipped(self, player: Player, segment: Segment) -> None:
        self._send("SegmentSkipped", segment=segment.to_json())
        player.send_update()

    def _send(self, kind: str, **content: Any) -> None:
        self._session.send({"op": "event", "type": kind, "guildId": str(self._guild_id), **content})
