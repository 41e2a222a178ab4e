"""One guild's player: its track, its voice connection, and what the client is told of both."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from audionode.errors import describe, is_for_clients
from audionode.filters import Tone
from audionode.lineup import Next, Play, Playing
from audionode.media import Media
from audionode.outlet import PlayerOutlet
from audionode.passage import Passage, samples
from audionode.patch import FiltersUpdate, NextUpdate, SegueUpdate
from audionode.sender import Sender
from audionode.settings import Limits
from audionode.sources import Sources
from audionode.stream import DecodeSlots, TrackStream
from audionode.tasks import Tasks
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
        self.next: Next | None = None
        self.segue: SegueUpdate | None = None
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
        extension = {"segueNext": self.next.update if self.next else None, "segue": self.segue}
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
            **{name: set_.model_dump() for name, set_ in extension.items() if set_ is not None},
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

    def play(self, play: Play) -> None:
        """Start the track instead of the present one."""
        self._finish("replaced")
        self._start(play)

    def hand_over(self, update: NextUpdate | None) -> Next | None:
        """Let this track follow the present one, instead of any handed over before; it has to be looked up.

        Without a present track it is not kept: the client starts it itself.
        """
        self.next = Next(update) if update is not None and self.track is not None else None
        if self.track is not None:
            self.track.stream.set_following(None)
        return self.next

    def looked_up(self, handed: Next, play: Play) -> None:
        """Line the track up; one that could not be found fails when it is its turn."""
        handed.play = play
        if handed is not self.next:
            return
        if self.track is None:
            self._go_on(handed)
        elif play.failure is None:
            self._line_up(handed, play, self.track.stream)

    def set_segue(self, segue: SegueUpdate) -> None:
        """From the next boundary on; levelling from the next track on that is opened."""
        self.segue = segue
        if self.next is not None and (passage := self.next.passage) is not None:
            passage.crossfade, passage.levelled = samples(segue.crossfade), segue.levelling

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
            self.track.stream.seek(self.track.passage, max(position, 0))
            self.send_update()

    def set_end(self, position: int) -> None:
        if self.track is not None:
            self.track.stream.set_end(self.track.passage, position)

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
            "position": self.track.passage.milliseconds if self.track else 0,
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

    def _start(self, play: Play) -> None:
        stream = TrackStream(
            passage := self._passage(play),
            self._engine.slots,
            tone=self._tone(),
            on_ready=self._from_thread(self._has_frames),
            on_failed=self._from_thread(self._failed),
        )
        self.outlet.stream = stream
        self._unheard_since = time.monotonic()
        self._begin(Playing(play.info, stream, passage, play.first_frame, play.user_data))
        stream.start()

    def _passage(self, play: Play) -> Passage:
        def opened() -> Media:
            if play.failure is not None:
                raise play.failure
            return self._engine.sources.open(play.info, self._engine.slots.given_away)

        segue, on_first = self.segue or SegueUpdate(), self._from_thread(play.first_frame.sent)
        return Passage(
            opened,
            start=play.start,
            end=play.end,
            levelled=segue.levelling,
            crossfade=segue.crossfade,
            on_first=on_first,
        )

    def _begin(self, track: Playing) -> None:
        self.track = track
        self._watch = self._engine.tasks.start(self._follow(track), f"watch-{self.guild_id}")
        self._event("TrackStartEvent", track=track.to_json())
        self.send_update()

    def _line_up(self, handed: Next, play: Play, stream: TrackStream) -> None:
        """Have the stream go on with the track by itself."""
        passage = handed.passage = self._passage(play)
        track = Playing(play.info, stream, passage, play.first_frame, play.user_data)
        passage.on_begun = self._from_thread(lambda: self._went_on(handed, track))
        stream.set_following(passage)

    def _went_on(self, handed: Next, track: Playing) -> None:
        """The stream has begun the track that was lined up."""
        if self.track is None or self.track.stream is not track.stream:
            return
        if self.next is handed:
            self.next = None
        self._tell_end("finished", self.track)
        self._begin(track)

    def _go_on(self, handed: Next) -> None:
        """Start the track that was handed over as any other: it was not lined up in time, or cannot be."""
        self.next = handed if handed.play is None else None  # it may still be looked up
        if handed.play is not None:
            self._start(handed.play)

    def _ended(self, stream: TrackStream) -> None:
        if self.track is None or self.track.stream is not stream:
            return
        handed = self.next
        self._finish("finished")
        if handed is not None:
            self._go_on(handed)

    def _failed(self, stream: TrackStream, error: Exception) -> None:
        if self.track is None or self.track.stream is not stream:
            return
        unforeseen = None if is_for_clients(error) else error
        log.warning("a track failed: %s", describe(error), extra={"guild": self.guild_id}, exc_info=unforeseen)
        self._exception("Something broke when playing the track.", self.track, error)
        self._finish("loadFailed")

    def _exception(self, message: str, track: Playing, error: Exception) -> None:
        cause = describe(error)
        exception = {"message": message, "severity": "fault", "cause": cause, "causeStackTrace": cause}
        self._event("TrackExceptionEvent", track=track.to_json(), exception=exception)

    def _finish(self, reason: str) -> None:
        track, self.track, self.next, self.outlet.stream = self.track, None, None, None
        if track is not None:
            self._tell_end(reason, track)
            track.stream.close()

    def _tell_end(self, reason: str, track: Playing) -> None:
        error = track.stream.error or track.passage.error
        if reason == "finished" and error is not None:
            self._exception("Something went wrong when decoding the track.", track, error)
        if self._watch is not None:
            self._watch.cancel()
        self._event("TrackEndEvent", track=track.to_json(), reason=reason)
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
