"""What a PATCH of a player does, in the real server's order: voice, pause, volume, place, end, filters, track."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from audionode.errors import NotFoundError, SourceError
from audionode.filters import BANDS
from audionode.lineup import Next, Play
from audionode.media import MediaError
from audionode.node import Node
from audionode.patch import NextUpdate, PlayerUpdate, TrackUpdate, VoiceUpdate
from audionode.player import Player
from audionode.session import Session
from audionode.tracing import PatchTrace
from audionode.track import Loaded, TrackInfo, unknown
from audionode.voice import VoiceError, VoiceServer

log = logging.getLogger(__name__)

MAX_CROSSFADE = 12_000  # ms
LOOKUP_FAILED = "Something went wrong while looking up the track."

Load = Callable[[str], Awaitable[Loaded]]


class ApiError(Exception):
    """An answer other than 2xx; `uncaught` marks those the real server answers without its version header."""

    def __init__(self, status: int, message: str, *, uncaught: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.uncaught = uncaught


class PlayerRequests:
    """Carries out PATCHes; two for one guild never mix."""

    def __init__(self, node: Node, load: Load) -> None:
        self._node = node
        self._load = load

    async def update(
        self, session: Session, guild_id: int, update: PlayerUpdate, trace: PatchTrace, *, no_replace: bool
    ) -> dict[str, Any]:
        """The player afterwards; ApiError when the request is refused."""
        track = update.track_update()
        _check(update, track)
        player = session.player(guild_id)
        async with player.lock:
            if update.voice is not None:
                await self._connect(session, player, update.voice)
            starts = track is not None and (track.has("encoded") or track.has("identifier"))
            if starts and no_replace and player.track is not None:
                _adjust(player, update)
            elif starts and track is not None:
                _adjust(player, update)
                player.pause(paused=update.paused)
                await self._start(player, update, track, trace)
            else:
                _move(player, update, track)
                _adjust(player, update)
            if update.has("segueNext"):
                self._hand_over(player, update.segueNext)
            return player.to_json()

    async def _connect(self, session: Session, player: Player, voice: VoiceUpdate) -> None:
        channel = voice.channelId or ""
        if not channel.isdecimal():
            raise ApiError(500, "Request processing failed: the channelId is not a number", uncaught=True)
        self._node.take_over(session.user_id, player.guild_id, voice.sessionId)
        try:
            await player.connect(VoiceServer(voice.token, voice.endpoint, voice.sessionId, channel))
        except VoiceError as error:
            log.warning("voice failed", extra={"guild": player.guild_id, "error": str(error)})
            raise ApiError(500, "Failed to connect to voice server") from error

    async def _start(self, player: Player, update: PlayerUpdate, track: TrackUpdate, trace: PatchTrace) -> None:
        if track.has("encoded") and track.encoded is None:
            player.stop()
            return
        info, position = await self._find(track)
        start = max(update.position, 0) if update.has("position") else position
        player.play(Play(info, start, update.endTime, track.userData, trace.first_frame()))

    def _hand_over(self, player: Player, update: NextUpdate | None) -> None:
        if (handed := player.hand_over(update)) is not None:
            self._node.engine.tasks.start(self._look_up(player, handed), f"next-{player.guild_id}")

    async def _look_up(self, player: Player, handed: Next) -> None:
        update, info = handed.update, unknown(handed.update.identifier)
        failure: Exception | None = None
        try:
            loaded = await self._load(update.identifier)
            if loaded.kind == "track":
                info = loaded.tracks[0]
            else:
                failure = NotFoundError("the identifier names no track")
        except Exception as error:  # noqa: BLE001 - told when it is the track's turn
            failure = error
        player.looked_up(handed, Play(info, update.position, update.endTime, update.userData, failure=failure))

    async def _find(self, track: TrackUpdate) -> tuple[TrackInfo, int]:
        if track.encoded is not None:
            try:
                return self._node.engine.sources.decode(track.encoded)
            except ValueError as error:
                raise ApiError(500, f"Request processing failed: {error}", uncaught=True) from error
        try:
            loaded = await self._load(track.identifier)
        except (SourceError, MediaError) as error:
            raise ApiError(400, LOOKUP_FAILED) from error
        if loaded.kind in {"playlist", "search"}:
            raise ApiError(400, "Cannot play a playlist or search result")
        if loaded.kind == "empty":
            raise ApiError(400, "No matches found for identifier")
        return loaded.tracks[0], 0


def _check(update: PlayerUpdate, track: TrackUpdate | None) -> None:
    if update.has("track") and (update.has("encodedTrack") or update.has("identifier")):
        raise ApiError(400, "Cannot specify both track and encodedTrack/identifier")
    if track is not None and track.has("encoded") and track.has("identifier"):
        raise ApiError(400, "Cannot specify both encodedTrack and identifier")
    if update.endTime is not None and update.endTime <= 0:
        raise ApiError(400, "End time must be greater than 0")
    if not 0 <= update.segue.crossfade <= MAX_CROSSFADE:
        raise ApiError(400, f"The crossfade must be between 0 and {MAX_CROSSFADE} milliseconds")
    if update.segueNext is not None:
        _check_next(update.segueNext)
    if bands := [band.band for band in update.filters.equalizer if not 0 <= band.band < len(BANDS)]:
        text = f"Request processing failed: there is no band {bands[0]} among {len(BANDS)}"
        raise ApiError(500, text, uncaught=True)
    voice = update.voice
    if voice is not None and not all((voice.token, voice.endpoint, voice.sessionId, voice.channelId)):
        raise ApiError(400, "token, endpoint, sessionId and channelId must be provided in voice state")
    if update.has("voice") and voice is None:
        raise ApiError(400, "Bad Request")


def _check_next(update: NextUpdate) -> None:
    if not update.identifier:
        raise ApiError(400, "The next track must have an identifier")
    if update.position < 0:
        raise ApiError(400, "The next track's position must not be negative")
    if update.endTime is not None and update.endTime <= update.position:
        raise ApiError(400, "The next track's end time must be greater than its position")


def _move(player: Player, update: PlayerUpdate, track: TrackUpdate | None) -> None:
    """What concerns the present track."""
    if update.has("paused"):
        player.pause(paused=update.paused)
    if track is not None and track.has("userData") and player.track is not None:
        player.track.user_data = track.userData
    if update.has("position"):
        player.seek(update.position)
    if update.endTime is not None:
        player.set_end(update.endTime)


def _adjust(player: Player, update: PlayerUpdate) -> None:
    """What concerns the player whatever it plays."""
    if update.has("segue"):
        player.set_segue(update.segue)
    if update.has("volume"):
        player.set_volume(update.volume)
    if update.has("filters"):
        player.set_filters(update.filters)
