"""What one player sends at each tick: its track's frames, then five frames of silence, then nothing."""

from collections.abc import Callable

from audionode.opus import SILENCE
from audionode.stream import Step, TrackStream
from audionode.voice import VoiceConnection

_SILENT_FRAMES = 5


class PlayerOutlet:
    """Written by the loop (plain attributes), ticked by the sender thread.

    `on_end` and `on_quiet` are called on the sender thread: when the stream has no more frames, and when the last
    frame of silence was sent.
    """

    def __init__(self, on_end: Callable[[TrackStream], None], on_quiet: Callable[[], None]) -> None:
        self.voice: VoiceConnection | None = None
        self.stream: TrackStream | None = None
        self.paused = False
        self._sent = self._nulled = 0
        self._taken = (0, 0)
        self._on_end = on_end
        self._on_quiet = on_quiet
        self._silence_due = 0
        self._ended: TrackStream | None = None

    @property
    def sounding(self) -> bool:
        """Whether frames were sent that no silence followed yet."""
        return self._silence_due > 0

    def take_counts(self) -> tuple[int, int]:
        """Frames and frames of silence sent since the last call."""
        before, self._taken = self._taken, (self._sent, self._nulled)
        return self._taken[0] - before[0], self._taken[1] - before[1]

    def tick(self) -> bool:
        voice, stream = self.voice, self.stream
        if voice is None:
            return False
        step = Step.ENDED
        if stream is not None and not self.paused and stream is not self._ended:
            step = stream.send_next(voice.send)
            if step is Step.SENT:
                self._sent += 1
                self._silence_due = _SILENT_FRAMES
                return True
            if step is Step.BLOCKED:
                return False
            if step is Step.ENDED:
                self._ended = stream
                self._on_end(stream)
        return self._silence(voice) or step is Step.STARVED

    def _silence(self, voice: VoiceConnection) -> bool:
        if not self._silence_due:
            return False
        self._nulled += 1
        self._silence_due = self._silence_due - 1 if voice.send(SILENCE) is not None else 0
        if not self._silence_due:
            self._on_quiet()
        return self._silence_due > 0
