"""One guild's player: its track, its voice connection, and what the client is told of both."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from audionode.filters import Tone
from audionode.outlet import PlayerOutlet
from audionode.patch import FiltersUpdate
from audionode.sender import Sender
from audionode.settings import Limits
from audionode.sources import Sources
from audionode.stream import DecodeSlots, TrackStream
from audionode.tasks import Tasks
from audionode.tracing import FirstFrame
from audionode.track import TrackInfo
from audionode.voice import VoiceConnection, VoiceServer, VoiceTls

log = logging.getLogger(__name__)

_QUIET_WAIT = 0.5  # five frames of silence take 0.1 s


@dataclass(frozen=True)
class Engine:
    """What all players share."""

    sources: Sources
    sender: Sender
    slots: DecodeSlots
    http: aiohttp.ClientSession
    tls: VoiceTls
    limits: Limits
    tasks: Tasks


@dataclass
class Playing:
    """A track that was started and has not ended."""

    info: TrackInfo
    stream: TrackStream
    first_frame: FirstFrame
    user_data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return self.info.to_json(position=self.stream.position, user_data=self.user_data)


class Player:
    """Belongs to the loop; `lock` serialises the requests for one guild.

    `emit` receives each message for the client, without its `guildId`.
    """

    def __init__(self, engine: Engine, guild_id: int, user_id: int, emit: Callable[[dict[str, Any]], None]) -> None:
        self.guild_id = guild_id
        self.lock = asyncio.Lock()
        self.volume = 100
        self.filters = FiltersUpdate()
        self.track: Playing | None = None
        self.voice: VoiceConnection | None = None
        self._engine = engine
        self._user_id = user_id
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._watch: asyncio.Task[None] | None = None
        self._unheard_since = time.monotonic()
        self._quiet = asyncio.Event()
        self.outlet = PlayerOutlet(self._from_thread(self._ended), self._from_thread(self._went_quiet))

    @property
    def paused(self) -> bool:
        return self.outlet.paused

    @property
    def connected(self) -> bool:
        return self.voice is not None and self.voice.connected

    def to_json(self) -> dict[str, Any]:
        server = self.voice.server if self.voice else VoiceServer("", "", "", "")
        return {
            "guildId": str(self.guild_id),
            "track": self.track.to_json() if self.track else None,
            "volume": self.volume,
            "paused": self.paused,
            "state": self._state(),
            "voice": {
                "token": server.token,
                "endpoint": server.endpoint,
                "sessionId": server.session_id,
                "channelId": server.channel_id or None,
            },
            "filters": self.filters.to_json(),
        }

    async def connect(self, server: VoiceServer) -> None:
        """Use this voice server; VoiceError when it cannot be reached, and then there is no connection."""
        if self.connected and self.voice is not None and self.voice.server == server:
            return
        self.disconnect()
        voice = VoiceConnection(
            self._engine.http,
            self._engine.tls,
            server,
            guild_id=self.guild_id,
            user_id=self._user_id,
            listener=self,
        )
        await voice.connect(self._engine.limits.voice_answer)
        self.voice = self.outlet.voice = voice

    def disconnect(self) -> None:
        """Leave voice at once; the client hears of it when there was a live connection."""
        voice, self.voice, self.outlet.voice = self.voice, None, None
        if voice is None:
            return
        self._engine.tasks.start(voice.close(), f"close-voice-{self.guild_id}")
        if voice.connected:
            voice.connected = False
            self._closed(1000, "", by_remote=False)

    def play(
        self, info: TrackInfo, *, start: int, end: int | None, user_data: dict[str, Any], first_frame: FirstFrame
    ) -> None:
        """Start the track at `start` milliseconds instead of the present one."""
        self._finish("replaced")
        stream = TrackStream(
            lambda: self._engine.sources.open(info, self._engine.slots.given_away),
            self._engine.slots,
            start=start,
            tone=self._tone(),
            on_ready=self._from_thread(self._has_frames),
            on_failed=self._from_thread(self._failed),
            on_first=self._from_thread(first_frame.sent),
        )
        if end is not None:
            stream.set_end(end)
        self.track = Playing(info, stream, first_frame, user_data)
        self.outlet.stream = stream
        self._unheard_since = time.monotonic()
        self._watch = self._engine.tasks.start(self._follow(self.track), f"watch-{self.guild_id}")
        self._event("TrackStartEvent", track=self.track.to_json())
        self.send_update()
        stream.start()

    def stop(self) -> None:
        """End the track, if there is one, because the client says so."""
        self._finish("stopped")

    def pause(self, *, paused: bool) -> None:
        self.outlet.paused = paused
        if not paused:
            self._drive()

    def seek(self, position: int) -> None:
        """Go to `position` milliseconds of the track; before the beginning is the beginning."""
        if self.track is not None and self.track.info.is_seekable:
            self.track.stream.seek(max(position, 0))
            self.send_update()

    def set_end(self, position: int) -> None:
        if self.track is not None:
            self.track.stream.set_end(position)

    def set_volume(self, volume: int) -> None:
        """Percent, held within 0 and 1000."""
        self.volume = max(0, min(1000, volume))
        self._apply_tone()

    def set_filters(self, filters: FiltersUpdate) -> None:
        """Instead of all filters set before; a value no filter can work with ends the track, as on the real server."""
        self.filters = filters
        self._apply_tone()
        if self.track is not None:
            self.send_update()

    def send_update(self) -> None:
        """Tell the client where the player is."""
        self._emit({"op": "playerUpdate", "guildId": str(self.guild_id), "state": self._state()})

    def close(self) -> None:
        """End everything: the track's end is told; voice is left after five frames of silence."""
        self._finish("stopped")
        voice, self.voice = self.voice, None
        if voice is not None:
            self._engine.tasks.start(self._leave(voice), f"leave-voice-{self.guild_id}")
            if voice.connected:
                self._closed(1000, "", by_remote=False)

    def voice_established(self, voice: VoiceConnection) -> None:
        if voice is self.voice:
            self.send_update()

    def voice_ready(self, voice: VoiceConnection) -> None:
        if voice is self.voice:
            self._drive()

    def voice_closed(self, voice: VoiceConnection, code: int, reason: str) -> None:
        if voice is self.voice:
            self._closed(code, reason, by_remote=True)

    def _closed(self, code: int, reason: str, *, by_remote: bool) -> None:
        self._unheard_since = time.monotonic()
        self._event("WebSocketClosedEvent", code=code, reason=reason, byRemote=by_remote)
        self.send_update()

    def _state(self) -> dict[str, Any]:
        return {
            "time": int(time.time() * 1000),
            "position": self.track.stream.position if self.track else 0,
            "connected": self.connected,
            "ping": self.voice.ping if self.voice else -1,
        }

    def _tone(self) -> Tone:
        return Tone(self.volume, self.filters)

    def _apply_tone(self) -> None:
        if self.track is not None:
            self.track.stream.set_tone(self._tone())

    def _event(self, kind: str, **content: Any) -> None:
        self._emit({"op": "event", "type": kind, "guildId": str(self.guild_id), **content})

    def _from_thread(self, call: Callable[..., None]) -> Callable[..., None]:
        def hand_over(*arguments: Any) -> None:
            self._loop.call_soon_threadsafe(call, *arguments)

        return hand_over

    def _sounds(self) -> bool:
        return self.track is not None and not self.paused

    def _drive(self) -> None:
        """Have frames sent, if there are any and the connection takes them."""
        if self.voice is not None and self.voice.ready and self._sounds():
            self._quiet.clear()
            self._engine.tasks.start(self._speak(self.voice), f"speak-{self.guild_id}")

    async def _speak(self, voice: VoiceConnection) -> None:
        await voice.set_speaking(speaking=True)
        self._engine.sender.wake(self.outlet)

    def _went_quiet(self) -> None:
        self._quiet.set()
        if self.outlet.voice is not None and not self._sounds():
            self._engine.tasks.start(self.outlet.voice.set_speaking(speaking=False), f"quiet-{self.guild_id}")

    async def _leave(self, voice: VoiceConnection) -> None:
        if voice.connected and self.outlet.sounding:
            try:
                async with asyncio.timeout(_QUIET_WAIT):
                    await self._quiet.wait()
            except TimeoutError:
                log.info("voice is left without the frames of silence", extra={"guild": self.guild_id})
        self.outlet.voice = None
        await voice.close()

    def _has_frames(self, stream: TrackStream) -> None:
        if self.track is not None and self.track.stream is stream:
            self._drive()

    def _ended(self, stream: TrackStream) -> None:
        if self.track is None or self.track.stream is not stream:
            return
        if stream.error is not None:
            self._exception("Something went wrong when decoding the track.", stream.error)
        self._finish("finished")

    def _failed(self, stream: TrackStream, error: Exception) -> None:
        if self.track is None or self.track.stream is not stream:
            return
        unforeseen = None if is_for_clients(error) else error
        log.warning("a track failed: %s", describe(error), extra={"guild": self.guild_id}, exc_info=unforeseen)
        self._exception("Something broke when playing the track.", error)
        self._finish("loadFailed")

    def _exception(self, message: str, error: Exception) -> None:
        assert self.track is not None
        cause = describe(error)
        exception = {"message": message, "severity": "fault", "cause": cause, "causeStackTrace": cause}
        self._event("TrackExceptionEvent", track=self.track.to_json(), exception=exception)

    def _finish(self, reason: str) -> None:
        track, self.track, self.outlet.stream = self.track, None, None
        if track is None:
            return
        if self._watch is not None:
            self._watch.cancel()
        self._event("TrackEndEvent", track=track.to_json(), reason=reason)
        track.stream.close()
        track.first_frame.give_up()

    async def _follow(self, track: Playing) -> None:
        """While the track plays: a playerUpdate each period, TrackStuck once each time, cleanup."""
        limits, told_stuck = self._engine.limits, False
        step = min(1.0, limits.stuck / 4, limits.player_update)
        updated = time.monotonic()
        while True:
            await asyncio.sleep(step)
            now = time.monotonic()
            if now - updated >= limits.player_update - step / 2:
                updated = now
                self.send_update()
            starved = track.stream.starved_since
            stuck = starved is not None and now - starved >= limits.stuck and not self.paused
            if stuck and not told_stuck:
                self._event("TrackStuckEvent", track=track.to_json(), thresholdMs=round(limits.stuck * 1000))
                self.send_update()
            told_stuck = stuck
            if not self.connected and now - self._unheard_since >= limits.cleanup:
                self._finish("cleanup")
                return


def is_for_clients(error: Exception) -> bool:
    """Whether the error is our own, with a sentence made for clients."""
    return type(error).__module__.startswith("audionode.")


def describe(error: Exception) -> str:
    """The error for a client: of an unforeseen one only its kind."""
    return str(error) if is_for_clients(error) else type(error).__name__
