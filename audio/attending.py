"""Who is in one guild's voice channel, and how long the bot waits there for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audio.domain.player import arranged

if TYPE_CHECKING:
    from audio.clock import Clock
    from audio.domain.player import Player
    from audio.domain.voice import VoiceSnapshot
    from audio.seeing import Seeing


class Attending:
    """Sees people come and go. `due`: when it wants to be asked again, on the clock."""

    def __init__(self, seeing: Seeing, clock: Clock) -> None:
        self.due: float | None = None  # the channel is deserted until then
        self._seeing, self._clock = seeing, clock

    async def note(self, player: Player, snapshot: VoiceSnapshot | None) -> Player:
        """Write who is there; where everybody has left, wait as long as the guild says, and then leave too."""
        is_there = snapshot and snapshot.channel_id and snapshot.channel_id == player.voice_channel_id
        if snapshot and is_there:
            people = arranged(player.listeners, snapshot.listeners)
            if (people, snapshot.deaf) != (player.listeners, player.deaf):
                player = await self._seeing.attended(player, people, snapshot.deaf)
        now = self._clock.monotonic()
        if not player.deserted or player.settings.stay_connected:
            self.due = None
        elif self.due is None:
            self.due = now + player.settings.empty_channel_timeout_ms / 1000
        elif now >= self.due:
            self.due = None
            player = await self._seeing.deserted()
        return player
